"""A server in a process of its own: `python -m benchmarks.serving noop|event|pytest-httpserver`.

It prints its port, and stops when its standard input ends.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from subprocess import DEVNULL, PIPE, Popen

from benchmarks.common import add_buyer
from benchmarks.route import noop_app
from mock_server.emulator import Emulator
from mock_server.frame.admission import runs_long
from mock_server.frame.app import create_app
from mock_server.frame.guards import Guard
from mock_server.server import HttpServer, Rules, serve_alone


@contextmanager
def serving(kind: str) -> Iterator[int]:
    """Run a server of that kind; its port."""
    command = [sys.executable, "-m", "benchmarks.serving", kind]
    errors = DEVNULL if kind == "pytest-httpserver" else None  # it logs each request
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=errors, text=True) as child:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("no pipes")
        try:
            yield int(child.stdout.readline())
        finally:
            child.stdin.close()


def main() -> None:
    """Serve until the standard input ends."""
    kind = sys.argv[1]
    if kind == "pytest-httpserver":
        _serve_peer()
        return
    with Emulator(None) as emulator:
        add_buyer(emulator.account())
        if kind == "noop":
            server = HttpServer(noop_app())
        else:
            app = create_app(emulator, Guard("127.0.0.1", (), None))
            server = HttpServer(app, rules=Rules(partial(runs_long, emulator=emulator)))
        server.start()
        serve_alone()  # as `yespo-mock serve` does
        print(server.url.rpartition(":")[2], flush=True)
        sys.stdin.read()
        server.stop()


def _serve_peer() -> None:
    with import_module("pytest_httpserver").HTTPServer() as peer:
        peer.expect_request("/api/v2/event", method="POST").respond_with_data("")
        print(peer.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
