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


def test_a_served_emulator_has_not_made_what_nobody_asked_for():
    found = imported_by(
        "from mock_server.cli.starting import start\n"
        "from mock_server.settings import ServerSettings\n"
        "with start(ServerSettings(port=0, state=None)): pass"
    )
    assert "flask" in found
    assert not NEVER & found


def test_the_pytest_plugin_imports_nothing_of_the_emulator():
    found = imported_by("import yespo_mock_plugin, mock_server")
    assert not HEAVY & found


def test_garbage_is_collected_again_once_the_server_has_started():
    found = imported_by(
        "import gc\n"
        "from mock_server.cli.starting import start\n"
        "from mock_server.settings import ServerSettings\n"
        "with start(ServerSettings(port=0, state=None)): assert gc.isenabled()"
    )
    assert "flask" in found
