"""Cost against size: a write, a read, a page, a reset, a start at 100 to 100,000 events.

The sizes take turns, so that whatever else the machine does meets all of them alike.
"""

from __future__ import annotations

import gc
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.common import Result, figure, fill, middle, order_event, show, timed
from mock_server.emulator import Emulator
from mock_server.emulator.account import Account
from mock_server.rules.outcome import EventRequest
from mock_server.state import EventQuery

SIZES = (100, 1_000, 10_000, 100_000)
QUICK_SIZES = (100, 1_000)


def run(*, quick: bool) -> Result:
    """Microseconds (medians) by operation and size, and ratios to the smallest size."""
    sizes = QUICK_SIZES if quick else SIZES
    rounds = 5 if quick else 30
    costs: dict[str, dict[int, list[float]]] = {}
    with TemporaryDirectory() as folder:
        for size in sizes:
            costs.setdefault("start with a file", {})[size] = _starts(Path(folder), size)
    emulators = {size: Emulator(None, max_events=0) for size in sizes}
    for size, emulator in emulators.items():
        fill(emulator.account(), size)
    gc.collect()
    fresh = count()
    for _ in range(rounds):
        for size, emulator in emulators.items():
            for name, values in _round(emulator.account(), size, fresh).items():
                costs.setdefault(name, {}).setdefault(size, []).extend(values)
    for size, emulator in emulators.items():
        costs.setdefault("reset", {})[size] = [timed(emulator.account().reset)]
        emulator.close()
    return _report(costs)


def _starts(folder: Path, size: int) -> list[float]:
    path = folder / f"{size}.json"
    with Emulator(path, max_events=0) as emulator:
        fill(emulator.account(), size)
    times = []
    for _ in range(3):
        opened: list[Emulator] = []

        def start(opened: list[Emulator] = opened) -> None:
            opened.append(Emulator(path, max_events=0))

        times.append(timed(start))
        opened[0].close()
    return times


def _round(account: Account, size: int, fresh: count[int]) -> dict[str, list[float]]:
    writes = [EventRequest(order_event(f"w{next(fresh)}")) for _ in range(20)]
    some = [(number * 7919) % size for number in range(20)]
    pages = range(3)
    return {
        "write": [timed(partial(account.generate_event, each)) for each in writes],
        "read an order": [timed(partial(account.order, f"f{each}")) for each in some],
        "read an event": [timed(partial(account.event, each + 1)) for each in some],
        "page of events": [timed(partial(account.events, EventQuery())) for _ in pages],
        "page of orders": [timed(account.orders) for _ in pages],
        # With what the writes above changed; the first of all rounds reads every order.
        "RFM grid": [timed(account.analytics.rfm)],
        "spend of a contact": [timed(partial(account.analytics.contacts, [1])) for _ in pages],
    }


def _report(costs: dict[str, dict[int, list[float]]]) -> Result:
    medians = {
        name: {size: middle(values) for size, values in by_size.items()}
        for name, by_size in costs.items()
    }
    ratios = {
        name: {size: value / by_size[min(by_size)] for size, value in by_size.items()}
        for name, by_size in medians.items()
    }
    sizes = sorted(next(iter(medians.values())))
    rows = [
        [
            name,
            *(
                figure(by_size[size]) + (f" ({ratios[name][size]:.2f})" if size > sizes[0] else "")
                for size in sizes
            ),
        ]
        for name, by_size in medians.items()
    ]
    title = f"Cost against stored events: µs (and the ratio to {sizes[0]})"
    show(title, ["", *(f"{size:,}" for size in sizes)], rows)
    return {"microseconds": medians, "ratios": ratios}
