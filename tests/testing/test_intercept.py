"""Interception: hard-coded hosts of the real service lead to the emulator, others do not."""

from __future__ import annotations

import asyncio
import base64
import http.client
import http.server
import json
import os
import socket
import ssl
import threading
import urllib.request
from collections.abc import Iterator

import httpx
import pytest
import requests
import urllib3

from mock_server import MockServer
from mock_server.settings import VENDOR_HOSTS as HOSTS
from mock_server.testing.intercept import InterceptError
from mock_server.testing.plain_tls import PlainSocket, PlainTLS

EVENT = {"eventTypeKey": "visit", "keyValue": "1"}
BODY = json.dumps(EVENT).encode()
AUTH = ("shop", "key")
HEADERS = {
    "Authorization": f"Basic {base64.b64encode(b'shop:key').decode()}",
    "Content-Type": "application/json",
}


def _requests(url: str) -> int:
    with requests.Session() as session:
        return session.post(url, json=EVENT, auth=AUTH, timeout=20).status_code


def _urllib3(url: str) -> int:
    with urllib3.PoolManager() as pool:
        return pool.request("POST", url, body=BODY, headers=HEADERS, timeout=20).status


def _httpx(url: str) -> int:
    with httpx.Client() as client:
        return client.post(url, json=EVENT, auth=AUTH, timeout=20).status_code


def _httpx_async(url: str) -> int:
    async def post() -> int:
        async with httpx.AsyncClient() as client:
            answers = [client.post(url, json=EVENT, auth=AUTH, timeout=20) for _ in range(2)]
            (status,) = {each.status_code for each in await asyncio.gather(*answers)}
            return status

    return asyncio.run(post())


def _http_client(url: str) -> int:
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(host, timeout=20)
    try:
        connection.request("POST", f"/{path}", BODY, HEADERS)
        return connection.getresponse().status
    finally:
        connection.close()


def _urllib(url: str) -> int:
    request = urllib.request.Request(url, BODY, HEADERS)  # noqa: S310  (answered in process)
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  (likewise)
        return answer.status


def _asyncio(url: str) -> int:
    async def post() -> int:
        host = url.split("/")[2]
        secure = url.startswith("https")
        reader, writer = await asyncio.open_connection(
            host, 443 if secure else 80, ssl=True if secure else None
        )
        head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        writer.write(
            f"POST /api/v2/event HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
            f"Content-Length: {len(BODY)}\r\n{head}\r\n".encode()
            + BODY
        )
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return int(answer.split()[1])

    return asyncio.run(post())


CLIENTS = (_requests, _urllib3, _httpx, _httpx_async, _http_client, _urllib, _asyncio)


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("client", CLIENTS, ids=lambda each: each.__name__.strip("_"))
def test_every_client_reaches_the_emulator(mock, client, scheme):
    with mock.intercept():
        assert client(f"{scheme}://yespo.io/api/v2/event") == 200
    assert {each.eventTypeKey for each in mock.events()} == {"visit"}


@pytest.mark.parametrize("host", [*HOSTS, "YESPO.io", "yespo.io."])
def test_every_host_of_the_service_leads_to_the_emulator(mock, host):
    with mock.intercept():
        assert _requests(f"https://{host}/api/v1/event") == 200
    assert len(mock.events()) == 1


class _Other(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(299)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def other() -> Iterator[str]:
    """A server that is not the emulator, under a name."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Other) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("client", CLIENTS[:-1], ids=lambda each: each.__name__.strip("_"))
def test_other_hosts_are_not_touched(mock, other, client):
    with mock.intercept():
        assert client(f"{other}/api/v2/event") == 299
        assert _requests(f"{mock.api_url}/v2/event") == 200
    assert len(mock.events()) == 1


def test_tls_towards_other_hosts_is_real():
    context = ssl.create_default_context()
    with MockServer() as mock, mock.intercept():
        told = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="example.com")
        assert isinstance(told, ssl.SSLObject)
        with context.wrap_socket(socket.socket(), server_hostname="not-yespo.io") as wrapped:
            assert isinstance(wrapped, ssl.SSLSocket)


def test_everything_is_put_back():
    owners = (socket, socket.socket, ssl.SSLContext)
    before = [dict(vars(each)) for each in owners]
    variables = dict(os.environ)
    with MockServer() as mock, mock.intercept(), mock.intercept():
        assert socket.getaddrinfo is not before[0]["getaddrinfo"]
        assert "yespo.io" in os.environ["NO_PROXY"]
    assert [dict(vars(each)) for each in owners] == before
    assert dict(os.environ) == variables


def test_it_is_put_back_after_an_error_too(mock):
    original = socket.getaddrinfo
    with pytest.raises(ZeroDivisionError), mock.intercept():
        _ = 1 / 0
    assert socket.getaddrinfo is original


def test_the_innermost_of_two_answers(mock):
    with MockServer() as inner, mock.intercept():
        with inner.intercept():
            _requests("https://yespo.io/api/v2/event")
        assert len(inner.events()) == 1
        assert mock.events() == []
        _requests("https://yespo.io/api/v2/event")
    assert len(mock.events()) == 1


def test_a_kept_connection_does_not_outlive_the_interception(mock):
    connection = http.client.HTTPSConnection("yespo.io", timeout=20)
    with mock.intercept():
        connection.request("POST", "/api/v2/event", BODY, HEADERS)
        assert connection.getresponse().read() == b""
    assert connection.sock.recv(1) == b""
    connection.close()
    assert len(mock.events()) == 1


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "HTTP_PROXY"])
def test_a_proxy_of_the_environment_is_passed_by(mock, monkeypatch, name):
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    scheme = name[:-6].lower()
    with mock.intercept():
        assert {client(f"{scheme}://yespo.io/api/v2/event") for client in CLIENTS[:4]} == {200}


def test_a_connection_that_leads_elsewhere_is_refused(mock, other):
    host, port = other.removeprefix("http://").split(":")
    refused = pytest.raises(InterceptError, match=r"to yespo\.io does not go to the emulator")
    elsewhere = socket.create_connection((host, int(port)))
    with mock.intercept(), elsewhere, refused:
        ssl.create_default_context().wrap_socket(elsewhere, server_hostname="yespo.io")


def test_another_port_of_the_service_is_refused(mock):
    with mock.intercept(), pytest.raises(InterceptError, match="does not listen on port 8080"):
        socket.create_connection(("yespo.io", 8080))


def test_a_socket_may_be_wrapped_first_and_connected_then(mock):
    with mock.intercept():
        context = ssl.create_default_context()
        with context.wrap_socket(socket.socket(), server_hostname="yespo.io") as plain:
            assert isinstance(plain, PlainSocket)
            plain.connect(("yespo.io", 443))
            plain.do_handshake()
            plain.write(b"GET /_mock/livez HTTP/1.1\r\nHost: yespo.io\r\nConnection: close\r\n\r\n")
            assert plain.read(12) == b"HTTP/1.1 200"
            buffer = bytearray(2)
            assert plain.read(2, buffer) == 2
            assert plain.getpeercert()["subjectAltName"] == (("DNS", "yespo.io"),)
            assert plain.getpeercert(True) == b""
            assert (plain.version(), plain.cipher()[1], plain.pending()) == (
                "TLSv1.3",
                "TLSv1.3",
                0,
            )
            assert plain.unwrap() is plain


def test_the_stand_in_for_a_tls_object_reads_what_has_come():
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    plain = PlainTLS(incoming, outgoing, ssl.create_default_context(), "yespo.io")
    with pytest.raises(ssl.SSLWantReadError):
        plain.read()
    incoming.write(b"abcdef")
    assert plain.pending() == 6
    buffer = bytearray(4)
    assert plain.read(10, memoryview(buffer)) == 4
    assert bytes(buffer) == b"abcd"
    assert plain.read() == b"ef"
    incoming.write_eof()
    assert plain.read() == b""
    assert plain.write(b"x") == 1
    assert outgoing.read() == b"x"
    plain.unwrap()
