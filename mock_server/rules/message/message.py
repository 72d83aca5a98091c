"""MSG-01: the text of a message for an event, with all that gave nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_server.model import Document
from mock_server.rules.message.data import data, template_variables
from mock_server.velocity import Budget, Missing, Run, TemplateError, parse
from mock_server.velocity.tools import tools


@dataclass(frozen=True, slots=True)
class Message:
    """What a template comes to: its text as far as it came, what is missing, what is wrong."""

    text: str
    missing: Sequence[Missing]
    errors: Sequence[str]

    def to_document(self) -> dict[str, Any]:
        """The message as the control API shows it."""
        return {
            "text": self.text,
            "missing": [{"expression": each.expression, "why": each.why} for each in self.missing],
            "errors": list(self.errors),
        }


def message_of(
    template: str,
    event: Document,
    order_id: int | None,
    now: datetime,
    json_field: str | None,
    budget: Budget | None = None,
) -> Message:
    """The message that a template makes of an event (its record); nothing is raised.

    `order_id` is the `orderId` of the event's order (MSG-04), `json_field` the field "JSON" of the
    message block (MSG-02). `budget` is what the template may do, where it has no whole one.
    """
    if event.get("verdict") == "rejected":
        return Message("", (), ["the event was rejected: no message comes of it"])
    errors: list[str] = []
    values: dict[str, Any] = {}
    try:
        values = data(event, json_field)
    except TemplateError as error:
        errors.append(str(error))  # MSG-02: `$data` is empty then
    run = Run({**tools(now), **template_variables(event, order_id), "data": values}, budget)
    try:
        parse(template).start(run)
    except TemplateError as error:
        errors.append(str(error))
    return Message(run.text, run.missing, errors)
