"""Injected faults over real sockets: which requests they hit, and what the client sees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

EVENT = {"eventTypeKey": "visit", "keyValue": "1"}
BROKEN = requests.ConnectionError, requests.exceptions.ChunkedEncodingError


def _fault(client, **fault):
    answer = client.call("POST", "/_mock/faults", json=fault)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def _stored(client):
    return client.get("/_mock/events")["total"]


def test_a_fault_skips_after_and_hits_times(client):
    fault_id = _fault(client, status=503, after=1, times=2)
    assert [client.event(EVENT).status_code for _ in range(5)] == [200, 503, 503, 200, 200]
    (fault,) = client.get("/_mock/faults")["faults"]
    assert (fault["id"], fault["seen"], fault["hits"], fault["left"]) == (fault_id, 3, 2, 0)
    assert _stored(client) == 3


def test_faults_hit_in_the_order_in_which_they_were_added(client):
    for status in (500, 429, 502):
        _fault(client, status=status)
    assert [client.event(EVENT).status_code for _ in range(4)] == [500, 429, 502, 200]


def test_a_fault_without_times_lasts_until_it_is_taken_back(client):
    fault_id = _fault(client, status=503, times=None)
    assert {client.event(EVENT).status_code for _ in range(3)} == {503}
    assert client.call("DELETE", f"/_mock/faults/{fault_id}").status_code == 200
    assert client.event(EVENT).status_code == 200


@pytest.mark.parametrize(
    ("match", "hits"),
    [
        ({}, [True, True, True]),
        ({"method": "get"}, [False, False, True]),
        ({"path": "/api/v2/event/"}, [True, False, False]),
        ({"path": "/api/*/event"}, [True, True, False]),
        ({"eventTypeKey": "cart"}, [False, True, False]),
        ({"eventTypeKey": "cart", "path": "/api/v2/event"}, [False, False, False]),
    ],
)
def test_a_fault_hits_what_it_matches(client, match, hits):
    _fault(client, status=503, match=match, times=None)
    answers = [
        client.event(EVENT),
        client.event({**EVENT, "eventTypeKey": "cart"}, version="v1"),
        client.call("GET", "/api/v1/version"),
    ]
    assert [each.status_code == 503 for each in answers] == hits


def test_the_answer_is_as_told_and_explained(client):
    _fault(client, status=429, body={"error": "slow"}, headers={"Retry-After": "7"})
    _fault(client, status=500, body="down")
    first, second = client.event(EVENT), client.event(EVENT)
    assert (first.status_code, first.json(), first.headers["Retry-After"]) == (
        429,
        {"error": "slow"},
        "7",
    )
    assert first.headers["X-Mock-Fault"] == "1"
    assert (second.status_code, second.text) == (500, "down")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", [{"status": 500}, {"action": "reset"}, {"action": "truncate"}])
def test_before_nothing_is_stored_and_after_it_is(client, when, fault):
    """The second is how the retry of a client makes a duplicate."""
    _fault(client, **fault, when=when)
    if "status" in fault:
        assert client.event(EVENT).status_code == 500
    else:
        with pytest.raises(BROKEN):
            client.event(EVENT)
    assert _stored(client) == (when == "after")
    assert client.event(EVENT).status_code == 200
    assert _stored(client) == 1 + (when == "after")


def test_the_journal_says_which_fault_hit(client):
    _fault(client, status=503)
    _fault(client, action="reset", when="after")
    client.event(EVENT)
    with pytest.raises(BROKEN):
        client.event(EVENT)
    newest, older = client.get("/_mock/requests")["requests"]
    assert (older["status"], older["reason"], older["fault"], older["eventId"]) == (
        503,
        "fault",
        1,
        None,
    )
    assert (newest["status"], newest["fault"], newest["eventId"]) == (None, 2, 1)
    assert "visit" in older["body"]


def test_a_request_that_hangs_blocks_nobody(client):
    _fault(client, action="timeout")
    with pytest.raises(requests.ReadTimeout):
        client.session.post(f"{client.url}/api/v2/event", json=EVENT, timeout=0.2)
    with ThreadPoolExecutor() as pool:
        _fault(client, delayMs=600_000)
        slow = pool.submit(
            requests.post, f"{client.url}/api/v2/event", json=EVENT, auth=("a", "k"), timeout=30
        )
        while client.get("/_mock/faults")["faults"][1]["hits"] == 0:
            pass
        assert client.event(EVENT).status_code == 200
        assert not slow.done()
        client.call("DELETE", "/_mock/faults/2")
        assert slow.result().status_code == 503  # let go, and nothing is stored
    assert _stored(client) == 1
    assert client.get("/_mock/requests")["requests"][0]["reason"] == "fault_taken_back"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delayed_request_is_served(client, when):
    _fault(client, delayMs=50, when=when, headers={"X-Slow": "yes"})
    answer = client.event(EVENT)
    assert (answer.status_code, answer.headers["X-Slow"]) == (200, "yes")
    assert answer.elapsed.total_seconds() >= 0.05
    assert _stored(client) == 1


def test_a_client_that_gives_up_and_retries_is_overtaken_by_its_own_retry(client):
    """Delayed before it is stored: the retry is stored first, as with a slow server."""
    _fault(client, delayMs=400)
    with pytest.raises(requests.ReadTimeout):
        client.session.post(
            f"{client.url}/api/v2/event", json={**EVENT, "keyValue": "first"}, timeout=0.1
        )
    client.event({**EVENT, "keyValue": "retry"})
    found = client.get("/_mock/events/wait?count=2&timeout=20")["events"]
    assert [each["keyValue"] for each in found] == ["first", "retry"]  # the newest first


def test_a_reset_of_the_account_takes_faults_back(client):
    _fault(client, status=503, times=None)
    client.call("POST", "/_mock/reset")
    assert client.get("/_mock/faults") == {"total": 0, "faults": []}
    assert client.event(EVENT).status_code == 200


def test_stopping_the_server_does_not_wait_for_a_delay(client, hosted):
    _fault(client, delayMs=600_000)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(client.event, EVENT)
        while client.get("/_mock/faults")["faults"][0]["hits"] == 0:
            pass
        hosted.close()
        assert slow.exception() is not None or slow.result().status_code == 503


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({}, "Does nothing"),
        ([], "Must be a JSON object"),
        *(({"status": status}, "status") for status in (99, 199, 600)),
        ({"status": "500"}, "status"),
        *(({"status": 500, name: "1"}, name) for name in ("times", "after", "delayMs")),
        ({"body": "x"}, "body needs a status"),
        ({"action": "explode"}, "reset, timeout, truncate"),
        ({"action": "reset", "status": 500}, "sends no answer"),
        ({"action": "timeout", "delayMs": 5}, "waits for ever"),
        ({"status": 500, "times": 0}, "times"),
        ({"status": 500, "after": -1}, "after"),
        ({"status": 500, "delayMs": 600_001}, "delayMs"),
        ({"status": 500, "when": "never"}, "before, after"),
        ({"status": 500, "match": {"path": "/event"}}, "Must begin with /api"),
        ({"status": 500, "match": {"key": "x"}}, "match.key: Unknown field"),
        ({"status": 500, "match": {"eventTypeKey": ""}}, "match.eventTypeKey"),
        ({"status": 500, "headers": {"A": "b\r\nc: d"}}, "not printable"),
        ({"status": 500, "headers": {"a b": "c"}}, "headers"),
        ({"status": 500, "headers": {"Content-Length": "5"}}, "the server's own"),
    ],
)
def test_a_fault_that_cannot_work_is_refused_and_told(client, fault, message):
    answer = client.call("POST", "/_mock/faults", json=fault)
    assert answer.status_code == 400
    assert message in answer.json()["message"]
    assert client.get("/_mock/faults")["total"] == 0


def test_an_unknown_fault_is_404_and_names_those_there_are(client):
    answer = client.call("DELETE", "/_mock/faults/9")
    assert "There are: none" in answer.json()["message"]
    _fault(client, status=500)
    answer = client.call("DELETE", "/_mock/faults/9")
    assert answer.status_code == 404
    assert "There are: 1" in answer.json()["message"]


def test_faults_are_bounded_and_spent_ones_make_room(hosted, client):
    faults = hosted.emulator.account().faults
    for _ in range(1000):
        faults.add({"status": 500})
    assert client.call("POST", "/_mock/faults", json={"status": 500}).status_code == 400
    assert client.event(EVENT).status_code == 500
    assert client.call("POST", "/_mock/faults", json={"status": 500}).status_code == 201


def test_faults_work_without_a_server_too():
    from werkzeug.test import Client

    from mock_server.emulator import Emulator
    from mock_server.frame.app import Doors

    with Emulator() as emulator:
        for fault in ({"status": 500}, {"action": "reset"}, {"action": "truncate"}, {"delayMs": 1}):
            emulator.account().faults.add(fault)
        emulator.account().faults.add({"status": 500, "delayMs": 1})
        emulator.account().faults.add({"action": "timeout"})
        client = Client(Doors(emulator))
        statuses = [client.post("/api/v2/event", json=EVENT).status_code for _ in range(6)]
        assert statuses == [500, 200, 200, 401, 500, 200]


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        ({"delayMs": 1}, True),
        ({"delayMs": 1, "when": "after"}, False),
        ({"delayMs": 1, "status": 500}, False),
        ({"status": 500}, False),
    ],
)
def test_only_requests_that_a_fault_makes_wait_before_they_are_served_hold_others_up(
    hosted, fault, waits
):
    faults = hosted.emulator.account().faults
    faults.add(fault)
    assert hosted.emulator.holds_up is waits
    assert faults.hit("POST", "/api/v2/event", set) is not None
    assert hosted.emulator.holds_up is False, "it is spent"
    assert faults.armed is False


def test_an_emulator_that_closes_lets_go_of_what_its_faults_hold_up(hosted):
    faults = hosted.emulator.account().faults
    faults.add({"action": "timeout"})
    hit = faults.hit("POST", "/api/v2/event", set)
    assert hit.cancelled.is_set() is False
    hosted.emulator.close()
    assert hit.cancelled.is_set() is True
