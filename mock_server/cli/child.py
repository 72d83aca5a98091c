"""Running a command to its end, with the signals it should get and nothing left behind."""

import ctypes
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

import psutil

MARK = "YESPO_MOCK_EXEC"
"""The variable by which whatever a command started is known again, wherever it moved."""

NOT_EXECUTABLE, NOT_FOUND = 126, 127
# Seconds that a process left behind has between being asked to end and being ended.
GRACE = 3.0
_FORWARDED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK")
_FROM_CONSOLE = ("SIGINT", "SIGQUIT", "SIGBREAK")
_PR_SET_CHILD_SUBREAPER = 36
_ROUNDS = 10
_META = re.compile(r'([()\][%!^"`<>&|;, *?])')
_BEFORE_QUOTE = re.compile(r'(\\*)"')
_AT_END = re.compile(r"(\\*)$")


class CommandError(Exception):
    """The command could not be started; `code` is the exit code that says so."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def run(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run a command to its end and end what it leaves; its exit code, or 128 + n for signal n.

    It has our standard streams and gets the signals that we get. Raises `CommandError`.
    """
    mark = uuid4().hex
    if sys.platform == "linux":  # what loses its parent becomes a child of this process
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = set(psutil.Process().children(recursive=True))
    with _forwarding() as attend:
        process = _start(command, {**os.environ, **variables, MARK: mark})
        attend(process)
        try:
            code = _wait(process)
        finally:
            end_left_behind(mark, process.pid if _has_own_group() else None, before)
    return exit_code_of(code)


def exit_code_of(code: int) -> int:
    """The exit code for that of a process: 128 + n of signal n; past 2^31 its negative form."""
    if os.name == "nt":
        return code - (1 << 32) if code >= 1 << 31 else code
    return code if code >= 0 else 128 - code


def _start(command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    program = command[0]
    own_group: dict[str, Any] = {"start_new_session": True} if _has_own_group() else {}
    try:
        arguments: list[str] | str = [_resolved(program), *command[1:]]
        if os.name == "nt" and is_batch(arguments[0]):
            arguments = batch_line(arguments)
        return subprocess.Popen(arguments, env=environment, **own_group)  # noqa: S603  (as asked)
    except FileNotFoundError:
        is_path = bool(os.path.dirname(program))  # noqa: PTH120  (a mere name is possible)
        if is_path and os.path.exists(program):  # noqa: PTH110  (likewise)
            text = f"{program} cannot be run: the interpreter its first line names does not exist."
            raise CommandError(text, NOT_EXECUTABLE) from None
        place = "" if is_path else " on the PATH"
        raise CommandError(f"There is no command {program}{place}.", NOT_FOUND) from None
    except OSError as error:
        raise CommandError(f"{program} cannot be run: {error.strerror}.", NOT_EXECUTABLE) from None


def _resolved(program: str) -> str:
    if os.name != "nt":
        return program
    from shutil import which  # pragma: no cover  (on Windows)

    return which(program) or program  # pragma: no cover  (finds npm.cmd for npm)


def _has_own_group() -> bool:
    """Return whether the command gets its own process group: not where it reads a terminal."""
    if os.name == "nt":
        return False  # pragma: no cover  (on Windows)
    with suppress(OSError):
        return os.tcgetpgrp(0) != os.getpgrp()
    return True


@contextmanager
def _forwarding() -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """While this is open, signals to this process go to the command that is attended to."""
    attended: list[subprocess.Popen[bytes]] = []
    early: list[int] = []
    own_group = _has_own_group()

    def forward(number: int, _: FrameType | None) -> None:
        if not attended:
            early.append(number)
        elif not own_group:
            # The terminal (or the console) has told the command of Ctrl-C and Ctrl-\ already.
            if number not in [getattr(signal, name, None) for name in _FROM_CONSOLE]:
                attended[0].send_signal(number)
        else:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(attended[0].pid, number)

    def attend(process: subprocess.Popen[bytes]) -> None:
        attended.append(process)
        for number in early:
            forward(number, None)

    numbers = [getattr(signal, name) for name in _FORWARDED if hasattr(signal, name)]
    before = {number: signal.signal(number, forward) for number in numbers}
    try:
        yield attend
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait(process: subprocess.Popen[bytes]) -> int:
    if os.name == "nt":
        while True:  # pragma: no cover  (in slices: Ctrl-C cannot interrupt an endless wait)
            with suppress(subprocess.TimeoutExpired):
                return process.wait(0.5)
    # Orphans that were adopted are waited for too: one that has ended must not stay in the table
    # of processes, as some programs wait for it to leave that.
    while True:
        ended, status = os.wait()
        if ended == process.pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode


def end_left_behind(
    mark: str, session: int | None = None, before: Collection[psutil.Process] = ()
) -> None:
    """End what a marked command left, first by asking; its `session`, not what was `before`."""
    asked: set[psutil.Process] = set()
    for _ in range(_ROUNDS):
        found = _left_behind(mark, session) - set(before)
        if not found:
            return
        for each in found:
            with suppress(psutil.Error):
                if each in asked:
                    each.kill()
                else:
                    each.terminate()
        asked |= found
        psutil.wait_procs(found, timeout=GRACE)


def _left_behind(mark: str, session: int | None) -> set[psutil.Process]:
    """Our descendants, processes with the mark (hidden by macOS), and those of the session."""
    found = set(psutil.Process().children(recursive=True))
    for each in psutil.process_iter():
        if each.pid == os.getpid():
            continue
        if session is not None and _is_of(session, each.pid):
            found.add(each)
        with suppress(psutil.Error, OSError):
            if each.environ().get(MARK) == mark:
                found.add(each)
    return {each for each in found if _is_alive(each)}


def _is_of(session: int, pid: int) -> bool:
    with suppress(OSError):
        return session in (os.getsid(pid), os.getpgid(pid))
    return False


def _is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def is_batch(program: str) -> bool:
    """Return whether cmd.exe runs this program."""
    return program.lower().endswith((".cmd", ".bat"))


def batch_line(arguments: Sequence[str]) -> str:
    """The command line for a batch file, such as npm.cmd, and its arguments as they were written.

    cmd.exe reads the line once more, and what a file like npm's hands on (`%*`) a second time: `%`,
    `&`, `^`, `|` are quoted as it documents.
    """
    program = arguments[0]
    times = 2 if _hands_on(program) else 1
    words = [_META.sub(r"^\1", program), *(_escaped(each, times) for each in arguments[1:])]
    return f'cmd.exe /d /s /c "{" ".join(words)}"'


def _escaped(argument: str, times: int) -> str:
    """An argument in quotes, and safe from cmd.exe, which reads it several times."""
    quoted = _AT_END.sub(r"\1\1", _BEFORE_QUOTE.sub(r'\1\1\\"', argument))
    line = f'"{quoted}"'
    for _ in range(times):
        line = _META.sub(r"^\1", line)
    return line


def _hands_on(program: str) -> bool:
    try:
        return "%*" in Path(program).read_text("utf-8", "replace")
    except OSError:
        return False
