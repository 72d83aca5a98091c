"""Whose request it is: Basic authentication, and bearer tokens for the event methods (WIRE-03)."""

from __future__ import annotations

from flask import request

from mock_server.api.http import ACCOUNT, WireError, api_key, bearer_token
from mock_server.emulator import Account, Emulator


def account_of(emulator: Emulator) -> Account:
    """The account that the API key opens (WIRE-02)."""
    if _bearer_token() is not None:
        raise WireError(
            401,
            "bearer_not_allowed",
            "A bearer token serves for POST /event, POST /past_events and DELETE /past_events"
            " only. Use Basic authentication: any user name, the API key as password.",
        )
    return _noted(emulator.account_for_key(api_key()))


def account_of_event(emulator: Emulator) -> Account:
    """The account of a request of the event methods, for which a bearer token serves as well."""
    token = _bearer_token()
    if token is None:
        return _noted(emulator.account_for_key(api_key()))
    account = emulator.account_for_token(token)
    if account is None:
        raise WireError(
            401,
            "bearer_token_unknown",
            "The bearer token is unknown. POST /api/v1/auth/token, with Basic authentication,"
            " gives one.",
        )
    return _noted(account)


def _bearer_token() -> str | None:
    header: str | None = request.environ.get("HTTP_AUTHORIZATION")
    return None if header is None else bearer_token(header)


def _noted(account: Account) -> Account:
    request.environ[ACCOUNT] = account.name
    return account
