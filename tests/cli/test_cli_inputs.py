"""What comes from outside: options against the environment, odd files, odd servers."""

from __future__ import annotations

import json
import os
import socket
import stat
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

SEED = {"contacts": [{"email": "a@example.com"}]}


# The line beats the environment


def test_a_file_on_the_line_beats_a_server_in_the_environment(run: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text("{}", "utf-8")
    nowhere = {"YESPO_MOCK_URL": "http://127.0.0.1:1"}
    shown = run("state", "show", "--state", "mine.json", env=nowhere)
    assert (shown.returncode, shown.stdout.split()[0]) == (0, "mine.json")
    assert run("state", "reset", "--state", "mine.json", env=nowhere).returncode == 0
    assert run("state", "export", "--state", "mine.json", "out.json", env=nowhere).returncode == 0
    assert run("state", "import", "--state", "mine.json", "out.json", env=nowhere).returncode == 0
    assert run("state", "show", env=nowhere).returncode == 2


def test_in_memory_on_the_line_beats_a_state_in_the_environment(serve: Any, tmp_path: Path) -> None:
    serving = serve("--in-memory", YESPO_MOCK_STATE="kept.json")
    assert any("in memory" in line for line in serving.lines)
    assert not (tmp_path / "kept.json").exists()


def test_a_state_on_the_line_beats_in_memory_in_the_environment(serve: Any) -> None:
    serving = serve("--state", "kept.json", YESPO_MOCK_IN_MEMORY="1")
    assert any("kept.json" in line for line in serving.lines)


def test_several_seeds_in_the_environment_are_separated_as_in_path(
    serve: Any, tmp_path: Path
) -> None:
    for name in ("a seed.json", "b.json"):
        seed = {"contacts": [{"email": f"{name[0]}@example.com"}]}
        (tmp_path / name).write_text(json.dumps(seed), "utf-8")
    serving = serve("--in-memory", YESPO_MOCK_SEED=f"a seed.json{os.pathsep}b.json")
    assert requests.get(f"{serving.url}/_mock/health", timeout=10).json()["contacts"] == 2


# Files


def test_a_byte_order_mark_is_fine_in_every_file(run: Any, serve: Any, tmp_path: Path) -> None:
    event = b'\xef\xbb\xbf{"eventTypeKey": "visit", "keyValue": "1"}'
    (tmp_path / "event.json").write_bytes(event)
    (tmp_path / "seed.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(SEED).encode())
    assert run("explain", "event.json", "--seed", "seed.json").stdout.startswith("recorded")
    (tmp_path / "state.json").write_bytes(b"\xef\xbb\xbf{}")
    done = run("state", "import", "--state", "s.json", "state.json")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", [("explain", "x.json"), ("state", "import", "x.json")])
def test_utf_16_is_named_with_the_way_out(run: Any, tmp_path: Path, command: Any) -> None:
    (tmp_path / "x.json").write_bytes("{}".encode("utf-16"))
    done = run(*command)
    assert done.returncode == 2
    assert "is UTF-16" in done.stderr
    assert "-Encoding utf8" in done.stderr


def test_a_number_of_thousands_of_digits_is_told(run: Any, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(f'{{"contacts": {"9" * 5000}}}', "utf-8")
    done = run("explain", "-", "--seed", "x.json", stdin="{}")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_export_with_tokens_is_nobody_elses_business(
    run: Any, serve: Any, tmp_path: Path
) -> None:
    serving = serve("--state", "s.json")
    requests.post(f"{serving.url}/api/v1/auth/token", auth=("a", "k"), timeout=10)
    assert run("state", "export", "--url", serving.url, "copy.json").returncode == 0
    serving.stop()
    for name in ("copy.json", "s.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) & 0o077 == 0, name


@pytest.mark.parametrize("encoding", ["cp1251", "cp1252", "cp866", "ascii", "utf-8"])
def test_what_is_exported_under_any_encoding_is_imported_again(
    run: Any, tmp_path: Path, encoding: str
) -> None:
    contacts = {"1": {"account": "default", "id": 1, "firstName": "Зоя 🛒"}}
    (tmp_path / "in.json").write_text(json.dumps({"contacts": contacts}), "utf-8")
    assert run("state", "import", "--state", "s.json", "in.json").returncode == 0
    done = run("state", "export", "--state", "s.json", env={"PYTHONIOENCODING": encoding})
    assert "Зоя 🛒" in done.stdout


# Servers


@pytest.fixture
def odd() -> Iterator[Callable[[bytes], str]]:
    """A server that answers these bytes to whatever comes, and ends the connection."""
    listeners: list[socket.socket] = []

    def start(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    client.recv(65536)
                    client.sendall(answer)

        Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for each in listeners:
        each.shutdown(socket.SHUT_RDWR)
        each.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"HTTP/1.1 200 OK\r\n\r\n<p>",
    ],
)
def test_a_port_that_speaks_something_else_is_told(run: Any, odd: Any, answer: bytes) -> None:
    done = run("state", "show", "--url", odd(answer))
    assert done.returncode == 2
    assert "yespo-mock" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["file:///etc/passwd", "127.0.0.1:9380", "http://", "http://a:x"])
def test_what_is_no_url_is_refused(run: Any, url: str) -> None:
    for command in (("state", "show", "--url"), ("send", "orderCreated", "--to")):
        done = run(*command, url)
        assert done.returncode == 2
        assert "is not a URL such as http://127.0.0.1:9380" in " ".join(done.stderr.split())


def test_the_control_token_does_not_follow_a_redirect(run: Any) -> None:
    seen: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("X-Mock-Token"))
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.server.server_port}/there")  # type: ignore[attr-defined]  # an HTTPServer
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        done = run("state", "show", "--url", url, env={"YESPO_MOCK_CONTROL_TOKEN": "t"})
        server.shutdown()
        thread.join()
    assert seen == ["t"]
    assert done.returncode == 2
    assert "which is not followed" in " ".join(done.stderr.split())
