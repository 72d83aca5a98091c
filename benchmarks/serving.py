"""A server in a process of its own: `python -m benchmarks.serving KIND [STATE FILE]`.

KIND is bare, noop, event or pytest-httpserver. It prints its port, and stops when its standard
input ends.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

from mock_server.server import HttpServer, Rules, serve_alone


@contextmanager
def serving(kind: str, state: Path | None = None, under: Sequence[str] = ()) -> Iterator[int]:
    """Run a server of that kind, with a state file if one is given; its port.

    `under` is the command of a tool that runs it. Sets and dictionaries are the same in each run.
    """
    command = [
        *under,
        sys.executable,
        "-m",
        "benchmarks.serving",
        kind,
        *map(str, filter(None, [state])),
    ]
    errors = DEVNULL if kind == "pytest-httpserver" else None  # it logs each request
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    with Popen(
        command, stdin=PIPE, stdout=PIPE, stderr=errors, text=True, env=environment
    ) as child:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("no pipes")
        try:
            yield int(child.stdout.readline())
        finally:
            child.stdin.close()


def main() -> None:
    """Serve until the standard input ends."""
    kind, *state = sys.argv[1:]
    if kind == "pytest-httpserver":
        _serve_peer()
        return
    with ExitStack() as stack:
        if kind == "bare":
            server = HttpServer(_bare)
        elif kind == "noop":
            server = HttpServer(import_module("benchmarks.route").noop_app())
        else:
            server = _emulator(stack, *map(Path, state))
        server.start()
        serve_alone()  # as `yespo-mock serve` does
        print(server.url.rpartition(":")[2], flush=True)
        sys.stdin.read()
        if state:
            os._exit(0)  # closing would fold the log, which would count as the events'
        server.stop()


def _emulator(stack: ExitStack, state: Path | None = None) -> HttpServer:
    # Imported late: the others are counted without it.
    from benchmarks.common import add_buyer
    from mock_server.emulator import Emulator
    from mock_server.frame.admission import runs_long
    from mock_server.frame.app import Doors
    from mock_server.frame.guards import Guard
    from mock_server.state.files import fold_thread

    if state is not None:  # when it folds depends on the time, which a count must not
        fold_thread._PAUSE = fold_thread._AT_MOST = 3600.0
    emulator = stack.enter_context(Emulator(state))
    add_buyer(emulator.account())
    app = Doors(emulator, Guard("127.0.0.1", (), None))
    return HttpServer(app, rules=Rules(partial(runs_long, emulator=emulator)))


def _bare(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer as the no-op route does, without Flask."""
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]


def _serve_peer() -> None:
    with import_module("pytest_httpserver").HTTPServer() as peer:
        peer.expect_request("/api/v2/event", method="POST").respond_with_data("")
        print(peer.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
