"""Reading an account in tests: what counts as looked at, and the texts of failures."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from mock_server import jsonio
from mock_server.emulator import (
    Account,
    EventQuery,
    EventRequest,
    InvalidError,
    Message,
    NotFoundError,
    Page,
    outcome_document,
)
from mock_server.emulator.event_filters import event_query
from mock_server.emulator.fixing import request_of
from mock_server.emulator.records import event_document
from mock_server.model import DROPPED, ApiVersion, Document
from mock_server.printable import printable
from mock_server.testing import arguments
from mock_server.testing.arguments import EventFilters
from mock_server.testing.documented import OrderStatus
from mock_server.testing.records import Contact, Event, Order, Outcome, Request
from mock_server.testing.text import events_text, indented, request_lines

if TYPE_CHECKING:
    from typing_extensions import Unpack  # in `typing` since Python 3.11

_SLICE = 0.25
"""Seconds that a thread waits for events under asyncio before it is asked again."""

NEAR = 5
"""The number of near misses, or newest events and contacts, that a failure shows."""


class NotThereError(AssertionError, LookupError):
    """There is no such order or contact; the message says what there is, or what happened to it."""


class Readings:
    """Orders, contacts and events of one account, as test code sees them.

    `_looked` are the ids of the events the test has looked at, `_looked_requests` those of the
    refused requests.
    """

    _most = 1_000_000  # more than an account can hold

    def __init__(self) -> None:
        self._looked: set[int] = set()
        self._looked_requests: set[int] = set()

    @property
    @abstractmethod
    def _account(self) -> Account:
        """The account that is asked."""

    def order(self, external_order_id: str | int) -> Order:
        """One order with its history. If it is not there, fails and says what happened to it."""
        __tracebackhide__ = True
        return self._order_or_fail(str(external_order_id))

    def orders(
        self, *, status: OrderStatus | None = None, contact: str | int | None = None
    ) -> list[Order]:
        """All orders that match, oldest first. `contact`: an id or any identifier.

        Raises `InvalidError` for a status that orders cannot have.
        """
        whose = None if contact is None else str(contact)
        found = self._account.orders(status=status, contact=whose, limit=self._most)
        return [Order(each) for each in reversed(found.items)]

    def contact(self, who: str | int) -> Contact:
        """One contact by its id or any identifier, with its orders and events.

        If it is not there, fails and names the newest: `NotThereError`, a `LookupError`.
        """
        __tracebackhide__ = True
        return self._contact_or_fail(who)

    def contacts(self) -> list[Contact]:
        """All contacts, oldest first."""
        return [Contact(each) for each in reversed(self._account.contacts(limit=self._most).items)]

    def event(self, event_id: int) -> Event:
        """One event by its id. Raises `NotFoundError`."""
        return self._event(self._account.event(event_id))

    def events(self, **filters: Unpack[EventFilters]) -> list[Event]:
        """The events that match all filters (`EventFilters`), oldest first.

        Filtering by `verdict` or `reason` counts as having looked at the events found. Raises
        `InvalidError` for a filter that no event can match.
        """
        found = self._find(self._query(filters))
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
        __tracebackhide__ = True
        require_some(count)
        query = self._query(filters)
        enough, page = self._account.wait_for_events(query, count, timeout)
        return self._waited(filters, count, timeout, enough, page)

    async def wait_for_async(
        self, *, count: int = 1, timeout: float = 5.0, **filters: Unpack[EventFilters]
    ) -> Event:
        """`wait_for` under asyncio: what else the loop has to do goes on meanwhile.

        The event may be sent by a task of the same loop.
        """
        __tracebackhide__ = True
        require_some(count)
        query = self._query(filters)
        end = monotonic() + timeout
        while True:
            # In slices, so that a cancelled task does not leave a thread waiting.
            left = end - monotonic()
            enough, page = await asyncio.to_thread(
                self._account.wait_for_events, query, count, max(0.0, min(left, _SLICE))
            )
            if enough or left <= _SLICE:
                return self._waited(filters, count, timeout, enough, page)

    def _waited(
        self, filters: EventFilters, count: int, timeout: float, enough: bool, page: Page
    ) -> Event:
        """The event that was waited for, or the failure that it did not come."""
        __tracebackhide__ = True
        if not enough:
            came = f"{page.total} of {count} events" if count > 1 else "No event"
            said = f"{came} matched {described(**filters)} within {timeout:g} s."
            raise self._failure([said], *self._newest())
        if _asks_for_fate(filters):
            self._look_at(page.items)
        return self._event(self._account.event(page.items[0]["eventId"]))

    def requests(self, *, refused: bool | None = None) -> list[Request]:
        """The requests of the journal, oldest first.

        `refused=True`: those that came to nothing without becoming an event; asking for them is
        looking at them. `refused=False`: the others.
        """
        found = self._account.journal.page(limit=self._most, refused=refused)["requests"][::-1]
        if refused:
            self._looked_requests.update(each["requestId"] for each in found)
        return [Request(each, self._looked_requests.add) for each in found]

    def explain(
        self, event: Mapping[str, Any] | str | bytes, *, version: ApiVersion = "v2"
    ) -> Outcome:
        """Judge an event as it would be judged now; nothing is changed.

        `event` is the body as for Generate event: a dictionary, or its JSON. Raises `InvalidError`
        for a dictionary that cannot be written as JSON.
        """
        request = _request(event, version)
        document = outcome_document(self._account.explain(request))
        return Outcome(jsonio.loads(jsonio.dumps(document)))

    def preview(
        self,
        template: str,
        event: int | Mapping[str, Any] | str | bytes,
        json: str | None = None,
    ) -> Message:
        """Fill a message's template (Velocity) with an event; nothing is changed (MSG).

        `event`: the id of one that was sent, or a body as for Generate event. `json`: the field
        "JSON" of the message block, such as `${array}`. Raises `NotFoundError`, `InvalidError`.
        """
        sent = event if isinstance(event, int) else _request(event, "v2")
        return self._account.preview(template, sent, json)

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
        whose = None if contact is None else self._account.contact_id_of(str(contact))
        found = self._account.resources.outbox.messages(
            recipient=recipient,
            event=event,
            type=type,
            contact=whose,
            source=source,
            q=q,
            limit=self._most,
        )
        return found.items[::-1]

    def wait_for_message(
        self,
        *,
        recipient: str | None = None,
        source: Literal["api", "workflow"] | None = None,
        contains: str | None = None,
        timeout: float = 5.0,
    ) -> Document:
        """Wait until the outbox has a message that matches, and return the newest such message.

        `contains` is text anywhere in it. Fails after `timeout` seconds with what did come.
        """
        __tracebackhide__ = True
        enough, page = self._account.wait_for_messages(
            1, timeout, recipient=recipient, source=source, q=contains
        )
        if enough:
            return page.items[0]
        wanted = {"recipient": recipient, "source": source, "contains": contains}
        asked = ", ".join(f"{name} {value!r}" for name, value in wanted.items() if value)
        said = [f"No message came in {timeout:g} s" + (f" with {asked}." if asked else ".")]
        said += [f"  to {each['recipient']}: {each['text'][:200]}" for each in self.outbox()[-5:]]
        raise self._failure(said, *self._newest())

    def fixes(self, **filters: Unpack[EventFilters]) -> list[Document]:
        """List what to mend first: dropped events and refused requests by what is wrong.

        The most frequent first, each as `GET /_mock/fixes` shows it (`rule`, `path`, `message`,
        `count`, `hint` …). Filters as for `events`.
        """
        found: list[Document] = self._account.causes(self._query(filters))["fixes"]
        return found

    def summary(self) -> Document:
        """Counts by event type, verdict, reason and warning since the start or the last reset."""
        return self._account.summary()

    # Finding, and failing

    def _order_or_fail(self, key: str) -> Order:
        __tracebackhide__ = True
        try:
            return Order(self._account.order(key))
        except NotFoundError as error:
            said = [str(error)]
        events = self._find(EventQuery(order=key))
        if events:
            raise self._failure(said, "The events that named it:", events, NotThereError)
        said.append(f"No event named {key}.")
        raise self._failure(said, *self._newest(), NotThereError)

    def _contact_or_fail(self, who: str | int) -> Contact:
        __tracebackhide__ = True
        contact_id = self._account.contact_id_of(str(who))
        if contact_id < 0:
            held = [repr(Contact(each)) for each in self._account.contacts(limit=NEAR).items]
            there_is = f"The newest contacts: {', '.join(held)}." if held else "There are none."
            said = [f"No contact has the id or identifier {who}. {there_is}"]
            raise self._failure(said, "", [], NotThereError)
        return Contact(self._account.contact(contact_id))

    def _event(self, document: Document) -> Event:
        return Event(event_document(document), self._looked.add)

    def _look_at(self, events: Iterable[Document]) -> None:
        self._looked.update(each["eventId"] for each in events)

    def _find(self, query: EventQuery) -> list[Document]:
        return self._account.events(replace(query, limit=self._most)).items[::-1]

    def _fixed(self, events: list[Document]) -> list[Document]:
        """Add to the dropped ones of these events their fixes, as far as they are shown."""
        return [
            {**each, "fix": self._account.fix(request_of(each))["fix"]}
            if each["verdict"] in DROPPED and index < NEAR * 4
            else each
            for index, each in enumerate(events)
        ]

    def _query(self, filters: EventFilters) -> EventQuery:
        arguments.check_arguments(filters)
        return event_query(self._account, filters)

    def _newest(self) -> tuple[str, list[Document]]:
        page = self._account.events(EventQuery(limit=NEAR))
        if page.items:
            return "The newest events:", page.items[::-1]
        return "There were no events at all.", []

    def _refused(self) -> str:
        refused = self._account.journal.page(limit=NEAR, refused=True)["requests"]
        return request_lines(refused[::-1])

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


def _request(event: Mapping[str, Any] | str | bytes, version: ApiVersion) -> EventRequest:
    if isinstance(event, Mapping):
        try:
            event = jsonio.dumps(dict(event))
        except TypeError as error:
            raise InvalidError(f"The event is not JSON: {error}.") from None
    sent = event.encode() if isinstance(event, str) else event
    request = EventRequest(None, version, len(sent))
    try:
        request.body = jsonio.loads(sent)
    except jsonio.MalformedJson as error:
        request.malformed = str(error)
    return request


def _asks_for_fate(filters: EventFilters) -> bool:
    """Return whether the filters say what became of the events: then they have been looked at."""
    return filters.get("verdict") is not None or filters.get("reason") is not None


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
