"""Reading scenarios. One that is malformed is refused with file, line, column and path."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from mock_server import jsonio
from mock_server.contracts.line_and_column import locate, path_text
from mock_server.documents.events import Event
from mock_server.emulator import catalogue
from mock_server.emulator.examples import shipped_fixtures
from mock_server.emulator.schemas import SeedSchema, StrictSchema
from mock_server.ledger.entry import RESULTS
from mock_server.model import VERDICTS, Document

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_PLACE = re.compile(r" at line (\d+) column (\d+)$")


class MalformedScenario(ValueError):  # noqa: N818  (reads as what it is)
    """A file that is not a scenario; each line of the message is `file:line:column: what`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as its file has it; docs/contracts.md says what each part means."""

    path: Path
    name: str
    rules: tuple[str, ...]
    given: Document
    steps: list[Document]
    then: Document


class _Headers(fields.Dict):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(keys=fields.String(), values=fields.Raw(allow_none=True), **kwargs)


class RequestSchema(StrictSchema):
    """The request of a step."""

    method = fields.String(required=True, validate=validate.OneOf(METHODS))
    path = fields.String(required=True, validate=validate.Regexp("/", error="Begins with a /"))
    headers = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True))
    body = fields.Raw(allow_none=True)
    text = fields.String()

    @validates_schema
    def _one_body(self, data: Mapping[str, Any], **_: Any) -> None:
        if "body" in data and "text" in data:
            raise ValidationError("Has body or text, not both.", "text")


class ResponseSchema(StrictSchema):
    """The expected answer of the server."""

    status = fields.Integer(required=True, strict=True, validate=validate.Range(100, 599))
    headers = _Headers()
    body = fields.Raw(allow_none=True)


class TraceStepSchema(StrictSchema):
    """One step of a trace, as much of it as matters."""

    rule = fields.String(required=True)
    finding = fields.String()
    result = fields.String(validate=validate.OneOf(RESULTS))
    message = fields.Raw()
    param = fields.String(allow_none=True)


_NOT_EXPECTED = ("eventId", "account", "receivedAt", "body")
"""What differs from run to run, and what a step says itself: the body that it sends."""


class _EventPart(StrictSchema):
    """An expectation: what is compared as a whole or in part has a shape."""

    verdict = fields.String(validate=validate.OneOf(VERDICTS))
    reasons = fields.List(fields.String())
    warnings = fields.List(fields.String())
    trace = fields.List(fields.Nested(TraceStepSchema))


EventSchema = _EventPart.from_dict(
    {
        name: fields.Raw(allow_none=each.allow_none)
        for name, each in Event().fields.items()
        if name not in (*_NOT_EXPECTED, *_EventPart().fields)
    },
    name="EventSchema",
)
"""An event's record, as much of it as matters."""


class MessageSchema(StrictSchema):
    """A message of the outbox, as much of it as matters (MSG-06)."""

    channel = fields.Raw()
    recipient = fields.Raw(allow_none=True)
    subject = fields.Raw(allow_none=True)
    text = fields.Raw()
    missing = fields.Raw()
    problem = fields.Raw(allow_none=True)
    contactId = fields.Raw(allow_none=True)
    notes = fields.Raw()
    source = fields.Raw()
    status = fields.Raw()


class StepSchema(StrictSchema):
    """One request, what it is answered, the event it becomes, and the message that event causes."""

    request = fields.Nested(RequestSchema, required=True)
    response = fields.Nested(ResponseSchema, required=True)
    event = fields.Nested(EventSchema, allow_none=True)
    message = fields.Nested(MessageSchema, allow_none=True)
    capture = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"[A-Za-z][A-Za-z0-9_]*\Z")),
        values=fields.String(validate=validate.Regexp(r"(/.*)?\Z", error="Is no JSON Pointer")),
    )


class ThenSchema(StrictSchema):
    """The expected content of the account in the end."""

    orders = fields.Dict(keys=fields.String(), values=fields.Dict(allow_none=True))
    eventTypes = fields.Dict(keys=fields.String(), values=fields.Dict(allow_none=True))
    contacts = fields.List(fields.Dict())
    events = fields.List(fields.Nested(EventSchema))
    requests = fields.List(fields.Dict())


def _known_rule(rule_id: str) -> None:
    if rule_id not in catalogue.RULES:
        raise ValidationError(f"There is no rule {rule_id}; `yespo-mock rules` lists them.")


_filled = validate.Length(min=1, error="Is empty")


class ScenarioSchema(StrictSchema):
    """A whole scenario."""

    schema = fields.String(data_key="$schema")
    scenario = fields.String(required=True, validate=_filled)
    rules = fields.List(fields.String(validate=_known_rule), required=True, validate=_filled)
    given = fields.Nested(SeedSchema)
    steps = fields.List(fields.Nested(StepSchema), required=True, validate=_filled)
    then = fields.Nested(ThenSchema)


_SCHEMA = ScenarioSchema()


def read_scenario(path: Path) -> Scenario:
    """Read a scenario's file. Raises `MalformedScenario` that names every fault and its place."""
    try:
        sent = path.read_bytes()
    except OSError as error:
        raise MalformedScenario([f"{path}: cannot be read: {error.strerror}"]) from None
    try:
        document = jsonio.loads(sent)
    except jsonio.MalformedJson as error:
        place = _PLACE.search(str(error))
        where = f"{path}:{place[1]}:{place[2]}" if place else str(path)
        text = str(error)[: place.start()] if place else str(error)
        raise MalformedScenario([f"{where}: not JSON: {text}"]) from None
    if not isinstance(document, dict):
        raise MalformedScenario([f"{path}:1:1: $: a scenario is a JSON object"])
    faults = _SCHEMA.validate(document)
    if faults:
        text = sent.decode()
        told = [_told(path, text, *fault) for fault in _flat(faults, document, ())]
        raise MalformedScenario([line for _, line in sorted(told)])
    return Scenario(
        path,
        document["scenario"],
        tuple(document["rules"]),
        document.get("given", {}),
        document["steps"],
        document.get("then", {}),
    )


def _told(
    path: Path, text: str, place: tuple[str | int, ...], message: str
) -> tuple[tuple[int, int], str]:
    line, column = locate(text, place)
    return (line, column), f"{path}:{line}:{column}: {path_text(place)}: {message.rstrip('.')}"


def _flat(
    messages: Any, document: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not isinstance(messages, Mapping):
        for each in messages if isinstance(messages, list) else [messages]:
            yield path, str(each)
        return
    for name, inner in messages.items():
        if name == "_schema":
            yield from _flat(inner, document, path)
        elif not _has(document, name) and messages.keys() <= {"key", "value"}:
            # A dictionary field says `value` or `key` where the document has no such level.
            yield from _flat(inner, document, path)
        else:
            below = document[name] if _has(document, name) else None
            yield from _flat(inner, below, (*path, name))


def _has(document: Any, name: Any) -> bool:
    if isinstance(document, dict):
        return name in document
    return isinstance(document, list) and isinstance(name, int) and name < len(document)


def shipped_folder() -> Path:
    """The folder of the shipped scenarios."""
    return shipped_fixtures() / "contracts"


def shipped_schema() -> Path:
    """The JSON Schema of a scenario."""
    return shipped_fixtures() / "contract.schema.json"
