"""The journal keeps the newest requests, numbers all of them, and knows which came to nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mock_server.emulator.traffic.journal import Journal, JournalEntry, Note


def entry(status: int | None = 200, **fields: Any) -> JournalEntry:
    path = "/api/v2/event"
    return JournalEntry("2026-01-01T00:00:00.000Z", "POST", path, status, 1.0, "default", **fields)


def numbers(journal: Journal, **how: Any) -> list[int]:
    return [each["requestId"] for each in journal.page(**how)["requests"]]


@pytest.fixture
def journal() -> Journal:
    """Six requests were written, the first is gone; 1, 3 and 6 were refused."""
    journal = Journal(limit=5)
    statuses = (400, 200, 400, 200, 200, 500)
    assert [journal.add(entry(each)) for each in statuses] == [1, 2, 3, 4, 5, 6]
    return journal


def test_the_oldest_goes_and_is_counted(journal: Journal) -> None:
    page = journal.page()
    assert (page["total"], page["dropped"], journal.refused) == (5, 1, 2)
    assert numbers(journal) == [6, 5, 4, 3, 2]
    assert numbers(journal, limit=2, offset=1) == [5, 4]


def test_those_that_were_refused_are_told_apart(journal: Journal) -> None:
    assert numbers(journal, refused=True) == [6, 3]
    assert numbers(journal, refused=True, limit=1, offset=1) == [3]
    assert numbers(journal, refused=False) == [5, 4, 2]
    assert [journal.page(refused=each)["total"] for each in (True, False)] == [2, 3]


def test_it_begins_anew(journal: Journal) -> None:
    journal.clear()
    assert (
        journal.page(refused=True)
        == journal.page()
        == {
            "total": 0,
            "dropped": 0,
            "droppedAttempts": 0,
            "requests": [],
        }
    )
    assert journal.add(entry(400)) == 1
    assert numbers(journal, refused=True) == [1]


def test_the_newest_request_of_an_event_is_found() -> None:
    journal = Journal()
    for event_id in (1, 2, 1):
        journal.add(entry(event_id=event_id, fault=event_id))
    found = journal.of_event(1)
    assert found is not None
    assert found.to_document(3)["eventId"] == 1
    assert journal.of_event(3) is None


@pytest.mark.parametrize(
    ("answered", "is_refused"),
    [
        (entry(200), False),
        (entry(399), False),
        (entry(400), True),
        (entry(None), False),
        (entry(400, event_id=1), False),
        (entry(500, fault=0), False),
        (entry(404), True),
        (replace(entry(404), method="GET"), False),
        (replace(entry(404), method="DELETE"), False),
        (entry(404, reason="route_unknown"), True),
        (entry(404, reason="page_unknown"), False),
        (entry(200, notes=[Note("x", "y")]), False),
        (entry(200, notes=[Note("x", "y"), Note("x", "y", is_failure=True)]), True),
        (entry(500, fault=0, notes=[Note("x", "y", is_failure=True)]), True),
    ],
)
def test_what_came_to_nothing_was_refused(answered: JournalEntry, is_refused: bool) -> None:
    assert answered.is_refused is is_refused
