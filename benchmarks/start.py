"""Start-up as a user meets it: from typing `yespo-mock` to an answer, with Python's own beside it.

It is the CPU of the process that counts, which other programs change less than the time by the
clock. The commands take turns. What each imports has been compiled before, as it is on any machine
where it ran once.
"""

from __future__ import annotations

import os
import re
import resource
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from subprocess import run as run_process
from tempfile import TemporaryDirectory

import psutil
import requests

from benchmarks.common import (
    KEY_HEADER,
    Result,
    figure,
    middle,
    order_event,
    percentile,
    show,
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
            "pytest": lambda: _pytest(processes),
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


def _pytest(processes: Callable[[list[str]], float]) -> Times:
    """Pytest by itself, without our plugin and with it."""
    command = [sys.executable, "-m", "pytest"]
    without = processes([*command, "-p", "no:yespo_mock", "--version"])
    return {
        "pytest --version without the plugin": [without],
        "pytest --version": [processes([*command, "--version"])],
    }


def _once(command: list[str], environment: dict[str, str], folder: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run_process(command, env=environment, cwd=folder, stdout=DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def _cpu(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system) * 1000


def _serve(environment: dict[str, str], folder: str) -> Times:
    """The CPU of a server without a state file: until it answers, its first event and page."""
    command = [*COMMAND, "serve", "--port", "0", "--in-memory"]
    with (
        Popen(command, env=environment, cwd=folder, stdout=PIPE, text=True) as server,
        requests.Session() as session,
    ):
        try:
            url = _address(server)
            session.trust_env = False
            session.headers["Authorization"] = KEY_HEADER
            session.get(f"{url}/_mock/health", timeout=10).raise_for_status()
            process = psutil.Process(server.pid)
            ready = _cpu(process)
            session.post(f"{url}/api/v2/event", json=order_event("1"), timeout=10)
            after_event = _cpu(process)
            session.get(f"{url}/_mock/ui/", timeout=10).raise_for_status()
            after_page = _cpu(process)
        finally:
            server.terminate()
    return {
        "yespo-mock serve, until it answers": [ready],
        "and its first event": [after_event],
        "and its first page": [after_page],
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
    show("Start-up: ms of CPU", ["", "p50", "p90", "against import flask"], rows)
    return {"milliseconds": figures, "ratios": ratios}
