"""`MockServer`: starting and leaving, arranging, looking, and assertions that explain."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from functools import partial
from unittest.mock import ANY

import pytest
import requests

from mock_server import MockServer, StateError
from mock_server.cli.helper import helper as helper_text
from mock_server.emulator import InvalidError
from mock_server.emulator.examples import EXAMPLES
from mock_server.testing.record import Record
from mock_server.testing.records import Event, Order

PHONE = "380501234567"


@pytest.fixture(scope="module")
def helper(tmp_path_factory):
    """What `yespo-mock helper python` prints, as a module."""
    module = types.ModuleType("yespo_mock")
    sys.modules["yespo_mock"] = module
    # It is our own, as a file that somebody would import.
    exec(compile(helper_text("python"), "yespo_mock.py", "exec"), module.__dict__)  # noqa: S102
    yield module
    del sys.modules["yespo_mock"]


BY_HELPER = pytest.param("by the helper", marks=pytest.mark.full)


@pytest.fixture(params=["in process", "connected", BY_HELPER])
def mock(mock, request, helper, monkeypatch):
    """The same tests in this process and from afar, with the package and with one file."""
    if request.param == "connected":
        return MockServer.connect(mock.url)
    if request.param == "by the helper":
        for name in ("InvalidError", "Event", "Order", "Record"):
            monkeypatch.setattr(request.module, name, getattr(helper, name))
        return helper.connect(mock.url)
    return mock


NO_URL = [
    {"externalItemId": "1", "name": "Cup", "quantity": 1, "cost": 10, "url": "", "imageUrl": "i"}
]


# Starting and leaving


def test_it_answers_when_entered_and_no_more_when_left():
    with MockServer() as mock:
        assert requests.get(f"{mock.url}/_mock/health", timeout=20).json()["status"] == "ok"
        assert mock.api_url == f"{mock.url}/api"
        assert repr(mock) == f"<MockServer {mock.url}>"
        url = mock.url
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=20)
    assert repr(mock) == "<MockServer not running>"
    mock.close()


def test_it_says_how_to_use_it_when_it_does_not_run():
    with pytest.raises(RuntimeError, match="use `with MockServer"):
        MockServer().events()
    with MockServer() as mock, pytest.raises(RuntimeError, match="runs already"):
        mock.start()


LEAKS = """
import os, threading, urllib.request
from mock_server import MockServer, StateError
from mock_server.cli.helper import helper as helper_text

def held():
    folder = "/proc/self/fd"
    return len(os.listdir(folder)) if os.path.exists(folder) else 0, threading.enumerate()

with MockServer() as mock:
    pass
before = held()
for number in range(40):
    with MockServer() as mock:
        if number % 10 == 0:
            with urllib.request.urlopen(mock.url + "/_mock/health") as answer:
                answer.read()
assert held() == before, (held(), before)
"""


def test_many_in_a_row_leave_nothing_behind(tmp_path):
    run = [sys.executable, "-W", "error", "-c", LEAKS]
    subprocess.run(run, check=True, timeout=50, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_failing_seed_leaves_nothing_behind():
    before = threading.active_count()
    with (
        pytest.raises(InvalidError, match="contact: Unknown field"),
        MockServer(seed={"contact": 1}),
    ):
        pass
    assert threading.active_count() == before


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, mock_server; assert not {'flask', 'mock_server.testing'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=50)


def test_the_package_has_nothing_else():
    import mock_server

    assert mock_server.MockServer is MockServer
    with pytest.raises(AttributeError, match="MockSever"):
        _ = mock_server.MockSever


# Settings and seeds


def test_settings_are_keywords_and_are_checked():
    with MockServer(strict=True, organisation_name="Shop") as mock:
        url, key = f"{mock.api_url}/v1/account/info", ("any", mock.api_key)
        assert requests.get(url, auth=key, timeout=20).json()["organisationName"] == "Shop"
        body = {"eventTypeKey": "orderCreated", "keyValue": "1"}
        url = f"{mock.api_url}/v2/event"
        assert requests.post(url, json=body, auth=key, timeout=20).status_code == 422
    with pytest.raises(
        InvalidError, match=r"MockServer: strct: Unknown field.*Known fields: strict"
    ):
        MockServer(strct=True)


def test_seeds_are_documents_or_files_and_come_back_with_a_reset(tmp_path):
    file = tmp_path / "seed.json"
    file.write_text(json.dumps({"contacts": [{"email": "b@example.com"}]}))
    with MockServer(seed=[{"contacts": [{"email": "a@example.com"}]}, file]) as mock:
        mock.seed({"contacts": [{"email": "c@example.com"}]})
        emails = ["a@example.com", "b@example.com"]
        assert [each.email for each in mock.contacts()] == [*emails, "c@example.com"]
        mock.reset()
        assert [each.email for each in mock.contacts()] == emails
    with MockServer(seed=str(file)) as mock:
        assert mock.contact("b@example.com").id == 1


def test_a_seed_file_that_cannot_be_used_is_named(tmp_path):
    with pytest.raises(InvalidError, match=r"Seed .*none\.json cannot be read: No such file"):
        MockServer(seed=tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(InvalidError, match=r"Seed .*bad\.json is not JSON: .*line 1"):
        MockServer(seed=tmp_path / "bad.json")


def test_a_state_file_keeps_everything(tmp_path):
    with MockServer(state=tmp_path / "state.json") as mock:
        mock.add_contact(email="a@example.com")
    with MockServer(state=tmp_path / "state.json") as mock:
        assert mock.contact("a@example.com").email == "a@example.com"


# Looking


def test_orders_events_and_contacts_are_objects_with_the_names_of_the_json(mock, send):
    contact = mock.add_contact(phone=PHONE, firstName="A")
    assert send(gift="yes") == 200
    order = mock.order("12345679")
    assert (order.status, order.totalCost, order.contactId) == ("INITIALIZED", "258.0", contact.id)
    assert order.additionalInfo["gift"] == order.gift == order["gift"] == "yes"
    assert order.restoreUrl is None or isinstance(order.restoreUrl, str)
    assert order.storeId is None
    assert [each.change for each in order.history] == ["created"]
    assert mock.orders(status="INITIALIZED")[0].externalOrderId == "12345679"
    assert mock.orders(status="DELIVERED") == []
    (event,) = mock.events(type="orderCreated", contact=PHONE)
    assert (event.verdict, event.eventKey, event.param("gift")) == ("applied", "12345679", "yes")
    assert event.effect.after.status == "INITIALIZED"
    assert {step.result for step in event.trace} == {"passed", "noted"}
    assert event == mock.event(event.eventId) == event.to_dict()
    assert contact.firstName == "A"
    assert (contact.phone, contact.email) == (PHONE, None)
    assert mock.contact(contact.id).phone == PHONE
    assert mock.summary()["byVerdict"]["applied"] == 1


def test_a_record_behaves_like_a_value():
    order = Order({"externalOrderId": "1", "status": "DELIVERED", "totalCost": 5})
    assert repr(order) == "<Order externalOrderId='1', status='DELIVERED', totalCost=5>"
    assert order == Order(order.to_dict())
    assert order != Record(order.to_dict())
    assert order != 5
    assert "status" in order
    assert list(order) == ["externalOrderId", "status", "totalCost"]
    assert order.additionalInfo == {}
    with pytest.raises(AttributeError, match="has no attribute staus; did you mean status"):
        _ = order.staus
    with pytest.raises(KeyError, match="has no attribute qqq; there is externalOrderId"):
        order["qqq"]
    with pytest.raises(AttributeError):
        _ = order._private
    with pytest.raises(TypeError):
        hash(order)


def test_explaining_changes_nothing(mock, example):
    outcome = mock.explain(example("orderCreated", externalOrderId=None))
    assert outcome.verdict == "ignored"
    assert "externalOrderId" in outcome.hint
    assert "✗ ORD-01  externalOrderId is not filled" in outcome.explanation()
    assert mock.explain('{"eventTypeKey": 1', version="v1").answer["status"] == 400
    assert mock.events() == []
    with pytest.raises(InvalidError, match="The event is not JSON"):
        mock.explain({"eventTypeKey": object()})


@pytest.mark.parametrize("count", [0, -1])
def test_a_count_of_none_is_refused_with_the_way_to_ask_for_it(mock, count):
    for ask in (mock.assert_event, mock.wait_for):
        with pytest.raises(ValueError, match=r"count is 1 or more.*assert not mock\.events\("):
            ask(count=count)


def test_a_failure_repeats_the_contact_as_it_was_asked_for(mock):
    for ask in (mock.assert_event, partial(mock.wait_for, timeout=0.01)):
        with pytest.raises(AssertionError, match=r"No event matched contact='b@example.com'"):
            ask(contact="b@example.com")


def test_what_is_not_there_is_told_with_what_is(mock):
    mock.add_contact(email="a@example.com")
    with pytest.raises(LookupError, match=r"No contact has .* b@example.com. .*a@example.com"):
        mock.contact("b@example.com")
    with pytest.raises(LookupError, match=r"There is no order 5\. There are no orders yet"):
        mock.order(5)


# Time


def test_the_clock_stands_still_moves_and_returns(mock):
    mock.freeze("2026-01-01T00:00:00Z")
    mock.advance(timedelta(hours=1))
    mock.advance(30)
    assert mock.add_contact(email="a@example.com").createdAt == "2026-01-01T01:00:30.000Z"
    mock.freeze(datetime(2026, 2, 1, tzinfo=timezone.utc))
    assert mock.add_contact(email="b@example.com").createdAt == "2026-02-01T00:00:00.000Z"
    mock.unfreeze()
    assert mock.add_contact(email="c@example.com").createdAt > "2026-02-01"
    with pytest.raises(InvalidError, match="soon is not an ISO 8601 date and time, as in 2026-"):
        mock.freeze("soon")


# Faults


def test_the_next_requests_fail_as_told(mock, send):
    mock.add_contact(phone=PHONE)
    mock.fail_next(429, after=1, times=2, headers={"Retry-After": "1"}, body="slow down")
    assert [send() for _ in range(4)] == [200, 429, 429, 200]
    assert len(mock.events()) == 2
    mock.fail_next(500, when="after", event_type="orderDelivered", path="/api/*/event")
    assert [send("orderUpdated"), send("orderDelivered")] == [200, 500]
    mock.assert_order("12345679", status="DELIVERED")
    mock.fail_next(action="reset")
    with pytest.raises(requests.ConnectionError):
        send()
    mock.fail_next(503)
    mock.reset()
    assert send("visit") == 200


def test_a_fault_that_does_nothing_is_refused(mock):
    with pytest.raises(InvalidError, match="Fault: Does nothing"):
        mock.fail_next()


# Waiting


def test_waiting_ends_as_soon_as_the_event_is_there(mock, send):
    mock.add_contact(phone=PHONE)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(mock.wait_for, type="orderDelivered", order="12345679", timeout=20)
        send()
        send("orderDelivered")
        assert waiting.result().eventId == 2
    assert isinstance(mock.wait_for(verdict="applied", count=2), Event)


def test_waiting_in_vain_says_what_did_come(mock, send):
    send()
    with pytest.raises(AssertionError) as failed:
        mock.wait_for(type="orderDelivered", timeout=0.01)
    assert str(failed.value).startswith("No event matched type='orderDelivered' within 0.01 s.")
    assert "event 1: orderCreated 12345679 ignored: contact_not_found" in str(failed.value)
    with pytest.raises(AssertionError, match="1 of 2 events matched"):
        mock.wait_for(count=2, timeout=0.01)


# Assertions


def test_assert_order_compares_amounts_as_numbers_and_objects_in_part(mock, send):
    mock.add_contact(phone=PHONE)
    send(gift={"card": 1, "text": "Hello"})
    mock.assert_order("12345679", totalCost=258, status="INITIALIZED", gift=ANY)
    with pytest.raises(AssertionError) as failed:
        mock.assert_order(
            12345679, status="DELIVERED", totalCost=7, items=[{"cost": 1}, {}], email="x", nothing=1
        )
    text = str(failed.value)
    assert text.startswith("Order 12345679 is not as expected:\n  status is 'INITIALIZED', not")
    assert "totalCost is '258.0', not 7" in text
    assert "items has length 1, not 2" in text
    assert "items[0].cost is " in text
    assert "nothing is not there, it should be 1" in text
    with pytest.raises(AssertionError, match="it should be 258; did you mean totalCost"):
        mock.assert_order(12345679, totalcost=258)
    with pytest.raises(AssertionError, match="it should be 258; did you mean totalCost"):
        mock.assert_event("orderCreated", params={"totalcost": 258})
    with pytest.raises(AssertionError, match=r"Did you mean orderCreated\?"):
        mock.assert_event("orderCreate")
    assert "The events that named it:\n  event 1: orderCreated" in text


def test_assert_order_fails_with_what_happened_to_the_order(mock, send):
    mock.add_contact(phone=PHONE)
    send(items=NO_URL)
    with pytest.raises(LookupError) as failed:
        mock.assert_order("12345679")
    text = str(failed.value)
    assert "There is no order 12345679. There are no orders yet." in text
    assert "way out: would be applied if items[0].url were filled" in text
    assert "✗ ITM-02  items[0].url is not filled" in text
    assert failed.value.__context__ is None


def test_a_failure_names_the_requests_that_never_became_an_event(mock):
    requests.post(f"{mock.api_url}/v2/event", json={}, timeout=20)
    with pytest.raises(AssertionError) as failed:
        mock.assert_order("1")
    assert "No event named 1." in str(failed.value)
    assert "There were no events at all." in str(failed.value)
    assert "POST /api/v2/event was answered 401: api_key_missing" in str(failed.value)


def test_assert_no_order(mock, send):
    mock.assert_no_order("12345679")
    mock.add_contact(phone=PHONE)
    send()
    with pytest.raises(AssertionError, match=r"(?s)There is an order 12345679.*event 1"):
        mock.assert_no_order("12345679")


def test_assert_event_means_an_event_to_some_effect(mock, send):
    send(items=NO_URL)
    with pytest.raises(AssertionError) as failed:
        mock.assert_event("orderCreated", order="12345679")
    assert str(failed.value).startswith(
        "No event matched type='orderCreated', order='12345679'.\n  event 1: it was ignored"
    )
    mock.assert_event("orderCreated", verdict="ignored", reason="item_required_missing")
    mock.assert_event(reason="item_required_missing", params={"totalCost": 258})
    with pytest.raises(AssertionError, match="event 1: it was ignored, not rejected"):
        mock.assert_event(verdict="rejected")
    with pytest.raises(AssertionError, match=r"its reasons are .*, not order_not_found"):
        mock.assert_event(reason="order_not_found")


def test_assert_event_counts(mock, send):
    mock.add_contact(phone=PHONE)
    send()
    send()
    assert mock.assert_event("orderCreated", count=2, contact=PHONE).eventId == 2
    with pytest.raises(AssertionError, match=r"2 events matched .*, 1 should\.\n"):
        mock.assert_event("orderCreated", count=1)
    with pytest.raises(AssertionError, match=r"(?s)No event matched .*newest events:\n  event 1"):
        mock.assert_event("visit")


def test_assert_contact(mock):
    with pytest.raises(AssertionError, match=r"No contact has .* x\. There are none."):
        mock.assert_contact("x")
    mock.add_contact(email="a@example.com", firstName="A")
    assert mock.assert_contact("A@example.com", firstName="A").email == "a@example.com"
    with pytest.raises(AssertionError, match="firstName is 'A', not 'B'"):
        mock.assert_contact("a@example.com", firstName="B")
    with pytest.raises(AssertionError, match="The newest contacts: <Contact id=1"):
        mock.assert_contact("x")


def test_nothing_ignored_rejected_or_warned(mock, send):
    mock.add_contact(phone=PHONE)
    send("visit")
    mock.assert_nothing_ignored()
    mock.assert_nothing_rejected()
    mock.assert_no_warnings()
    send("orderDelivered")
    send("")
    send()
    with pytest.raises(AssertionError, match=r"(?s)1 event was ignored.*✗ ORD-12"):
        mock.assert_nothing_ignored()
    with pytest.raises(AssertionError, match=r"(?s)1 event was rejected.*✗ ENV-02"):
        mock.assert_nothing_rejected()
    with pytest.raises(AssertionError, match=r"(?s)with warnings\..*total_mismatch"):
        mock.assert_no_warnings()


# What counts as having looked


def _fails(assertion, *arguments):
    with pytest.raises(AssertionError):
        assertion(*arguments)


@pytest.mark.parametrize(
    ("look", "seen"),
    [
        (lambda mock: mock.events(), False),
        (lambda mock: mock.events()[0].params, False),
        (lambda mock: repr(mock.event(1)), False),
        (lambda mock: mock.wait_for(type="orderCreated"), False),
        (lambda mock: mock.wait_for(verdict="ignored"), True),
        (lambda mock: mock.events(verdict="ignored"), True),
        (lambda mock: mock.events(reason="contact_not_found"), True),
        (lambda mock: mock.event(1).verdict, True),
        (lambda mock: mock.event(1)["reasons"], True),
        (lambda mock: mock.event(1).explanation(), True),
        (lambda mock: mock.event(1) == {}, True),
        (lambda mock: mock.assert_event(verdict="ignored"), True),
        (lambda mock: _fails(mock.assert_nothing_ignored), True),
        (lambda mock: _fails(mock.assert_order, "12345679"), True),
        (lambda mock: mock.reset(), True),
    ],
)
def test_an_event_is_looked_at_when_its_verdict_is(mock, send, look, seen):
    assert mock.unlooked() == []
    send()
    assert [each["eventId"] for each in mock.unlooked()] == [1]
    look(mock)
    assert (mock.unlooked() == []) == seen


def test_the_report_is_short_however_much_happened(mock, send):
    for _ in range(21):
        send("visit")
    assert "… and 1 more" in mock.report()


# Coverage


def test_coverage_outlives_a_reset(mock, send):
    send()
    mock.reset()
    coverage = mock.coverage()
    assert "failed" in coverage["exercised"]["IDN-06"]
    assert "CON-01" in coverage["never"]


# As a TinyDB database


@pytest.mark.edited_state
def test_the_database_is_live_both_ways():
    with MockServer() as mock:
        mock.add_contact(email="a@example.com")
        contacts = mock.db.table("contacts")
        assert [each["id"] for each in contacts] == [1]

        contacts.insert({"channels": [{"type": "email", "value": "b@example.com"}]})
        assert mock.contact("b@example.com").id == 2
        contacts.remove(doc_ids=[1])
        assert [each.id for each in mock.contacts()] == [2]
        with pytest.raises(StateError, match=r'"externalOrderId" must be a text'):
            mock.db.table("orders").insert({"status": "DELIVERED"})
        mock.reset()
        assert len(mock.db) == 0


def test_a_write_through_the_database_waits_for_the_event_that_is_being_judged():
    with MockServer() as mock:
        account = mock._account
        begun, done = threading.Event(), threading.Event()

        def write():
            begun.set()
            account.db.table("tokens").insert({"token": "t"})
            done.set()

        thread = threading.Thread(target=write)
        with account.paused():
            thread.start()
            assert begun.wait(20)
            assert not done.wait(0.05)
            assert len(account.db) == 0
        thread.join(20)
        assert len(account.db) == 1


def test_a_failure_says_the_fix(mock):
    """The operation stands below the way out, so that nobody has to look for the place."""
    event = copy.deepcopy(EXAMPLES["orderCreated"])
    next(each for each in event["params"] if each["name"] == "status")["value"] = "completed"
    mock.add_contact(phone="380501234567")
    requests.post(f"{mock.api_url}/v2/event", json=event, auth=("a", mock.api_key), timeout=10)
    with pytest.raises(AssertionError, match=r'fix: replace /params/\d/value "DELIVERED"'):
        mock.assert_nothing_ignored()
