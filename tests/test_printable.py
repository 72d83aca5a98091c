"""Contents are shown, never obeyed: no text from outside is a command where it is printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from mock_server import MockServer
from mock_server.printable import printable
from mock_server.testing.assertions import unlooked_refused_text, unlooked_text

HOSTILE = "::error file=a.php::owned \x1b[31m\r\n::warning::b ##[command]c \u202ed"
EVENT = {
    "eventTypeKey": "orderDelivered",
    "keyValue": HOSTILE,
    "params": [
        {"name": "externalOrderId", "value": HOSTILE},
        {"name": "email", "value": HOSTILE},
        {"name": HOSTILE[:90], "value": HOSTILE},
    ],
}
SEND = f"""
import base64, os, urllib.error, urllib.request
for path in ("/v2/event", "/v1/%3A%3Aerror%3A%3A%1B%5B31m"):
    request = urllib.request.Request(
        os.environ["YESPO_API_URL"] + path, {json.dumps(EVENT).encode()!r},
        {{"Content-Type": "application/json", "Authorization":
          "Basic " + base64.b64encode(b"a:" + os.environ["YESPO_API_KEY"].encode()).decode()}})
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError:
        pass
"""


def obeyed(text: str) -> list[str]:
    """The lines that a terminal or a runner of GitHub Actions would take for commands."""
    return [
        line
        for line in text.split("\n")
        if line.strip().startswith("::") or "##[" in line or set("\x1b\r\u202e") & set(line)
    ]


@pytest.fixture
def send() -> Callable[[MockServer, str], None]:
    def send(mock: MockServer, path: str) -> None:
        auth = ("any", mock.api_key)
        requests.post(f"{mock.api_url}{path}", json=EVENT, auth=auth, timeout=10)

    return send


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mock_server", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1"},
            timeout=60,
            check=False,
        )

    return run


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, with words: and ünïcode \N{RADIO}", "plain, with words: and ünïcode \N{RADIO}"),
        ("a\r\nb\tc\x1b[0m", r"a\r\nb\tc\x1b[0m"),
        ("::error::x", r":\:error:\:x"),
        (":::", r":\:\:"),
        ("##[group]", r"##\[group]"),
        ("\u202eabc\ud800", r"\u202eabc\ud800"),
    ],
)
def test_what_is_shown(text, shown):
    assert printable(text) == shown


def test_the_command_line(run):
    """The summary of `exec`, and `explain`."""
    ended = run("exec", "--fail-on", "ignored,refused", "--", sys.executable, "-c", SEND)
    assert "fell into --fail-on ignored,refused: 2" in ended.stderr
    assert obeyed(ended.stdout + ended.stderr) == []
    ended = run("explain", stdin=json.dumps(EVENT))
    assert "ignored" in ended.stdout
    assert obeyed(ended.stdout) == []


def test_failures_and_reports(send):
    """Assertions of `MockServer`, what the plugin fails with, and the report of a failing test."""
    with MockServer() as mock:
        send(mock, "/v2/event")
        send(mock, "/v1/%3A%3Aerror%3A%3A%1B%5B31m")
        texts = [
            unlooked_text(mock.unlooked()),
            unlooked_refused_text(mock.unlooked_refused()),
            mock.report(),
            mock.events()[0].explanation(),
        ]
        for fails in (mock.assert_nothing_ignored, lambda: mock.assert_order(HOSTILE)):
            with pytest.raises(AssertionError) as failed:
                fails()
            texts.append(str(failed.value))
    for text in texts:
        assert obeyed(text) == [], text
