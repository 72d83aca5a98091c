"""WIRE-06: guard, faults, limits, journal, metrics and routes see one and the same path."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime
from itertools import product

import pytest

from mock_server.emulator import Emulator
from mock_server.frame.hosting import HostedEmulator
from mock_server.frame.paths import normalised
from mock_server.settings import ServerSettings

TOKEN = "open-sesame"
PROTECTED = tuple(
    (
        "/_mock/contacts /_mock/events /_mock/state /_mock/ui/ /_mock/ui/a/default/orders "
        "/_mock/openapi.json /_mock/metrics /_mock/requests /_mock"
    ).split()
)
EVENT = b'{"eventTypeKey":"visit","keyValue":"1"}'


def spellings(path: str) -> Iterator[str]:
    """The path in the ways that clients, proxies and attackers write paths."""
    *_, first = path.split("/")[:2]
    rest = path[len(first) + 1 :]
    firsts = (first, "%5f" + first[1:], first.replace("o", "%6F"), "%25" + first, first.upper())
    befores = (
        "/",
        "//",
        "///",
        "/./",
        "/.//",
        "/x/../",
        "/x/y/../../",
        "/../",
        "/%2e/",
        "/%2e%2e/",
    )
    befores += ("/%2F", "/%2f/", "\\", "/;/", "/api/..//", "/api/v2/event/../../../")
    afters = (
        "",
        "/",
        "//",
        "/.",
        "/x/..",
        "?",
        "?x=/api/",
        "#",
        ";x=1",
        "%00",
        "%20",
        "%2F",
        ".json",
    )
    for before, name, after in product(befores, firsts, afters):
        yield f"{before}{name}{rest}{after}"
    for name in firsts:
        yield f"/{name}{rest.replace('/', '//')}"
        yield f"/{name}{rest.replace('/', '%2F')}"
        for authority in ("localhost", "shop.example", "localhost:1", "a@b"):
            yield f"http://{authority}/{name}{rest}"
            yield f"http://{authority}//{name}{rest}"


def exchange(port: int, method: str, target: str, headers: bytes = b"", body: bytes = b"") -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(
            f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n".encode()
            + headers
            + b"\r\n"
            + body
        )
        answer = b""
        while part := client.recv(65536):
            answer += part
    return answer


def served(**settings: object) -> HostedEmulator:
    return HostedEmulator(ServerSettings(port=0, state=None, **settings))  # type: ignore[arg-type]  # by name


@pytest.fixture(scope="module")
def guarded() -> Iterator[HostedEmulator]:
    with served(control_token=TOKEN) as hosted:
        hosted.emulator.account().add_contact({"email": "secret@example.com"})
        yield hosted


@pytest.mark.parametrize(
    "path",
    [
        each
        if each in ("/_mock/state", "/_mock/ui/")
        else pytest.param(each, marks=pytest.mark.full)
        for each in PROTECTED
    ],
)
def test_no_spelling_of_a_protected_path_gets_in_without_the_token(
    guarded: HostedEmulator, path: str
) -> None:
    port = int(guarded.url.rpartition(":")[2])
    tried = 0
    for target in spellings(path):
        answer = exchange(port, "GET", target)
        status = answer.split(b" ", 2)[1]
        is_redirect_to_sign_in = status == b"303" and b"/_mock/ui/sign-in" in answer
        assert status in (b"400", b"401", b"403", b"404") or is_redirect_to_sign_in, target
        assert b"secret@example.com" not in answer, target
        tried += 1
    assert tried > 300


def same_as(path: str) -> Iterator[str]:
    """Those of the spellings that mean the very path."""
    return (each for each in spellings(path) if normalised(each.encode()) == path)


KEY = b"Authorization: Basic YTprZXk=\r\nContent-Type: application/json\r\n"


def test_every_spelling_meets_the_fault_the_journal_and_the_metrics() -> None:
    with served() as hosted:
        port = int(hosted.url.rpartition(":")[2])
        account = hosted.emulator.account()
        account.faults.add({"match": {"path": "/api/v2/event"}, "status": 503, "times": 10_000})
        targets = list(same_as("/api/v2/event"))
        assert len(targets) > 50
        for target in targets:
            answer = exchange(port, "POST", target, KEY, EVENT)
            assert answer.startswith(b"HTTP/1.1 503 "), target
            assert account.journal.page(limit=1)["requests"][0]["path"].startswith("/api/v2/event")
        text = exchange(port, "GET", "/_mock/metrics").decode()
        assert f'route="/api/v2/event",status="503"}} {len(targets)}' in text.replace(".0", "")


def test_every_spelling_meets_the_rate_limit() -> None:
    with served(account={"rate_limits": True}) as hosted:
        port = int(hosted.url.rpartition(":")[2])
        hosted.emulator.account().clock.freeze(datetime(2026, 1, 1))
        targets = list(same_as("/api/v1/past_events"))
        statuses = [
            exchange(port, "DELETE", target, KEY, b"{}").split(b" ", 2)[1] for target in targets
        ]
        assert b"429" in statuses
        assert set(statuses[statuses.index(b"429") :]) == {b"429"}


def test_an_order_id_may_hold_a_slash() -> None:
    with served() as hosted:
        port = int(hosted.url.rpartition(":")[2])
        order = {"externalOrderId": "a/b%2F c", "totalCost": 1, "status": "DELIVERED", "items": []}
        order |= {"date": "2026-01-01T00:00:00", "email": "a@b.c"}
        hosted.emulator.account().seed({"contacts": [{"email": "a@b.c"}], "orders": [order]})
        for spelled in ("a%2Fb%252F%20c", "a%2fb%252F%20c"):
            for place in ("/_mock/orders/", "/_mock/ui/a/default/orders/"):
                answer = exchange(port, "GET", place + spelled)
                assert answer.startswith(b"HTTP/1.1 200"), spelled


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/", "/"),
        (b"", "/"),
        (b"/api/v2/event", "/api/v2/event"),
        (b"//api///v2/./event/", "/api/v2/event"),
        (b"/a/../api/x/../v2", "/api/v2"),
        (b"/../../a", "/a"),
        (b"/a/..", "/"),
        (b"/%61pi", "/api"),
        (b"/a%2Fb", "/a%2Fb"),
        (b"/a%252Fb", "/a%252Fb"),
        (b"/%2e%2e/a", "/../a"),
        (b"http://shop.example:80/api/v2?x", "/api/v2"),
        (b"http://shop.example", "/"),
        (b"/http://x/y", "/http:/x/y"),
        (b"/a?b/../c", "/a"),
        (b"/\xc3\xa9", "/\xc3\xa9"),
    ],
)
def test_what_a_path_is(raw: bytes, path: str) -> None:
    assert normalised(raw) == path


def test_without_our_server_the_path_is_normalised_as_well() -> None:
    from werkzeug.test import Client

    from mock_server.frame.app import Doors

    with Emulator() as emulator:
        client = Client(Doors(emulator))
        answer = client.get(environ_overrides={"PATH_INFO": "//_mock/./health/"})
        assert answer.status_code == 200


def test_what_the_server_refuses_by_itself_is_counted() -> None:
    with served() as hosted:
        port = int(hosted.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(b"this is not HTTP\r\n\r\n")
            assert client.recv(65536).startswith(b"HTTP/1.1 400")
        assert b'status="400"' in exchange(port, "GET", "/_mock/metrics")
