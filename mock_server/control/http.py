"""How the control API speaks: JSON in, JSON out, errors as `{"error": code, "message": text}`."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from marshmallow import fields, validate

from mock_server import jsonio
from mock_server.emulator import Account, Emulator, InvalidError
from mock_server.emulator.schemas import StrictSchema
from mock_server.model import DEFAULT_ACCOUNT

MAX_PAGE = 1000
_MAX_OFFSET = 10**12  # more than there can be, and within a machine's whole numbers


def answer(value: Any, status: int = 200) -> Response:
    """A JSON answer, indented: people read these with curl."""
    answer = Response(jsonio.pretty(value) + "\n", status, content_type="application/json")
    # A page of another origin must not make a script or a picture of it.
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def error_answer(status: int, code: str, message: str) -> Response:
    """An error."""
    return answer({"error": code, "message": message}, status)


def account_of(emulator: Emulator) -> Account:
    """The account a call is about: header `X-Mock-Account`, `?account=`, or `default`."""
    return emulator.account_called(called_account() or DEFAULT_ACCOUNT)


def called_account() -> str | None:
    """What a call names the account it is about; None when it does not."""
    header: str | None = request.environ.get("HTTP_X_MOCK_ACCOUNT")
    if header:  # bytes come as Latin-1; an API key may be any text
        return header.encode("latin-1").decode("utf-8", "replace")
    return request.args.get("account") or None


def body() -> Any:
    """The JSON body; raises `InvalidError`."""
    try:
        return jsonio.loads(request.get_data(cache=False))
    except jsonio.MalformedJson as error:
        raise InvalidError(f"The body is not JSON: {error}.", "malformed_body") from None


def arguments(schema: StrictSchema) -> dict[str, Any]:
    """The query's arguments by their schema, without `account`; raises `InvalidError`."""
    sent = {name: value for name, value in request.args.items() if name != "account"}
    read: dict[str, Any] = schema.read(sent, "Query")
    return read


class PageArguments(StrictSchema):
    """Which part of a list."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE))
    offset = fields.Integer(load_default=0, validate=validate.Range(min=0, max=_MAX_OFFSET))
