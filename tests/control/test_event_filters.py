"""The filters of events: one table, and the same answers by every way of asking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
import requests

from mock_server import InvalidError, MockServer
from mock_server.cli.tail import command as tail
from mock_server.control.events import EventArguments, WaitArguments
from mock_server.filters import FILTERS
from mock_server.pages.event_search import read_search
from mock_server.state import EventQuery
from mock_server.testing.arguments import EventFilters

PHONE = "380501234567"
ITEM = {"externalItemId": "1", "name": "Tea", "quantity": 1, "cost": 1, "url": "http://a/"}


@pytest.fixture(scope="module")
def mock(events: list[Any]) -> Iterator[MockServer]:
    """Events 1 applied, 2 without a picture, 3 of nobody, 4 of another type, each an hour later."""
    with MockServer() as mock:
        mock.add_contact(phone=PHONE, externalCustomerId="AV13760")
        for hour, event in enumerate(events):
            mock.freeze(f"2026-03-01T0{hour}:00:00")
            answer = requests.post(
                f"{mock.api_url}/v2/event", json=event, auth=("any", "key"), timeout=10
            )
            assert answer.status_code in (200, 400)
        mock.freeze("2026-03-01T04:00:00")
        yield mock


@pytest.fixture(scope="module")
def events() -> list[Any]:
    return [
        _order("A-1"),
        _order("A-2", items=[ITEM]),
        _order("A-3", phone="1"),
        {"eventTypeKey": "shop visit", "keyValue": "AV13760"},
    ]


def _order(order_id: str, **params: Any) -> Any:
    values = {
        "externalOrderId": order_id,
        "phone": PHONE,
        "totalCost": 1,
        "status": "INITIALIZED",
        "date": "2026-03-01T00:00:00",
        **params,
    }
    named = [{"name": name, "value": value} for name, value in values.items()]
    return {"eventTypeKey": "orderCreated", "keyValue": order_id, "params": named}


CASES: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [1, 2, 3, 4]),
    ({"type": "orderCreated"}, [1, 2, 3]),
    ({"type": "shop visit"}, [4]),
    ({"verdict": "ignored"}, [2, 3]),
    ({"verdict": "dropped"}, [2, 3]),
    ({"verdict": "applied"}, [1]),
    ({"reason": "item_required_missing"}, [2]),
    ({"warning": "total_mismatch"}, []),
    ({"rule": "ITM-02"}, [2]),
    ({"rule": "itm-02/missing"}, [2]),
    ({"rule": "ITM-02/missing", "order": "A-1"}, []),
    ({"contact": "AV13760"}, [1, 2]),
    ({"contact": "nobody"}, []),
    ({"order": "A-3"}, [3]),
    ({"q": "tea"}, [2]),
    ({"since": 2}, [3, 4]),
    ({"until": 2}, [1, 2]),
    ({"since": 1, "until": 3}, [2, 3]),
    ({"after": "2026-03-01T02:00:00Z"}, [3, 4]),
    ({"after": "90m"}, [4]),
    ({"before": "2026-03-01T01:30"}, [1, 2]),
    ({"before": "2h", "after": "2026-03-01T01:00:00"}, [2, 3]),
]


@pytest.mark.parametrize(("filters", "ids"), CASES, ids=str)
def test_each_way_of_asking_finds_the_same(
    mock: MockServer, filters: dict[str, Any], ids: list[int]
) -> None:
    assert _over_http(mock, filters) == ids
    assert [each.eventId for each in mock.events(**filters)] == ids  # type: ignore[arg-type]  # data
    assert _by_search(mock, filters) == ids
    if ids:
        assert mock.wait_for(count=len(ids), **filters).eventId == ids[-1]  # type: ignore[misc]  # data


def test_a_cause_of_the_fix_list_finds_its_events(mock: MockServer) -> None:
    listed = requests.get(f"{mock.url}/_mock/fixes", timeout=10).json()["fixes"]
    causes = {each["rule"]: each["id"] for each in listed}
    assert _over_http(mock, {"fix": causes["ITM-02"]}) == [2]
    assert [each.eventId for each in mock.events(fix=causes["ITM-02"])] == [2]
    assert _by_search(mock, {"fix": causes["ITM-02"], "verdict": "ignored"}) == [2]


def test_who_waits_for_a_cause_hears_of_its_new_events() -> None:
    def send(order_id: str) -> None:
        event = _order(order_id, items=[ITEM])
        requests.post(f"{mock.api_url}/v2/event", json=event, auth=("any", "key"), timeout=10)

    with MockServer() as mock, ThreadPoolExecutor() as pool:
        mock.add_contact(phone=PHONE)
        send("B-1")
        cause = mock.fixes()[0]["id"]
        waiting = pool.submit(mock.wait_for, count=2, timeout=30, fix=cause)
        while not mock._account._news._waiting:
            Event().wait(0.01)
        send("B-2")
        assert waiting.result(30).eventId == 2


def _over_http(mock: MockServer, filters: dict[str, Any]) -> list[int]:
    answer = requests.get(f"{mock.url}/_mock/events", params=filters, timeout=10).json()
    return sorted(each["eventId"] for each in answer["events"])


def _by_search(mock: MockServer, filters: dict[str, Any]) -> list[int]:
    quoted = {name: f'"{value}"' for name, value in filters.items()}
    text = " ".join(value if name == "q" else f"{name}:{value}" for name, value in quoted.items())
    page = mock._account.events(read_search(text.replace('"tea"', "tea"), mock._account).query)
    return sorted(each["eventId"] for each in page.items)


WRONG = [
    ({"verdict": "ignord"}, "No event can match verdict 'ignord'. Did you mean ignored?"),
    ({"verdict": "x"}, "Known: applied, recorded, ignored, rejected, dropped."),
    ({"reason": "item_requird_missing"}, "Did you mean item_required_missing?"),
    ({"warning": "total_mismatched"}, "Did you mean total_mismatch?"),
    ({"reason": "total_mismatch"}, "It is a warning: use that filter."),
    ({"reason": "x"}, "No event can match reason 'x'. Known: "),
    ({"rule": "ITM-2"}, "No event can match rule 'ITM-2'. Did you mean ITM-02?"),
    ({"rule": "ITM-02/mising"}, "Did you mean ITM-02/missing?"),
    ({"after": "yesterday"}, "after takes a time, and 'yesterday' is not one. Write 30m"),
    ({"before": "2026-13-01"}, "before takes a time"),
    ({"fix": "0"}, "GET /_mock/fixes lists the causes."),
]


@pytest.mark.parametrize(("filters", "said"), WRONG, ids=str)
def test_a_value_that_no_event_can_have_is_an_error(
    mock: MockServer, filters: dict[str, Any], said: str
) -> None:
    for path in ("events", "events/wait", "fixes"):
        answer = requests.get(f"{mock.url}/_mock/{path}", params=filters, timeout=10)
        assert answer.status_code == 400, path
        assert said in answer.json()["message"]
    asks: tuple[Callable[..., object], ...] = (mock.events, mock.wait_for, mock.assert_event)
    for ask in asks:
        with pytest.raises(InvalidError) as caught:
            ask(**filters)
        assert said in str(caught.value)
    with pytest.raises(InvalidError) as caught:
        _by_search(mock, filters)
    assert said in str(caught.value)


def test_an_event_id_and_a_time_are_told_apart(mock: MockServer) -> None:
    with pytest.raises(InvalidError, match=r"since takes an event id.*For a time, use after\."):
        read_search("since:2h", mock._account)
    answer = requests.get(f"{mock.url}/_mock/events?since=2h", timeout=10)
    assert (answer.status_code, "For a time, use after." in answer.text) == (400, True)


def test_every_way_takes_the_filters_of_the_table() -> None:
    names = set(FILTERS)
    assert set(EventFilters.__annotations__) == names
    assert set(EventArguments().fields) == {*names, "limit", "offset"}
    assert set(WaitArguments().fields) == {*names, "limit", "offset", "count", "timeout"}
    own = {"url", "account", "last", "count", "as_json", "help"}
    assert {each.name for each in tail.params} - own == names


def test_only_text_rules_and_times_read_events(mock: MockServer) -> None:
    """What the others cost does not grow with the events there are."""
    account = mock._account
    cause = account.costs().fixes[0].key
    values = {"fix": cause, "since": 1, "until": 2, "verdict": "dropped", "order": "1"}
    from mock_server.emulator.event_filters import event_query

    query = event_query(account, {**values, "type": "x", "contact": "x"})
    assert query.is_indexed
    assert query != EventQuery()
