"""Load, kills, full disks and restarts: `make soak` runs these long, `make test` in short.

Two servers are sent the same requests: one that keeps its state in a file and is killed, and one
in memory that is not. Each of eight threads has an API key, hence an account, of its own; it sends
to the second what the first has answered. Now and then the first may not write, and refuses what
it cannot store; accounts set their clocks, and somebody takes the log away. After a kill each
account in the file must be as it was after the last request that was answered, or after the one
that was under way: then that has happened, and the second server is told.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from tinydb.table import Document

from mock_server.emulator import Emulator, StateError
from mock_server.state import Store
from mock_server.state.files import fold_thread

THREADS = 8
NO_ROOM = 507
FULL: list[str] = []
"""Of each moment in which a server could write nothing, the beginning and the end."""
# What is stored in several steps: a kill may leave the first of them.
IN_STEPS = ("/api/v1/contacts", "/api/v1/orders", "/api/v2/past_events", "/_mock/seed")
# As small as it gets it folds all the time, or never.
SERVER = """
import sys
from mock_server.state.files import fold_thread, state_files
fold_thread._PAUSE = fold_thread._SHARE = 0
state_files.SMALL = int(sys.argv[1])
from mock_server.cli import main
main(args=sys.argv[2:], prog_name="yespo-mock")
"""
# How a server that was killed is noticed, perhaps in the middle of an answer.
GONE = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
# What two servers do not agree on: moments.
_VARYING = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(Z|[+]\d\d:?\d\d)?")


class Request(NamedTuple):
    """A request to be sent to both servers."""

    method: str
    path: str
    body: Any


def _event(kind: str, key: str, **fields: Any) -> Request:
    params = {"externalOrderId": key, "email": "a@example.com", "totalCost": 5, **fields}
    listed = [{"name": name, "value": value} for name, value in params.items()]
    body = {"eventTypeKey": kind, "keyValue": key, "params": listed}
    return Request("POST", "/api/v2/event", body)


def _created(key: str, size: int) -> Request:
    day = "2026-01-31T12:00:00"
    return _event("orderCreated", key, status="INITIALIZED", date=day, statusDescription="x" * size)


def _any_request(choice: random.Random) -> Request:
    """A request of any kind; most are new orders."""
    key = f"{choice.randrange(40)}"
    order = {"externalOrderId": f"b{key}", "totalCost": 1, "status": "INITIALIZED"}
    order |= {"date": "2026-01-31T12:00:00", "email": "a@example.com"}
    emails = [{"type": "email", "value": f"{each}@example.org"} for each in range(int(key))]
    bulk = {"dedupeOn": "email", "contacts": [{"channels": [each]} for each in emails]}
    past = {"eventTypeKey": "v", "keyValue": key, "occurred": "2025-01-01"}
    kinds = [
        *[_created(key, choice.choice([1, 3000]))] * 8,
        _event("orderDelivered", key, status="DELIVERED"),
        _event("orderCancelled", key, status="CANCELLED"),
        Request("POST", "/_mock/reset", {"keep": choice.choice([[], ["contacts"]])}),
        Request("PATCH", "/_mock/settings", {"strict": choice.random() < 0.5}),
        Request("POST", "/_mock/seed", {"contacts": [{"email": f"{key}@example.com"}]}),
        Request("POST", "/api/v1/contacts", bulk),
        Request("POST", "/api/v2/past_events", {"events": [past] * 3}),
        Request("POST", "/api/v1/orders", {"orders": [order]}),
        Request("DELETE", f"/api/v1/contact/{choice.randrange(1, 20)}", None),
        Request("POST", "/api/v1/auth/token", None),
        Request("POST", "/api/v1/emails/unsubscribed/add", {"emails": [f"{key}@example.com"]}),
        Request("PUT", "/_mock/clock", {"advance": choice.choice(["-P1D", "P1D", "-PT1S"])}),
    ]
    return choice.choice(kinds)


def requests_of(choice: random.Random, account: str) -> Iterator[Request]:
    """Requests of all kinds without end, now and then an import among them."""
    yield Request("POST", "/_mock/contacts", {"email": "a@example.com"})
    for number in count():
        if number % 25 == 0:
            orders = {
                "1": {"externalOrderId": f"imported {number}", "orderId": 1, "contactId": None}
            }
            contacts = {"1": {"id": 1, "channels": [{"type": "email", "value": "a@example.com"}]}}
            state = {"orders": orders, "contacts": contacts}
            yield Request("PUT", f"/_mock/state?account={account}", state)
        yield _any_request(choice)


@contextmanager
def serving(*options: str, small: int = 0) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server and its URL; it is killed at the end."""
    calm = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    command = [sys.executable, "-c", SERVER, str(small), "serve", "--port", "0", *options]
    command += ["--accounts", "per-key"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=calm) as server:
        assert server.stdout is not None
        drain = threading.Thread(target=server.stdout.read, daemon=True)
        try:
            searched = (re.search(rb"http://127\.0\.0\.1:\d+", line) for line in server.stdout)
            found = next((each for each in searched if each is not None), None)
            assert found is not None, f"the server did not start, it ended with {server.wait()}"
            drain.start()
            yield server, found[0].decode()
        finally:
            server.kill()
            if drain.ident is not None:
                drain.join()


class Client:
    """One thread's account, on the server that is killed and on the one that is not."""

    def __init__(self, number: int, seed: int) -> None:
        self.key = f"key-of-{number}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = ("user", self.key)
        self.under_way: Request | None = None
        self.answered = self.refused = 0
        self.requests = requests_of(random.Random(seed), self.key)  # noqa: S311  (no secrets)

    def send(self, url: str, request: Request) -> int:
        """Send a request; its status."""
        headers = {"X-Mock-Account": self.key} if request.path.startswith("/_mock") else {}
        answer = self.session.request(
            request.method, url + request.path, json=request.body, headers=headers, timeout=60
        )
        assert answer.status_code < 500 or answer.status_code == NO_ROOM, (request, answer.text)
        return answer.status_code

    def run(self, url: str, other: str, enough: threading.Event) -> None:
        """Send until the server is gone, and let the other one follow."""
        while not enough.is_set():
            self.under_way = next(self.requests)
            before = len(FULL)
            try:
                status = self.send(url, self.under_way)
            except GONE:
                return
            in_steps = self.under_way.path in IN_STEPS
            if status == NO_ROOM or (in_steps and len(FULL) > before - before % 2):
                self.refused += 1
                if in_steps:  # of which some may be refused, in an answer with 200
                    try:
                        self.take_over(url, other)
                    except GONE:
                        return
                self.under_way = None
                continue
            assert self.send(other, self.under_way) == status, self.under_way
            self.under_way = None
            self.answered += 1

    def take_over(self, url: str, other: str) -> None:
        """Have the other server hold what this one does; nothing that it held may be missing."""
        states = []
        for each in (url, other):
            asked = self.session.get(
                f"{each}/_mock/state", params={"account": self.key}, timeout=60
            )
            states.append(asked.json())
        for table, documents in states[1].items():
            assert documents.keys() <= states[0].get(table, {}).keys(), table
        path = f"/_mock/state?account={self.key}"
        assert self.send(other, Request("PUT", path, states[0])) == 200

    def held(self, url: str) -> dict[str, list[str]]:
        """What the account holds on a server."""
        found = self.session.get(
            f"{url}/_mock/state", params={"account": self.key}, timeout=60
        ).json()
        return _comparable(found)


def _comparable(tables: dict[str, Any]) -> dict[str, list[str]]:
    """Tables without what differs between two servers."""
    kept = {
        name: [_VARYING.sub("…", json.dumps(_own(each))) for each in documents.values()]
        for name, documents in tables.items()
        if name not in ("meta", "tokens", "import_sessions") and documents
    }
    kept["counts"] = [str(len(tables.get(each, ()))) for each in ("tokens", "import_sessions")]
    return kept


def _own(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what also tells of others, or of starts.

    Hint and steps tell what other accounts had just then; the first line of an order's history
    after a start has a base.
    """
    varying = ("hint", "trace", "base")
    return {name: it for name, it in sorted(document.items()) if name not in varying}


def disturb(pid: int, path: Path, choice: random.Random) -> None:
    """Let a server write nothing for a moment, or take its log away; seldom."""
    kind = choice.random()
    if kind < 0.02 and hasattr(resource, "prlimit"):  # Linux has it
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        FULL.append("full")
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))
        threading.Event().wait(0.03)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
        FULL.append("room")
    elif kind < 0.03:
        log = path.with_name(path.name + ".log")
        log.unlink(missing_ok=True)
        for _ in range(2000):  # the server looks now and then, and makes it again
            if log.exists():
                break
            threading.Event().wait(0.01)


def kill_and_compare(path: Path, rounds: int, at_most: int) -> int:
    """Kill a server so many times; returns how many requests were answered."""
    choice = random.Random(7)  # noqa: S311  (moments to kill at, not secrets)
    clients = [Client(number, number) for number in range(THREADS)]
    with serving("--in-memory") as (_, other):
        for number in range(rounds):
            small = (0, 1 << 40)[number % 2]
            goal = sum(each.answered for each in clients) + choice.randrange(THREADS, at_most)
            with serving("--state", str(path), small=small) as (server, url):
                enough = threading.Event()
                with ThreadPoolExecutor(THREADS) as pool:
                    jobs = [pool.submit(each.run, url, other, enough) for each in clients]
                    while sum(each.answered for each in clients) < goal:
                        if any(each.done() for each in jobs):
                            break  # it failed: `result` says how
                        disturb(server.pid, path, choice)
                        enough.wait(0.002)
                    server.kill()
                    for job in jobs:
                        job.result(timeout=60)
            with serving("--state", str(path), small=small) as (_, url):
                for each in clients:
                    found, expected = each.held(url), each.held(other)
                    if found != expected and each.under_way is not None:
                        if each.under_way.path in IN_STEPS:
                            each.take_over(url, other)
                        else:
                            each.send(other, each.under_way)
                        expected = each.held(other)
                    for table in found.keys() | expected.keys():
                        where = (number, each.key, table, each.under_way)
                        assert found.get(table) == expected.get(table), where
                    each.under_way = None
    assert rounds < 50 or any(each.refused for each in clients) or sys.platform != "linux"
    return sum(each.answered for each in clients)


@pytest.mark.full
def test_nothing_that_was_answered_is_lost_by_a_kill(tmp_path: Path) -> None:
    assert kill_and_compare(tmp_path / "state.json", rounds=2, at_most=60) >= 2 * THREADS


@pytest.mark.soak
def test_nothing_that_was_answered_is_lost_by_a_hundred_kills(tmp_path: Path) -> None:
    assert kill_and_compare(tmp_path / "state.json", rounds=100, at_most=600) > 100 * THREADS


# -- the whole state replaced, and everything else at once -----------------------------------------


def all_at_once(path: Path) -> None:
    """Everything that takes a lock, at once; none may wait for ever, and the file stays good."""
    emulator = Emulator(path, warn=lambda _: None)
    account = emulator.account()
    account.add_contact({"email": "a@example.com"})
    whole = emulator.export_state()
    jobs: list[Callable[[], Any]] = [
        lambda: emulator.import_state(whole),
        lambda: emulator.import_state(whole, "default"),
        account.reset,
        lambda: account.seed({"contacts": [{"email": "b@example.com"}]}),
        emulator.store.flush,
        lambda: [account.add_contact({"email": f"{each}@example.com"}) for each in range(5)],
        lambda: account.db.table("tokens").upsert(Document({"token": "t"}, doc_id=1)),
        emulator.close,
    ]
    begin = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> None:
        begin.wait(20)
        try:
            job()
        except StateError as error:
            if "closed" not in str(error):
                raise

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(run, job) for job in jobs]:
            done.result(timeout=60)
    assert Store.read(path) == emulator.export_state()


def test_all_that_takes_a_lock_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold_thread, "_PAUSE", 0.0005)
    for _ in range(20):
        all_at_once(tmp_path / "state.json")


@pytest.mark.soak
def test_all_that_takes_a_lock_at_once_a_thousand_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fold_thread, "_PAUSE", 0.0005)
    for _ in range(1000):
        all_at_once(tmp_path / "state.json")
