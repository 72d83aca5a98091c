"""How the control API speaks: JSON in, JSON out, errors as `{"error": code, "message": text}`."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, request
from marshmallow import RAISE, Schema, fields, validate

from mock_server import jsonio
from mock_server.documents.fields import shape
from mock_server.emulator import Account, Emulator, InvalidError
from mock_server.emulator.schemas import StrictSchema
from mock_server.model import DEFAULT_ACCOUNT
from mock_server.routes import Route
from mock_server.wsgi import JSON_HEADERS

MAX_PAGE = 1000
_MAX_OFFSET = 10**12  # more than there can be, and within a machine's whole numbers


class Arguments(StrictSchema):
    """The query of a route, by itself of one that takes no arguments but `account`."""

    noun = "argument"
    elsewhere = ("account",)


class PageArguments(Arguments):
    """Which part of a list."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE))
    offset = fields.Integer(load_default=0, validate=validate.Range(min=0, max=_MAX_OFFSET))


def waiting(filters: type[Schema], most: int) -> type[Schema]:
    """Make the query of a wait: the filters, how many to wait for (`most`), how many seconds."""
    return shape(
        filters.__name__.replace("Arguments", "WaitArguments"),
        filters,
        count=fields.Integer(load_default=1, validate=validate.Range(min=1, max=most)),
        timeout=fields.Float(load_default=5.0, validate=validate.Range(min=0, max=60)),
    )


class Call:
    """A request to a route of the control API; `query` holds its arguments, checked."""

    def __init__(self, emulator: Emulator, query: dict[str, Any]) -> None:
        self.emulator = emulator
        self.query = query

    @property
    def account(self) -> Account:
        """The account the call is about: header `X-Mock-Account`, `?account=`, or `default`."""
        return self.emulator.account_called(called_account() or DEFAULT_ACCOUNT)

    def body(self, *, default: Any = None) -> Any:
        """The JSON body; `default`, if there is one, for an empty one. Raises `InvalidError`."""
        data = request.get_data(cache=False)
        if default is not None and not data:
            return default
        try:
            return jsonio.loads(data)
        except jsonio.MalformedJson as error:
            raise InvalidError(
                f"The body is not JSON: {error}. Send a JSON object.", "malformed_body"
            ) from None


def view_of(route: Route, emulator: Emulator) -> Callable[..., Response]:
    """Make the view of a route, whose function takes a `Call` and what is in the path.

    It returns a document, also with its status, or a response. The arguments are checked first, and
    so is a body that the route does not take: who sends one to `DELETE /_mock/faults` means to
    choose.
    """
    schema = route.query or Arguments()
    done = min(route.answers)
    refuses_body = route.body is None and schema.unknown == RAISE

    def view(**path: Any) -> Response:
        sent = {name: value for name, value in request.args.items() if name != "account"}
        if refuses_body and request.get_data(cache=False).strip() not in (b"", b"{}"):
            raise InvalidError(f"{route.name} takes no body. Leave it out.", "body_not_taken")
        found = route.function(Call(emulator, schema.read(sent, "Query")), **path)  # type: ignore[attr-defined]  # each is a StrictSchema
        if isinstance(found, Response):
            return found
        document, status = found if isinstance(found, tuple) else (found, done)
        return answer(document, status)

    return view


def answer(value: Any, status: int = 200) -> Response:
    """Return a JSON answer, indented, as people read these with curl."""
    return streamed_answer(b"".join([*jsonio.pretty_in_parts(value), b"\n"]), status)


def streamed_answer(text: bytes | Iterator[bytes], status: int = 200) -> Response:
    """Return an answer whose JSON is there already, whole or in parts."""
    return Response(text, status, JSON_HEADERS)


def error_answer(status: int, code: str, message: str) -> Response:
    """Return an error."""
    return answer({"error": code, "message": message}, status)


def called_account() -> str | None:
    """Return the account a call names, or None if it names none."""
    header: str | None = request.environ.get("HTTP_X_MOCK_ACCOUNT")
    if header:  # bytes come as Latin-1; an API key may be any text
        return header.encode("latin-1").decode("utf-8", "replace")
    return request.args.get("account") or None
