"""The application routes as Flask does, though it does not ask again what it knows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask, session
from werkzeug.test import Client, EnvironBuilder

from mock_server.emulator import Emulator
from mock_server.frame.app import Doors
from mock_server.frame.application import Application

SEEN = (
    "server_name",
    "script_name",
    "subdomain",
    "url_scheme",
    "path_info",
    "default_method",
    "query_args",
    "websocket",
)


def environ(path="/", base_url="http://localhost:8080/", method="GET", **headers):
    return EnvironBuilder(path, base_url, method=method, headers=headers).get_environ()


def routed(app, its_environ):
    """What an application makes of a request before it looks for its route."""
    context = app.request_context(its_environ)
    return context.request.host, [getattr(context.url_adapter, name) for name in SEEN]


@pytest.mark.parametrize(
    "request_",
    [
        {"path": "/api/v2/event", "method": "POST"},
        {"path": "/a/b?x=1&y=%C3%A9"},
        {"path": "/caf\u00e9/%E2%82%AC"},
        {"path": "/", "base_url": "https://shop.example/"},
        {"path": "/", "base_url": "http://LOCALHOST:80/"},
        {"path": "/", "base_url": "http://[::1]:9/"},
        {"path": "/x", "base_url": "http://localhost/mounted/"},
        {"path": "/x", "Connection": "Upgrade", "Upgrade": "websocket"},
    ],
)
def test_every_request_is_routed_as_flask_would(request_):
    app, plain = Application("here"), Flask("there")
    first = {**request_, "path": "/elsewhere?other=1", "method": "DELETE"}

    assert routed(app, environ(**first)) == routed(plain, environ(**first))
    assert routed(app, environ(**request_)) == routed(plain, environ(**request_))


def test_a_host_that_cannot_be_one_is_answered_as_by_flask_each_time():
    app, plain = Application("here"), Flask("there")
    for number in range(3):
        bad = environ(f"/{number}")
        bad["HTTP_HOST"] = "a b"
        assert routed(app, bad) == routed(plain, bad)


def test_hosts_without_end_are_not_all_remembered():
    app = Application("here")
    for number in range(1000):
        routed(app, environ(base_url=f"http://host{number}/"))
    assert len(app._places) < 300
    assert routed(app, environ(base_url="http://host999/"))[0] == "host999"


def test_there_is_no_session_and_nothing_to_set():
    app = Application("here")

    @app.get("/")
    def look():
        return {"held": dict(session)}

    answer = app.test_client().get("/")
    assert answer.json == {"held": {}}
    assert "Set-Cookie" not in answer.headers


def test_first_requests_that_come_at_once_open_a_door_once():
    pages = [
        f"/_mock/{each}" for each in ("summary", "events", "ui/a/default/", "ui/a/default/rfm")
    ]
    together = Barrier(8)

    def ask(number):
        together.wait()
        return [client.get(path).status_code for client in [Client(doors)] for path in pages]

    with Emulator() as emulator, ThreadPoolExecutor(8) as pool:
        doors = Doors(emulator)
        found = list(pool.map(ask, range(8)))
        opened = {id(doors.door(path)) for path in pages}
    assert found == [[200] * 4] * 8
    assert len(opened) == 2
