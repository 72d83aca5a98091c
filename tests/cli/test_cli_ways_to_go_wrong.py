"""Nothing goes by in silence: each way to lose something, next to one good event, is red.

The table of docs/exec.md is made of these; what it quotes is what was said here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mock_server import MockServer

PAGE = (Path(__file__).parents[2] / "docs/exec.md").read_text("utf-8")
KINDS = "ignored,rejected,warning,refused,nothing,unused"

# Standard library only, as any language could.
CLIENT = """
import base64, http.client, json, os, socket
from urllib.parse import urlsplit
parts = urlsplit(os.environ["YESPO_MOCK_URL"])
KEY = "Basic " + base64.b64encode(b"any:" + os.environ["YESPO_API_KEY"].encode()).decode()
def call(method, path, body=None, **headers):
    usual = {"Content-Type": "application/json", "Authorization": KEY}
    usual.update({name.replace("_", "-"): value for name, value in headers.items()})
    usual = {name: value for name, value in usual.items() if value}
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    text = None if body is None else body if isinstance(body, str) else json.dumps(body)
    try:
        connection.request(method, path, text, usual)
        connection.getresponse().read()
    finally:
        connection.close()
def raw(data):
    with socket.create_connection((parts.hostname, parts.port), 20) as client:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        while client.recv(65536):
            pass
def event(key, **params):
    listed = [{"name": name, "value": value} for name, value in params.items()]
    call("POST", "/api/v2/event", {"eventTypeKey": key, "keyValue": "1", "params": listed})
def good():
    call("POST", "/_mock/contacts", {"email": "a@shop.test"})
    event("visit", email="a@shop.test")
"""
HEAD = "POST /api/v2/event HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Type: application/json\\r\\n"
FAULT = 'call("POST", "/_mock/faults", {"status": 503, "match": {"path": "/api/v1/contact"}})'

# The way, the code that goes it, what it falls into; those of the first part have no good event.
ALONE = {
    "nothing is sent": ("", "nothing"),
    "only the root is asked for": ('call("GET", "/")', "nothing"),
    "only a contact is looked up": ('call("GET", "/api/v1/contact/7")', "nothing"),
}
BESIDE = {
    "a TLS hello comes to a plain port": (
        r'raw(bytes.fromhex("16030100c8010000c403") + bytes(190))',
        "refused",
    ),
    "the request is not HTTP": (r'raw(b"nonsense\r\n\r\n")', "refused"),
    "the request has two lengths": (
        rf'raw(b"{HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}")'.replace("\\\\", "\\"),
        "refused",
    ),
    "the body is cut off": (
        rf'raw(b"{HEAD}Content-Length: 500\r\n\r\n{{}}")'.replace("\\\\", "\\"),
        "refused",
    ),
    "the body is too large": ('call("POST", "/api/v2/event", "x" * 11_000_000)', "refused"),
    "the path is misspelt": ('call("POST", "/api/v2/evnt", {})', "refused"),
    "the base URL lacks /api": ('call("POST", "/v2/event", {})', "refused"),
    "there is no API key": ('call("POST", "/api/v2/event", {}, Authorization=None)', "refused"),
    "the content type is not JSON": (
        'call("POST", "/api/v2/event", "{}", Content_Type="text/plain")',
        "refused",
    ),
    "an order of *Add orders* fails": (
        'call("POST", "/api/v1/orders", {"orders": [{"externalOrderId": "1"}]})',
        "refused",
    ),
    "a write finds nothing": (
        'call("PUT", "/api/v1/contact/777", {"firstName": "Ann"})',
        "refused",
    ),
    "an event is rejected": ('event("")', "rejected"),
    "an order event is ignored": ('event("orderDelivered", externalOrderId="1")', "ignored"),
    "an event is recorded with a warning": ('event("visit")', "warning"),
    "a fault is armed and never met": (FAULT, "unused"),
    "a fault is met fewer times than it was to be": (
        'call("POST", "/_mock/faults", {"status": 503, "times": 2}); event("visit")',
        "unused",
    ),
}
WAYS = {
    **{way: (code, kind) for way, (code, kind) in ALONE.items()},
    **{way: (f"good()\n{code}", kind) for way, (code, kind) in BESIDE.items()},
}


def told_by_check(run, code: str) -> dict:
    with MockServer() as mock:
        names = {"YESPO_MOCK_URL": mock.url, "YESPO_API_KEY": mock.api_key}
        before = dict(os.environ)
        os.environ.update(names)
        try:
            exec(CLIENT + code, {"__name__": "__main__"})  # noqa: S102  (code of this file)
        finally:
            os.environ.clear()
            os.environ.update(before)
        ended = run("check", "--url", mock.url, "--fail-on", KINDS, "--json")
    report = json.loads(ended.stdout)
    return {"code": ended.returncode, **report}


IN_PYTEST = """
import os, pytest
from ways import CLIENT, WAYS

@pytest.mark.parametrize("way", WAYS)
def test_way(yespo_mock, monkeypatch, way):
    monkeypatch.setenv("YESPO_MOCK_URL", yespo_mock.url)
    monkeypatch.setenv("YESPO_API_KEY", yespo_mock.api_key)
    exec(CLIENT + WAYS[way][0], {"__name__": "__main__"})

def test_good(yespo_mock, monkeypatch):
    monkeypatch.setenv("YESPO_MOCK_URL", yespo_mock.url)
    monkeypatch.setenv("YESPO_API_KEY", yespo_mock.api_key)
    exec(CLIENT + "good()", {"__name__": "__main__"})
"""


def test_each_is_red_for_the_fixture_whose_first_line_says_it(tmp_path):
    (tmp_path / "ways.py").write_text(f"CLIENT = {CLIENT!r}\nWAYS = {WAYS!r}\n", "utf-8")
    (tmp_path / "test_ways.py").write_text(IN_PYTEST, "utf-8")
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nyespo_mock_fail_on = {KINDS}\n", "utf-8")
    command = (
        "-m",
        "pytest",
        "-q",
        "-p",
        "yespo_mock_plugin",
        "-p",
        "no:cacheprovider",
        "-r",
        "fE",
    )
    ended = subprocess.run(
        [sys.executable, *command, "test_ways.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "400"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert f"{len(WAYS)} failed, 1 passed" in ended.stdout, ended.stdout  # one good event is green
    said = re.findall(r"^FAILED \S+::test_way\[(.+)\] - Failed: (.+)$", ended.stdout, re.M)
    assert said == re.findall(r"^\| (.+?) \| `\w+` \| .+ \| (.+) \|$", PAGE, re.M)


@pytest.mark.parametrize("way", WAYS)
def test_it_is_red_for_exec_and_for_check_and_told_alike(run, tmp_path, way):
    code, kind = WAYS[way]
    told = told_by_check(run, code)
    assert (told["code"], list(told["fallen"])) == (3, [kind])
    (case,) = told["cases"]
    assert case["why"]  # the way out
    assert f"| {way} | `{kind}` | {case['title']} | " in PAGE
    ended = run(
        "exec", "--fail-on", KINDS, "--junit", "x.xml", "--", sys.executable, "-c", CLIENT + code
    )
    assert ended.returncode == 3
    shown = " ".join(ended.stderr.split())
    assert f"fell into --fail-on {KINDS}: 1" in shown
    assert kind == "nothing" or case["title"] in shown
    assert f'type="{kind}"' in (tmp_path / "x.xml").read_text("utf-8")


def test_one_good_event_alone_is_green(run):
    told = told_by_check(run, "good()")
    assert (told["code"], told["fallen"], told["total"]) == (0, {}, 1)


def test_the_table_of_the_docs_names_these_ways_and_no_others():
    rows = re.findall(r"^\| (.+?) \| `(\w+)` \| .+ \| .+ \|$", PAGE, re.MULTILINE)
    assert rows == [(way, kind) for way, (_, kind) in WAYS.items()]
