"""Memory and readiness: a server with no events and one with 100,000 of 1 KB, as processes."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from tempfile import TemporaryDirectory
from time import perf_counter

import psutil

from benchmarks.common import Result, figure, fill, middle, order_event, show
from mock_server.emulator import Emulator
from mock_server.jsonio import dumps

_MIB = 1024 * 1024


def run(*, quick: bool) -> Result:
    """MiB of memory and of the file, and seconds until the server says that it listens."""
    count = 1_000 if quick else 100_000
    padding = max(0, 1024 - len(dumps(order_event("f12345"))))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "full.json"
        live = _filling(path, count, padding)
        size = path.stat().st_size
        empty = [_start(Path(folder) / "empty.json") for _ in range(2 if quick else 5)]
        full = [_start(path) for _ in range(1 if quick else 3)]
    rows = {
        "empty": (middle([each[0] for each in empty]), middle([each[1] for each in empty])),
        f"{count:,} events of 1 KB, from its file": (
            middle([each[0] for each in full]),
            middle([each[1] for each in full]),
        ),
    }
    table = [[name, f"{ready:.2f}", figure(memory)] for name, (ready, memory) in rows.items()]
    table.append([f"{count:,} events of 1 KB, just received", "", figure(live)])
    table.append([f"the state file of {count:,} events of 1 KB", "", figure(size / _MIB)])
    show("Memory and readiness", ["server", "ready s", "MiB"], table)
    found: Result = {
        name: {"ready_seconds": ready, "mebibytes": memory}
        for name, (ready, memory) in rows.items()
    }
    return {**found, "received_mebibytes": live, "file_bytes_per_event": size / count}


def _filling(path: Path, count: int, padding: int) -> float:
    """Fill a state file in a process of its own; the memory that took, in MiB."""
    command = [sys.executable, "-m", "benchmarks.memory", str(path), str(count), str(padding)]
    with Popen(command, stdout=PIPE, text=True) as child:
        return float(child.communicate()[0]) / _MIB


def _start(path: Path) -> tuple[float, float]:
    """Seconds until a server on that file listens, and its memory in MiB."""
    command = [sys.executable, "-m", "mock_server", "serve", "--port", "0", "--state", str(path)]
    begin = perf_counter()
    with Popen(command, stdout=PIPE, stderr=STDOUT, text=True) as child:
        try:
            for line in child.stdout or ():
                if "http://" in line:
                    return perf_counter() - begin, psutil.Process(
                        child.pid
                    ).memory_info().rss / _MIB
            raise RuntimeError("the server did not start")
        finally:
            child.terminate()


def _fill_and_report() -> None:
    with Emulator(Path(sys.argv[1])) as emulator:
        fill(emulator.account(), int(sys.argv[2]), int(sys.argv[3]))
        print(psutil.Process().memory_info().rss, flush=True)


if __name__ == "__main__":
    _fill_and_report()
