"""How long a request of each route keeps a health request waiting, in a server with many events.

A request of each route, the largest that it takes, is sent over and over beside 100 health
requests, one after the other; those that held one up longest are sent again beside 1,000. Counted
is the slowest health request, in the median of three runs: the time until it was answered, without
that in which its thread waited for a CPU, and no more than what the server has computed meanwhile.
So what other programs do to the machine adds next to nothing.
"""

import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.common import Result, figure, middle, show
from benchmarks.inspector import fill_shop
from benchmarks.kinds import Kind, kinds
from mock_server.emulator import Emulator

EVENTS, QUICK_EVENTS = 20_000, 200
LOOKS, PROBES = 100, 1_000
MEASURED, RUNS = 20, 3
LIMIT_MS = 50.0
"""How long a health request may wait for one other request."""

_HEALTH = ("GET", "/_mock/health")
_HEADERS = {"Authorization": "Basic c2hvcDprZXk=", "Connection": "keep-alive"}


class Server:
    """A server as a user starts it, of which one knows the CPU time."""

    def __init__(self, state: Path) -> None:
        line = [sys.executable, "-m", "mock_server", "serve", "--port", "0", "--state", str(state)]
        line += ["--max-events", "0"]
        self._process = subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        lines = iter(self._process.stdout or ())
        told = (re.search(r"http://([\w.]+):(\d+)", each) for each in lines)
        found = next(each for each in told if each)
        self.host, self.port = found[1], int(found[2])
        threading.Thread(target=lambda: [None for _ in lines], daemon=True).start()
        self._clock = (~self._process.pid << 3) | 2  # of all threads, as Linux numbers it
        self._threads = Path(f"/proc/{self._process.pid}/task")
        self._answering: Path | None = None

    def cpu(self) -> float:
        """Seconds that all of its threads have computed."""
        if sys.platform != "linux":
            return time.perf_counter()
        return time.clock_gettime(self._clock)

    def find_thread(self) -> None:
        """Find the thread that answers health requests: it is the one that they wake."""
        if sys.platform == "linux":
            client, before = self.connect(), self._wakings()
            for _ in range(200):
                ask(client, Kind(*_HEALTH))
            after = self._wakings()
            self._answering = max(before, key=lambda each: after[each] - before[each])

    def _wakings(self) -> dict[Path, int]:
        return {
            each / "schedstat": int((each / "schedstat").read_text().split()[2])
            for each in self._threads.iterdir()
        }

    def delayed(self) -> float:
        """Seconds that the thread which answers health requests has waited for a CPU."""
        told = self._answering.read_text().split()[1] if self._answering else 0
        return int(told) / 1e9

    def connect(self) -> HTTPConnection:
        """A connection that is kept open."""
        return HTTPConnection(self.host, self.port, timeout=120)

    def stop(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()


@contextmanager
def served(events: int) -> Iterator[tuple[Server, bytes]]:
    """A server with so many events, and what it exports."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "state.json")
        with Emulator(path, max_events=0) as emulator:
            fill_shop(emulator.account(), events)
        server = Server(path)
        try:
            server.find_thread()
            yield server, ask(server.connect(), Kind("GET", "/_mock/state"))[1]
        finally:
            server.stop()


def ask(client: HTTPConnection, kind: Kind) -> tuple[int, bytes]:
    """Send a request; status and body of the answer."""
    headers = {**_HEADERS, "Content-Type": kind.type}
    client.request(kind.method, kind.path, kind.body or None, headers)
    with client.getresponse() as answer:
        return answer.status, answer.read()


class Beside:
    """Sends a request over and over, in a thread, until it is told to stop."""

    def __init__(self, server: Server, kind: Kind, restore: Kind | None) -> None:
        self.calls = 0
        self.status = 0
        self.is_under_way = threading.Event()
        self._server, self._kind, self._restore = server, kind, restore
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        client = self._server.connect()
        while not self._stopped:
            try:
                if self._restore is not None:
                    ask(client, self._restore)
                self.is_under_way.set()
                self.status, _ = ask(client, self._kind)
            except OSError:
                client.close()
            if self._restore is not None:
                self.is_under_way.clear()
            self.calls += 1

    def stop(self) -> None:
        """Send no more."""
        self._stopped = True
        self._thread.join()


def slowest(server: Server, kind: Kind, state: bytes, probes: int) -> tuple[float, int]:
    """Milliseconds of the slowest health request beside a kind of request, and its status."""
    restore = Kind("PUT", "/_mock/state", state) if kind.destroys else None
    beside = Beside(server, kind, restore)
    client, health = server.connect(), Kind(*_HEALTH)
    ask(client, health)
    longest, made = 0.0, 0
    try:
        while made < probes or beside.calls < 1:
            if restore is not None:
                if beside.calls >= 3:
                    break
                beside.is_under_way.wait(1)
            computed, delayed, began = server.cpu(), server.delayed(), time.perf_counter()
            ask(client, health)
            took = time.perf_counter() - began - (server.delayed() - delayed)
            took = min(took, server.cpu() - computed)
            if restore is None or beside.is_under_way.is_set():
                longest = max(longest, took)
                made += 1
    finally:
        beside.stop()
        client.close()
    return longest * 1000, beside.status


def run(*, quick: bool) -> Result:
    """Milliseconds by kind of request, the slowest first."""
    with served(QUICK_EVENTS if quick else EVENTS) as (server, state):
        found = kinds(state)
        if quick:
            found = {name: found[name] for name in list(found)[::40]}
        # What takes from the state comes last, and puts it back.
        order = sorted(found.items(), key=lambda each: each[1].destroys)
        looked = {name: slowest(server, kind, state, LOOKS)[0] for name, kind in order}
        longest = sorted(looked, key=lambda name: -looked[name])[: 1 if quick else MEASURED]
        measured = {}
        for name in longest:
            runs = [slowest(server, found[name], state, PROBES)[0] for _ in range(RUNS)]
            measured[name] = middle(runs)
    rows = [[name, figure(measured[name])] for name in sorted(measured, key=lambda n: -measured[n])]
    rest = max((looked[name] for name in looked if name not in measured), default=0.0)
    rows.append([f"each of the other {len(looked) - len(measured)}, at most", figure(rest)])
    title = f"The slowest health request beside another request: ms (limit: {LIMIT_MS:g})"
    show(title, ["", "ms"], rows)
    return {"milliseconds": measured, "looks": looked, "limit": LIMIT_MS}
