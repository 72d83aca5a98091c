"""Whatever JSON comes as a body: an answer that says something, never a failure of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from mock_server import openapi
from mock_server.emulator import Emulator
from mock_server.frame.app import Doors

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", " ", "1", "email", "sms", "2025-01-01", "a@x.y", "INITIALIZED", "UAH"]),
    st.text(max_size=5),
)
NAMES = st.sampled_from(
    """contacts dedupeOn channels type value externalCustomerId fields id address town orders items
    externalOrderId totalCost status date currency events eventTypeKey keyValue occurred params name
    contact groups formType subscriptions contactFields customFieldsIDs groupNames from to emails
    contactIds externalCustomerIds additionalInfo quantity externalItemId device restoreDeleted
    email phone""".split()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=15,
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=6)
ROUTES = [
    *(("POST", f"/api/v1/{path}") for path in ("contact", "contact/subscribe", "contacts")),
    *(("POST", f"/api/v1/{path}") for path in ("orders", "past_events", "emails/unsubscribed/add")),
    *(("POST", f"/api/v1/group/1/contacts/{path}") for path in ("attach", "detach")),
    ("PUT", "/api/v1/contact/1"),
    ("DELETE", "/api/v1/past_events"),
]


@pytest.fixture(scope="module")
def client():
    seed = {"contacts": [{"externalCustomerId": "1", "email": "a@x.y"}]}
    with Emulator(seeds=[seed], settings={"allow_delete_events": True}) as emulator:
        yield Client(Doors(emulator))


def send(client: Any, method: str, path: str, body: Any) -> Any:
    headers = {"Authorization": "Basic YTpi", "Content-Type": "application/json"}
    return client.open(path, method=method, data=json.dumps(body), headers=headers)


@pytest.mark.parametrize(("method", "path"), ROUTES)
@given(body=BODIES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_body_gets_an_answer(client, method, path, body):
    answer = send(client, method, path, body)
    assert answer.status_code in (200, 400, 404), answer.text
    if answer.status_code == 400:
        assert answer.text.strip()


@pytest.mark.parametrize("number", ["1e999999999", "-1e999999999", "1.5", '"1_0"', "9" * 5000])
def test_a_number_that_is_no_id_is_400(client, number):
    body = f'{{"contactIds": [{number}]}}'
    headers = {"Authorization": "Basic YTpi", "Content-Type": "application/json"}
    path = "/api/v1/group/1/contacts/attach"
    answer = client.open(path, method="POST", data=body, headers=headers)
    assert answer.status_code == 400
    assert "contactIds[0]: must be a whole number" in answer.text


LOOKS = [
    each.rule
    for each in openapi.every_route()
    if each.method == "GET" and each.rule.startswith("/_mock") and "<" not in each.rule
]


@pytest.mark.parametrize("body", ['"text"', "[1]", "1", "null", "{", "{}", '{"params": 1}'])
def test_whatever_came_as_an_event_can_be_asked_about(body):
    """The reports too, which go through all events that were dropped."""
    headers = {"Authorization": "Basic YTpi", "Content-Type": "application/json"}
    with Emulator() as emulator:
        client = Client(Doors(emulator))
        assert client.post("/api/v2/event", data=body, headers=headers).status_code == 400
        for path in (*LOOKS, "/_mock/events/1"):
            query = {"timeout": "0"} if path.endswith("/wait") else {}
            answer = client.get(path, query_string=query)
            assert answer.status_code < 500, (path, answer.text)
