"""Waiting for events and messages: nothing is missed, and nobody is held up by who waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, product
from typing import Any

import pytest

from mock_server.emulator import Emulator, EventQuery
from mock_server.emulator.news import News, _Question
from mock_server.rules.outcome import EventRequest
from mock_server.state import Page

PATIENCE = 30.0
VISIT = {"eventTypeKey": "visit", "keyValue": "1"}


def test_what_changes_while_one_looks_is_not_missed() -> None:
    lock = threading.RLock()
    news = News(lock)
    found: list[int] = []

    def look() -> int:
        seen = len(found)
        if seen < 3:  # comes after the look, before the wait
            found.append(seen)
            with lock:
                news.tell()
        return seen

    assert news.wait(look, lambda seen: seen == 3, PATIENCE) == 3


def test_who_looks_does_not_hold_the_account() -> None:
    lock = threading.RLock()
    news = News(lock)
    looking, changed = threading.Event(), threading.Event()

    def look() -> bool:
        looking.set()
        return changed.wait(PATIENCE)

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(news.wait, look, bool, PATIENCE)
        assert looking.wait(PATIENCE)
        with lock:  # at once, although the other is in the middle of a search
            changed.set()
        assert waiting.result(PATIENCE)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_time_that_is_up_gives_what_there_is(count: int) -> None:
    with Emulator() as emulator:
        account = emulator.account()
        for number in range(count):
            account.generate_event(EventRequest({"eventTypeKey": f"v{number}", "keyValue": "1"}))
        enough, page = account.wait_for_events(EventQuery(), 3, 0)
        assert (enough, page.total) == (count == 3, count)
        assert account.wait_for_messages(1, 0.01) == (False, account.resources.outbox.messages())


def imported(emulator: Emulator) -> None:
    with Emulator() as other:
        sent(other)
        emulator.import_state(other.export_state())


def sent(emulator: Emulator) -> None:
    emulator.account().generate_event(EventRequest(VISIT))


def sent_of_the_past(emulator: Emulator) -> None:
    emulator.account().resources.past_events.add([EventRequest({**VISIT, "occurred": ""})])


def written_by_hand(emulator: Emulator) -> None:
    emulator.account().db.table("events").insert({"verdict": "recorded"})


@pytest.mark.parametrize("comes", [sent, sent_of_the_past, imported, written_by_hand])
def test_who_waits_hears_at_once_of_an_event_however_it_comes(
    comes: Callable[[Emulator], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator() as emulator, ThreadPoolExecutor() as pool:
        state = emulator.store.account("default")
        find_events, looked = state.find_events, threading.Event()

        def find(query: EventQuery) -> Any:
            found = find_events(query)
            looked.set()
            return found

        monkeypatch.setattr(state, "find_events", find)
        waiting = pool.submit(emulator.account().wait_for_events, EventQuery(), 1, PATIENCE)
        assert looked.wait(PATIENCE)
        comes(emulator)
        enough, page = waiting.result(PATIENCE / 3)  # long before the time is up
        assert (enough, page.total) == (True, 1)


def test_an_event_asks_only_those_whose_filter_names_it_and_those_together() -> None:
    """1,000 open waits: for other types, orders and contacts, and many for the same."""
    with Emulator() as emulator, ThreadPoolExecutor(1000) as pool:
        account, state = emulator.account(), emulator.store.account("default")
        find_events, looks = state.find_events, []
        queries = [
            *(EventQuery(type=f"other{each}") for each in range(300)),
            *(EventQuery(order=f"o{each}", type="visit") for each in range(300)),
            *(EventQuery(contact=each + 10) for each in range(100)),
            *(EventQuery(type="visit", reason=f"r{each}") for each in range(100)),
            *(EventQuery(verdict="applied", since=each) for each in range(100)),
            *([EventQuery(type="visit")] * 100),
        ]

        def find(query: EventQuery) -> Any:
            looks.append(query)
            return find_events(query)

        state.find_events = find  # type: ignore[method-assign]  # counts
        waiting = [pool.submit(account.wait_for_events, each, 1, PATIENCE) for each in queries]
        waits = account._news._waiting
        while sum(len(q.waiting) for of in list(waits.values()) for q in list(of.values())) < 1000:
            threading.Event().wait(0.01)
        while len(looks) < 901:
            threading.Event().wait(0.01)
        looks.clear()
        sent(emulator)
        assert all(each.result(PATIENCE)[0] for each in waiting[900:])
        assert looks == [EventQuery(type="visit")]
        assert not any(each.done() for each in waiting[:900])
        for number in range(300):
            account.generate_event(EventRequest({"eventTypeKey": f"other{number}", "keyValue": ""}))
        assert all(each.result(PATIENCE)[0] for each in waiting[:300])
        state.find_events = lambda _: Page(1)  # type: ignore[method-assign]  # counts
        with account.paused():
            pass  # anything may have changed: all look again
    assert waits == {}


FILTERS: dict[str, list[Any]] = {
    "type": [None, "visit", "orderCreated"],
    "verdict": [None, "recorded", "ignored"],
    "reason": [None, "contact_not_found"],
    "warning": [None, "currency_unsupported"],
    "contact": [None, 1],
    "order": [None, "7"],
    "group": [None, "dropped", "warned"],
    "since": [None, 0, 1],
    "until": [None, 1],
}


@pytest.mark.parametrize("names", [*combinations(FILTERS, 2)])
def test_who_is_not_asked_could_not_have_found_the_event(
    names: tuple[str, ...], example: Callable[..., Any]
) -> None:
    bodies = [
        example("orderCreated", externalOrderId="7", currency="ZZZ"),
        example("orderCreated", externalOrderId="7", status="other", phone="380000000000"),
        example("visit", phone="380000000000", externalCustomerId=...),
        VISIT,
    ]
    with Emulator() as emulator:
        account = emulator.account()
        account.add_contact({"phone": "380501234567"})
        for event_id, body in enumerate(bodies, 1):
            account.generate_event(EventRequest(body))
            event = account.find_event(event_id)
            assert event is not None
            for values in product(*(FILTERS[name] for name in names)):
                query = EventQuery(**dict(zip(names, values, strict=True)))
                found = {each["eventId"] for each in account.events(query).items}
                assert _Question(query, query).concerns(event) == (event_id in found), query
