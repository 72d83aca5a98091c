"""Workflows, and the outbox: the messages that would have been sent (MSG-05 to MSG-08)."""

from contextlib import suppress
from typing import Any

from mock_server import jsonio
from mock_server.emulator.errors import NotFoundError
from mock_server.emulator.host import Resource
from mock_server.emulator.messages import surroundings
from mock_server.emulator.resources.subscriptions import UnsubscribedList
from mock_server.emulator.schemas import WorkflowSchema
from mock_server.model import Document
from mock_server.rules.message.message import Message, boundary
from mock_server.rules.message.workflow import all_outgoing, kept_message, starts
from mock_server.state import Page, UnwritableError

MAX_MESSAGES = 10_000
"""The number of messages that the outbox of an account keeps; the oldest go first."""
_READ = tuple(
    (
        "apiVersion eventTypeKey eventKey params verdict occurred contactId externalOrderId effect"
    ).split()
)


_WORKFLOW = WorkflowSchema()


class Outbox(Resource):
    """The workflows of an account, and the messages of its outbox."""

    _unsubscribed: UnsubscribedList

    # Workflows

    def workflows(self) -> list[Document]:
        """All workflows, oldest first."""
        return self._state.rows("workflows")

    def workflow(self, workflow_id: int) -> Document:
        """One workflow. Raises `NotFoundError`."""
        found = self._state.get("workflows", workflow_id)
        if found is None:
            raise NotFoundError(
                f"There is no workflow {workflow_id}. GET /_mock/workflows lists all workflows."
            )
        return found

    def add_workflow(self, workflow: Any, workflow_id: int | None = None) -> Document:
        """Assign a workflow, by `id` or new; `InvalidError` or `NotFoundError`."""
        read = _WORKFLOW.read(workflow, "Workflow")
        with self._host.paused():
            numbers = self._state.next_numbers()
            known = None if workflow_id is None else self.workflow(workflow_id)
            made = {"id": known["id"] if known else numbers.get("workflows", 1), **read}
            self._state.commit({"workflows": [made]})
        return made

    def switch_workflow(self, workflow_id: int, *, enabled: bool) -> None:
        """Switch a workflow on or off. Raises `NotFoundError`."""
        with self._host.paused():
            changed = {**self.workflow(workflow_id), "enabled": enabled}
            self._state.commit({"workflows": [changed]})

    def new_workflows(self, wanted: list[Document]) -> list[Document]:
        """Of the workflows of a seed those that there are not yet; the caller holds the account."""
        known = [{**each, "id": None} for each in self.workflows()]
        return [each for each in wanted if {**each, "id": None} not in known]

    def remove_workflow(self, workflow_id: int | None = None) -> None:
        """Remove a workflow, or all; their messages stay. Raises `NotFoundError`."""
        with self._host.paused():
            if workflow_id is None:
                ids = [each["id"] for each in self.workflows()]
            else:
                ids = [self.workflow(workflow_id)["id"]]
            self._state.commit({}, {"workflows": ids})

    # Messages

    def start(self, event: Document) -> None:
        """Make the messages of a committed event, while other events need not wait."""
        if not self._state.count("workflows"):
            return
        started = [each for each in self.workflows() if starts(each, event)]
        if not started:
            return
        made = self._made(event, started)
        # On a full disk the message is lost, and the next event says so (WIRE-13).
        with suppress(UnwritableError):
            made = self.keep(made)
        for each in made:
            self._host.tell_message(each)

    def keep(self, made: list[Document]) -> list[Document]:
        """Number messages and put them into the outbox; return them with their `messageId`."""
        with self._host.paused():
            first = self._state.next_numbers().get("outbox", 1)
            numbered = [{"messageId": first + place, **each} for place, each in enumerate(made)]
            last = first + len(numbered) - 1
            old = range(max(1, first - MAX_MESSAGES), last - MAX_MESSAGES + 1)
            kept = [each for each in numbered if each["messageId"] > last - MAX_MESSAGES]
            self._state.commit({"outbox": kept}, {"outbox": [*old]})
        return numbered

    def _made(self, event: Document, started: list[Document]) -> list[Document]:
        now = self._host.clock.iso()
        errors: list[str] = []
        messages: list[tuple[Document, Document]] = []
        with boundary(errors):
            record = jsonio.loads(jsonio.dumps({name: event[name] for name in _READ}))
            around = surroundings(record, self._state, now, self._unsubscribed.holds)
            messages = all_outgoing(started, record, around)
        if errors:
            messages = [
                (each, kept_message(Message("", (), ()), None, None, errors)) for each in started
            ]
        return [
            {
                "source": "workflow",
                "eventId": event["eventId"],
                "eventTypeKey": event["eventTypeKey"],
                "workflowId": each["id"],
                "storedMessageId": None,
                "contactId": event["contactId"],
                "createdAt": now,
                "channel": each["channel"],
                "from": None,
                **message,
            }
            for each, message in messages
        ]

    def messages(
        self,
        recipient: str | None = None,
        event: int | None = None,
        source: str | None = None,
        type: str | None = None,  # noqa: A002  (the filter's name in the control API)
        contact: int | None = None,
        q: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Page:
        """The messages that match, the newest first; `q` is text anywhere in one."""
        wanted = {
            "recipient": recipient,
            "eventId": event,
            "source": source,
            "eventTypeKey": type,
            "contactId": contact,
        }
        exact = [(name, value) for name, value in wanted.items() if value is not None]
        text = None if q is None else q.casefold()
        found = [
            each
            for each in map(_whole, reversed(self._state.rows("outbox")))
            if all(each.get(name) == value for name, value in exact)
            and (text is None or text in jsonio.text_of(each).casefold())
        ]
        return Page(len(found), found[offset : offset + limit])

    def message(self, message_id: int) -> Document:
        """One message. Raises `NotFoundError`."""
        found = self.find(message_id)
        if found is None:
            raise NotFoundError(
                f"There is no message {message_id}. GET /_mock/outbox lists all messages."
            )
        return found

    def find(self, message_id: int) -> Document | None:
        """One message, or None."""
        found = self._state.get("outbox", message_id)
        return None if found is None else _whole(found)

    def clear(self) -> None:
        """Forget all messages."""
        with self._host.paused():
            ids = [each["messageId"] for each in self._state.rows("outbox")]
            self._state.commit({}, {"outbox": ids})


def _whole(message: Document) -> Document:
    """A message with what version 0.2 did not keep yet."""
    if "source" in message:
        return message
    status = "DELIVERED" if message.get("problem") is None else "ERROR"
    new = {"source": "workflow", "notes": [], "status": status}
    return {**new, "storedMessageId": None, "from": None, **message}
