"""What the server refuses by itself is told like any other refused request (WIRE-14 to WIRE-16)."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from mock_server.emulator.gate.checking import check
from mock_server.emulator.traffic.journal import MAX_ATTEMPTS, Journal, JournalEntry, Note
from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings

AUTH = b"Authorization: Basic dTprZXk=\r\n"
EVENT = b'{"eventTypeKey":"x","keyValue":"1"}'
PATIENCE = 10.0


@pytest.fixture(scope="module")
def hosted():
    with HostedEmulator(ServerSettings(port=0, state=None, gateway=True)) as hosted:
        yield hosted


@pytest.fixture(scope="module")
def over_tls():
    with HostedEmulator(ServerSettings(port=0, state=None, tls=True)) as hosted:
        yield hosted


@pytest.fixture(scope="module")
def protected():
    settings = ServerSettings(port=0, state=None, control_token="token-of-a-test")
    with HostedEmulator(settings) as hosted:
        yield hosted


def connect(hosted: HostedEmulator) -> socket.socket:
    port = int(hosted.url.rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), PATIENCE)


def talk(hosted: HostedEmulator, *parts: bytes, half_close: bool = False) -> bytes:
    """All that is answered to these bytes, sent one after the other."""
    with connect(hosted) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            with suppress(ConnectionError):
                client.sendall(part)
        if half_close:
            client.shutdown(socket.SHUT_WR)
        received = b""
        with suppress(ConnectionError):
            while data := client.recv(65536):
                received += data
        return received


def refused(hosted: HostedEmulator) -> list[dict[str, Any]]:
    return hosted.emulator.account().journal.page(refused=True)["requests"]


def attempt(hosted: HostedEmulator, act: Callable[[], object]) -> dict[str, Any]:
    """The one entry of the journal that something leaves, once it is there."""
    hosted.emulator.account().journal.clear()
    act()
    ends = time.monotonic() + PATIENCE
    while not (found := refused(hosted)) and time.monotonic() < ends:
        threading_turn()
    (entry,) = found
    return entry


def threading_turn() -> None:
    """Let the server's thread run."""
    time.sleep(0)


POST = b"POST /api/v2/event HTTP/1.1\r\nHost: shop.localhost\r\n" + AUTH


@pytest.mark.parametrize(
    ("sent", "status", "reason", "told"),
    [
        (b"nonsense\r\n\r\n", 400, "malformed", "HTTP library"),
        (
            b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
            400,
            "malformed",
            "does the address hold a space",
        ),
        (
            "GET /api/v1/contacts?firstname=Іван HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
            400,
            "malformed",
            '"Іван", which is not percent-encoded. Send "%D0%86%D0%B2%D0%B0%D0%BD"',
        ),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "malformed", "it is HTTP/2"),
        (
            POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
            400,
            "ambiguous_length",
            "twice",
        ),
        (
            POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            "ambiguous_length",
            "Send one Content-Length",
        ),
        (POST + b"Content-Length: 11000000\r\n\r\n", 413, "too_large", "more than 10485760 bytes"),
        (POST + b"X: " + b"x" * 100_000, 431, "headers_too_large", "more than 65536 bytes"),
        (b"GET /" + b"x" * 70_000, 414, "uri_too_long", "more than 65536 bytes"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 400, "tls_on_plain_port", "--tls"),
        (
            b"CONNECT www.esputnik.com:443 HTTP/1.1\r\nHost: x\r\n\r\n",
            403,
            "connect_refused",
            "--gateway-host",
        ),
        (
            b"\r\nCONNECT esputnik.com:443 HTTP/1.1\r\nHost: x\r\n\r\n",
            400,
            "connect_refused",
            "the first request of a connection",
        ),
        (b"GET http:// HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed", "Send a path"),
        (
            POST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            501,
            "upgrade_unsupported",
            "no websockets",
        ),
    ],
)
def test_what_the_server_refuses_is_a_refused_request_with_its_way_out(
    hosted, sent, status, reason, told
):
    """WIRE-14."""
    answers = []
    entry = attempt(hosted, lambda: answers.append(talk(hosted, sent)))
    assert answers[0].startswith(f"HTTP/1.1 {status} ".encode()), answers
    assert (entry["status"], entry["reason"], entry["refused"]) == (status, reason, True)
    assert told in entry["notes"][0]["message"]
    assert told in answers[0].decode()


def test_an_attempt_says_whose_it_was_and_where_it_went(hosted):
    """The account is that of the key that came; the rest is told as far as it came (WIRE-14)."""
    entry = attempt(hosted, lambda: talk(hosted, POST + b"Content-Length: 11000000\r\n\r\n"))
    assert (entry["method"], entry["path"], entry["host"], entry["via"], entry["account"]) == (
        *("POST", "/api/v2/event", "shop.localhost", "plain"),
        "default",
    )
    asked = b"CONNECT tracker.yespo.io:443 HTTP/1.1\r\nHost: x\r\n\r\n"
    entry = attempt(hosted, lambda: talk(hosted, asked))
    assert (entry["method"], entry["path"], entry["host"], entry["via"], entry["account"]) == (
        *("CONNECT", "tracker.yespo.io:443", "tracker.yespo.io", "proxy"),
        None,
    )


def test_what_goes_to_our_own_routes_is_answered_in_json_and_not_the_shops(hosted):
    hosted.emulator.account().journal.clear()
    sent = b"POST /_mock/explain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n"
    body = talk(hosted, sent).partition(b"\r\n\r\n")[2]
    assert json.loads(body)["error"] == "too_large"
    assert "1048576 bytes" in json.loads(body)["message"]
    assert refused(hosted) == []


def test_hostile_text_is_kept_short_and_harmless(hosted):
    sent = b"GET /\xff\x1b[31m" + b"x" * 5000 + b" HTTP/1.1\r\nHost: " + b"h" * 5000 + b"\r\n\r\n"
    entry = attempt(hosted, lambda: talk(hosted, sent))
    assert len(json.dumps(entry)) < 4000


def test_of_many_attempts_in_a_second_the_first_are_written_down(hosted):
    """WIRE-14: at most 100 a second, the others are counted."""
    journal = Journal()
    said = Note("malformed", "x", is_failure=True)
    entry = JournalEntry("now", "", "", 400, 0.0, None, reason="malformed", notes=(said,))
    numbers = [journal.add_attempt(entry) for _ in range(10_000)]
    written = journal.page()["total"]
    assert MAX_ATTEMPTS <= written < 10_000
    assert numbers.count(None) == journal.page()["droppedAttempts"] == 10_000 - written


def handshake(hosted: HostedEmulator, context: ssl.SSLContext) -> Callable[[], None]:
    def act() -> None:
        with connect(hosted) as client:
            if hosted.emulator.gateway is not None:
                client.sendall(b"CONNECT esputnik.com:443 HTTP/1.1\r\nHost: esputnik.com\r\n\r\n")
                assert client.recv(1000).startswith(b"HTTP/1.1 200")
            with suppress(ssl.SSLError):
                context.wrap_socket(client, server_hostname="esputnik.com").close()

    return act


@pytest.mark.parametrize("way", ["proxy", "tls"])
@pytest.mark.parametrize("client", ["python", "node", "plain"])
def test_a_handshake_that_fails_is_told_with_the_host_and_the_way_out(
    hosted, over_tls, way, client
):
    """WIRE-14: Node ends the handshake well and leaves; others send an alert."""
    server = hosted if way == "proxy" else over_tls
    context = ssl.create_default_context()
    if client == "node":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    act = handshake(server, context)
    if client == "plain":

        def act() -> None:
            ask = b"CONNECT esputnik.com:443 HTTP/1.1\r\n\r\n" if way == "proxy" else b""
            with connect(server) as plain:
                plain.sendall(ask)
                assert not ask or plain.recv(1000).startswith(b"HTTP/1.1 200")
                plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                with suppress(ConnectionError):
                    plain.recv(1000)

    entry = attempt(server, act)
    host = "esputnik.com" if way == "proxy" else server.url.partition("//")[2]
    assert (entry["reason"], entry["via"], entry["host"]) == ("tls_failed", way, host)
    told = {
        "python": "refused the certificate in the TLS handshake",
        "node": "left right after the TLS handshake",
        "plain": "spoke plain HTTP",
    }
    assert told[client] in entry["notes"][0]["message"]


def test_a_client_that_leaves_in_the_middle_of_a_handshake_is_told(over_tls):
    def act() -> None:
        with connect(over_tls) as client:
            client.sendall(b"\x16\x03\x01")

    entry = attempt(over_tls, act)
    assert entry["reason"] == "tls_failed"
    assert "left in the middle of the TLS handshake" in entry["notes"][0]["message"]


# Half-closed connections


@pytest.mark.parametrize("count", [1, 50])
def test_what_came_whole_is_answered_to_a_client_that_sends_no_more(hosted, count):
    before = hosted.emulator.health()["events"]
    one = POST + b"Content-Length: %d\r\n\r\n%b" % (len(EVENT), EVENT)
    answers = talk(hosted, one * count, half_close=True)
    assert answers.count(b"HTTP/1.1 200") == count
    assert hosted.emulator.health()["events"] == before + count


@pytest.mark.parametrize("path", [b"/_mock/state", b"/_mock/events", b"/_mock/health"])
def test_a_long_answer_comes_whole_to_a_client_that_sends_no_more(hosted, path):
    head, _, body = talk(
        hosted, b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path, half_close=True
    ).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(body)


def test_a_wait_goes_on_for_a_client_that_sends_no_more(hosted):
    sent = b"GET /_mock/events/wait?count=1000&timeout=0.1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert talk(hosted, sent, half_close=True).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (POST, "before the headers were whole"),
        (POST + b"Content-Length: 500\r\n\r\n{}", "2 of 500 bytes came"),
        (b"CONNECT espu", "before the headers were whole"),
    ],
)
def test_what_did_not_come_whole_is_an_attempt_and_not_stored(hosted, sent, told):
    before = hosted.emulator.health()["events"]
    answers = []
    entry = attempt(hosted, lambda: answers.append(talk(hosted, sent, half_close=True)))
    assert answers[0].startswith(b"HTTP/1.1 400 ")
    assert (entry["reason"], entry["status"]) == ("cut_off", 400)
    assert told in entry["notes"][0]["message"]
    assert hosted.emulator.health()["events"] == before


def test_whole_requests_before_one_that_is_cut_off_are_stored(hosted):
    before = hosted.emulator.health()["events"]
    one = POST + b"Content-Length: %d\r\n\r\n%b" % (len(EVENT), EVENT)
    answers = talk(hosted, one * 3 + one[:-5], half_close=True)
    assert (answers.count(b"HTTP/1.1 200"), answers.count(b"HTTP/1.1 400")) == (3, 1)
    assert hosted.emulator.health()["events"] == before + 3


# The guard at the end of the headers


@pytest.mark.parametrize("expects", [b"", b"Expect: 100-continue\r\n"])
@pytest.mark.parametrize("length", [b"Content-Length: 900000000", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"PUT /_mock/state HTTP/1.1\r\nHost: localhost\r\n", 401),
        (b"PUT /_mock/state HTTP/1.1\r\nHost: evil.example\r\n", 403),
        (b"POST /api/v1/contacts HTTP/1.1\r\nHost: evil.example\r\n" + AUTH, 403),
        (b"POST /_mock/reset HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n", 403),
    ],
)
def test_a_request_is_refused_before_its_body_is_read(protected, head, status, length, expects):
    """WIRE-16: nothing of the body was sent, and the answer is here; nobody is told to go on."""
    with connect(protected) as client:
        client.sendall(head + length + b"\r\n" + expects + b"\r\n")
        assert client.recv(65536).startswith(f"HTTP/1.1 {status} ".encode())
        with suppress(ConnectionError):  # what is sent all the same is thrown away
            for _ in range(20):
                client.sendall(b"x" * 1_000_000)


def test_who_may_is_told_to_go_on(protected):
    body = b'{"email": "a@shop.test"}'
    with connect(protected) as client:
        client.sendall(
            b"POST /_mock/contacts HTTP/1.1\r\nHost: localhost\r\nX-Mock-Token: token-of-a-test\r\n"
            b"Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
            % len(body)
        )
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(body)
        assert client.recv(1000).startswith(b"HTTP/1.1 200")


def test_http_1_0_knows_no_expectation(hosted):
    head = b"POST /api/v2/event HTTP/1.0\r\n" + AUTH + b"Expect: 100-continue\r\n"
    answer = talk(hosted, head + b"Content-Length: %d\r\n\r\n%b" % (len(EVENT), EVENT))
    assert answer.startswith(b"HTTP/1.1 200")


# Bounds


@pytest.mark.parametrize("framing", ["extension", "trailer"])
def test_what_surrounds_the_chunks_of_a_body_is_bounded(hosted, framing):
    junk = b"x" * 200_000
    chunks = (
        b"1;%b\r\na\r\n0\r\n\r\n" if framing == "extension" else b"1\r\na\r\n0\r\nT: %b\r\n\r\n"
    )
    sent = POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks % junk
    assert talk(hosted, sent).startswith(b"HTTP/1.1 413")


def test_a_body_of_small_chunks_is_taken(hosted):
    chunks = b"".join(b"1\r\n%c\r\n" % each for each in EVENT + b" " * 19_000)
    sent = POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    assert talk(hosted, sent).startswith(b"HTTP/1.1 200")


def test_connect_may_come_in_two_segments_and_not_inside_a_tunnel(hosted):
    with connect(hosted) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in (b"CON", b"NECT esputnik.com:443 HT", b"TP/1.1\r\nHost: x\r\n\r\n"):
            client.sendall(part)
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        trusting = ssl.create_default_context(cafile=str(hosted.authority.certificate_file))
        with trusting.wrap_socket(client, server_hostname="esputnik.com") as inside:
            inside.sendall(b"CONNECT esputnik.com:443 HTTP/1.1\r\nHost: x\r\n\r\n")
            assert inside.recv(1000).startswith(b"HTTP/1.1 400")
    with connect(hosted) as client:  # what only begins alike
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(b"CO")
        client.sendall(b"PY / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 40")


# WIRE-15


@pytest.mark.parametrize(
    ("method", "path", "is_refused"),
    [
        ("PUT", "/api/v1/contact/777", True),
        ("POST", "/api/v1/group/777/contacts/attach", True),
        ("PUT", "/api/v1/contact/777/subscriptions", True),
        ("GET", "/api/v1/contact/777", False),
        ("DELETE", "/api/v1/contact/777", False),
    ],
)
def test_a_write_that_finds_nothing_is_refused(hosted, method, path, is_refused):
    """WIRE-15: a look-up is not, nor the end of what is gone."""
    bodies = {"contact/777": {"firstName": "Ann"}, "attach": {"contactIds": [5]}}
    body = next((each for end, each in bodies.items() if path.endswith(end)), {"subscriptions": []})
    data = json.dumps(body).encode()
    hosted.emulator.account().journal.clear()
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".encode() + AUTH
    head += b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(data)
    assert talk(hosted, head + data).startswith(b"HTTP/1.1 404")
    assert bool(refused(hosted)) is is_refused


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_look_at_the_root_is_no_request_of_the_shop(method):
    with HostedEmulator(ServerSettings(port=0, state=None)) as hosted:
        talk(
            hosted, f"{method} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
        assert check([hosted.emulator.account()], ["nothing"]).has_failed
        talk(hosted, b"nonsense\r\n\r\n")
        assert not check([hosted.emulator.account()], ["nothing"]).has_failed
