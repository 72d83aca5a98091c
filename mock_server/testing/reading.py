"""Reading an account in tests: what counts as looked at, and the texts of failures.

All of it goes through the control API, so that it is the same in this process and from afar.
Together with what it imports it is also `yespo-mock helper python`: standard library only.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlencode

from mock_server import jsonio
from mock_server.emulator.errors import EmulatorError, InvalidError, NotFoundError
from mock_server.model import DROPPED, ApiVersion, Document
from mock_server.printable import printable
from mock_server.testing.arguments import EventFilters, check_arguments
from mock_server.testing.documented import OrderStatus
from mock_server.testing.records import Contact, Event, Message, Order, Outcome, Request
from mock_server.testing.text import SHOWN, events_text, indented, request_lines

if TYPE_CHECKING:
    from typing_extensions import Unpack  # in `typing` since Python 3.11

__tracebackhide__ = True  # for pytest: a failure is in the line of the test

_SLICE = 0.25
"""Seconds that a thread waits for events under asyncio before it is asked again."""
_LONGEST_WAIT = 60.0
_PAGE = 1000

NEAR = 5
"""The number of near misses, or newest events and contacts, that a failure shows."""


class NotThereError(AssertionError, LookupError):
    """The order or contact does not exist; the message says what does, or what happened to it."""


class Readings:
    """Orders, contacts and events of one account, as test code sees them.

    `_looked` are the ids of the events the test has looked at, `_looked_requests` those of the
    refused requests; `_looked_for` says that it has asked for events or requests at all.
    """

    def __init__(self) -> None:
        self._looked: set[int] = set()
        self._looked_requests: set[int] = set()
        self._looked_for = False

    @abstractmethod
    def _call(self, method: str, target: str, body: bytes | None) -> tuple[int, bytes]:
        """Call the control API: the status and the body of its answer."""

    def _ask(self, method: str, path: str, body: Any = None, **query: Any) -> Document:
        """Call the control API, and return what it answers; arguments of None are left out.

        Raises `NotFoundError` or `InvalidError`, with the words of the answer.
        """
        asked = urlencode({name: each for name, each in query.items() if each is not None})
        if body is not None and not isinstance(body, bytes):
            body = jsonio.dumps(body)
        status, data = self._call(method, f"/_mock{path}{f'?{asked}' if asked else ''}", body)
        try:
            answer: Document = jsonio.loads(data)
        except ValueError:
            raise EmulatorError(
                f"{method} /_mock{path} was answered {status} and no JSON."
            ) from None
        if status in (200, 201, 408, 409):  # 408: waited in vain; 409: a check that fails
            return answer
        kind = {400: InvalidError, 404: NotFoundError}.get(status, EmulatorError)
        raise kind(answer.get("message", f"{method} /_mock{path}: {status}"), answer.get("error"))

    def _list(self, table: str, **query: Any) -> list[Document]:
        found: list[Document] = []
        while True:
            page = self._ask("GET", f"/{table}", limit=_PAGE, offset=len(found), **query)
            items = page["messages" if table == "outbox" else table]
            found += items
            if len(found) >= page["total"] or not items:
                return found[::-1]

    def order(self, external_order_id: str | int) -> Order:
        """One order with its history. If it is not there, fails and says what happened to it."""
        return self._order_or_fail(str(external_order_id))

    def orders(
        self, *, status: OrderStatus | None = None, contact: str | int | None = None
    ) -> list[Order]:
        """The orders that match, oldest first; `contact`: an id or any identifier."""
        return [Order(each) for each in self._list("orders", status=status, contact=contact)]

    def contact(self, who: str | int) -> Contact:
        """One contact by its id or any identifier, with its orders and events.

        If it is not there, fails and names the newest: `NotThereError`, a `LookupError`.
        """
        return self._contact_or_fail(who)

    def contacts(self) -> list[Contact]:
        """All contacts, oldest first."""
        return [Contact(each) for each in self._list("contacts")]

    def event(self, event_id: int) -> Event:
        """One event by its id. Raises `NotFoundError`."""
        return self._event(self._ask("GET", f"/events/{event_id}"))

    def events(self, **filters: Unpack[EventFilters]) -> list[Event]:
        """The events that match all filters (`EventFilters`), oldest first.

        Filtering by `verdict`, `reason` or `warning` counts as having looked at the events found.
        Raises `InvalidError` for a filter that no event can match.
        """
        found = self._find(filters)
        self._looked_for = True
        if _asks_for_fate(filters):
            self._look_at(found)
        return [self._event(each) for each in found]

    def wait_for(
        self, *, count: int = 1, timeout: float = 5.0, **filters: Unpack[EventFilters]
    ) -> Event:
        """Wait until `count` events match all filters (`EventFilters`); the newest of them.

        Fails after `timeout` seconds with what did come. Raises `ValueError` for a `count` below 1,
        and `InvalidError` for a filter that no event can match.
        """
        require_some(count)
        end = monotonic() + timeout
        while True:
            left = end - monotonic()
            page = self._wait("/events", count, min(left, _LONGEST_WAIT), **checked(filters))
            if page["total"] >= count or left <= _LONGEST_WAIT:
                return self._waited(filters, count, timeout, page)

    async def wait_for_async(
        self, *, count: int = 1, timeout: float = 5.0, **filters: Unpack[EventFilters]
    ) -> Event:
        """`wait_for` under asyncio, whose loop goes on, and may send the event."""
        require_some(count)
        asked = checked(filters)
        end = monotonic() + timeout
        while True:
            # In slices, so that a cancelled task does not leave a thread waiting.
            left = end - monotonic()
            slice_ = min(left, _SLICE)
            page = await asyncio.to_thread(self._wait, "/events", count, slice_, **asked)
            if page["total"] >= count or left <= _SLICE:
                return self._waited(filters, count, timeout, page)

    def _wait(self, path: str, count: int, timeout: float, **filters: Any) -> Document:
        return self._ask(
            "GET", f"{path}/wait", count=count, timeout=max(0.0, timeout), limit=NEAR, **filters
        )

    def _waited(self, filters: EventFilters, count: int, timeout: float, page: Document) -> Event:
        if page["total"] < count:
            came = f"{page['total']} of {count} events" if count > 1 else "No event"
            said = f"{came} matched {described(**filters)} within {timeout:g} s."
            raise self._failure([said], *self._newest())
        newest = page["events"][0]
        if _asks_for_fate(filters):
            self._look_at(self._find(filters) if count > 1 else [newest])
        return self.event(newest["eventId"])

    def requests(self, *, refused: bool | None = None) -> list[Request]:
        """The requests of the journal, oldest first.

        `refused=True`: those that came to nothing without becoming an event; asking for them is
        looking at them. `refused=False`: the others.
        """
        found = self._list("requests", refused=refused)
        self._looked_for = True
        if refused:
            self._looked_requests.update(each["requestId"] for each in found)
        return [Request(each, self._looked_requests.add) for each in found]

    def explain(
        self, event: Mapping[str, Any] | str | bytes, *, version: ApiVersion = "v2"
    ) -> Outcome:
        """Judge an event (a dictionary, or JSON) as it would be now. Raises `InvalidError`."""
        return Outcome(self._ask("POST", "/explain", _body(event), version=version))

    def preview(
        self, template: str, event: int | Mapping[str, Any] | str | bytes, json: str | None = None
    ) -> Message:
        """Fill a message's template (Velocity) with an event; nothing is changed (MSG).

        `event`: the id of one that was sent, or a body as for Generate event. `json`: the field
        "JSON" of the message block, such as `${array}`. Raises `NotFoundError`, `InvalidError`.
        """
        asked: Document = (
            {"template": template} if json is None else {"template": template, "json": json}
        )
        if isinstance(event, int):
            asked["eventId"] = event
        else:
            try:
                asked["event"] = jsonio.loads(_body(event))
            except ValueError as error:
                raise InvalidError(f"The event is not JSON: {error}.") from None
        return Message(self._ask("POST", "/messages/preview", asked))

    def outbox(
        self,
        *,
        recipient: str | None = None,
        event: int | None = None,
        type: str | None = None,  # noqa: A002  (the filter's name in the control API)
        contact: str | int | None = None,
        source: Literal["api", "workflow"] | None = None,
        q: str | None = None,
    ) -> list[Document]:
        """The messages that would have been sent, oldest first.

        `source`: those of workflows (`add_workflow`) or those that were sent by a call. Each as
        `GET /_mock/outbox` shows it: `recipient`, `subject`, `text`, `missing`, `status`, and
        `problem`, which says why nobody got it.
        """
        asked = {"recipient": recipient, "event": event, "type": type, "source": source, "q": q}
        return self._list("outbox", contact=contact, **asked)

    def wait_for_message(
        self,
        *,
        recipient: str | None = None,
        source: Literal["api", "workflow"] | None = None,
        contains: str | None = None,
        timeout: float = 5.0,
    ) -> Document:
        """Wait for an outbox message with `contains`, the newest; or fail."""
        asked = {"recipient": recipient, "source": source, "q": contains}
        page = self._wait("/outbox", 1, min(timeout, _LONGEST_WAIT), **asked)
        if page["messages"]:
            message: Document = page["messages"][0]
            return message
        wanted = {"recipient": recipient, "source": source, "contains": contains}
        told = ", ".join(f"{name} {value!r}" for name, value in wanted.items() if value)
        said = [f"No message came in {timeout:g} s" + (f" with {told}." if told else ".")]
        said += [f"  to {each['recipient']}: {each['text'][:200]}" for each in self.outbox()[-5:]]
        raise self._failure(said, *self._newest())

    def fixes(self, **filters: Unpack[EventFilters]) -> list[Document]:
        """List what to mend first: dropped events and refused requests by what is wrong.

        The most frequent first, each as `GET /_mock/fixes` shows it (`rule`, `path`, `message`,
        `count`, `hint` …). Filters as for `events`.
        """
        found: list[Document] = self._ask("GET", "/fixes", **checked(filters))["fixes"]
        return found

    def summary(self) -> Document:
        """Counts by event type, verdict, reason and warning since the start or the last reset."""
        return self._ask("GET", "/summary")

    # Finding, and failing

    def _order_or_fail(self, key: str) -> Order:
        try:
            return Order(self._ask("GET", f"/orders/{quote(key, safe='')}"))
        except NotFoundError as error:
            said = [str(error)]
        events = self._find({"order": key})
        if events:
            raise self._failure(said, "The events that named it:", events, NotThereError)
        said.append(f"No event named {key}.")
        raise self._failure(said, *self._newest(), NotThereError)

    def _contact_or_fail(self, who: str | int) -> Contact:
        try:
            return Contact(self._ask("GET", f"/contacts/{quote(str(who), safe='')}"))
        except NotFoundError:
            newest = self._ask("GET", "/contacts", limit=NEAR)["contacts"]
        held = ", ".join(repr(Contact(each)) for each in newest)
        there_is = f"The newest contacts: {held}." if held else "There are none."
        said = [f"No contact has the id or identifier {who}. {there_is}"]
        raise self._failure(said, "", [], NotThereError)

    def _event(self, document: Document) -> Event:
        sent = {name: document.get(name) for name in ("eventTypeKey", "keyValue", "params")}
        return Event({"body": sent, **document}, self._looked.add)

    def _look_at(self, events: Iterable[Document]) -> None:
        self._looked.update(each["eventId"] for each in events)

    def _find(self, filters: EventFilters) -> list[Document]:
        return self._list("events", **checked(filters))

    def _fixed(self, events: list[Document]) -> list[Document]:
        """The same, but the dropped ones of those that are shown have their fixes."""
        return [
            {**each, "fix": self._ask("GET", f"/events/{each['eventId']}").get("fix")}
            if index < SHOWN and each["verdict"] in DROPPED
            else each
            for index, each in enumerate(events)
        ]

    def _newest(self) -> tuple[str, list[Document]]:
        events = self._ask("GET", "/events", limit=NEAR)["events"]
        return "The newest events:" if events else "There were no events at all.", events[::-1]

    def _refused(self) -> str:
        return request_lines(
            self._ask("GET", "/requests", limit=NEAR, refused=True)["requests"][::-1]
        )

    def _failure(
        self,
        said: Sequence[str],
        heading: str,
        events: list[Document],
        error: type[AssertionError] = AssertionError,
    ) -> AssertionError:
        """The error to fail with; the events it shows have been looked at."""
        self._look_at(events)
        lines = [printable(each) for each in said]
        if heading:
            lines += ["", heading]
        if events:
            shown = events_text(self._fixed(events))
            lines += [indented(shown) if heading else f"\n{indented(shown)}"]
        refused = self._refused()
        if refused:
            lines += ["", "Requests that never became an event:", indented(refused)]
        return error("\n".join(lines))


def _body(event: Mapping[str, Any] | str | bytes) -> bytes:
    if isinstance(event, Mapping):
        try:
            return jsonio.dumps(dict(event))
        except TypeError as error:
            raise InvalidError(f"The event is not JSON: {error}.") from None
    return event.encode() if isinstance(event, str) else event


def checked(filters: EventFilters) -> Document:
    """Return the filters, once `check_arguments` lets them pass."""
    check_arguments(filters)
    return {**filters}


def _asks_for_fate(filters: EventFilters) -> bool:
    """Return whether the filters say what became of the events: then they have been looked at."""
    return any(filters.get(name) is not None for name in ("verdict", "reason", "warning"))


def described(**filters: Any) -> str:
    """Put the filters that are set into words, as `name='value'`."""
    told = [f"{name}={value!r}" for name, value in filters.items() if value is not None]
    return ", ".join(told) or "(any)"


def require_some(count: int | None) -> None:
    """Refuse a number of events below 1."""
    if count is not None and count < 1:
        raise ValueError(
            f"count is 1 or more, not {count}, for an event is given back."
            " That there is none, write as: assert not mock.events(…)"
        )
