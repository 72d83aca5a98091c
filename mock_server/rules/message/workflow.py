"""MSG-05 to MSG-08: the message that a workflow makes of an event, or why nobody gets one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mock_server.model import Document
from mock_server.rules.message.data import fill_field, workflow_variables
from mock_server.rules.message.message import Message, Surroundings, boundary, compose
from mock_server.velocity import STEPS, Allowance, Budget

UNSUBSCRIBED = "unsubscribed"
"""The problem of a message to an address that unsubscribed (MSG-08)."""
_STEPS_FOR_ALL = 4 * STEPS


def starts(workflow: Document, event: Document) -> bool:
    """MSG-05: an accepted event of its type, not a past one (PST-05), starts it while enabled."""
    return (
        workflow.get("enabled") is not False
        and workflow.get("eventTypeKey") == event["eventTypeKey"]
        and event["verdict"] != "rejected"
        and event["occurred"] is None
    )


def all_outgoing(
    workflows: Iterable[Document], event: Document, around: Surroundings
) -> list[tuple[Document, dict[str, Any]]]:
    """MSG-06: each started workflow with its message; all may do what four templates may."""
    allowance = Allowance(_STEPS_FOR_ALL)
    made = []
    for each in workflows:
        with allowance.budget() as budget:
            made.append((each, outgoing(each, event, around, budget)))
    return made


def outgoing(
    workflow: Document, event: Document, around: Surroundings, budget: Budget | None = None
) -> dict[str, Any]:
    """MSG-06: the message and what it lacks; also, as far as it came, when it cannot be sent."""
    message = compose(workflow["template"], event, around, workflow.get("json"), budget)
    known: dict[str, Any] = {}
    problems: list[str] = []
    with boundary(problems):
        known = workflow_variables(event, around.order_id)
    recipient = _field("recipient", workflow["recipient"], known, problems)
    subject = _field("subject", workflow.get("subject") or "", known, problems)
    if recipient is not None and not recipient.strip():
        problems.append(f"the recipient {workflow['recipient']} is blank")
    problems += [f"the template failed: {each}" for each in message.errors]
    is_obligatory = workflow.get("obligatory", False)
    if not is_obligatory and recipient is not None and around.is_unsubscribed(recipient.strip()):
        problems.append(UNSUBSCRIBED)
    notes = ["contact_unknown"] if event["contactId"] is None else []  # MSG-07
    return kept_message(message, recipient, subject, problems, notes)


def kept_message(
    message: Message,
    recipient: str | None,
    subject: str | None,
    problems: Sequence[str],
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """A message as the outbox keeps it, with the status that follows from its problems (SND-04)."""
    failed = [each for each in problems if each != UNSUBSCRIBED]
    return {
        "recipient": recipient,
        "subject": subject,
        "text": message.text,
        "missing": message.missing_documents(),
        "problem": "; ".join(problems) or None,
        "notes": list(notes),
        "status": "ERROR" if failed else "UNSUBSCRIBED" if problems else "DELIVERED",
    }


def _field(name: str, field: str, known: Mapping[str, Any], problems: list[str]) -> str | None:
    errors: list[str] = []
    filled = None
    with boundary(errors):
        filled = fill_field(field, known)
    problems += [f"the {name} {each}" for each in errors]
    return filled
