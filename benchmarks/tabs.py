"""The event route with live tabs of the inspector open, against none: rate and latency."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from benchmarks.common import Result, figure, middle, show
from benchmarks.load import Job, load
from benchmarks.serving import serving

TABS = (0, 20)
"""How many are open. Each asks once a second, as one that is seen does; one in the background
asks for nothing."""

_CONNECTIONS = 4
_FIGURES = ("rate", "p50", "p99", "polls")
_NEWEST = re.compile(rb"newest=([0-9.]+)")


def run(*, quick: bool) -> Result:
    """Events a second and latency in milliseconds by the number of tabs (medians), and ratios."""
    seconds, rounds = (1, 1) if quick else (2, 5)
    runs: dict[int, list[Result]] = {tabs: [] for tabs in TABS}
    with serving("event") as port:
        load(Job(port, _CONNECTIONS, True, 1))  # both find a server that has been running
        for _ in range(rounds):
            for tabs in TABS:
                with _open(tabs, port) as answers:
                    result = load(Job(port, _CONNECTIONS, True, seconds))
                runs[tabs].append({**result, "polls": len(answers)})
    found = {
        tabs: {name: middle([each[name] for each in results]) for name in _FIGURES}
        for tabs, results in runs.items()
    }
    none, many = (found[each] for each in TABS)
    ratios = {name: many[name] / none[name] for name in ("rate", "p50", "p99")}
    rows = [[str(tabs), *(figure(each[name]) for name in _FIGURES)] for tabs, each in found.items()]
    rows.append(["ratio", *(f"{ratios[name]:.2f}" for name in ("rate", "p50", "p99")), ""])
    show("Events with live tabs open", ["tabs", "events/s", "p50 ms", "p99 ms", "polls"], rows)
    return {"tabs": found, "ratios": ratios}


@contextmanager
def _open(tabs: int, port: int) -> Iterator[list[int]]:
    """Keep so many tabs open; the sizes of the answers they get."""
    answers: list[int] = []
    stopped = Event()

    async def all_tabs() -> None:
        await asyncio.gather(
            *(_tab(port, number / max(tabs, 1), stopped, answers) for number in range(tabs))
        )

    thread = Thread(target=asyncio.run, args=(all_tabs(),))
    thread.start()
    try:
        yield answers
    finally:
        stopped.set()
        thread.join()


async def _tab(port: int, first: float, stopped: Event, answers: list[int]) -> None:
    await asyncio.sleep(first)
    shown = b"0"
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while not stopped.is_set():
            target = b"/_mock/ui/a/default/?newest=" + shown
            writer.write(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nHX-Request: true\r\n\r\n" % target)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head.lower())
            body = await reader.readexactly(int(length[1]) if length else 0)
            answers.append(len(body))
            newest = _NEWEST.search(body)
            shown = newest[1] if newest else shown
            await asyncio.sleep(1)
        writer.close()
