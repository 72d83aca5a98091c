"""What a command does not need it does not import: that is what makes it start fast."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"flask", "werkzeug", "marshmallow", "httptools", "asyncio", "rich", "tinydb", "psutil"}
NEVER = {"apispec", "mock_server.openapi.document", "rich"}
COMMANDS = ["serve", "exec", "explain", "verify", "state", "wait", "rules", "completion"]


def imported_by(code: str) -> set[str]:
    """The modules that a process has imported once it has run the code."""
    code += "\nimport sys\nprint(*sys.modules, sep='\\n', file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=True
    )
    return set(ran.stderr.splitlines())


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_imports_nothing_of_the_emulator(command):
    arguments = [command, "--help"] if command else ["--help"]
    found = imported_by(
        f"from mock_server.cli import main\nmain({arguments}, standalone_mode=False)"
    )
    assert "click" in found
    assert not HEAVY & found
    assert not {name for name in found if name.startswith("mock_server.emulator")}


LATE = {
    "flask",
    "mock_server.api.door",
    "mock_server.control",
    "mock_server.emulator.resources.resources",
    "mock_server.gateway",
    "mock_server.inspector",
    "mock_server.openapi",
    "mock_server.pages",
    "mock_server.rules.message.message",
    "mock_server.rules.segment.segments",
    "mock_server.velocity",
}
ASK = """
from base64 import b64encode
from http.client import HTTPConnection
import sys
from mock_server.cli.server_options import start
from mock_server.settings import ServerSettings
with start(ServerSettings(port=0, state=None)) as hosted:
    connection = HTTPConnection(hosted.url.rpartition("/")[2])
    for method, path in ASKED:
        sent = b'{"eventTypeKey": "a", "keyValue": "1"}' if method == "POST" else None
        key = "Basic " + b64encode(b":key").decode()
        headers = {"Authorization": key, "Content-Type": "application/json"}
        connection.request(method, path, sent, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
"""
PROBED = [("GET", "/_mock/health"), ("POST", "/api/v2/event"), ("GET", "/_mock/readyz")]


def test_up_to_its_first_events_a_server_has_not_imported_the_late_rooms():
    found = imported_by(ASK.replace("ASKED", repr(PROBED)))
    assert "mock_server.rules.judge" in found
    assert not (LATE | NEVER) & found


@pytest.mark.parametrize(
    ("path", "room", "not_yet"),
    [
        ("/api/v1/version", "mock_server.api.door", "mock_server.control"),
        ("/_mock/events", "mock_server.control", "mock_server.inspector"),
        ("/_mock/ui/a/default/", "mock_server.inspector", "mock_server.openapi"),
    ],
)
def test_a_room_is_imported_by_the_first_request_for_it(path, room, not_yet):
    found = imported_by(ASK.replace("ASKED", repr([("GET", path)])))
    assert room in found
    assert not_yet not in found


def test_the_pytest_plugin_imports_nothing_of_the_emulator():
    found = imported_by("import yespo_mock_plugin, mock_server")
    assert not HEAVY & found


def test_garbage_is_collected_again_once_the_server_has_started():
    found = imported_by(
        "import gc\n"
        "from mock_server.cli.server_options import start\n"
        "from mock_server.settings import ServerSettings\n"
        "with start(ServerSettings(port=0, state=None)): assert gc.isenabled()"
    )
    assert "mock_server.rules.judge" in found
