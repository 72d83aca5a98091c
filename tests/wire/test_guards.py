"""Who is let in: the Host, the Origin and the control token; and what hostile input leads to."""

from __future__ import annotations

import pytest
import requests
from werkzeug.test import Client

from mock_server import openapi
from mock_server.emulator import Emulator
from mock_server.frame.app import Doors
from mock_server.frame.guards import Guard, exposure_warning, is_loopback
from mock_server.frame.hosting import HostedEmulator
from mock_server.routes import VARIABLE
from mock_server.settings import ServerSettings

EVENT = {"eventTypeKey": "visit", "keyValue": "1"}
TOKEN = "a control token"
EVERYWHERE = "0.0.0.0"  # noqa: S104  (the address that is warned of)


@pytest.fixture(scope="module")
def shared():
    settings = ServerSettings(
        port=0, state=None, allow_hosts=("mock.example",), control_token=TOKEN
    )
    with HostedEmulator(settings) as hosted:
        yield hosted


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:9380", "app.localhost", "127.0.0.1:1", "127.8.9.1", "[::1]:9380"],
)
def test_names_of_this_machine_are_answered_to(client, host):
    assert client.call("GET", "/_mock/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:9380",
        "localhost.evil.example",
        "192.168.1.5",
        "localhost@evil.example",
        "localhost, evil.example",
        "[::1",
        "localhost:port",
        "",
    ],
)
def test_another_host_is_refused_at_every_door(client, host):
    """DNS rebinding: a page of another site that has got an address of this machine."""
    for path in ("/_mock/events", "/"):
        answer = client.call("GET", path, headers={"Host": host})
        assert (answer.status_code, answer.json()["error"]) == (403, "host_refused")
        assert "--allow-host" in answer.json()["message"]
    answer = client.event(EVENT, headers={"Host": host})
    assert (answer.status_code, answer.headers["Content-Type"][:10]) == (403, "text/plain")
    assert client.get("/_mock/events")["total"] == 0
    entry = client.get("/_mock/requests")["requests"][0]
    assert (entry["status"], entry["reason"]) == (403, "host_refused")


def test_a_host_that_was_allowed_is_answered_to(shared):
    for host, status in (("mock.example:80", 200), ("Mock.Example.", 200), ("x.example", 403)):
        answer = requests.get(f"{shared.url}/_mock/livez", headers={"Host": host}, timeout=10)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("bound", "host", "let_in"),
    [
        (EVERYWHERE, "192.168.1.5:80", True),
        ("::", "[fe80::1]", True),
        (EVERYWHERE, "evil.example", False),
        ("192.168.1.5", "192.168.1.5", True),
        ("192.168.1.5", "192.168.1.6", False),
        ("127.0.0.1", None, True),
    ],
)
def test_the_bound_address_is_a_name_of_the_server(bound, host, let_in):
    """An address cannot be rebound: bound to all addresses, each is answered to."""
    environ = {"PATH_INFO": "/_mock/events", "REQUEST_METHOD": "GET"}
    if host is not None:
        environ["HTTP_HOST"] = host
    assert (Guard(bound).refusal(environ) is None) is let_in


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/_mock/reset"), ("DELETE", "/_mock/requests"), ("PUT", "/_mock/state")],
)
def test_a_page_of_another_origin_changes_nothing(client, headers, method, path):
    client.add_contact(email="a@example.com")
    answer = client.call(method, path, headers=headers, json={})
    assert (answer.status_code, answer.json()["error"]) == (403, "cross_origin")
    assert client.get("/_mock/contacts")["total"] == 1


def test_the_servers_own_page_and_tools_may_change_things(client):
    own = {"Origin": client.url, "Sec-Fetch-Site": "same-origin"}
    for headers in (own, {}):
        assert client.call("POST", "/_mock/reset", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "control_token_missing"),
        ({"Authorization": "Basic YTpi"}, "control_token_missing"),
        ({"X-Mock-Token": "wrong"}, "control_token_invalid"),
        ({"Authorization": "Bearer wrong"}, "control_token_invalid"),
        ({"Cookie": "yespo_mock_token=wrong"}, "control_token_invalid"),
        ({"X-Mock-Token": b"\xff"}, "control_token_invalid"),
    ],
)
def test_without_the_token_the_control_api_is_closed(shared, headers, code):
    answer = requests.get(f"{shared.url}/_mock/events", headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (401, code)
    assert TOKEN not in answer.text
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Mock-Token": TOKEN},
        {"Authorization": f"bearer {TOKEN}"},
        {"Cookie": f'other=1; yespo_mock_token="{TOKEN}"'},
        {"Cookie": f'of another={{"program": [1]}}; yespo_mock_token="{TOKEN}"; \xff'},
    ],
)
def test_with_the_token_it_is_open(shared, headers):
    answer = requests.get(f"{shared.url}/_mock/events", headers=headers, timeout=10)
    assert answer.status_code == 200


def test_the_token_is_not_asked_of_the_shop_nor_of_health_checks(shared):
    for path in ("livez", "readyz", "health"):
        assert requests.get(f"{shared.url}/_mock/{path}", timeout=10).status_code == 200
    answer = requests.post(
        f"{shared.url}/api/v2/event", json=EVENT, auth=("any", "key"), timeout=10
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("host", "options", "told"),
    [
        ("127.0.0.1", {}, None),
        ("localhost", {}, None),
        ("::1", {}, None),
        (EVERYWHERE, {}, "--control-token"),
        ("192.168.1.5", {"has_token": True}, "--api-key"),
        ("::", {"has_token": True, "limits_keys": True}, "not encrypted"),
    ],
)
def test_listening_for_others_is_warned_of(host, options, told):
    warning = exposure_warning(host, **{"has_token": False, "limits_keys": False, **options})
    assert warning is None if told is None else told in warning


def test_the_warning_is_given_at_the_start():
    told = []
    with HostedEmulator(ServerSettings(EVERYWHERE, 0, None), warn=told.append):
        (warning,) = told
        assert "--control-token" in warning


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost.", True), ("localhost.x", False)],
)
def test_what_loopback_is(host, loopback):
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b'{"eventTypeKey":"a\xff"}', 400, "UTF-8"),
        (b'{"eventTypeKey":"a\x00"}', 400, "line 1"),
        (b"[" * 100_000, 400, ""),
        (b'{"eventTypeKey":"a","keyValue":"1","params":' + b"[" * 300 + b"]" * 300 + b"}", 400, ""),
        (b'{"eventTypeKey":"a","keyValue":1e999999999}', 200, None),
        (b'{"eventTypeKey":"a","keyValue":"\\u0000"}', 200, None),
        (b'{"eventTypeKey":"a","keyValue":' + b"9" * 5000 + b"}", 400, ""),
        (b"x" * 30_000, 413, ""),
        (b"", 400, "empty"),
    ],
)
def test_hostile_bodies_get_a_clear_answer(client, body, status, told):
    answer = client.call(
        "POST", "/api/v2/event", data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (status, 413 if len(body) > 20_480 else status)
    if told is not None:
        assert told in answer.text
        assert answer.text
    assert client.get("/_mock/health")["events"] == 1


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('{"eventTypeKey":"a","keyValue":"1","keyValue":"2"}', "keyValue"),
        (
            '{"eventTypeKey":"a","keyValue":"2","params":[{"name":"x","value":{"n":1,"n":2}}]}',
            "n",
        ),
    ],
)
def test_a_name_that_an_object_has_twice_is_told(client, body, name):
    """ENV-01: the last counts, as it does with most parsers; one value is lost."""
    answer = client.call(
        "POST", "/api/v2/event", data=body, headers={"Content-Type": "application/json"}
    )
    assert "name_repeated" in answer.headers["X-Mock-Warnings"]
    record = client.record(answer)
    assert record["keyValue"] == "2"
    assert f'"{name}" more than once' in record["trace"][0]["message"]


@pytest.mark.parametrize("text", ["a:b", ":::", "\\u003a", '\\":\\"'])
def test_colons_in_values_are_no_repeated_names(client, text):
    body = f'{{"eventTypeKey":"a", "keyValue" : "1","params":[{{"name":"x","value":"{text}"}}]}}'
    answer = client.call(
        "POST", "/api/v2/event", data=body, headers={"Content-Type": "application/json"}
    )
    assert "name_repeated" not in answer.headers["X-Mock-Warnings"]


def test_no_route_changes_what_is_only_for_reading():
    """Every route that is not only asked, with every account's pages, by a body that would do."""
    seed = {"contacts": [{"email": "a@shop.test"}]}
    with Emulator(seeds=[seed]) as emulator:
        doors = Doors(emulator, Guard("127.0.0.1", read_only=True))
        pages = doors.door("/_mock/ui").url_map.iter_rules()
        routes = {(each.method, each.rule) for each in openapi.every_route()}
        routes |= {(method, each.rule) for each in pages for method in each.methods}
        before, refused = emulator.export_state(), 0
        for method, rule in sorted(routes):
            if method not in ("GET", "HEAD", "OPTIONS"):
                path = VARIABLE.sub(lambda it: "default" if it[2] == "account" else "1", rule)
                answer = Client(doors).open(path, method=method, json={"email": "b@shop.test"})
                refused += answer.status_code == 403
        assert emulator.export_state() == before
        assert refused > 60
