"""Mixed load over every way in, with clients that misbehave: nothing of it stays behind.

`make soak` runs it for minutes, `make test` for a moment.
"""

from __future__ import annotations

import json
import random
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from time import monotonic

import pytest
import requests

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings

CLIENTS = 16
AUTH = b"Authorization: Basic c2hvcDprZXk=\r\n"
HEAD = b"POST /api/v2/event HTTP/1.1\r\nHost: localhost\r\n" + AUTH
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
CALLS = (
    ("GET", "/_mock/health", None),
    ("GET", "/_mock/ui/a/default/", None),
    ("GET", "/_mock/events?limit=5", None),
    ("GET", "/_mock/events/wait?count=100000&timeout=0.05", None),
    ("GET", "/_mock/state", None),
    ("POST", "/_mock/contacts", {"email": "a@shop.test"}),
    ("POST", "/_mock/seed", {"contacts": [{"email": "b@shop.test"}]}),
    ("POST", "/api/v1/contacts", {"contacts": [], "dedupeOn": "email"}),
    ("POST", "/_mock/faults", {"match": {"path": "/api/v1/version"}, "times": 1, "status": 503}),
    ("GET", "/api/v1/version", None),
    ("PUT", "/_mock/clock", {"advance": "-P1D"}),
    ("DELETE", "/_mock/clock", None),
    ("GET", "/nowhere", None),
)


def send_event(url: str, key: str) -> bool:
    """Send an event of its own; whether it was acknowledged."""
    body = {"eventTypeKey": "soak", "keyValue": key}
    answer = requests.post(f"{url}/api/v2/event", json=body, auth=("shop", "key"), timeout=30)
    return answer.status_code == 200


def misbehave(port: int, choice: random.Random) -> None:
    """Send something broken; read, half-close, or leave."""
    with socket.create_connection(("127.0.0.1", port), 10) as client, suppress(OSError):
        client.sendall(choice.choice(BROKEN))
        if choice.random() < 0.3:
            client.shutdown(socket.SHUT_WR)
        if choice.random() < 0.7:
            client.settimeout(0.2)
            client.recv(1000)


def through_the_gateway(port: int, context: ssl.SSLContext) -> None:
    connection = HTTPSConnection("127.0.0.1", port, timeout=30, context=context)
    connection.set_tunnel("esputnik.com", 443)
    with suppress(HTTPException):
        connection.request("GET", "/api/v1/version", headers={"Authorization": "Basic YTpi"})
        connection.getresponse().read()
    connection.close()


def soak(hosted: HostedEmulator, seconds: float) -> list[str]:
    """Load for this long; the keys of the events that were acknowledged."""
    port = int(hosted.url.rpartition(":")[2])
    trusting = ssl.create_default_context(cafile=str(hosted.authority.certificate_file))
    ends = monotonic() + seconds

    def client(number: int) -> list[str]:
        choice = random.Random(number)  # noqa: S311  (a load, not a secret)
        done: list[str] = []
        while monotonic() < ends:
            kind = choice.random()
            if kind < 0.4:
                key = f"{number}-{len(done)}"
                if send_event(hosted.url, key):
                    done.append(key)
            elif kind < 0.7:
                method, path, body = choice.choice(CALLS)
                requests.request(
                    method, hosted.url + path, json=body, auth=("shop", "key"), timeout=30
                )
            elif kind < 0.9:
                misbehave(port, choice)
            else:
                through_the_gateway(port, trusting)
        return done

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [key for keys in pool.map(client, range(CLIENTS)) for key in keys]


def descriptors() -> int:
    held = Path("/proc/self/fd")
    return len(list(held.iterdir())) if held.exists() else 0


@pytest.mark.parametrize(
    "seconds", [1, pytest.param(300, marks=pytest.mark.soak)], ids=["short", "long"]
)
def test_a_mixed_load_leaves_nothing_behind_and_loses_nothing(tmp_path: Path, seconds: int) -> None:
    state = tmp_path / "state.json"
    settings = ServerSettings(port=0, state=state, gateway=True, max_events=0)
    threads, held = set(threading.enumerate()), descriptors()
    with HostedEmulator(settings) as hosted:
        acknowledged = soak(hosted, seconds)
        events = hosted.emulator.export_state()["events"].values()
        assert sorted(each["keyValue"] for each in events) == sorted(acknowledged)
        refused = hosted.emulator.account().journal.page(limit=1, refused=True)["total"]
        assert acknowledged
        assert refused
    assert set(threading.enumerate()) <= threads
    assert descriptors() <= held + 2  # what a library opens once
    kept = json.loads(state.read_text("utf-8"))["events"].values()
    assert sorted(each["keyValue"] for each in kept) == sorted(acknowledged)
