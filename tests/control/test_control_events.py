"""The control API: events, explaining and waiting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mock_server.rules.outcome import EventRequest

VISIT = {"eventTypeKey": "visit", "keyValue": "1"}


@pytest.fixture
def filled(client, example):
    """Four events: ignored, applied, recorded, rejected; ids 1 to 4."""
    client.event(example())
    client.add_contact(phone="380501234567", email="a@example.com")
    client.event(example())
    client.event({**VISIT, "params": [{"name": "email", "value": "A@example.com"}]}, "v1")
    client.event({"eventTypeKey": "", "keyValue": "1"})
    return client


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [4, 3, 2, 1]),
        ("type=orderCreated", [2, 1]),
        ("verdict=recorded", [3]),
        ("reason=contact_not_found", [1]),
        ("warning=total_mismatch", [2]),
        ("contact=1", [3, 2]),
        ("contact=a@example.com", [3, 2]),
        ("contact=380501234567", [3, 2]),
        ("contact=nobody", []),
        ("order=12345679", [2, 1]),
        ("order=12345679&verdict=applied", [2]),
        ("q=SUPER device", [2, 1]),
        ("q=nothing of the kind", []),
        ("since=2", [4, 3]),
        ("until=2", [2, 1]),
        ("since=1&until=3", [3, 2]),
        ("limit=1&offset=1", [3]),
        ("account=somebody-else", []),
    ],
)
def test_events_are_found_by_every_filter(filled, query, ids):
    page = filled.get(f"/_mock/events?{query}")
    assert [each["eventId"] for each in page["events"]] == ids
    if "limit" not in query:
        assert page["total"] == len(ids)


ALL_VERSIONS = ("v1", "v2", "v3")


@pytest.mark.parametrize(
    ("body", "kept_in"),
    [
        ({**VISIT, "params": [{"name": "email", "value": "a@b.c"}]}, ()),
        ({**VISIT, "params": []}, ()),
        ({**VISIT, "params": {"email": "a@b.c"}}, ("v3",)),  # where it is recorded as a list
        (VISIT, ALL_VERSIONS),
        ({**VISIT, "params": [], "other": 1}, ALL_VERSIONS),
        ({**VISIT, "other": []}, ALL_VERSIONS),
        ({**VISIT, "params": [], "keyValue": 1}, ALL_VERSIONS),
        ({**VISIT, "params": [], "eventTypeKey": 5}, ALL_VERSIONS),
        ([VISIT], ALL_VERSIONS),
    ],
)
@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_what_was_sent_is_shown_as_it_was_and_kept_once(client, hosted, body, kept_in, version):
    client.event(body, version)
    assert client.get("/_mock/events/1")["body"] == body
    stored = hosted.emulator.store.account("default").event(1)
    assert ("body" in stored) is (version in kept_in)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("offset=-1", "offset"),
        ("offset=83133883565229007161520029696", "offset"),
        ("verdict=maybe", "verdict"),
        ("limt=5", "limt"),
        ("since=x", "since"),
    ],
)
def test_a_query_that_means_nothing_is_refused_by_name(client, query, names):
    answer = client.call("GET", f"/_mock/events?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid"
    assert names in answer.json()["message"]


def test_an_unknown_event_is_404_and_says_what_there_is(filled):
    answer = filled.call("GET", "/_mock/events/99")
    assert answer.status_code == 404
    assert answer.json()["message"] == "There is no event 99. The newest is 4."


def test_explaining_gives_the_outcome_and_changes_nothing(client, example):
    told = client.call("POST", "/_mock/explain", json=example()).json()
    assert (told["verdict"], told["reasons"]) == ("ignored", ["contact_not_found"])
    assert told["answer"] == {"status": 200, "body": ""}
    client.add_contact(phone="380501234567")
    told = client.call("POST", "/_mock/explain", json=example()).json()
    assert told["effect"]["after"]["externalOrderId"] == "12345679"
    health = client.get("/_mock/health")
    assert (health["events"], health["orders"]) == (0, 0)
    assert client.get("/_mock/event-types")["total"] == 0


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_explaining_knows_the_versions(client, example, version):
    """ENV-10."""
    told = client.call("POST", f"/_mock/explain?version={version}", json=example()).json()
    assert ("v1_value_not_string" in told["warnings"]) == (version == "v1")


def test_explaining_what_is_not_json(client):
    told = client.call("POST", "/_mock/explain", data=b"{").json()
    assert told["verdict"] == "rejected"
    assert told["answer"]["status"] == 400


def test_waiting_answers_as_soon_as_there_are_enough(client):
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(
            client.call, "GET", "/_mock/events/wait?type=visit&count=2&timeout=20"
        )
        for key in ("other", "visit", "visit"):
            client.call("POST", "/api/v2/event", json={**VISIT, "eventTypeKey": key})
        answer = waiting.result()
    assert answer.status_code == 200
    assert answer.json()["total"] == 2


def test_waiting_in_vain_is_408_with_what_did_match(client):
    client.event(VISIT)
    answer = client.call("GET", "/_mock/events/wait?count=2&timeout=0.01")
    assert answer.status_code == 408
    assert answer.json()["total"] == 1


def test_waiting_does_not_keep_others_waiting(client):
    """Twenty that wait, and one that is served meanwhile."""
    import requests

    url = f"{client.url}/_mock/events/wait?count=1&timeout=20"
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(requests.get, url, timeout=30) for _ in range(20)]
        assert client.get("/_mock/health")["status"] == "ok"
        client.event(VISIT)
        assert {each.result().status_code for each in waiting} == {200}


def test_what_an_event_would_change_is_told_as_of_when_it_occurred(hosted, example):
    account = hosted.emulator.account()
    account.add_contact({"phone": "380501234567"})
    request = EventRequest(example(), occurred="2025-03-22T00:00:00.000Z")
    assert account.explain(request).effect.after["createdAt"] == "2025-03-22T00:00:00.000Z"
