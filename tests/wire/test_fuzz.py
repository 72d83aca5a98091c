"""Whatever is sent: a clear answer, a server that goes on, and nothing half-stored.

The budget is fixed and the examples are derandomized, so that a run that fails fails again.
"""

from __future__ import annotations

import json

import pytest
import requests
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings

AUTH = ("any", "key")
BUDGET = settings(
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(
    "externalOrderId externalCustomerId totalCost status date currency items email phone".split()
)
ORDER = st.builds(
    lambda key, params: {
        "eventTypeKey": key,
        "keyValue": "1",
        "params": [{"name": name, "value": value} for name, value in params.items()],
    },
    st.sampled_from(["orderCreated", "orderUpdated", "orderDelivered", "orderCancelled"]),
    st.dictionaries(NAMES, JSON, max_size=9),
)


@pytest.fixture(scope="module")
def server():
    with (
        HostedEmulator(ServerSettings(port=0, state=None)) as hosted,
        requests.Session() as session,
    ):
        session.trust_env = False
        session.auth = AUTH
        yield hosted, session


def _post(server, body, path="/api/v2/event", **headers):
    hosted, session = server
    headers = {"Content-Type": "application/json", **headers}
    answer = session.post(hosted.url + path, data=body, headers=headers, timeout=10)
    assert answer.status_code < 500, answer.text
    assert answer.status_code == 200 or answer.text
    return answer


def _is_whole(hosted):
    """Counts, list and export agree with each other, and orders point to contacts there are."""
    account = hosted.emulator.account()
    tables = hosted.emulator.export_state()
    counts = account.counts()
    assert len(tables.get("events", {})) == counts["events"] == account.summary()["events"]
    json.dumps(tables, default=str)


@BUDGET
@given(st.binary(max_size=300))
@example(b"\x00")
@example(b'{"eventTypeKey": "a", "keyValue": NaN}')
@example(b'"\\ud800"')
@example(b"{" * 50_000)
def test_any_bytes_as_an_event(server, body):
    _post(server, body)
    _is_whole(server[0])


@BUDGET
@given(JSON)
def test_any_json_as_an_event(server, value):
    _post(server, json.dumps(value))
    _is_whole(server[0])


@BUDGET
@given(ORDER, st.sampled_from(["v1", "v2"]))
@example(
    {
        "eventTypeKey": "orderCreated",
        "params": [
            {"name": name, "value": value}
            for name, value in {
                "externalOrderId": "1",
                "externalCustomerId": "1",
                "totalCost": "1e999999999",
                "status": "INITIALIZED",
                "date": "2020-05-14T10:11:00",
                "currency": "UAH",
                "items": [{"quantity": "1e999999", "cost": "1e-999999"}],
            }.items()
        ],
    },
    "v2",
)
def test_any_values_in_an_order_event(server, event, version):
    answer = _post(server, json.dumps(event), f"/api/{version}/event")
    if "X-Mock-Event-Id" in answer.headers:
        found = server[1].get(
            f"{server[0].url}/_mock/events/{answer.headers['X-Mock-Event-Id']}", timeout=10
        )
        assert found.json()["body"] == json.loads(json.dumps(event))
    _is_whole(server[0])


@BUDGET
@given(
    st.sampled_from(["faults", "seed", "contacts", "reset", "explain"]),
    JSON | st.fixed_dictionaries({}, optional={"status": JSON, "match": JSON, "contacts": JSON}),
)
def test_any_json_to_the_control_api(server, path, value):
    answer = _post(server, json.dumps(value), f"/_mock/{path}")
    assert isinstance(answer.json(), dict)
    server[1].delete(f"{server[0].url}/_mock/faults", timeout=10)
