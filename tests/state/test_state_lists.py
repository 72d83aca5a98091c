"""Lists: filters in any combination, pages, and search that reads a bounded slice."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from state_samples import contact, event, order

from mock_server.state import EventQuery, Page, Store
from mock_server.state.tables.search import SEARCH_BOUND

TYPES = ("orderCreated", "orderDelivered", None)
VERDICTS = ("applied", "ignored", "recorded")
ORDERS = ("10", "11", "12", None)

IN_GROUP = {
    "dropped": lambda record: record["verdict"] == "ignored",
    "warned": lambda record: bool(record["warnings"]),
}


def records():
    """Events with every mixture of what filters look at; enough for several chunks and packs."""
    for event_id in range(1, 1201):
        yield event(
            event_id,
            eventTypeKey=TYPES[event_id % 3],
            verdict=VERDICTS[event_id % 5 % 3],
            reasons=["order_not_found"] * (event_id % 4 == 0) + ["x"] * (event_id % 8 == 0),
            warnings=["total_differs"] * (event_id % 7 == 0),
            contactId=event_id % 11 or None,
            externalOrderId=ORDERS[event_id % 4],
            keyValue=f"Key-{event_id}",
        )


@pytest.fixture(scope="module")
def events():
    with Store() as store:
        account = store.account("default")
        account.commit({"events": list(records())})
        yield account


def matching(query):
    """What a query must find, by looking at every record."""
    return [
        record["eventId"]
        for record in reversed(list(records()))
        if query.type in (None, record["eventTypeKey"])
        and query.verdict in (None, record["verdict"])
        and (query.reason is None or query.reason in record["reasons"])
        and (query.warning is None or query.warning in record["warnings"])
        and query.contact in (None, record["contactId"])
        and query.order in (None, record["externalOrderId"])
        and (query.group is None or IN_GROUP[query.group](record))
        and (query.since is None or record["eventId"] > query.since)
        and (query.until is None or record["eventId"] <= query.until)
    ]


FILTERS = {
    "type": "orderCreated",
    "verdict": "ignored",
    "reason": "order_not_found",
    "warning": "total_differs",
    "contact": 4,
    "order": "11",
    "since": 400,
    "until": 1100,
}


@pytest.mark.parametrize(
    "names", [names for size in range(4) for names in itertools.combinations(FILTERS, size)]
)
def test_filters_can_be_combined_at_will(events, names):
    query = EventQuery(**{name: FILTERS[name] for name in names}, limit=1000, offset=0)
    expected = matching(query)

    page = events.find_events(query)
    assert page.total == len(expected)
    assert [each["eventId"] for each in page.items] == expected[:1000]

    page = events.find_events(replace(query, limit=7, offset=5))
    assert page.total == len(expected)
    assert [each["eventId"] for each in page.items] == expected[5:12]
    assert page.complete is True


@pytest.mark.parametrize(
    ("since", "until"),
    [(0, 0), (511, 512), (512, 513), (511, 1024), (1200, None), (None, 5000), (None, 10**18)],
)
def test_the_bounds_of_event_ids_are_exact(events, since, until):
    query = EventQuery(since=since, until=until, limit=2000)

    assert [each["eventId"] for each in events.find_events(query).items] == matching(query)


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (5, 1199), (5, 1200), (5, 99999)])
def test_a_page_may_be_empty_or_short(events, limit, offset):
    page = events.find_events(EventQuery(limit=limit, offset=offset))

    assert page.total == 1200
    assert len(page.items) == max(0, min(limit, 1200 - offset))


@pytest.mark.parametrize("group", IN_GROUP)
def test_events_that_came_to_nothing_or_were_warned_of_are_found(events, group):
    expected = matching(EventQuery(group=group))

    page = events.find_events(EventQuery(group=group, limit=2000))
    assert [each["eventId"] for each in page.items] == expected
    assert events.event_counts("group")[group] == len(expected)


def test_a_value_nobody_has_finds_nothing(events):
    assert events.find_events(EventQuery(type="nothing", contact=99)) == Page(0)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("key-1199", [1199]),
        ("KEY-1199", [1199]),
        ('"orderdelivered"', list(range(1198, 200, -3))),
        ("every part is there", []),  # the trace is ours, it was not sent
        ('{"NAME":"externalorderid","value":"10"}', list(range(1200, 200, -4))),
        ("applied", []),  # and so is the verdict
    ],
)
def test_free_text_looks_at_what_was_sent(events, q, found):
    page = events.find_events(EventQuery(q=q, limit=1000))

    assert [each["eventId"] for each in page.items] == found
    assert page.total == len(found)


def test_free_text_reads_a_bounded_slice_and_says_so(events):
    page = events.find_events(EventQuery(q="key-1", limit=2, offset=1))
    assert (page.complete, page.searched) == (False, SEARCH_BOUND)
    assert [each["eventId"] for each in page.items] == [1199, 1198]

    page = events.find_events(EventQuery(q="key-1", until=SEARCH_BOUND))
    assert (page.complete, page.searched) == (True, SEARCH_BOUND)

    page = events.find_events(EventQuery(q="key-3", order="11", contact=4, limit=1000))
    expected = [
        each for each in matching(EventQuery(order="11", contact=4)) if str(each).startswith("3")
    ]
    assert [each["eventId"] for each in page.items] == expected
    assert page.total == len(expected)
    assert page.complete is True


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("Замовлення", "замовлення"),
        ('a "quoted" part', '"QUOTED"'),
        ("back\\slash", "k\\s"),
        ("Straße", "STRASSE"),
    ],
)
def test_free_text_knows_no_letter_case_and_no_escapes(account, text, q):
    account.commit(
        {
            "events": [event(1, params=[{"name": "note", "value": text}]), event(2)],
            "orders": [order("a", note=text), order("b")],
            "contacts": [contact(1, firstName=text), contact(2)],
        }
    )
    assert [each["eventId"] for each in account.find_events(EventQuery(q=q)).items] == [1]
    assert [each["note"] for each in account.find_orders(q=q).items] == [text]
    assert [each["firstName"] for each in account.find_contacts(q=q).items] == [text]


def test_a_record_without_params_is_searched_in_full(account):
    record = event(1, body="what could not be read")
    del record["params"], record["effect"]
    account.commit({"events": [record]})

    assert account.find_events(EventQuery(q="COULD NOT")).total == 1


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2026-01-01T00:00:02", None, [3, 2]),
        (None, "2026-01-01T00:00:02", [2, 1]),
        ("2026-01-01T00:00:02", "2026-01-01T00:00:02", [2]),
        ("2027", None, []),
    ],
)
def test_events_can_be_found_by_when_they_were_received(account, start, end, found):
    account.commit({"events": [event(each) for each in (1, 2, 3)]})
    query = EventQuery(received_from=start, received_to=end)

    assert [each["eventId"] for each in account.find_events(query).items] == found


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-01T00:10:30", None),
        (None, "2026-01-01T00:10:30"),
        ("2026-01-01T00:10:30", "2026-01-01T00:50:30"),
        ("2026-01-01T00:10:30", "2026-01-01T00:10:40"),
        ("2026-01-01T00:10", "2026-01-01T00:11"),
        ("2026-01-01T00:11", "2026-01-01T00:10"),
        ("2026-01-02", "2026-01-03"),
    ],
)
def test_a_time_is_found_however_many_events_came_since(account, start, end):
    """Also when the clock went back in between: the events are in no order of time."""
    times = [f"2026-01-01T00:{each * 7 % 60:02}:{each * 11 % 60:02}" for each in range(3600)]
    made = [event(each, receivedAt=time) for each, time in enumerate(times, start=1)]
    account.commit({"events": made})
    low, high = start or "", end or "9"
    found = [each for each, time in enumerate(times, start=1) if low <= time <= high][::-1]

    page = account.find_events(EventQuery(received_from=start, received_to=end, limit=5, offset=3))

    assert (page.total, page.complete) == (len(found), True)
    assert [each["eventId"] for each in page.items] == found[3:8]


def test_an_event_without_a_time_is_before_all_others(account):
    account.commit({"events": [event(1, receivedAt=None)]})

    assert account.find_events(EventQuery(received_from="2000")).total == 0
    assert account.find_events(EventQuery(received_to="2000")).total == 1


def test_events_are_counted_by_what_filters_look_at(events):
    assert events.event_counts() == {"orderCreated": 400, "orderDelivered": 400}
    assert sum(events.event_counts("verdict").values()) == 1200
    assert events.event_counts("reason") == {"order_not_found": 300, "x": 150}
    assert events.event_counts("warning") == {"total_differs": 171}


def test_an_event_put_again_is_found_by_what_it_is_now(account):
    account.commit({"events": [event(each, reasons=["x", "y"]) for each in range(1, 40)]})
    account.commit(
        {"events": [event(3, verdict="ignored", reasons=["y"], contactId=None, note="new")]}
    )

    assert account.find_events(EventQuery(verdict="ignored")).items == [account.event(3)]
    assert account.event(3)["note"] == "new"
    assert account.event_counts("reason") == {"x": 38, "y": 39}
    assert account.find_events(EventQuery(contact=1)).total == 38

    account.commit({}, {"events": [3]})
    account.commit({"events": [event(3, reasons=["z"])]})
    assert account.event_counts("reason") == {"x": 38, "y": 38, "z": 1}
    assert account.find_events(EventQuery()).total == 39


def test_the_newest_event_that_went_and_came_back_is_found_by_what_it_is_now(account):
    account.commit({"events": [event(1), event(2, verdict="ignored", contactId=5)]})
    account.commit({}, {"events": [2]})
    account.commit({"events": [event(2, eventTypeKey="visit")]})

    assert account.find_events(EventQuery(verdict="ignored")).total == 0
    assert account.find_events(EventQuery(contact=5)).total == 0
    assert account.event_counts("verdict") == {"applied": 2}


def test_events_may_come_in_any_order(account):
    for event_id in (2000, 3, 1000, 1, 70000):
        account.commit({"events": [event(event_id)]})

    found = account.find_events(EventQuery())
    assert [each["eventId"] for each in found.items] == [70000, 2000, 1000, 3, 1]
    assert account.next_event_id() == 70001
    assert account.find_events(EventQuery(since=3, until=2000)).total == 2


def test_orders_are_listed_newest_first_by_status_and_contact(account):
    for number in range(1100):
        account.commit(
            {
                "orders": [
                    order(
                        f"o{number}",
                        status=("INITIALIZED", "DELIVERED")[number % 2],
                        contactId=number % 3 or None,
                    )
                ]
            }
        )
    page = account.find_orders(limit=3, offset=1)
    assert page.total == 1100
    assert [each["externalOrderId"] for each in page.items] == ["o1098", "o1097", "o1096"]

    page = account.find_orders(status="DELIVERED", contact=2, limit=2)
    assert [each["externalOrderId"] for each in page.items] == ["o1097", "o1091"]
    assert page.total == 183

    account.commit({"orders": [order("o1097", contactId=2, status=None)]})
    account.commit({}, {"orders": ["o1091"]})
    page = account.find_orders(status="DELIVERED", contact=2, limit=2)
    assert [each["externalOrderId"] for each in page.items] == ["o1085", "o1079"]
    assert account.find_orders(status="DELIVERED", contact=2, offset=180).total == 181

    page = account.find_orders(q="o1", limit=1)
    assert (page.complete, page.searched) == (False, SEARCH_BOUND + 1), "and o1 itself"


def test_an_order_is_found_by_its_whole_id_however_many_are_newer(account):
    account.commit({"orders": [order(f"o{number}") for number in range(SEARCH_BOUND + 10)]})

    page = account.find_orders(q="o0")
    assert [each["externalOrderId"] for each in page.items] == ["o0"]


def test_contacts_are_listed_by_names_and_identifiers_together(account):
    account.commit(
        {
            "contacts": [
                contact(1, email="a@b.c", firstName="Ann", lastName="B"),
                contact(2, email="a@b.c", firstName="Ann", lastName="C"),
                contact(3, email="x@b.c", phone="1", firstName="Ann", lastName="C"),
                contact(600, email="x@b.c", firstName="Bob"),
            ]
        }
    )

    def found(**filters):
        return [each["id"] for each in account.find_contacts(**filters).items]

    assert found() == [600, 3, 2, 1]
    assert found(firstName="Ann", email="A@B.C") == [2, 1]
    assert found(firstName="Ann", lastName="C") == [3, 2]
    assert found(email="x@b.c", phone="1") == [3]
    assert found(email="x@b.c", phone="2") == []
    assert found(contactId="600", email=None) == [600]
    assert found(q="bob", limit=1) == [600]
    assert found(limit=2, offset=1) == [3, 2]

    with pytest.raises(TypeError, match="middleName"):
        found(middleName="X")


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param(["2026-01-03", "2026-01-04", "2026-01-05", ""], [3, 2, 1, 4], id="by time"),
        pytest.param(["2026-01-03", "2026-01-03", "2026-01-03", "x"], [3, 2, 1, 4], id="by id"),
    ],
)
def test_contacts_of_an_older_version_go_by_the_time_of_their_change(account, times, expected):
    people = [
        contact(n, email="a@b.c", updatedAt=f"{each}T00:00:00.000Z" if each else "")
        for n, each in enumerate(times, start=1)
    ]
    account.reset(puts={"contacts": people})
    assert account.holders("email", "A@b.c").newest == expected
    page = account.find_contacts(updated_first=True)
    assert [each["id"] for each in page.items] == expected

    account.commit({"contacts": [contact(4, email="a@b.c")]})
    assert account.holders("email", "a@b.c", limit=2) == ([4, 3], 4)


def test_of_several_holders_the_one_that_changed_last_comes_first_and_goes_on_so(account):
    account.commit({"contacts": [contact(n, email="a@b.c") for n in (1, 2, 3)]})
    account.commit({"contacts": [contact(2, email="a@b.c", externalCustomerId="2")]})
    account.commit({"contacts": [contact(1, email="a@b.c", deleted=True)]})

    def found(state):
        return [
            state.holders("email", "a@b.c", among).newest for among in ("live", "free", "deleted")
        ]

    assert found(account) == [[2, 3], [3], [1]]
    assert "changeNumber" not in account.contact(2)
    account.commit({}, {"contacts": [2]})
    assert found(account) == [[3], [3], [1]]


def test_the_holder_of_a_shared_address_that_changed_last_is_found_among_a_thousand(account):
    shared = [contact(n, email="shared@b.c") for n in range(1, 1001)]
    own = [contact(n, email=f"{n}@b.c") for n in range(1001, 3001)]
    account.commit({"contacts": [*shared, *own]})
    for address in ("shared@b.c", "2000@b.c"):
        assert account.holders("email", address, limit=6).newest[0] in (1000, 2000)
    for number in (1, 500, 1000):
        account.commit({"contacts": [contact(number, email="shared@b.c", firstName="A")]})
        assert account.find_contact("email", "shared@b.c") == number
    assert account.holders("email", "shared@b.c", limit=6).total == 1000


def test_a_contact_that_is_gone_is_in_no_list(account):
    account.commit({"contacts": [contact(1, firstName="A"), contact(2, firstName="A")]})
    account.commit({}, {"contacts": [2]})
    assert account.contact_ids() == [1]
    for filters in ({}, {"firstName": "A"}, {"deleted": True}, {"updated_first": True}):
        page = account.find_contacts(**filters)
        assert (page.total, [each["id"] for each in page.items]) == (1, [1])


def test_an_order_that_is_found_in_two_ways_is_counted_once(account):
    account.commit({"orders": [order(str(each)) for each in range(100, 160)]})
    for q in ("100", "130", "159"):
        assert [each["externalOrderId"] for each in account.find_orders(q=q).items] == [q]


def test_a_page_is_of_fifty_unless_another_size_is_asked_for(account):
    numbers = range(1, 61)
    account.commit(
        {
            "events": [event(each) for each in numbers],
            "orders": [order(str(each)) for each in numbers],
            "contacts": [contact(each) for each in numbers],
        }
    )
    pages = (account.find_events(EventQuery()), account.find_orders(), account.find_contacts())
    assert [(page.total, len(page.items)) for page in pages] == [(60, 50)] * 3
