"""The application routes as Flask does, though it does not ask again what it knows."""

from __future__ import annotations

import pytest
from flask import Flask, session
from werkzeug.test import EnvironBuilder

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
