"""What differs on Windows and macOS, simulated here; none of it has run on the real system.

Each test says what it stands for. `.github/workflows/test.yml` runs the suite on the real ones.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from mock_server.cli import child, main
from mock_server.server import listening
from mock_server.state import StateError, Store
from mock_server.state.files import durable

# Windows


def test_patterns_and_variables_reach_the_command_of_exec_as_written(monkeypatch):
    """Click expands them on Windows unless it is told not to."""

    class Windows:
        name = "nt"

        def __getattr__(self, name):
            return getattr(os, name)

    monkeypatch.setattr("click.core.os", Windows())
    monkeypatch.setattr("click.core._expand_args", lambda _: pytest.fail("expanded"))
    with pytest.raises(SystemExit) as ended:
        main(["rules", "ORD-12"])
    assert ended.value.code in (0, None)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["a.bat"], 'cmd.exe /d /s /c "a.bat"'),
        (["a.bat", "x"], 'cmd.exe /d /s /c "a.bat ^"x^""'),
        (["a.bat", "a b", "%X%"], 'cmd.exe /d /s /c "a.bat ^"a^ b^" ^"^%X^%^""'),
        (["a.bat", 'say "hi"'], 'cmd.exe /d /s /c "a.bat ^"say^ \\^"hi\\^"^""'),
        (["a.bat", "C:\\dir\\"], 'cmd.exe /d /s /c "a.bat ^"C:\\dir\\\\^""'),
        (["a.bat", "a&b|c>d^e"], 'cmd.exe /d /s /c "a.bat ^"a^&b^|c^>d^^e^""'),
        (["a.bat", "*", "~", "$X"], 'cmd.exe /d /s /c "a.bat ^"^*^" ^"~^" ^"$X^""'),
        (["C:\\a b\\n.cmd"], 'cmd.exe /d /s /c "C:\\a^ b\\n.cmd"'),
    ],
)
def test_a_batch_file_gets_its_arguments_so_that_cmd_changes_nothing(arguments, line):
    assert child.batch_line(arguments) == line


def read_by_cmd(line: str) -> str:
    """What cmd.exe makes of a line, after its documentation: outside of quotes, carets go.

    A quote with a caret before it begins nothing.
    """
    found, in_quotes, index = "", False, 0
    while index < len(line):
        character = line[index]
        if character == "^" and not in_quotes and index + 1 < len(line):
            index += 1
            found += line[index]
        else:
            in_quotes ^= character == '"'
            found += character
        index += 1
    return found


@pytest.mark.parametrize(("text", "times"), [("@node %*", 2), ("@node", 1)])
@pytest.mark.parametrize(
    ("argument", "as_programs_read_it"),
    [
        ("plain", '"plain"'),
        ("a b", '"a b"'),
        ("%X%&|", '"%X%&|"'),
        ('q"q', '"q\\"q"'),
        ("\\", '"\\\\"'),
        ("*", '"*"'),
    ],
)
def test_what_the_program_gets_is_what_was_written(
    tmp_path, argument, as_programs_read_it, text, times
):
    """A file that hands its arguments on has cmd.exe read them twice."""
    (tmp_path / "n.cmd").write_text(text)
    line = child.batch_line([str(tmp_path / "n.cmd"), argument])
    sent = line.split("n.cmd ", 1)[1][:-1]
    for _ in range(times):
        sent = read_by_cmd(sent)
    assert sent == as_programs_read_it


@pytest.mark.parametrize(
    ("name", "code", "handed_on"),
    [
        ("nt", 0, 0),
        ("nt", 3, 3),
        ("nt", 0xC000013A, 0xC000013A - (1 << 32)),  # Ctrl+C, Ctrl+Break
        ("posix", -9, 137),
        ("posix", 7, 7),
    ],
)
def test_exit_codes_above_two_to_the_31st_are_handed_on(monkeypatch, name, code, handed_on):
    monkeypatch.setattr(child, "os", SimpleNamespace(name=name))
    assert child.exit_code_of(code) == handed_on


def test_the_console_has_told_the_command_of_ctrl_break_already(monkeypatch):
    told = []
    monkeypatch.setattr(signal, "SIGBREAK", signal.SIGUSR1, raising=False)
    monkeypatch.setattr(child, "_has_own_group", lambda: False)
    with child._forwarding() as attend:
        attend(SimpleNamespace(pid=0, send_signal=told.append))
        os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGTERM)
    assert told == [signal.SIGTERM]


def test_a_reserved_port_is_told_as_what_it_is(monkeypatch):
    def refuses(*_):
        raise OSError(errno.EACCES, "access denied")

    monkeypatch.setattr(listening, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(listening, "_listen", refuses)
    with pytest.raises(listening.PortTakenError, match="netsh interface ipv4 show excluded"):
        listening.open_listeners("127.0.0.1", 9380)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("call", ["replace", "unlink"])
def test_a_file_that_somebody_holds_is_tried_again_and_then_told(
    monkeypatch, tmp_path, call, times
):
    """Rename and unlink are refused there while a virus scanner or an editor has the file open."""
    monkeypatch.setattr(durable, "TRIES", 3)
    monkeypatch.setattr(durable, "PAUSE", 0)
    real, refusals = getattr(Path, call), []

    def held(self, *arguments, **options):
        if self.suffix != ".lock" and len(refusals) < times:
            refusals.append(self)
            raise PermissionError(errno.EACCES, "in use")
        return real(self, *arguments, **options)

    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1")
    monkeypatch.setattr(Path, call, held)
    act = (
        (lambda: durable.replace(one, other)) if call == "replace" else lambda: durable.unlink(one)
    )
    if times < 3:
        act()
        assert not one.exists()
    else:
        with pytest.raises(PermissionError):
            act()
        assert one.read_text() == "1"


def test_a_state_that_can_never_be_replaced_loses_nothing(monkeypatch, tmp_path):
    """Each fold fails; what was acknowledged is in the log, and there after a restart."""
    monkeypatch.setattr(durable, "TRIES", 2)
    monkeypatch.setattr(durable, "PAUSE", 0)
    path = tmp_path / "state.json"
    with Store(path) as store:
        store.account().commit({"contacts": [{"id": 1}]})
    with monkeypatch.context() as patched, Store(path) as store:
        patched.setattr(
            Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(errno.EACCES, "held"))
        )
        store.account().commit({"contacts": [{"id": 2}]})
    with Store(path) as store:
        assert [each["id"] for each in store.account().rows("contacts")] == [1, 2]


WINDOWS_LOCK = """
import zoneinfo  # asks for the system at its import, and gets the real one
import fcntl, os, sys, types
from pathlib import Path

# msvcrt locks a byte, for other handles of the same process too: flock of another file does so.
def locking(handle, mode, size):
    assert os.lseek(handle, 0, os.SEEK_CUR) == 1 << 30 and size == 1
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

sys.modules["msvcrt"] = types.SimpleNamespace(locking=locking, LK_NBLCK=2)
sys.platform = "win32"
from mock_server.state import StateError
from mock_server.state.files.lock import FileLock

path = Path(sys.argv[1])
first = FileLock(path, "http://127.0.0.1:9380")
try:
    FileLock(path, "")
except StateError as error:
    print(error)
first.release()
FileLock(path, "").release()
print(path.exists())
"""


def test_the_lock_names_its_holder_on_windows_too(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WINDOWS_LOCK, tmp_path / "s.json.lock"],
        capture_output=True,
        text=True,
        check=False,
    )
    said, left = done.stdout.splitlines() or [done.stderr, ""]
    assert "s.json is in use by process" in said
    assert "http://127.0.0.1:9380" in said
    assert left == "False"


def test_a_lock_file_that_is_always_gone_again_does_not_hang(monkeypatch, tmp_path):
    monkeypatch.setattr("mock_server.state.files.lock.FileLock._is_the_file", lambda *_: False)
    with pytest.raises(StateError, match="cannot be locked"):
        Store(tmp_path / "state.json")


# macOS


def test_a_sync_reaches_the_platter_where_the_system_has_a_call_for_that(monkeypatch, tmp_path):
    called = []
    fake = SimpleNamespace(F_FULLFSYNC=51, fcntl=lambda _, what: called.append(what))
    monkeypatch.setattr(durable, "fcntl", fake)
    with (tmp_path / "x").open("wb") as file:
        durable.sync(file.fileno())
        assert called == [51]
        fake.fcntl = lambda *_: (_ for _ in ()).throw(OSError(errno.ENOTSUP, "no"))
        durable.sync(file.fileno())  # a file system without it: the usual one


def test_a_port_that_another_program_has_on_all_addresses_is_taken(monkeypatch):
    """MacOS would let both have it, and the client of one reach the other."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(listening, "sys", SimpleNamespace(platform="darwin"))
        monkeypatch.setattr(listening.socket.socket, "bind", lambda *_: pytest.fail("bound"))
        with pytest.raises(listening.PortTakenError, match=str(port)):
            listening.open_listeners("127.0.0.1", port)


def test_what_is_left_behind_is_found_where_no_environment_can_be_read(monkeypatch):
    """By its session; and what was there before the command is left alone."""

    def hidden(_):
        raise psutil.AccessDenied

    mine = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    code = (
        "import os, subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],\n"
        "                 preexec_fn=lambda: None)\n"
    )
    try:
        before = set(psutil.Process().children(recursive=True))
        command = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        command.wait()
        monkeypatch.setattr(psutil.Process, "environ", hidden)
        found = child._left_behind("mark", command.pid) - before
        assert len(found) == 1
        child.end_left_behind("mark", command.pid, before)
        assert not child._left_behind("mark", command.pid) - before
        assert mine.poll() is None
    finally:
        mine.kill()
        mine.wait()


# Consoles that are not UTF-8

ENCODINGS = """
import io, sys
from mock_server.cli import main

for words in COMMANDS:
    try:
        main(words, standalone_mode=True)
    except SystemExit as ended:
        print(ended.code, words[0], file=sys.stderr)
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "cp1252", "cp866", "ascii"])
def test_every_command_that_prints_does_so_on_any_console(tmp_path, encoding):
    """PYTHONIOENCODING is what a redirected output on Windows has."""
    event = '{"eventTypeKey": "заказ ✓ \U0001f600", "keyValue": "Ю", "params": []}'
    (tmp_path / "event.json").write_text(event, "utf-8")
    (tmp_path / "template.txt").write_text("✓ $eventKey $data.get('ю')", "utf-8")
    (tmp_path / "events.json").write_text(f"[{event}, {event}]", "utf-8")
    commands = [
        ["explain", "event.json"],
        ["explain", "events.json"],
        ["explain", "--json", "event.json"],
        ["explain", "--sarif", "events.json"],
        ["rules"],
        ["rules", "ORD-12"],
        ["schema", "orderCreated"],
        ["example", "orderCreated", "--as", "php"],
        ["verify", "ord-12"],
        ["state", "show"],
        ["completion", "bash"],
        ["wait", "--timeout", "0", "--url", "http://127.0.0.1:9"],
        ["send", "orderCreated", "--to", "http://127.0.0.1:9"],
        ["contracts", "export", "out"],
        ["preview", "template.txt", "--event", "event.json"],
        ["gateway", "env", "--url", "http://127.0.0.1:9"],
        ["tail", "--url", "nowhere"],
        ["serve", "--in-memory", "--state", "x"],
        ["exec", "--fail-on", "nothing", "--coverage", "--", sys.executable, "-c", "pass"],
    ]
    done = subprocess.run(
        [sys.executable, "-c", f"COMMANDS = {commands!r}\n{ENCODINGS}"],
        cwd=tmp_path,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"},
        timeout=100,
        check=False,
    )
    said = done.stderr.decode(encoding, "replace")
    assert "Traceback" not in said, said
    ended = [line for line in said.splitlines() if line.split(" ")[-1] in main.list_commands(None)]
    assert len(ended) == len(commands), said
    assert '"eventTypeKey": "заказ ✓ \U0001f600"'.encode() in done.stdout  # data is UTF-8
