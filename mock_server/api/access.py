"""The account of a request: Basic authentication, or a bearer token for events (WIRE-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from mock_server.api.http import WireError, api_key, bearer_token
from mock_server.emulator import Account, Emulator
from mock_server.wsgi import ACCOUNT

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def account_of_key(emulator: Emulator) -> Account:
    """Return the account that the API key opens (WIRE-02)."""
    environ = request.environ
    if bearer_token(environ) is not None:
        raise WireError(
            401,
            "bearer_not_allowed",
            "A bearer token serves for POST /event, POST /past_events and DELETE /past_events"
            " only. Use Basic authentication: any user name, the API key as password.",
        )
    return _noted(environ, emulator.account_for_key(api_key(environ)))


def account_of_event(environ: WSGIEnvironment, emulator: Emulator) -> Account:
    """Return the account of a request of the event methods, which take a bearer token too."""
    token = bearer_token(environ)
    if token is None:
        return _noted(environ, emulator.account_for_key(api_key(environ)))
    account = emulator.account_for_token(token)
    if account is None:  # WIRE-12
        raise WireError(
            401,
            "bearer_token_unknown",
            "The bearer token is unknown. POST /api/v1/auth/token, with Basic authentication,"
            " gives one. OAuth 2.0 tokens are not emulated.",
        )
    return _noted(environ, account)


def _noted(environ: WSGIEnvironment, account: Account) -> Account:
    environ[ACCOUNT] = account.name
    return account
