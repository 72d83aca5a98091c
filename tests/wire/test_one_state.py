"""All methods share one state: it survives a restart, and many clients at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings
from tests.conftest import Client

ORDER = {
    "totalCost": 1,
    "status": "INITIALIZED",
    "date": "2025-01-01",
    "currency": "UAH",
    "externalCustomerId": "A",
}


@pytest.fixture
def restart(tmp_path):
    """Run something against an emulator on one and the same state file."""

    def run(act):
        with HostedEmulator(ServerSettings(port=0, state=tmp_path / "state.json")) as hosted:
            client = Client(hosted)
            with client.session:
                return act(client)

    return run


def test_everything_survives_a_restart(restart):
    def before(client):
        contacts = [{"channels": [{"type": "email", "value": f"{n}@x.y"}]} for n in range(3)]
        body = {"contacts": contacts, "dedupeOn": "email", "groupNames": ["News"]}
        session = client.call("POST", "/api/v1/contacts", json=body).json()["asyncSessionId"]
        client.get(f"/api/v1/importstatus/{session}")
        client.call("POST", "/api/v1/orders", json={"orders": [{**ORDER, "externalOrderId": "1"}]})
        events = [{"eventTypeKey": "visit", "keyValue": "1", "occurred": "2025-01-01"}]
        client.call("POST", "/api/v2/past_events", json={"events": events})
        client.call("POST", "/api/v1/emails/unsubscribed/add", json={"emails": ["0@x.y"]})
        client.call(
            "POST", "/api/v1/contact/subscribe", json={"contact": {"externalCustomerId": "S"}}
        )
        client.call("DELETE", "/api/v1/contact/3")
        client.call("DELETE", "/api/v1/contact/5?erase=true")
        token = client.call("POST", "/api/v1/auth/token").json()
        return session, token, client.get("/_mock/state")

    def after(client):
        assert client.get(f"/api/v1/importstatus/{session}")["status"] == "IMPORTING"
        assert [each["id"] for each in client.get("/api/v1/group/1/contacts")] == [1, 2]
        assert client.get("/api/v1/contact/4")["externalCustomerId"] == "A"
        headers = {"Authorization": f"Bearer {token}"}
        client.session.auth = None
        event = {"eventTypeKey": "visit", "keyValue": "1"}
        assert client.event(event, headers=headers).status_code == 200
        client.session.auth = ("any", "key")
        new = client.call("POST", "/api/v1/contact", json={"externalCustomerId": "N"})
        assert new.json() == {"id": 6}, "ids are not given twice"

    session, token, state = restart(before)
    ignored = ("meta", "accounts")
    now = restart(lambda client: client.get("/_mock/state"))
    for table in state:
        if table not in ignored:
            assert now[table] == state[table], table
    restart(after)


def test_a_reset_that_keeps_contacts_keeps_their_segments(client):
    body = {"contact": {"externalCustomerId": "A"}, "groups": ["News"]}
    client.call("POST", "/api/v1/contact/subscribe", json=body)
    client.call("POST", "/_mock/reset", json={"keep": ["contacts"]})
    assert client.get("/api/v1/contact/1")["groups"] == [
        {"id": 1, "name": "News", "type": "Static"}
    ]
    client.call("POST", "/_mock/reset")
    assert client.get("/api/v1/groups") == []


def test_imports_orders_and_events_at_once_lose_nothing(client, hosted):
    """Every contact is one contact, every order one order, whoever names it first."""

    def import_contacts(_):
        contacts = [{"externalCustomerId": str(number)} for number in range(50)]
        body = {"contacts": contacts, "dedupeOn": "email", "groupNames": ["All"]}
        return client.call("POST", "/api/v1/contacts", json=body).json()["failedContacts"]

    def add_orders(start):
        orders = [
            {**ORDER, "externalOrderId": f"{start}-{number}", "externalCustomerId": str(number)}
            for number in range(50)
        ]
        return client.call("POST", "/api/v1/orders", json={"orders": orders}).json()["failedOrders"]

    def post_events(start):
        for number in range(20):
            params = [{"name": "externalCustomerId", "value": str(number)}]
            answer = client.event({"eventTypeKey": "visit", "keyValue": "1", "params": params})
            assert answer.status_code == 200
        return []

    def past_events(start):
        events = [{"eventTypeKey": "past", "keyValue": "1", "occurred": "2025-01-01"}] * 20
        told = client.call("POST", "/api/v2/past_events", json={"events": events}).json()
        return [told] if told["errorCount"] else []

    jobs = [
        (job, number)
        for number in range(3)
        for job in (import_contacts, add_orders, post_events, past_events)
    ]
    with ThreadPoolExecutor(8) as pool:
        assert all(failed == [] for failed in pool.map(lambda job: job[0](job[1]), jobs))
    contacts = client.get("/_mock/contacts?limit=1000")["contacts"]
    assert sorted(int(each["externalCustomerId"]) for each in contacts) == list(range(50))
    assert client.get("/_mock/orders")["total"] == 150
    assert client.call("GET", "/api/v1/group/1/contacts").headers["TotalCount"] == "50"
    assert client.get("/_mock/events")["total"] == 150 + 60 + 60
    numbers = {each["orderId"] for each in client.get("/_mock/orders?limit=1000")["orders"]}
    assert len(numbers) == 150
