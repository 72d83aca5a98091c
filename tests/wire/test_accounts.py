"""Accounts: one for all API keys, or one for each, isolated in everything."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from mock_server.emulator import Emulator
from mock_server.emulator.accounts import AccountNames
from mock_server.emulator.traffic.secrets import account_name
from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings

EVENT = {"eventTypeKey": "visit", "keyValue": "1"}
NAMED = "X-Mock-Account"


@pytest.fixture(scope="module")
def per_key():
    with HostedEmulator(ServerSettings(port=0, state=None, accounts="per-key")) as hosted:
        yield hosted


@pytest.fixture(scope="module")
def limited():
    settings = ServerSettings(port=0, state=None, accounts="per-key", api_keys=("alpha-1111", "β"))
    with HostedEmulator(settings) as hosted:
        yield hosted


class Worker:
    """One user of a shared server, who knows nothing but an API key."""

    def __init__(self, url, key):
        self.url, self.key = url, key
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers[NAMED] = key.encode()
        self.session.auth = ("any", key.encode())

    def call(self, method, path, **kwargs):
        return self.session.request(method, f"{self.url}{path}", timeout=30, **kwargs)

    def get(self, path):
        return self.call("GET", path).json()


def _work(url, number):
    """A whole test run of one worker; it must see what it did, and nothing else."""
    worker = Worker(url, f"secret-key-of-worker-{number}")
    with worker.session:
        worker.call("POST", "/_mock/contacts", json={"email": f"w{number}@example.com"})
        worker.call("PATCH", "/_mock/settings", json={"organisation_name": f"shop {number}"})
        worker.call("PUT", "/_mock/clock", json={"now": f"20{number + 10}-01-01T00:00:00"})
        for _ in range(10 + number):
            assert worker.call("POST", "/api/v2/event", json=EVENT).status_code == 200
        worker.call("POST", "/_mock/faults", json={"status": 500 + number})
        seen = [
            worker.call("POST", "/api/v2/event", json=EVENT).status_code,
            worker.get("/_mock/summary")["events"],
            worker.get("/_mock/events")["events"][0]["eventId"],
            worker.get("/_mock/events")["events"][0]["receivedAt"][:4],
            worker.get("/_mock/contacts")["total"],
            worker.get("/_mock/requests")["total"],
            worker.get("/_mock/faults")["total"],
            worker.get("/api/v1/account/info")["organisationName"],
        ]
        state = worker.get("/_mock/state")
        assert len(state["events"]) == 10 + number
        worker.call("POST", "/_mock/reset")
        assert worker.get("/_mock/summary")["events"] == 0
    return seen


def test_eight_parallel_workers_never_see_each_other(per_key):
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda number: _work(per_key.url, number), range(8)))
    for number, each in enumerate(seen):
        count = 10 + number
        assert each == [
            *(500 + number, count, count, f"20{number + 10}", 1, count + 1, 1),
            f"shop {number}",
        ]


def test_the_key_is_nowhere_to_be_read(per_key):
    worker = Worker(per_key.url, "top-secret-key-wxyz")
    worker.call("POST", "/api/v2/event?apiKey=top-secret-key-wxyz", json=EVENT)
    worker.call("POST", "/api/v2/event", json={**EVENT, "apiKey": "top-secret-key-wxyz"})
    journal = worker.call("GET", "/_mock/requests").text
    everything = journal + worker.call("GET", "/_mock/accounts").text
    assert "top-secret" not in everything
    assert "apiKey=…wxyz" in journal
    assert '\\"apiKey\\": \\"…wxyz\\"' in journal
    assert "key-wxyz-" in everything


def test_an_account_is_called_by_its_key_or_by_its_name(per_key):
    worker = Worker(per_key.url, "called-by-its-name")
    worker.call("POST", "/api/v2/event", json=EVENT)
    name = worker.get("/_mock/events")["events"][0]["account"]
    for text in (name, "called-by-its-name"):
        found = requests.get(f"{per_key.url}/_mock/events?account={text}", timeout=10).json()
        assert found["total"] == 1
    listed = requests.get(f"{per_key.url}/_mock/accounts", timeout=10).json()
    assert listed["mode"] == "per-key"
    assert {"account": name, "events": 1, "orders": 0, "contacts": 0} in listed["accounts"]
    answer = requests.get(f"{per_key.url}/_mock/events?account=key-abcd-{'0' * 16}", timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (404, "account_not_found")


def test_one_account_is_exported_and_replaced_without_the_others(per_key):
    one, other = (Worker(per_key.url, f"export-{each}") for each in "ab")
    for worker in (one, other):
        worker.call("POST", "/api/v2/event", json=EVENT)
    state = one.get("/_mock/state")
    assert {each["account"] for each in state["events"].values()} == {
        one.get("/_mock/events")["events"][0]["account"]
    }
    assert one.call("PUT", "/_mock/state", json={}).status_code == 200
    assert one.get("/_mock/events")["total"] == 0
    assert other.get("/_mock/events")["total"] == 1


def test_only_the_keys_told_are_let_in(limited):
    """WIRE-02."""
    assert Worker(limited.url, "β").call("POST", "/api/v2/event", json=EVENT).status_code == 200
    stranger = Worker(limited.url, "stranger-key-9999")
    answer = stranger.call("POST", "/api/v2/event", json=EVENT)
    assert (answer.status_code, answer.json()["status"]) == (401, 401)
    assert "…9999 is not known" in answer.json()["message"]
    assert "alpha" not in answer.text
    assert stranger.call("GET", "/_mock/events").status_code == 404
    journal = requests.get(f"{limited.url}/_mock/requests", timeout=10).json()["requests"]
    assert (journal[0]["status"], journal[0]["reason"]) == (401, "api_key_unknown")


def test_the_same_key_opens_the_same_account_after_a_restart(tmp_path):
    for total in (1, 2):
        with Emulator(tmp_path / "state.json", accounts="per-key") as emulator:
            account = emulator.account_for_key("my-key")
            account.seed({"contacts": [{"email": f"{total}@example.com"}]})
            assert account.contacts().total == total
    assert "my-key" not in (tmp_path / "state.json").read_text("utf-8")


def test_by_default_every_key_opens_the_same_account(client):
    for key in ("one", "two"):
        client.session.auth = ("any", key)
        client.event(EVENT)
    assert client.get("/_mock/events")["total"] == 2
    assert client.get("/_mock/accounts")["mode"] == "shared"


def test_a_key_can_be_set_aside_for_what_comes_late():
    names = AccountNames("per-key", ["a", "b"])
    names.set_aside("a", "late")
    assert names.of_key("a") == "late"
    assert names.of_key("b") == account_name("b")
