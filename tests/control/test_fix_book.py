"""The fix list that is carried on from event to event says what one made anew would say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mock_server.emulator import Emulator, EventQuery
from mock_server.emulator.account import Account
from mock_server.emulator.reports import fixes
from mock_server.rules.outcome import EventRequest


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    monkeypatch.setattr(fixes, "SEARCHED_AT_ONCE", 20)
    monkeypatch.setattr(fixes, "_GONE", 5)
    with Emulator(max_events=30) as emulator:
        emulator.account().add_contact({"phone": "380501234567", "externalCustomerId": "AV13760"})
        yield emulator


def told(account: Account) -> list[tuple[str, int]]:
    return [(each.message, each.count) for each in account.fix_book.fixes()]


def anew(account: Account) -> list[tuple[str, int]]:
    return [(each.message, each.count) for each in account.fix_list(EventQuery()).fixes()]


def drop(account: Account, example: Callable[..., Any], **changes: Any) -> None:
    account.generate_event(EventRequest(example(**changes)))


def test_it_is_carried_on_and_reads_only_what_is_new(
    emulator: Emulator, example: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = emulator.account()
    for number in range(9):
        drop(account, example, externalOrderId=str(number), totalCost="a lot")
        assert told(account) == anew(account)
    read = []
    records = account.records

    def counted(query: EventQuery) -> Any:
        page = records(query)
        read.extend(page.items)
        return page

    monkeypatch.setattr(account, "records", counted)
    told(account)
    assert read == []
    drop(account, example, date="tomorrow")
    told(account)
    assert len(read) == 1


def test_it_begins_anew_after_a_reset_and_an_import(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    account = emulator.account()
    drop(account, example, totalCost="a lot")
    state = emulator.export_state()
    assert len(told(account)) == 1
    account.reset(["contacts"])
    assert told(account) == []
    drop(account, example, date="tomorrow")  # it has the same number as the one that is gone
    assert told(account) == anew(account)
    emulator.import_state(state)
    assert told(account) == anew(account)


def test_events_that_are_gone_do_not_count_for_long(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    account = emulator.account()
    for number in range(12):
        drop(account, example, externalOrderId=str(number), totalCost="a lot")
    assert sum(count for _, count in told(account)) == 12
    for number in range(24):  # of which the first six push dropped ones out
        account.generate_event(EventRequest({"eventTypeKey": f"v{number}", "keyValue": "1"}))
    assert told(account) == anew(account)


def test_of_very_many_new_ones_the_newest_are_told(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    account = emulator.account()
    drop(account, example, date="tomorrow")
    told(account)
    for number in range(25):
        drop(account, example, externalOrderId=str(number), totalCost="a lot")
    assert [count for _, count in told(account)] == [20]
