"""POST /auth/token, and what its bearer tokens serve for (WIRE-03)."""

from __future__ import annotations

import pytest

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings
from tests.conftest import Client

EVENT = {"eventTypeKey": "visit", "keyValue": "1"}
SERVED = [
    ("POST", "/api/v1/event", EVENT),
    ("POST", "/api/v2/event", EVENT),
    ("POST", "/api/v1/past_events", {"events": []}),
    ("POST", "/api/v2/past_events", {"events": []}),
    ("DELETE", "/api/v1/past_events", {"from": "2025-01-01", "to": "2025-01-02"}),
    ("DELETE", "/api/v1/past_events", {"from": "2025-01-01", "to": "2025-01-02"}),
]


def bearer(client, scheme="Bearer"):
    answer = client.call("POST", "/api/v1/auth/token")
    assert answer.status_code == 200
    token = answer.json()
    assert isinstance(token, str)
    return {"Authorization": f"{scheme} {token}"}


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_token_serves_for_the_event_methods(client, scheme):
    headers = bearer(client, scheme)
    client.call("PATCH", "/_mock/settings", json={"allow_delete_events": True})
    client.session.auth = None
    for method, path, body in SERVED:
        assert client.call(method, path, json=body, headers=headers).status_code == 200


@pytest.mark.parametrize(("method", "path"), [("GET", "balance"), ("POST", "auth/token")])
def test_a_token_serves_for_nothing_else(client, method, path):
    headers = bearer(client)
    client.session.auth = None
    answer = client.call(method, f"/api/v1/{path}", headers=headers)
    assert answer.status_code == 401
    assert "Basic" in answer.json()["message"]


@pytest.mark.parametrize("token", ["", "unknown", "кирилиця".encode().decode("latin-1")])
def test_an_unknown_token_is_401(client, token):
    client.session.auth = None
    answer = client.event(EVENT, headers={"Authorization": f"Bearer {token}".encode("latin-1")})
    assert answer.status_code == 401
    assert answer.json()["status"] == 401
    assert client.get("/_mock/events")["total"] == 0


def test_tokens_differ_and_older_ones_go_on_serving(client):
    first, second = bearer(client), bearer(client)
    assert first != second
    client.session.auth = None
    for headers in (first, second):
        assert client.event(EVENT, headers=headers).status_code == 200


def test_a_token_outlives_a_reset_and_does_not_stand_in_the_way_of_seeds():
    """Our decision: as an API key does."""
    seed = {"contacts": [{"phone": "1"}]}
    with HostedEmulator(ServerSettings(port=0, state=None, seeds=(seed,))) as hosted:
        client = Client(hosted)
        with client.session:
            headers = bearer(client)
            client.call("POST", "/_mock/reset")
            assert client.get("/_mock/contacts")["total"] == 1
            client.session.auth = None
            assert client.event(EVENT, headers=headers).status_code == 200


def test_a_token_is_looked_for_in_every_account(client, hosted):
    """The event lands in the account that gave the token out."""
    token = hosted.emulator.account("other").resources.tokens.give()
    client.session.auth = None
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(2):
        assert client.event(EVENT, headers=headers).status_code == 200
    assert client.get("/_mock/events")["total"] == 0
    assert client.get("/_mock/events?account=other")["total"] == 2
