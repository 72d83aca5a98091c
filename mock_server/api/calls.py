"""A call of a route of the emulated API, and the view functions that make one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask import Response
from marshmallow import Schema

from mock_server.api.access import account_of_key
from mock_server.api.bodies import json_object, load_sent, query
from mock_server.emulator import Account, Emulator
from mock_server.routes import Route, plain_text

INVALID = plain_text("What is wrong with the request, and the way out.")


class Call:
    """A request to a route of the emulated API, read by what the route declares."""

    def __init__(self, emulator: Emulator, route: Route) -> None:
        self.emulator = emulator
        self._route = route

    @cached_property
    def account(self) -> Account:
        """The account that the API key opens. Raises `WireError` 401."""
        return account_of_key(self.emulator)

    def query(self) -> dict[str, Any]:
        """Return the arguments. Raises `WireError` 400."""
        return query(_declared(self._route.query))

    def body(self, *, may_be_empty: bool = False) -> dict[str, Any]:
        """Return the JSON object that was sent, as it is. Raises `WireError` 400 or 415."""
        return json_object(self.account, may_be_empty=may_be_empty)

    def read(self, body: dict[str, Any]) -> dict[str, Any]:
        """Read a body by its schema. Raises `WireError` 400 that names all that is wrong."""
        return load_sent(_declared(self._route.body), body)


def _declared(schema: Schema | None) -> Schema:
    assert schema is not None  # noqa: S101  (a route reads what it declares)
    return schema


def view_of(route: Route, emulator: Emulator) -> Callable[..., Response]:
    """Make the view function of a route, whose function takes a `Call` and what is in the path."""

    def view(**path: Any) -> Response:
        answer: Response = route.function(Call(emulator, route), **path)
        return answer

    return view
