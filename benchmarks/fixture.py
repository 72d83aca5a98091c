"""A test that uses the fixture: reset, one event over HTTP, one assertion; and a server's start.

Where pytest-httpserver is installed, a run of pytest with such tests is compared with one of the
same tests about it, in CPU of the whole run.
"""

from __future__ import annotations

import resource
import sys
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from subprocess import run as run_process
from tempfile import TemporaryDirectory

import requests

from benchmarks.common import (
    CONSOLE,
    EMAIL,
    KEY_HEADER,
    Result,
    figure,
    middle,
    order_event,
    percentile,
    show,
    timed,
)
from mock_server import MockServer


def run(*, quick: bool) -> Result:
    """Milliseconds of such a test, and of starting and stopping a server."""
    count = 20 if quick else 500
    with MockServer() as mock, requests.Session() as session:
        session.headers["Authorization"] = KEY_HEADER

        def test() -> None:
            mock.reset()
            mock.add_contact(email=EMAIL, externalCustomerId="buyer")
            session.post(f"{mock.api_url}/v2/event", json=order_event("1"), timeout=10)
            mock.assert_order("1", status="INITIALIZED")

        tests = [timed(test) / 1000 for _ in range(count)]

    def start_and_stop() -> None:
        with MockServer():
            pass

    starts = [timed(start_and_stop) / 1000 for _ in range(max(5, count // 20))]
    figures = {
        name: {"p50": middle(each), "p99": percentile(each, 99)}
        for name, each in {"test": tests, "start and stop": starts}.items()
    }
    rows = [[name, figure(each["p50"]), figure(each["p99"])] for name, each in figures.items()]
    show("The fixture: ms", ["", "p50", "p99"], rows)
    return {"milliseconds": figures, "runs": _runs(quick)}


_SENDS = """
import json, pytest
from http.client import HTTPConnection
from benchmarks.common import KEY_HEADER, order_event

HEADERS = {"Authorization": KEY_HEADER, "Content-Type": "application/json"}

def send(port):
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/api/v2/event", json.dumps(order_event("1")), HEADERS)
    assert connection.getresponse().read() == b""
    connection.close()
"""
_OURS = """
@pytest.mark.parametrize("number", range(TESTS))
def test_order(yespo_mock, number):
    yespo_mock.add_contact(email="buyer@example.com", externalCustomerId="buyer")
    send(int(yespo_mock.url.rpartition(":")[2]))
    yespo_mock.assert_order("1", status="INITIALIZED")
"""
_THEIRS = """
@pytest.fixture(scope="session")
def httpserver_listen_address():
    return "127.0.0.1", 0

@pytest.mark.parametrize("number", range(TESTS))
def test_order(httpserver, number):
    httpserver.expect_request("/api/v2/event", method="POST").respond_with_data("")
    send(httpserver.port)
    httpserver.check_assertions()
    [(request, _)] = httpserver.log
    params = {each["name"]: each["value"] for each in request.get_json()["params"]}
    assert params["status"] == "INITIALIZED"
"""


def _runs(quick: bool) -> Result:
    """Seconds of CPU of a run of pytest with 400 tests, ours and theirs taking turns."""
    kinds = {"yespo-mock": _OURS, "pytest-httpserver": _THEIRS}
    if find_spec("pytest_httpserver") is None:
        CONSOLE.print("pytest-httpserver: not installed, skipped")
        del kinds["pytest-httpserver"]
    used: dict[str, list[float]] = {kind: [] for kind in kinds}
    with TemporaryDirectory() as folder:
        for kind, tests in kinds.items():
            text = (_SENDS + tests).replace("TESTS", "20" if quick else "400")
            (Path(folder) / f"test_{kind[:5]}.py").write_text(text, "utf-8")
        for _ in range(1 if quick else 3):
            for kind in kinds:
                used[kind].append(_pytest_cpu(Path(folder) / f"test_{kind[:5]}.py"))
    figures = {kind: median(each) for kind, each in used.items()}
    rows = [[kind, figure(each)] for kind, each in figures.items()]
    show("A run of pytest with 400 tests: seconds of CPU", ["", "s"], rows)
    return figures


def _pytest_cpu(file: Path) -> float:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run_process([*command, str(file)], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
