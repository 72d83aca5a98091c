"""A call of a route of the emulated API: its account, its query and its body (WIRE-03, WIRE-05)."""

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import Any

from flask import Response, after_this_request, request
from marshmallow import Schema, ValidationError

from mock_server import jsonio
from mock_server.api.http import (
    WireError,
    api_key,
    bearer_token,
    check_content_type,
    note_warnings,
    noted,
    read_body,
)
from mock_server.documents.fields import Open, number, shape
from mock_server.emulator import Account, Emulator, Note
from mock_server.emulator.schemas import describe
from mock_server.model import Document
from mock_server.routes import JSON, Answer, Route, plain_text
from mock_server.rules.contact.remarks import remark
from mock_server.rules.order.batches import Batch, meant_by
from mock_server.rules.trace import Trace
from mock_server.rules.values import json_type

INVALID = plain_text("What is wrong with the request, and the way out.")
DONE = Answer("What was done.", {JSON: None})

WireContact = shape("WireContact", Open, id=number())
"""A contact as the service shows it."""

_SHOWN_FAULTS = 1000
_FIXED = 8192  # bytes of a body that are kept for its fix


class Call:
    """A request to a route of the emulated API, read by what the route declares."""

    def __init__(self, emulator: Emulator, route: Route) -> None:
        self.emulator = emulator
        self._route = route

    @cached_property
    def account(self) -> Account:
        """The account that the API key opens (WIRE-02). Raises `WireError` 401."""
        environ = request.environ
        if bearer_token(environ) is not None:
            raise WireError(
                401,
                "bearer_not_allowed",
                "A bearer token serves for POST /event, POST /past_events and DELETE /past_events"
                " only. Use Basic authentication: any user name, the API key as password.",
            )
        return noted(environ, self.emulator.account_for_key(api_key(environ)))

    def query(self) -> dict[str, Any]:
        """Return the arguments. Raises `WireError` 400."""
        return load_sent(self._route.query, dict(request.args.items()))

    def body(self, *, may_be_empty: bool = False) -> dict[str, Any]:
        """Return the JSON object that was sent, as it is. Raises `WireError` 400 or 415."""
        return json_object(self.account, may_be_empty=may_be_empty)

    def read(self, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Read the body by its schema. Raises `WireError` 400 that names all that is wrong."""
        return load_sent(self._route.body, self.body() if body is None else body)


def view_of(route: Route, emulator: Emulator) -> Callable[..., Response]:
    """Make the view function of a route, whose function takes a `Call` and what is in the path."""
    return lambda **path: route.function(Call(emulator, route), **path)


def json_object(
    account: Account, *, may_be_empty: bool = False, data: bytes | None = None
) -> dict[str, Any]:
    """The body of a request (or `data`), a JSON object (WIRE-05); {} if it may be empty."""
    body = read_body(request.environ) if data is None else data
    if may_be_empty and not body:
        return {}
    notes = check_content_type(request.environ)
    if notes:
        explain_answer(account, "X-Mock-Warnings", ", ".join(code for _, code in notes if code))
    try:
        value = jsonio.loads(body)
    except jsonio.MalformedJson as error:
        seen = f"not JSON: {error}" if body else "empty"
        raise WireError(400, "malformed_body", f"The body is {seen}. Send a JSON object.") from None
    if not isinstance(value, dict):
        text = f"The body is {json_type(value)}. Send a JSON object."
        raise WireError(400, "malformed_body", text)
    return value


def explain_answer(account: Account, header: str, text: str) -> None:
    """Add a header that explains the answer, unless the account has that switched off."""
    if text and account.settings.explain_headers:

        @after_this_request
        def add(answer: Response) -> Response:
            said = text.encode("ascii", "backslashreplace").decode()[:_SHOWN_FAULTS]
            before = answer.headers.get(header)
            answer.headers[header] = f"{before}, {said}" if before else said
            return answer


def remarks_of(contacts: Iterable[Any], *, id_counts: bool = False) -> Trace:
    """CON-09, CON-12 and CON-16: what is to be said of contacts as they were sent."""
    trace = Trace()
    for contact in contacts:
        remark(contact, trace, id_counts=id_counts)
    return trace


def note_single(body: dict[str, Any], name: str, trace: Trace) -> None:
    """CON-16: note a list of the body that came as one element."""
    if isinstance(body.get(name), dict):
        trace.say("CON-16/single_element", name)


def tell(account: Account, trace: Trace) -> None:
    """Tell the journal and the client the warnings and the notes of a trace."""
    said: dict[tuple[str, bool], list[str]] = {}
    for code, text, is_warning in trace.remarks():
        said.setdefault((code, is_warning), []).append(text)
    for (code, _), texts in said.items():
        note_warnings(request.environ, code, texts)
    for header, wanted in (("X-Mock-Warnings", True), ("X-Mock-Notes", False)):
        explain_answer(account, header, ", ".join(code for code, warns in said if warns is wanted))


def load_sent(schema: Schema | None, value: Any) -> dict[str, Any]:
    """Load a value by its schema. Raises `WireError` 400 that names every field that is wrong."""
    assert schema is not None  # noqa: S101  (a route reads what it declares)
    try:
        loaded: dict[str, Any] = schema.load(value)
    except ValidationError as error:
        raise WireError(400, "body_invalid", faults_told(error)) from None
    return loaded


def faults_told(error: ValidationError) -> str:
    """Return what is wrong with all fields in one text."""
    text = describe(error.messages)
    return f"{text}." if len(text) < _SHOWN_FAULTS else f"{text[:_SHOWN_FAULTS]}…"


def batch_of(
    account: Account, batch: Batch, limit: int, fix: Callable[[Any, str | None], Document | None]
) -> tuple[dict[str, Any], list[Any]]:
    """The body of a method that takes a list, and its elements; `WireError` 400."""
    data = read_body(request.environ)
    try:
        body = json_object(account, data=data)
        return body, array_of(body, batch.field, limit)
    except WireError as error:
        sent, text = _as_far_as_read(data[:_FIXED])
        found = meant_by(sent, text, batch)
        if found is not None and len(data) <= _FIXED:
            trace = Trace()
            way_out = trace.say("ENV-20/batch", seen=found[0], list=batch.field)
            hint = f"would be accepted if {way_out}"
            finding, make = trace.steps[0].finding, partial(fix, sent, text)
            error.told = Note(error.reason, str(error), finding=finding, hint=hint, fix=make)
        raise


def _as_far_as_read(data: bytes) -> tuple[Any, str | None]:
    try:
        return jsonio.loads(data), None
    except jsonio.MalformedJson:
        return None, data.decode("utf-8", "replace")


def array_of(body: dict[str, Any], name: str, limit: int, *, one_is_many: bool = True) -> list[Any]:
    """Return an array of the body, of up to `limit` elements. Raises `WireError` 400 for more."""
    value = body.get(name)
    if isinstance(value, dict) and value and all(map(str.isdigit, value)):  # ENV-20
        text = f"{name} is an object with the keys 0, 1, …, as PHP sends a list with gaps."
        raise WireError(400, "body_invalid", f"{text} Send an array (in PHP: array_values).")
    if isinstance(value, dict) and one_is_many:
        value = [value]
    if not isinstance(value, list):
        seen = "is missing" if name not in body else f"is {json_type(value)}, not an array"
        raise WireError(400, "body_invalid", f"{name} {seen}. Send up to {limit:,} in one array.")
    if len(value) > limit:
        raise WireError(
            400,
            "too_many",
            f"{name} has {len(value):,} elements; one request may have {limit:,}."
            " Send them in parts; nothing of this request was stored.",
        )
    return value


def part_of(found: list[Any], asked: dict[str, Any]) -> list[Any]:
    """Return the part of a list that a `PageSchema` asks for."""
    first = asked["startindex"] - 1
    return found[first : first + asked["maxrows"]]


def array(schema: type[Schema]) -> dict[str, Any]:
    """Return the JSON schema of an array of these."""
    return {"type": "array", "items": schema}


def bare(description: str, *headers: str) -> Answer:
    """Return the declaration of a text under the content type of JSON (WIRE-04)."""
    return Answer(description, {JSON: None}, headers)


def paged(description: str, schema: type[Schema]) -> Answer:
    """Return the declaration of a part of a list, with the whole number in a header."""
    return Answer(description, {JSON: array(schema)}, ("TotalCount",))
