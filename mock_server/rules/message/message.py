"""MSG-01, MSG-06: the text of a message, with all that gave nothing, and what went wrong."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone, tzinfo
from typing import Any

from mock_server.model import Document
from mock_server.rules.message.data import data, template_variables
from mock_server.velocity import Budget, Missing, Run, TemplateError, parse
from mock_server.velocity.tools import tools


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a message depends on besides its event and its template.

    `order_id` is the `orderId` of the event's order (MSG-04), `zone` the contact's (MSG-09),
    `is_unsubscribed` knows who gets nothing (MSG-08).
    """

    now: datetime
    order_id: int | None = None
    zone: tzinfo = timezone.utc
    is_unsubscribed: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Message:
    """The text of a template as far as it came, what is missing, and what is wrong."""

    text: str
    missing: Sequence[Missing]
    errors: Sequence[str]

    def missing_documents(self) -> list[dict[str, str]]:
        """Return what is missing, as the control API shows it."""
        return [{"expression": each.expression, "why": each.why} for each in self.missing]

    def to_document(self) -> dict[str, Any]:
        """The message as the control API shows it."""
        return {"text": self.text, "missing": self.missing_documents(), "errors": list(self.errors)}


@contextmanager
def boundary(errors: list[str]) -> Iterator[None]:
    """Turn whatever goes wrong inside into an error of the message, and of it alone (MSG-06)."""
    try:
        yield
    except TemplateError as error:
        errors.append(str(error))
    except Exception as error:  # anything at all: the event has been stored already
        errors.append(f"the emulator failed with {type(error).__name__}: {error}"[:300])


def filled_template(
    template: str, names: Mapping[str, Any], around: Surroundings, budget: Budget | None = None
) -> Message:
    """Fill a template with values by name and the tools, within `budget`. Nothing is raised."""
    errors: list[str] = []
    run = Run({**tools(around.now, around.zone), **names}, budget)
    with boundary(errors):
        parse(template).start(run)
    return Message(run.text, run.missing, errors)


def compose(
    template: str,
    event: Document,
    around: Surroundings,
    json_field: str | None = None,
    budget: Budget | None = None,
) -> Message:
    """The message of an event's record; `json_field` is the block's "JSON" (MSG-02). No raising."""
    if event.get("verdict") == "rejected":
        return Message("", (), ["the event was rejected: no message comes of it"])
    errors: list[str] = []
    values: dict[str, Any] = {}
    known: dict[str, Any] = {}
    with boundary(errors):
        known = template_variables(event, around.order_id)
        values = data(event, json_field)  # MSG-02: `$data` is empty when this fails
    filled = filled_template(template, {**known, "data": values}, around, budget)
    return Message(filled.text, filled.missing, [*errors, *filled.errors])
