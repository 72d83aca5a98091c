"""MSG-05, MSG-06: what a workflow makes of an event: a message, or why nobody gets one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mock_server.model import Document
from mock_server.rules.message.data import filled_in, variables
from mock_server.rules.message.message import message_of
from mock_server.velocity import STEPS, Budget, TemplateError

_STEPS_FOR_ALL = 4 * STEPS


def starts(workflow: Document, event: Document) -> bool:
    """MSG-05: an accepted event of the workflow's type starts it; a past one does not (PST-05)."""
    return (
        workflow.get("eventTypeKey") == event["eventTypeKey"]
        and event["verdict"] != "rejected"
        and event["occurred"] is None
    )


def all_outgoing(
    workflows: Iterable[Document], event: Document, order_id: int | None, now: datetime
) -> list[tuple[Document, dict[str, Any]]]:
    """MSG-06: each workflow with what it makes of an event that starts it.

    Together they may do four times what one template may, so that an event is answered soon however
    many there are, and one that runs away spoils none of the others.
    """
    left = _STEPS_FOR_ALL
    made = []
    for each in workflows:
        budget = Budget(min(STEPS, left))
        left -= budget.left
        made.append((each, outgoing(each, event, order_id, now, budget)))
        left += max(0, budget.left)
    return made


def outgoing(
    workflow: Document,
    event: Document,
    order_id: int | None,
    now: datetime,
    budget: Budget | None = None,
) -> dict[str, Any]:
    """MSG-06: recipient, subject, text, what is missing, and the problem when it is not sent.

    A message is also made when it cannot be sent, as far as it came, so that it can be read.
    """
    template, json_field = workflow["template"], workflow.get("json")
    message = message_of(template, event, order_id, now, json_field, budget)
    known = variables(event, order_id)
    problems: list[str] = []
    recipient = _field("recipient", workflow["recipient"], known, problems)
    subject = _field("subject", workflow.get("subject") or "", known, problems)
    if recipient is not None and not recipient.strip():
        problems.append(f"the recipient {workflow['recipient']} is blank")
    if event["contactId"] is None:
        problems.append("the contact is unknown")
    problems += [f"the template failed: {each}" for each in message.errors]
    return {
        "recipient": recipient,
        "subject": subject,
        "text": message.text,
        "missing": message.to_document()["missing"],
        "problem": "; ".join(problems) or None,
    }


def _field(name: str, field: str, known: Mapping[str, Any], problems: list[str]) -> str | None:
    try:
        return filled_in(field, known)
    except TemplateError as error:
        problems.append(f"the {name} {error}")
        return None
