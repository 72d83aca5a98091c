"""Where a server listens besides 127.0.0.1, and that it goes by no clock that can be set."""

from __future__ import annotations

import datetime
import http.client
import socket
import subprocess
import sys
import time

import pytest
import requests

from mock_server import MockServer
from mock_server.frame.hosting import HostedEmulator
from mock_server.server import HttpServer, ListenError
from mock_server.settings import ServerSettings


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
needs_socket_files = pytest.mark.skipif(
    not hasattr(socket, "AF_UNIX"), reason="this system has no socket files"
)


def hello(environ, start_response):
    start_response("200 OK", [])
    return [environ["REMOTE_ADDR"].encode()]


def ask(path) -> tuple[int, bytes]:
    """What health says at a socket file."""
    client = http.client.HTTPConnection("localhost", timeout=20)
    client.sock = socket.socket(socket.AF_UNIX)
    client.sock.connect(str(path))
    client.request("GET", "/_mock/health")
    answer = client.getresponse()
    status, body = answer.status, answer.read()
    client.close()
    return status, body


@needs_ipv6
@pytest.mark.parametrize(("host", "peer"), [("::1", "::1"), ("::", "::1")])
def test_an_address_of_ipv6_stands_in_brackets(host, peer):
    with HttpServer(hello, host=host) as server:
        assert server.url == f"http://[::1]:{server.port}"
        assert requests.get(server.url, timeout=20).text == peer


@needs_ipv6
def test_what_is_told_of_an_address_of_ipv6_can_be_called():
    """The URLs of the fixture and of `exec`, whose gateway is reached as well."""
    with MockServer(host="::1") as mock:
        answer = requests.get(f"{mock.api_url}/v1/version", auth=("a", "key"), timeout=20)
        assert answer.status_code == 200
    program = (
        "import os, urllib.request as u; print(u.urlopen(os.environ['YESPO_MOCK_URL'] +"
        " '/_mock/health').status, os.environ['YESPO_API_URL'], os.environ['YESPO_MOCK_GATEWAY'],"
        " u.urlopen(u.Request('http://esputnik.com/api/v1/version',"
        " headers={'Authorization': 'Basic YTpi'})).status)"
    )
    line = [sys.executable, "-m", "mock_server", "exec", "--host", "::1", "--gateway"]
    line += ["--fail-on", "ignored", "--", sys.executable, "-c", program]
    ended = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    status, url, gateway, through = ended.stdout.split()[:4]
    assert (status, through) == ("200", "200"), ended.stderr
    assert url == f"http://{gateway}/api"
    assert gateway.startswith("[::1]:")


@needs_socket_files
def test_a_socket_file_serves_besides_the_port(tmp_path):
    path = tmp_path / "s"
    with HostedEmulator(ServerSettings(port=0, state=None, unix=path)) as hosted:
        assert (
            ask(path)[0],
            requests.get(f"{hosted.url}/_mock/health", timeout=20).status_code,
        ) == (
            200,
            200,
        )
        assert path.stat().st_mode & 0o777 == 0o600  # who may connect
        hosted.stop_listening()
        assert not path.exists()
        hosted.listen()
        assert ask(path)[0] == 200
        with pytest.raises(ListenError, match="Stop the program that listens there"):
            HttpServer(hello, unix=path).start()
        assert ask(path)[0] == 200
    assert not path.exists()


@needs_socket_files
def test_a_socket_file_that_a_killed_server_left_is_replaced(tmp_path):
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with HttpServer(hello, unix=path):
        assert ask(path)[0] == 200
    assert not path.exists()


@needs_socket_files
@pytest.mark.parametrize("name", ["no/folder/s", "file", "x" * 200])
def test_a_socket_file_that_cannot_be_is_told(tmp_path, name):
    (tmp_path / "file").write_text("kept", "utf-8")
    with pytest.raises(ListenError, match="Name a file that is not there yet") as told:
        HttpServer(hello, unix=tmp_path / name).start()
    assert str(told.value).startswith(f"Cannot listen at {tmp_path / name}: ")
    assert (tmp_path / "file").read_text("utf-8") == "kept"


@pytest.mark.parametrize("days", [-400, 400])
def test_a_system_clock_that_jumps_ends_and_prolongs_nothing(monkeypatch, days):
    """Time-outs, waits and bounds are durations; only what is written down tells the new time."""

    class Jumped(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + datetime.timedelta(days=days)

    with HostedEmulator(
        ServerSettings(port=0, state=None, account={"rate_limits": True})
    ) as hosted:
        url = hosted.url
        with (
            requests.Session() as kept,
            socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as open_one,
        ):
            assert kept.get(f"{url}/_mock/health", timeout=20).status_code == 200
            real, real_ns = time.time, time.time_ns
            monkeypatch.setattr(time, "time", lambda: real() + days * 86400)
            monkeypatch.setattr(
                "mock_server.emulator.clock.time_ns", lambda: real_ns() + days * 86400 * 10**9
            )
            monkeypatch.setattr("mock_server.emulator.clock.datetime", Jumped)
            begun = time.monotonic()
            waited = kept.get(f"{url}/_mock/events/wait?timeout=0.3", timeout=20)
            assert waited.status_code == 408
            assert 0.3 <= time.monotonic() - begun < 10
            for _ in range(3):
                answer = kept.post(
                    f"{url}/api/v2/event",
                    json={"eventTypeKey": "a", "keyValue": "1"},
                    auth=("a", "b"),
                    timeout=20,
                )
                assert answer.status_code == 200
            year = (
                datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
            ).year
            events = kept.get(f"{url}/_mock/events", timeout=20).json()["events"]
            assert {each["receivedAt"][:4] for each in events} == {str(year)}
            open_one.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert open_one.recv(100).startswith(b"HTTP/1.1 200")
