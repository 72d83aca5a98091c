"""Start-up as a user meets it: from typing `yespo-mock` to an answer, with Python's own beside it.

The commands take turns, so that whatever else the machine does meets all of them alike. What each
imports has been compiled before, as it is on any machine where it ran once.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from subprocess import run as run_process
from tempfile import TemporaryDirectory
from time import perf_counter

import requests

from benchmarks.common import (
    KEY_HEADER,
    Result,
    figure,
    middle,
    order_event,
    percentile,
    show,
    timed,
)

PYTHON = [sys.executable, "-c"]
COMMAND = [str(Path(sys.executable).with_name("yespo-mock"))]
BASELINE = "python -c 'import flask'"
Times = dict[str, list[float]]


def run(*, quick: bool) -> Result:
    """Milliseconds by what was started, and their ratios to importing Flask."""
    times: Times = {}
    with TemporaryDirectory() as folder:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name != "PYTHONDONTWRITEBYTECODE" and not name.startswith("YESPO")
        }
        processes = partial(_once, environment=environment, folder=folder)
        commands: dict[str, Callable[[], Times]] = {
            "python -c pass": lambda: {"python -c pass": [processes([*PYTHON, "pass"])]},
            BASELINE: lambda: {BASELINE: [processes([*PYTHON, "import flask"])]},
            "--help": lambda: {"yespo-mock --help": [processes([*COMMAND, "--help"])]},
            "serve": lambda: _serve(environment, folder),
        }
        for start in commands.values():
            start()  # compiles, and fills the system's caches
        for _ in range(2 if quick else 20):
            for start in commands.values():
                for name, values in start().items():
                    times.setdefault(name, []).extend(values)
    return _report(times)


def _once(command: list[str], environment: dict[str, str], folder: str) -> float:
    def call() -> None:
        run_process(command, env=environment, cwd=folder, stdout=DEVNULL, check=True)

    return timed(call) / 1000


def _serve(environment: dict[str, str], folder: str) -> Times:
    """A server without a state file: until it answers, its first event, and those after it."""
    command = [*COMMAND, "serve", "--port", "0", "--in-memory"]
    begin = perf_counter()
    with (
        Popen(command, env=environment, cwd=folder, stdout=PIPE, text=True) as server,
        requests.Session() as session,
    ):
        try:
            url = _address(server)
            session.trust_env = False
            session.headers["Authorization"] = KEY_HEADER
            session.get(f"{url}/_mock/health", timeout=10).raise_for_status()
            ready = (perf_counter() - begin) * 1000

            def send() -> None:
                session.post(f"{url}/api/v2/event", json=order_event("1"), timeout=10)

            first, *others = [timed(send) / 1000 for _ in range(11)]
        finally:
            server.terminate()
    return {
        "yespo-mock serve, until it answers": [ready],
        "its first event": [first],
        "an event after that": [middle(others)],
    }


def _address(server: Popen[str]) -> str:
    for line in server.stdout or ():
        found = re.search(r"(http://\S+)/_mock$", line.rstrip())
        if found:
            return found[1]
    raise RuntimeError("the server ended before it listened")


def _report(times: Times) -> Result:
    figures = {
        name: {"p50": middle(values), "p90": percentile(values, 90)}
        for name, values in times.items()
    }
    base = figures[BASELINE]["p50"]
    ratios = {name: each["p50"] / base for name, each in figures.items()}
    rows = [
        [name, figure(each["p50"]), figure(each["p90"]), f"{ratios[name]:.2f}"]
        for name, each in figures.items()
    ]
    show("Start-up: ms", ["", "p50", "p90", "against import flask"], rows)
    return {"milliseconds": figures, "ratios": ratios}
