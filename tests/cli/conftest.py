"""The command line in a folder of its own: called in this process, or as a process.

A process costs half a second, so `run` calls the command where the tests are. What is about the
process itself (signals, ports, terminals, what is imported, the bytes of its output) takes
`run_process` or `serve`.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mock_server.cli import main

ROOT = Path(__file__).parents[2]


def _environment(**variables: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if "YESPO" not in name}
    return {**clean, "COLUMNS": "80", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", **variables}


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call `yespo-mock` with arguments; `exec` runs a command of Python code here too."""
    monkeypatch.setattr("mock_server.cli.child.run", _run_here)

    def run(
        *arguments: str, stdin: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        with _environ(_environment(**(env or {}))), monkeypatch.context() as place:
            place.chdir(tmp_path)
            ended = CliRunner().invoke(main, arguments, input=stdin, prog_name="yespo-mock")
        if ended.exception is not None and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        return subprocess.CompletedProcess(
            arguments, ended.exit_code, ended.stdout.replace("\r\n", "\n"), ended.stderr
        )

    return run


@contextlib.contextmanager
def _environ(variables: Mapping[str, str]) -> Iterator[None]:
    """Give this process that environment and no other, for a while."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run_here(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run the code of `python -c CODE` in this process; other commands need `run_process`."""
    assert (len(command), *command[:2]) == (3, sys.executable, "-c"), "use run_process"
    with _environ({**os.environ, **variables}):
        try:
            exec(command[2], {"__name__": "__main__"})  # noqa: S102  (code of the tests)
        except SystemExit as error:
            return int(error.code or 0)
    return 0


@pytest.fixture
def run_process(tmp_path: Path) -> Run:
    """Run `yespo-mock` with arguments as a process, to its end."""

    def run(
        *arguments: str, stdin: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mock_server", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=_environment(**(env or {})),
            timeout=60,
            check=False,
        )

    return run


class Serving:
    """`yespo-mock serve` in a process of its own, once it has said where it listens."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        assert process.stdout is not None
        self.url = ""
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))
            found = re.search(r"(http://\S+)/api\b", line)
            if found:
                self.url = found[1]
            if "Ctrl-C" in line:
                return
        raise AssertionError(
            f"serve ended: {self.lines}, {process.stderr and process.stderr.read()}"
        )

    def read_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def stop(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; the exit code and the rest of the output."""
        self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=20)
        return self.process.returncode, rest


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Serving]]:
    """Start `yespo-mock serve --port 0` with more options."""
    started: list[subprocess.Popen[str]] = []

    def serve(*options: str, **variables: Any) -> Serving:
        process = subprocess.Popen(
            [sys.executable, "-m", "mock_server", "serve", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=_environment(**variables),
        )
        started.append(process)
        return Serving(process)

    yield serve
    for process in started:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except (subprocess.TimeoutExpired, ValueError):  # ValueError: the test closed its output
            process.kill()
            process.wait()
