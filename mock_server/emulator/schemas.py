"""What users give the emulator itself; an unknown field is an error with a near name."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from mock_server.documents.accounts import Settings
from mock_server.documents.fields import Closed, Flag, TextOrNumber
from mock_server.documents.messages import Workflow
from mock_server.emulator.errors import InvalidError
from mock_server.model import Document, IdentifierKind
from mock_server.rules.contact.identifiers import kind_of
from mock_server.rules.values import as_text


class StrictSchema(Closed):
    """A schema of what users send to the emulator; its errors make one text."""

    error_messages = {"type": "Must be a JSON object."}  # noqa: RUF012  (marshmallow's own way)

    def read(self, data: Any, what: str) -> Any:
        """Load `data`; raises `InvalidError` that names every field that is wrong, and why."""
        try:
            return self.load(data)
        except ValidationError as error:
            raise InvalidError(f"{what}: {' '.join(_sentences(error.messages))}") from None


def _sentences(messages: Any) -> Iterator[str]:
    for path, text in faults_of(messages):
        said = text if text.endswith((".", "?", "…")) else f"{text}."
        yield f"{path}: {said}" if path else said


def describe(messages: Any) -> str:
    """Marshmallow's nested messages in one line, each with the path of its field."""
    found = ((path, text.rstrip(".")) for path, text in faults_of(messages))
    return "; ".join(f"{path}: {text}" if path else text for path, text in found)


def faults_of(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each of marshmallow's nested messages, after the path of its field."""
    if isinstance(messages, Mapping):
        for name, each in messages.items():
            yield from faults_of(each, _join(path, name))
    elif isinstance(messages, (list, tuple)):
        for each in messages:
            yield from faults_of(each, path)
    else:
        yield path, str(messages)


def _join(path: str, name: Any) -> str:
    if name == "_schema":
        return path
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else str(name)


class SettingsSchema(StrictSchema, Settings):  # type: ignore[valid-type,misc]  # made from data
    """The settings of an account, any subset of them."""


class FilledText(TextOrNumber):
    """The same where it must not be blank; blanks around it do not count."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = super()._deserialize(value).strip()
        if not text:
            raise ValidationError("Is blank")
        return text


class ShortContactSchema(StrictSchema):
    """A contact in the short form for tests and seeds."""

    email = FilledText()
    phone = FilledText()
    externalCustomerId = FilledText()
    contactKey = FilledText()
    pushToken = FilledText()
    firstName = fields.String(allow_none=True)
    lastName = fields.String(allow_none=True)


class ParamRuleSchema(StrictSchema):
    """One parameter of an event type, and whether it is required (ENV-14)."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    required = Flag(load_default=True)


class EventTypeSchema(StrictSchema):
    """The switches of an event type, any subset of them."""

    segmentation = Flag()
    validateParams = Flag()
    params = fields.List(fields.Nested(ParamRuleSchema))


class SeededEventTypeSchema(EventTypeSchema):
    """An event type in a seed."""

    eventTypeKey = fields.String(required=True, validate=validate.Length(min=1, max=100))


class SeededOrderSchema(Schema):
    """An order in a seed: the vendor's fields; those it does not name are kept as they are."""

    class Meta:
        """Load it as marshmallow does."""

        unknown = INCLUDE

    externalOrderId = FilledText(required=True)
    totalCost = fields.Raw(required=True)
    status = fields.Raw(required=True)
    date = fields.Raw(required=True)
    currency = fields.String(allow_none=True)
    items = fields.Raw()
    additionalInfo = fields.Dict()


class WorkflowSchema(StrictSchema, Workflow):
    """A workflow of one message block (MSG-05)."""

    class Meta(Closed.Meta):
        """Load it as marshmallow does; the emulator chooses the id."""

        exclude = ("id",)


class SeedSchema(StrictSchema):
    """A seed: what an account holds when a run begins."""

    contacts = fields.List(fields.Nested(ShortContactSchema), load_default=list)
    orders = fields.List(fields.Nested(SeededOrderSchema), load_default=list)
    eventTypes = fields.List(fields.Nested(SeededEventTypeSchema), load_default=list)
    settings = fields.Nested(SettingsSchema, load_default=dict)
    workflows = fields.List(fields.Nested(WorkflowSchema), load_default=list)
    messages = fields.List(fields.Dict(fields.String()), load_default=list)


FOUND_BY: tuple[IdentifierKind, ...] = (
    "externalCustomerId",
    "email",
    "phone",
    "pushToken",
    "contactKey",
)


def unknown_contact(event: Document) -> Document:
    """The short form of the contact that a record or outcome lacked, or {}."""
    if "contact_not_found" not in (event.get("reasons") or ()):
        return {}
    params = event.get("params")
    found: Document = {}
    for each in params if isinstance(params, list) else ():
        name = each.get("name") if isinstance(each, dict) else None
        kind = kind_of(name) if isinstance(name, str) else None
        text = (as_text(each.get("value")) or "").strip()
        if kind in FOUND_BY and text:
            found.setdefault(kind, text)
    return found


def require_identifier(short: Document, what: str) -> None:
    """Refuse a contact that no event could ever be identified with."""
    if not any(kind in short for kind in FOUND_BY):
        raise InvalidError(f"{what}: at least one of {', '.join(FOUND_BY)} is needed.")
