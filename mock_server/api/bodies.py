"""Reads the body and the query of a request by their schemas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, after_this_request, request
from marshmallow import Schema, ValidationError

from mock_server import jsonio
from mock_server.api.http import WireError, check_content_type, note_warnings, read_body
from mock_server.emulator import Account
from mock_server.emulator.schemas import describe
from mock_server.rules.contact.remarks import remark
from mock_server.rules.trace import Trace
from mock_server.rules.values import json_type

_SHOWN_FAULTS = 1000


def json_object(account: Account, *, may_be_empty: bool = False) -> dict[str, Any]:
    """Return the body of a request, a JSON object (WIRE-05); {} for none if it may be empty."""
    body = read_body(request.environ)
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


def load_sent(schema: Schema, value: Any) -> dict[str, Any]:
    """Load a value by its schema. Raises `WireError` 400 that names every field that is wrong."""
    try:
        loaded: dict[str, Any] = schema.load(value)
    except ValidationError as error:
        raise WireError(400, "body_invalid", faults_told(error)) from None
    return loaded


def faults_told(error: ValidationError) -> str:
    """Return what is wrong with all fields in one text."""
    text = describe(error.messages)
    return f"{text}." if len(text) < _SHOWN_FAULTS else f"{text[:_SHOWN_FAULTS]}…"


def query(schema: Schema) -> dict[str, Any]:
    """Load the query of a request by its schema. Raises `WireError` 400."""
    return load_sent(schema, dict(request.args.items()))


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
