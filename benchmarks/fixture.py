"""A test that uses the fixture: reset, one event over HTTP, one assertion; and a server's start."""

from __future__ import annotations

import requests

from benchmarks.common import (
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
    return {"milliseconds": figures}
