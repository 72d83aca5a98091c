"""Mixed load on all routes, with clients that misbehave: nothing stays behind, nothing is lost.

`make test` runs it for a moment. `make soak` runs it for nine minutes (SOAK_SECONDS says how long)
on a server that is killed, whose disk fills up and whose clock jumps.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

import pytest
import requests

from mock_server import openapi
from mock_server.emulator import Emulator
from mock_server.emulator.traffic.secrets import account_name
from mock_server.frame.app import Doors
from mock_server.frame.hosting import HostedEmulator
from mock_server.routes import VARIABLE
from mock_server.settings import ServerSettings

SECONDS = float(os.environ.get("SOAK_SECONDS", "540"))
CLIENTS = 16
WRITERS = 8
HEAD = b"POST /api/v2/event HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic c2hvcDprZXk=\r\n"
BROKEN = (
    b"nonsense\r\n\r\n",
    HEAD + b"Content-Length: 500\r\n\r\n{}",
    HEAD + b"Content-Length: 99999999\r\n\r\n",
    HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"CONNECT esputnik.com:443 HTTP/1.1\r\nHost: a\r\n\r\n\x16\x03\x01",
    b"GET /_mock/state HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"PUT /_mock/state HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 9999\r\n\r\n{",
)
TEMPLATE = {"name": "m", "subject": "s", "htmlText": "#foreach($i in $data.items)$i.name#end"}
ORDER = {"externalOrderId": "1", "totalCost": 5, "status": "INITIALIZED", "email": "a@x.test"}
ORDER |= {"date": "2026-01-31T12:00:00"}
PARAMS = [{"name": name, "value": value} for name, value in ORDER.items()]
CONTACT = {"channels": [{"type": "email", "value": "a@x.test"}], "firstName": "А"}
STATE = {"contacts": {"1": {"id": 1, **CONTACT}}}
# By the beginning of a route's name, what it is sent; others are sent any of these.
BODIES: dict[str, tuple[Any, ...]] = {
    "POST /api/v1/event": ({"eventTypeKey": "e", "keyValue": "1"},),
    "POST /api/v2/event": ({"eventTypeKey": "orderCreated", "keyValue": "1", "params": PARAMS},),
    "POST /api/v1/contacts": ({"dedupeOn": "email", "contacts": [CONTACT] * 20},),
    "POST /api/v1/contact": (CONTACT,),
    "PUT /api/v1/contact": (CONTACT,),
    "POST /api/v1/orders": ({"orders": [ORDER]},),
    "POST /api/v1/messages": (TEMPLATE, {"name": "m", "text": "$data.name"}),
    "PUT /api/v1/messages": (TEMPLATE, {"name": "n", "text": "$data.name"}),
    "PUT /_mock/state": (STATE, {}, {"nonsense": 1}),
    "POST /_mock/seed": ({"contacts": [{"email": "b@x.test"}], "orders": [ORDER]},),
    "POST /_mock/reset": ({}, {"keep": ["contacts"]}),
    "POST /_mock/contacts": ({"email": "c@x.test"},),
    "POST /_mock/explain": ({"eventTypeKey": "orderCreated", "keyValue": "1", "params": PARAMS},),
    "POST /_mock/messages/preview": ({"template": "#if($a)$a#end$!b", "params": {"a": "1"}},),
    "POST /_mock/faults": tuple(
        {"match": {"path": "/api/v1/version"}, "times": 1, **what}
        for what in ({"status": 503}, {"reset": True}, {"delayMs": 20}, {"truncateAfter": 3})
    ),
    "PUT /_mock/clock": ({"advance": "-P1D"}, {"advance": "P30D"}, {"freeze": "2025-01-01"}),
    "PATCH /_mock/settings": ({"strict": True}, {"strict": False}, {"rateLimits": False}),
}
ANYTHING = (None, {}, {"id": 1}, [1], *BODIES["PUT /_mock/state"])


def all_routes() -> list[tuple[str, str]]:
    """Method and rule of every route that is declared, and of every page."""
    with Emulator() as emulator:
        pages = [
            (method, rule.rule)
            for rule in Doors(emulator).door("/_mock/ui").url_map.iter_rules()
            for method in rule.methods or ()
            if rule.rule.startswith("/_mock/ui/a/") and "path:" not in rule.rule
        ]
    return [*((each.method, each.rule) for each in openapi.every_route()), *pages]


class Load:
    """Sixteen clients of a server: writers, whose events are to be kept, and others for all else.

    Each has an account of its own, which nobody else touches. `answered` are the statuses that
    each route gave, `acknowledged`, `refused` and `unknown` the writers' events by how they went.
    """

    def __init__(self, url: str, certificate: str) -> None:
        self.url = url
        self.port = int(url.rpartition(":")[2])
        self.trusting = ssl.create_default_context(cadata=certificate)
        self.routes = all_routes()
        self.stopping = threading.Event()
        self.answered: Counter[tuple[str, int]] = Counter()
        self.acknowledged: set[str] = set()
        self.refused: set[str] = set()
        self.unknown: set[str] = set()
        self._round = 0

    def run(self, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Send for this long, and do something else beside it."""
        self._round += 1
        ends = monotonic() + seconds
        with ThreadPoolExecutor(CLIENTS) as pool:
            jobs = [pool.submit(self._client, number, ends) for number in range(CLIENTS)]
            try:
                meanwhile()
            finally:
                for each in jobs:
                    each.result()

    def _client(self, number: int, ends: float) -> None:
        choice = random.Random(f"{number} {self._round}")  # noqa: S311  (a load, no secret)
        key = f"key-{number}"
        with requests.Session() as session:
            session.auth, session.trust_env = ("shop", key), False
            while monotonic() < ends:
                kind = choice.random()
                try:
                    if number < WRITERS and kind < 0.6:
                        self._write(session, f"{number}-{self._round}-{choice.getrandbits(64):x}")
                    elif kind < 0.85:
                        self._ask(session, key, choice)
                    elif kind < 0.95:
                        self._misbehave(choice)
                    else:
                        self._through_the_gateway()
                except (OSError, HTTPException):  # it was just killed, or a fault was met
                    self.stopping.wait(0.02)

    def _write(self, session: requests.Session, value: str) -> None:
        """Send an event of its own, and note how it went."""
        body = {"eventTypeKey": "soak", "keyValue": value}
        self.unknown.add(value)  # unless it is answered
        answer = session.post(f"{self.url}/api/v3/event", json=body, timeout=60)
        self.answered["an event", answer.status_code] += 1
        (self.acknowledged if answer.ok else self.refused).add(value)
        self.unknown.discard(value)

    def _ask(self, session: requests.Session, key: str, choice: random.Random) -> None:
        """Ask for any route, in an account of its own that may be reset and replaced."""
        method, rule = choice.choice(self.routes)
        name = f"{method} {rule}"
        other = f"other-{key}"
        path = VARIABLE.sub(
            lambda found: (
                account_name(other) if found[2] == "account" else str(choice.randrange(1, 4))
            ),
            rule,
        )
        query = {"account": other} if rule == "/_mock/state" else {}
        if rule.endswith("/wait"):
            query |= {"timeout": "0.05", "count": "1000"}
        given = max((each for each in BODIES if name.startswith(each)), key=len, default="")
        body = choice.choice(BODIES.get(given, ANYTHING))
        how = {"json": body}
        if rule.startswith("/_mock/ui"):  # a form
            how = {"data": body if isinstance(body, dict) else {}}
        headers = {"X-Mock-Account": quote(other)} if rule.startswith("/_mock") else {}
        if method in ("GET", "HEAD"):
            how = {}
        session.auth = ("shop", other)
        try:
            answer = session.request(
                *(method, self.url + path), params=query, headers=headers, timeout=60, **how
            )
        finally:
            session.auth = ("shop", key)
        self.answered[name, answer.status_code] += 1

    def _misbehave(self, choice: random.Random) -> None:
        """Send something broken; read, half-close, or leave."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as client:
            client.sendall(choice.choice(BROKEN))
            if choice.random() < 0.3:
                client.shutdown(socket.SHUT_WR)
            if choice.random() < 0.7:
                client.settimeout(0.2)
                client.recv(1000)

    def _through_the_gateway(self) -> None:
        client = HTTPSConnection("127.0.0.1", self.port, timeout=30, context=self.trusting)
        client.set_tunnel("esputnik.com", 443)
        try:
            client.request("GET", "/api/v1/version", headers={"Authorization": "Basic YTpi"})
            self.answered["the gateway", client.getresponse().status] += 1
        finally:
            client.close()

    def kept(self) -> Counter[str]:
        """The values of the writers' events that the server has, and how often each."""
        found: Counter[str] = Counter()
        for number in range(WRITERS):
            asked = requests.get(
                f"{self.url}/_mock/state", {"account": f"key-{number}"}, timeout=60
            )
            events = asked.json().get("events", {}).values()
            found.update(each["keyValue"] for each in events if each["eventTypeKey"] == "soak")
        return found

    def check(self, kept: Counter[str]) -> None:
        """What was acknowledged is there once, and what was refused is not."""
        assert self.acknowledged
        assert not self.acknowledged - kept.keys()
        assert not self.refused & kept.keys()
        assert kept.keys() <= self.acknowledged | self.unknown
        assert not kept or max(kept.values()) == 1
        # 501 is a route that is documented and not emulated, 503 a fault or a full disk.
        failed = {each: n for each, n in self.answered.items() if each[1] in (500, 502, 504)}
        assert not failed


def descriptors() -> int:
    held = Path("/proc/self/fd")
    return len(list(held.iterdir())) if held.exists() else 0


def test_a_mixed_load_leaves_nothing_behind_and_loses_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    settings = ServerSettings(port=0, state=state, gateway=True, max_events=0, accounts="per-key")
    threads, held = set(threading.enumerate()), descriptors()
    with HostedEmulator(settings) as hosted:
        load = Load(hosted.url, hosted.authority.certificate if hosted.authority else "")
        for _ in range(20):  # on a busy machine a second may bring no request that is refused
            load.run(1)
            if hosted.emulator.account().journal.refused:
                break
        load.check(load.kept())
        assert not load.unknown
        assert hosted.emulator.account().journal.refused
    assert set(threading.enumerate()) <= threads
    assert descriptors() <= held + 2  # what a library opens once


# -- for minutes -----------------------------------------------------------------------------------

# A server whose system clock jumps when it is told to.
SERVER = """
import datetime, random, signal, sys, time
from mock_server.emulator import clock

by = datetime.timedelta()
real, real_ns = time.time, time.time_ns

class Moved(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + by

def jump(*_):
    global by
    by = datetime.timedelta(seconds=random.uniform(-1e7, 1e7))

clock.datetime = Moved
clock.time_ns = lambda: real_ns() + int(by.total_seconds() * 1e9)
time.time = lambda: real() + by.total_seconds()
signal.signal(signal.SIGUSR1, jump)

from mock_server.cli import main
main(args=sys.argv[1:], prog_name="yespo-mock")
"""


class Service:
    """A server in a process of its own, on one port and one state file through all its lives."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.state = folder / "state" / "state.json"
        self.state.parent.mkdir()
        options = ["--port", self.url.rpartition(":")[2], "--state", str(self.state)]
        options += ["--accounts", "per-key", "--max-events", "0", "--max-requests", "200"]
        options += ["--gateway", "--gateway-ca", str(folder / "ca")]
        self._line = [sys.executable, "-c", SERVER, "serve", *options]
        self.certificate = folder / "ca" / "ca.pem"
        self.lives = 0
        self.said: list[str] = []

    def start(self) -> None:
        """Start, and wait until it says so."""
        self.lives += 1
        self._process = subprocess.Popen(
            self._line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        lines = iter(self._process.stdout or ())
        started: list[str] = []
        for line in lines:
            started.append(line)
            if "Stop with" in line:
                break
        else:
            raise AssertionError("".join(started))

        def drain() -> None:
            self.said += [each for each in lines if each.startswith("Traceback")]

        self._draining = threading.Thread(target=drain)
        self._draining.start()

    def end(self, how: int) -> int:
        """End it by a signal; its exit code."""
        self._process.send_signal(how)
        code = self._process.wait(60)
        self._draining.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        return code

    def incident(self, what: str, wait: Callable[[float], object]) -> None:
        """Let something happen to it."""
        import resource

        if what == "kill":
            self.end(signal.SIGKILL)
            self.start()
        elif what == "stop":
            assert self.end(signal.SIGTERM) == 0
            self.start()
        elif what == "clock":
            self._process.send_signal(signal.SIGUSR1)
        else:  # no more room
            _, hard = resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (1, hard))
            wait(1)
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (hard, hard))

    def holds(self) -> dict[str, int]:
        """Threads, descriptors and KiB of memory, as the system counts them."""
        proc = Path(f"/proc/{self._process.pid}")
        told = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
        return {
            "threads": int(told["Threads"]),
            "descriptors": len(list((proc / "fd").iterdir())),
            "memory": int(told["VmRSS"].split()[0]),
        }


@contextmanager
def running(folder: Path) -> Iterator[Service]:
    service = Service(folder)
    service.start()
    try:
        yield service
    finally:
        service.end(signal.SIGKILL)


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors as Linux shows them")
def test_a_day_in_nine_minutes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was acknowledged survives; threads, descriptors, memory and files are as before."""
    with running(tmp_path) as service:
        load = Load(service.url, service.certificate.read_text("ascii"))
        pause = max(1.0, SECONDS / 60)

        def trouble(seconds: float, kinds: tuple[str, ...]) -> Callable[[], None]:
            def troubled() -> None:
                ends = monotonic() + seconds - pause
                happened = 0
                while monotonic() < ends:
                    load.stopping.wait(pause)
                    service.incident(kinds[happened % len(kinds)], load.stopping.wait)
                    happened += 1

            return troubled

        long, short = SECONDS * 0.55, SECONDS * 0.35
        load.run(long, trouble(long, ("kill", "disk", "clock", "kill", "stop")))
        service.incident("stop", load.stopping.wait)
        load.run(SECONDS * 0.1)
        before, began = service.holds(), len(load.acknowledged)
        load.run(short, trouble(short, ("disk", "clock")))
        after, grown = service.holds(), len(load.acknowledged) - began
        kept = load.kept()
        assert service.end(signal.SIGTERM) == 0
        on_disk = json.loads(service.state.read_text("utf-8"))
        service.start()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{sum(load.answered.values())} answers of {len({r for r, _ in load.answered})}"
            f" routes, {len(load.acknowledged)} events acknowledged, {len(load.refused)} refused,"
            f" {len(load.unknown)} cut off, {service.lives} starts; {before}, then {after}\n"
        )
    load.check(kept)
    assert on_disk
    assert {each.name for each in service.state.parent.iterdir()} <= {
        *(service.state.name, f"{service.state.name}.lock", f"{service.state.name}.log")
    }
    assert not service.said
    assert after["threads"] <= before["threads"] + 1
    assert after["descriptors"] <= before["descriptors"] + 2
    assert after["memory"] <= before["memory"] + 4 * grown + 32 * 1024
    missed = {f"{method} {rule}" for method, rule in load.routes} - {r for r, _ in load.answered}
    assert SECONDS < 300 or not missed
