"""The event route against a no-op Flask route, in process, taking turns."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any

from flask import Flask, request
from werkzeug.test import EnvironBuilder

from benchmarks.common import (
    KEY_HEADER,
    ORDER,
    Result,
    add_buyer,
    body_template,
    figure,
    middle,
    percentile,
    show,
    timed,
)
from mock_server.emulator import Emulator
from mock_server.frame.app import Doors


def noop_app() -> Flask:
    """The baseline: a route that parses the JSON, appends it to a list and answers nothing."""
    app = Flask("noop", static_folder=None)
    received = []

    @app.post("/api/v2/event")
    def noop() -> str:
        received.append(request.get_json())
        return ""

    return app


def run(*, quick: bool) -> Result:
    """Microseconds a request takes, and how many beyond the no-op route."""
    template = body_template()
    calls = 200 if quick else 5_000
    with Emulator(None) as emulator:
        account = emulator.account()
        add_buyer(account)
        apps: dict[str, Flask] = {"no-op route": noop_app(), "event route": Doors(emulator)}
        times: dict[str, list[float]] = {name: [] for name in apps}
        for number in range(calls):
            body = template.replace(ORDER, f"r{number}").encode()
            for name, app in apps.items():
                times[name].append(timed(partial(_request, app, _environ(body))))
        applied = account.summary()
    figures = {
        name: {"p50": middle(each), "p99": percentile(each, 99)} for name, each in times.items()
    }
    beyond = figures["event route"]["p50"] - figures["no-op route"]["p50"]
    rows = [[name, figure(each["p50"]), figure(each["p99"])] for name, each in figures.items()]
    rows.append(["beyond the no-op route", figure(beyond), ""])
    show("A request in process: µs", ["", "p50", "p99"], rows)
    return {"microseconds": figures, "beyond_noop_microseconds": beyond, "summary": applied}


def _environ(body: bytes) -> dict[str, Any]:
    return EnvironBuilder(
        "/api/v2/event",
        method="POST",
        input_stream=BytesIO(body),
        content_length=len(body),
        content_type="application/json",
        headers=[("Authorization", KEY_HEADER)],
    ).get_environ()


def _request(app: Flask, environ: dict[str, Any]) -> None:
    statuses: list[str] = []

    def start_response(status: str, _headers: object, _error: object = None) -> Any:
        statuses.append(status)
        return bytes

    b"".join(app(environ, start_response))
    if statuses != ["200 OK"]:
        raise RuntimeError(f"answered {statuses}")
