"""The command line as a subprocess, in a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def _environment(**variables: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if "YESPO" not in name}
    return {**clean, "COLUMNS": "80", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", **variables}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `yespo-mock` with arguments to its end."""

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
