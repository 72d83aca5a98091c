"""Segments (SEG-03), RFM and revenue (ORD-19) over the control API."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from mock_server.rules.outcome import EventRequest

BUY = {"event": "orderCreated"}


def preview(client, condition, **query):
    answer = client.call("POST", "/_mock/segments/preview", json=condition, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(client, condition, **query):
    return [each["id"] for each in preview(client, condition, **query)["contacts"]]


@pytest.fixture
def shop(client, example):
    """Contacts 1 and 2 have bought, 2 has visited too, 3 has done nothing."""
    for number in (1, 2, 3):
        client.add_contact(phone=f"38050000000{number}")
    for number in (1, 2):
        phone = f"38050000000{number}"
        client.event(example(phone=phone, externalCustomerId=..., externalOrderId=f"A{number}"))
    visit = [{"name": "phone", "value": "380500000002"}, {"name": "page", "value": 7}]
    client.event({"eventTypeKey": "visit", "params": visit})
    return client


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (BUY, [1, 2]),
        ({"not": BUY}, [3]),
        ({**BUY, "count": {"equals": 0}}, [3]),
        ({**BUY, "count": {"between": [1, 2]}}, [1, 2]),
        ({**BUY, "count": {"more": 1}}, []),
        ({"all": [BUY, {"not": {"event": "visit"}}]}, [1]),
        ({"any": [{"event": "visit"}, {"event": "nothing"}]}, [2]),
        ({**BUY, "which": "last", "period": {"last": {"days": 1}}}, [1, 2]),
        ({**BUY, "period": {"to": "2020-01-01"}}, []),
        ({**BUY, "period": {"from": "2020-01-01"}}, [1, 2]),
        ({"event": "visit", "params": [{"param": "page", "operator": "in", "value": [7]}]}, [2]),
        (
            {**BUY, "params": [{"any": [{"not": {"param": "x", "operator": "not_exists"}}]}]},
            [],
        ),
        ({**BUY, "params": [{"all": [{"param": "items", "operator": "exists"}]}]}, [1, 2]),
    ],
)
def test_contacts_are_selected(shop, condition, found):
    assert ids(shop, condition) == found


def test_an_event_of_nobody_selects_nobody(shop):
    shop.event({"eventTypeKey": "visit", "keyValue": "1"})
    assert ids(shop, {"event": "visit"}) == [2]


def test_a_past_event_selects_by_when_it_occurred(shop):
    params = [{"name": "phone", "value": "380500000003"}]
    past = {"eventTypeKey": "visit", "keyValue": "1", "occurred": "2025-03-22", "params": params}
    shop.call("POST", "/api/v2/past_events", json={"events": [past]})
    year = {"from": "2025-01-01", "to": "2026-01-01"}
    assert ids(shop, {"event": "visit", "period": year}) == [3]


def test_only_the_events_of_added_orders_select_without_parameters(client):
    """BLK-07: of those that the service makes, a subscription's have theirs."""
    contact = {"channels": [{"type": "email", "value": "a@b.c"}]}
    client.call("POST", "/api/v1/contact/subscribe", json={"contact": contact})
    with_address = [{"param": "EmailAddress", "operator": "equals", "value": "a@b.c"}]
    assert ids(client, {"event": "subscribeFromApi", "params": with_address}) == [1]


def test_what_events_written_by_hand_lack_selects_nobody(client, hosted):
    """An imported state may hold records without times, and parameters of any shape."""
    client.add_contact(phone="380500000001")
    state = client.get("/_mock/state")
    odd = [7, {}, {"name": [], "value": 1}, {"name": "page"}, {"name": "x", "value": 7}]
    record = {"account": "default", "verdict": "recorded", "eventTypeKey": "visit", "contactId": 1}
    state["events"] = {
        str(number): {**record, "eventId": number, "params": params}
        for number, params in enumerate(("text", None, odd), start=1)
    }
    switches = {"segmentation": True, "validateParams": False, "params": []}
    state["event_types"] = {"1": {"account": "default", "eventTypeKey": "visit", **switches}}
    assert client.call("PUT", "/_mock/state", json=state).status_code == 200
    assert ids(client, {"event": "visit", "count": {"equals": 3}}) == [1]
    assert ids(client, {"event": "visit", "period": {"from": "2020-01-01"}}) == []
    seven = [{"param": "x", "operator": "equals", "value": 7}]
    assert ids(client, {"event": "visit", "params": seven}) == [1]


def test_page_is_cut_and_explained(shop):
    answer = preview(shop, BUY, limit=1, offset=1)
    assert answer["total"] == 2
    assert [each["id"] for each in answer["contacts"]] == [2]
    why = "1 orderCreated matched; wanted: more than 0"
    assert answer["explanation"] == [{"contactId": 2, "why": why, "events": [2]}]


def test_notes_say_which_events_cannot_select(shop, example):
    shop.event(example(externalOrderId="A3"))
    assert preview(shop, BUY)["notes"] == ["1 orderCreated event was ignored: not counted."]
    unknown = preview(shop, {"event": "nothing"})["notes"]
    assert unknown == ["There is no event type nothing. Known: orderCreated, visit."]
    shop.call("PUT", "/_mock/event-types/visit", json={"segmentation": False})
    switched_off = preview(shop, {"event": "visit"})
    assert switched_off["total"] == 0
    assert "SEG-02" in switched_off["notes"][0]


def test_many_events_of_a_type_are_read_to_the_last(client, hosted):
    client.add_contact(phone="380500000001")
    body = {"eventTypeKey": "visit", "params": [{"name": "phone", "value": "380500000001"}]}
    for _ in range(1001):
        hosted.emulator.account().generate_event(EventRequest(body))
    assert ids(client, {"event": "visit", "count": {"equals": 1001}}) == [1]


ITEM = {"param": "items", "item": [{"param": "a", "operator": "exists"}]}


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({}, "Segment: Give exactly one of event, all, any, not; none is given."),
        ({**BUY, "all": [BUY]}, "not event and all together"),
        ({"not": BUY, "count": {"more": 1}}, "not cannot be combined with anything else"),
        (
            {**BUY, "coun": 1},
            "coun: Unknown field. Did you mean count? Known fields: event",
        ),
        ({**BUY, "count": {}}, "count: Give exactly one of equals, more, less, between"),
        ({**BUY, "count": {"between": [2, 1]}}, "count.between: Give the lower number first"),
        ({**BUY, "count": {"more": 1}, "which": "first"}, "leave count out, or which"),
        ({**BUY, "period": {}}, "period: Give from, to or both, or last"),
        ({**BUY, "period": {"from": "x"}}, "period.from: Not a moment such as 2026-01-31"),
        (
            {**BUY, "period": {"from": "2026-01-02", "to": "2026-01-01"}},
            "period: Give a from that is before to",
        ),
        (
            {**BUY, "period": {"from": "2026-01-02", "last": {"days": 1}}},
            "period: Give either last, or from and to",
        ),
        ({**BUY, "period": {"last": {"days": 0}}}, "period.last: Is no time at all"),
        ({**BUY, "params": [{**ITEM, "operator": "exists"}]}, "not operator and item together"),
        ({**BUY, "params": [{**ITEM, "value": 1}]}, "params[0].value: Goes with operator"),
        ({**BUY, "params": [{"not": ITEM, "value": 1}]}, "not cannot be combined"),
        (
            {**BUY, "params": [{"param": "a", "operator": "equals"}]},
            "params[0].value: equals needs a value",
        ),
        (
            {**BUY, "params": [{"param": "a", "operator": "exists", "value": 1}]},
            "params[0].value: exists takes no value; leave it out",
        ),
        (
            {**BUY, "params": [{"param": "a", "operator": "in", "value": "x"}]},
            "params[0].value: in needs a list of values",
        ),
        (
            {**BUY, "params": [{"param": "a", "operator": "between", "value": [1]}]},
            "params[0].value: between needs a list of two values",
        ),
        (
            {**BUY, "params": [{"param": "a", "operator": "greater", "value": "x"}]},
            "params[0].value: greater compares numbers and dates",
        ),
        ({"all": [BUY] * 51}, "more than 50 conditions on events; ask in several calls"),
    ],
)
def test_mistake_is_named_with_its_path_and_the_way_out(client, condition, message):
    answer = client.call("POST", "/_mock/segments/preview", json=condition)
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_nesting_is_bounded(client):
    condition = BUY
    for _ in range(60):
        condition = {"not": condition}
    answer = client.call("POST", "/_mock/segments/preview", json=condition)
    assert answer.status_code == 400
    assert "nested more than 30 levels deep" in answer.json()["message"]


def test_periods_and_the_grid_read_the_accounts_clock(shop, hosted, example):
    shop.event(example("orderDelivered", externalOrderId="A1", phone="380500000001"))
    clock = hosted.emulator.account().clock
    clock.freeze(clock.now().replace(year=clock.now().year + 1, day=1))
    assert ids(shop, {**BUY, "period": {"last": {"days": 7}}}) == []
    rfm = shop.get("/_mock/rfm")
    assert rfm["contacts"] == rfm["sales"] == 1
    cell = rfm["rows"][-1]["cells"][-1]
    assert (cell["contactIds"], cell["colour"]) == ([1], "red")
    assert rfm["leftOut"][0]["externalOrderIds"] == ["A2"]


def test_revenue_is_paged_and_periods_are_checked(shop, example):
    for number in (1, 2):
        phone = f"38050000000{number}"
        shop.event(example("orderDelivered", externalOrderId=f"A{number}", phone=phone))
    revenue = shop.get("/_mock/revenue?limit=1&from=2020-05-14&to=2020-05-15")
    assert revenue["total"] == 2
    assert revenue["totals"][0]["revenue"] == "516.0"
    assert [each["externalOrderId"] for each in revenue["orders"]] == ["A2"]
    assert shop.get("/_mock/revenue?to=2020-05-14")["total"] == 0
    answer = shop.call("GET", "/_mock/revenue?from=soon")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Query: from: Not a moment such as")


def test_what_a_contact_bought_is_told_by_date_and_sums_look_at_no_status(shop, hosted, example):
    account = hosted.emulator.account()
    phone = {"phone": "380500000003", "externalCustomerId": ...}
    for number, date in enumerate(("2025-01-02", "2025-01-03", "2025-01-01"), start=1):
        values = {"date": f"{date}T00:00:00", "totalCost": number, "externalOrderId": f"C{number}"}
        shop.event(example(**phone, **values))
    account.db.table("orders").insert(
        {"externalOrderId": "C4", "contactId": 3, "totalCost": "much", "date": "2024-12-31"}
    )
    orders, totals = account.analytics.bought(3)
    assert [each["externalOrderId"] for each in orders] == ["C2", "C1", "C3", "C4"]
    assert [(each["orders"], each["revenue"]) for each in totals] == [(3, "6")]
    account.clock.freeze(datetime(2025, 1, 3, 12, tzinfo=timezone.utc))
    assert [each["date"][:10] for each in account.analytics.bought(3, days=2)[0]] == [
        "2025-01-03",
        "2025-01-02",
    ]


def test_revenue_begins_with_the_newest_order(shop, hosted, example):
    for number in (1, 2):
        phone = f"38050000000{number}"
        shop.event(example("orderDelivered", externalOrderId=f"A{number}", phone=phone))
    found = hosted.emulator.account().analytics.revenue()
    assert [each["externalOrderId"] for each in found["orders"]] == ["A2", "A1"]


def test_contacts_that_were_deleted_or_erased_are_in_no_segment(shop):
    shop.call("DELETE", "/api/v1/contact/1")
    shop.call("DELETE", "/api/v1/contact/3")
    assert ids(shop, BUY) == [2]
    assert ids(shop, {"not": BUY}) == []
    shop.call("DELETE", "/api/v1/contact/2?erase=true")
    assert ids(shop, BUY) == []


def test_fifty_conditions_can_be_asked_at_once(shop):
    assert ids(shop, {"any": [BUY] * 50}) == [1, 2]


@pytest.mark.parametrize("unit", ["weeks", "days", "hours", "minutes"])
@pytest.mark.parametrize("length", ["1", 1.5, -1])
def test_a_length_of_time_is_a_whole_number(shop, unit, length):
    condition = {**BUY, "period": {"last": {unit: length}}}
    answer = shop.call("POST", "/_mock/segments/preview", json=condition)
    assert answer.status_code == 400
    assert f"period.last.{unit}" in answer.json()["message"]


@pytest.mark.parametrize(
    ("unit", "most"),
    [("weeks", 5214), ("days", 36_500), ("hours", 876_000), ("minutes", 52_560_000)],
)
def test_a_length_of_time_is_at_most_a_hundred_years(shop, unit, most):
    def ask(length):
        condition = {**BUY, "period": {"last": {unit: length}}}
        return shop.call("POST", "/_mock/segments/preview", json=condition).status_code

    assert [ask(most), ask(most + 1)] == [200, 400]


def test_of_very_many_event_types_the_first_ten_are_told(client):
    for number in range(11):
        client.event({"eventTypeKey": f"t{number}", "keyValue": "1"})
    known = ", ".join(f"t{number}" for number in range(10))
    notes = preview(client, {"event": "nothing"})["notes"]
    assert notes == [f"There is no event type nothing. Known: {known}."]
