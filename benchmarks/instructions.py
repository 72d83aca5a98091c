"""The instructions that a request costs the server: a count that no other load can change.

A server runs under `valgrind --tool=cachegrind`, a client beside it sends requests one after the
other, and the server ends. Each kind of request is counted as the difference of two such runs, one
of which has more of that kind than the other, so that the start and the end do not count.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.common import CONSOLE, KEY_HEADER, Result, figure, order_event, show
from benchmarks.serving import serving

_VALGRIND = ("--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_TOTAL = re.compile(r"I\s+refs:\s+([\d,]+)")
_BASE = "no-op route"

Body = Callable[[int], dict[str, Any]]


def _ignored(number: int) -> dict[str, Any]:
    """Build an order of a contact that does not exist."""
    event = order_event(f"i{number}")
    for param in event["params"]:
        if param["name"] in ("email", "externalCustomerId"):
            param["value"] = "stranger@example.com"
    return event


def _custom(number: int) -> dict[str, Any]:
    """Build an event of a type of the shop's own, with two params."""
    params = [{"name": "email", "value": "buyer@example.com"}, {"name": "number", "value": number}]
    return {"eventTypeKey": "wishlist", "keyValue": "buyer@example.com", "params": params}


def _order(number: int) -> dict[str, Any]:
    return order_event(f"r{number}")


# The requests that are counted under each server.
_REQUESTS: dict[str, dict[str, Body]] = {
    "bare": {"bare function": _order},
    "noop": {_BASE: _order},
    "event": {"event": _order, "ignored event": _ignored, "custom event": _custom},
}


def run(*, quick: bool) -> Result:
    """Instructions a request costs, and their ratios to the no-op route; {} without valgrind."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        CONSOLE.print("instructions: valgrind is not installed, so nothing is counted.")
        return {}
    few, more = (5, 20) if quick else (50, 400)
    counts: dict[str, float] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for server, in_file in (
            ("bare", False),
            ("noop", False),
            ("event", False),
            ("event", True),
        ):
            bodies = _REQUESTS[server]
            plan = dict.fromkeys(bodies, few)
            plans = [plan, *({**plan, kind: more} for kind in bodies)]
            short, *longs = pool.map(partial(_count, valgrind, server, in_file), plans)
            for kind, total in zip(bodies, longs, strict=True):
                name = f"{kind}, state file" if in_file else kind
                counts[name] = per_request({few: short, more: total})
    ratios = {name: count / counts[_BASE] for name, count in counts.items()}
    rows = [[name, figure(count), f"{ratios[name]:.2f}"] for name, count in counts.items()]
    show("Instructions a request costs the server", ["", "instructions", "against no-op"], rows)
    return {"commit": _commit(), "instructions": counts, "ratios": ratios}


def counted(report: str) -> int:
    """Return the instructions that cachegrind counted, from what it prints at the end."""
    found = _TOTAL.search(report)
    if found is None:
        raise RuntimeError(f"cachegrind did not say what it counted: {report[-500:]}")
    return int(found[1].replace(",", ""))


def per_request(totals: Mapping[int, int]) -> float:
    """Return the instructions a request costs, by those of two runs by their lengths."""
    (few, less), (many, more) = sorted(totals.items())
    return (more - less) / (many - few)


def _count(valgrind: str, server: str, in_file: bool, plan: Mapping[str, int]) -> int:
    """Return the instructions of a server that starts, gets so many requests of each kind, ends."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        state = Path(folder) / "state.json" if in_file else None
        under = (valgrind, *_VALGRIND, f"--log-file={report}")
        with serving(server, state, under) as port, closing(_connect(port)) as connection:
            for kind, requests in plan.items():
                _send(connection, _REQUESTS[server][kind], requests)
        return counted(report.read_text("utf-8"))


def _connect(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=60)


def _send(connection: HTTPConnection, body: Body, requests: int) -> None:
    headers = {"Authorization": KEY_HEADER, "Content-Type": "application/json"}
    for number in range(requests):
        # Ids of one length, or the second run would have the longer bodies.
        sent = json.dumps(body(100_000 + number))
        connection.request("POST", "/api/v2/event", sent, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"answered {answer.status}")


def _commit() -> str:
    git = ("git", "describe", "--always", "--dirty")
    done = subprocess.run(git, capture_output=True, text=True, cwd=Path(__file__).parent)
    return done.stdout.strip()
