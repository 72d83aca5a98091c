"""Under `/_mock` a misspelt argument or field is an error that names the near one."""

from __future__ import annotations

import pytest

from mock_server import openapi
from mock_server.routes import VARIABLE

PROBES = ("/_mock/health", "/_mock/livez", "/_mock/readyz")
ROUTES = [each for each in openapi.every_route() if each.rule.startswith("/_mock")]
CHECKED = [each for each in ROUTES if each.rule not in PROBES]


@pytest.mark.parametrize("route", CHECKED, ids=lambda route: route.name)
def test_every_route_refuses_an_unknown_argument(client, route):
    """Before it looks for anything: what the path names need not be there."""
    path = VARIABLE.sub("999", route.rule)
    answer = client.call(route.method, f"{path}?acount=x")
    assert answer.status_code == 400
    assert "acount: Unknown field" in answer.json()["message"]


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_may_be_asked_with_anything(client, path):
    assert client.get(f"{path}?acount=x")["status"] == "ok"
