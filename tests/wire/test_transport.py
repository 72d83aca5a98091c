"""The transport: authentication, content types, methods, paths, and what is not emulated."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
import requests

from mock_server.api.unsupported import NOT_EMULATED

ROOT = Path(__file__).parents[2]
EVENT = {"eventTypeKey": "visit", "keyValue": "1"}


def _basic(credentials: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}


def _no_key(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


@pytest.mark.parametrize("credentials", ["any:key", ":key", "кирилиця:ключ", "user:with:colons"])
def test_any_user_name_with_any_key_is_let_in(client, credentials):
    """WIRE-02."""
    client.session.auth = None
    assert client.event(EVENT, headers=_basic(credentials)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        _basic("any:"),
        _basic("any:  "),
        _basic("nocolon"),
        {"Authorization": "Basic"},
        {"Authorization": "Basic ???"},
        {"Authorization": "Digest abc"},
    ],
)
def test_without_a_key_the_answer_is_401_in_json(client, headers):
    """WIRE-02: clients read the numeric `status`."""
    client.session.auth = None
    answer = client.event(EVENT, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert answer.json()["status"] == 401
    assert "password" in answer.json()["message"]
    assert client.get("/_mock/events")["total"] == 0
    (entry,) = client.get("/_mock/requests")["requests"]
    assert (entry["status"], entry["reason"], entry["eventId"]) == (401, "api_key_missing", None)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "Application/JSON;CHARSET=UTF-8"],
)
def test_json_in_any_letter_case_is_accepted(client, content_type):
    """WIRE-05."""
    headers = {"Content-Type": content_type}
    answer = client.call("POST", "/api/v2/event", json=EVENT, headers=headers)
    assert answer.status_code == 200
    assert "content_type_missing" not in answer.headers["X-Mock-Warnings"]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=windows-1251"],
)
def test_another_content_type_is_415(client, content_type):
    """WIRE-05."""
    headers = {"Content-Type": content_type}
    answer = client.call("POST", "/api/v2/event", json=EVENT, headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.text
    assert client.get("/_mock/requests")["requests"][0]["reason"] == "content_type_unsupported"
    assert client.get("/_mock/events")["total"] == 0


def test_a_missing_content_type_is_tolerated_with_a_warning(client):
    """WIRE-05."""
    answer = client.call("POST", "/api/v2/event", data=b'{"eventTypeKey":"a","keyValue":"1"}')
    assert answer.status_code == 200
    assert "content_type_missing" in answer.headers["X-Mock-Warnings"]


@pytest.mark.parametrize("path", ["/api/v1/event", "/api/v2/event/"])
def test_a_wrong_method_is_405_with_allow(client, path):
    """WIRE-05."""
    answer = client.call("GET", path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "Allowed: POST" in answer.text


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_trailing_slash_makes_no_difference(client, version):
    """WIRE-06."""
    answer = client.call("POST", f"/api/{version}/event/", json=EVENT, allow_redirects=False)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/callouts/sms"),
        ("POST", "/api/v1/shopify/token/"),
        ("PUT", "/api/v1/interactions/7/status"),
        ("GET", "/api/v2/contacts/activity?dateFrom=2026-01-01"),
    ],
)
def test_a_documented_route_that_is_not_emulated_is_501(client, method, path):
    """WIRE-08: says so, and where those that are stand, and is journaled."""
    answer = client.call(method, path)
    assert answer.status_code == 501
    assert "not emulated" in answer.text
    assert "GET /_mock/routes" in answer.text
    entry = client.get("/_mock/requests")["requests"][0]
    assert (entry["path"], entry["status"], entry["reason"]) == (
        path.rstrip("/"),
        501,
        "not_emulated",
    )


def test_what_the_page_lists_as_not_emulated_is_what_the_code_leaves_out(client):
    """WIRE-08: each method is 501; another one is 405, and says which there are."""
    page = (ROOT / "docs" / "limits.md").read_text("utf-8").split("```text\n")[1].split("```")[0]
    listed = {path: methods for *methods, path in map(str.split, page.splitlines())}
    assert {f"/api{path}": tuple(methods) for path, methods in listed.items()} == NOT_EMULATED
    for path, methods in listed.items():
        concrete = "/api" + re.sub(r"\{\w+\}", "7", path)
        for method in methods:
            assert client.call(method, concrete).status_code == 501, (method, path)
        other = client.call("PATCH", concrete)
        assert other.status_code == 405, path
        assert set(methods) <= set(other.headers["Allow"].split(", ")), path


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/account/info", None),
        ("GET", "/api/v1/contacts", None),
        ("PUT", "/api/v1/contact/1", {"firstName": "A"}),
        ("DELETE", "/api/v1/contact/1", None),
    ],
)
def test_json_goes_out_as_the_service_writes_it(client, method, path, body):
    """WIRE-04: also the bare texts of a change."""
    client.add_contact(phone="380501234567")
    answer = client.call(method, path, **({"json": body} if body else {}))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


def test_a_path_in_another_script_is_journaled_as_it_reads(client):
    client.call("GET", "/api/v2/події")
    assert client.get("/_mock/requests")["requests"][0]["path"] == "/api/v2/події"


def test_an_unknown_route_is_404_and_journaled(client):
    """WIRE-08."""
    answer = client.call("POST", "/api/v1/evnet?x=1", json=EVENT)
    assert answer.status_code == 404
    assert "POST /api/v1/event" in answer.text
    entry = client.get("/_mock/requests")["requests"][0]
    assert (entry["path"], entry["reason"]) == ("/api/v1/evnet?x=1", "route_unknown")


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_version_is_told(client, version):
    """WIRE-09."""
    told = client.get(f"/api/{version}/version")
    assert told["protocolVersion"] == "1.0"
    assert told["version"]


def test_the_account_is_told_as_set(client):
    """WIRE-09."""
    client.call("PATCH", "/_mock/settings", json={"organisation_name": "A shop"})
    told = client.get("/api/v1/account/info")
    assert told == {
        "orgId": 1,
        "userEmail": "owner@example.com",
        "organisationName": "A shop",
    }


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/", "/x", "/api", "/api/v1/event", "/api/v9/x", "//api//v1/event", "/_mock", "/%ff"]
)
def test_nothing_ever_answers_with_html(client, method, path):
    """WIRE-04."""
    answer = requests.request(method, client.url + path, timeout=10, allow_redirects=False)
    assert "html" not in answer.headers.get("Content-Type", "")
    assert "<" not in answer.text
    assert answer.status_code < 500 or answer.status_code == 501


def test_the_journal_keeps_the_newest_and_counts_what_had_to_go(client, hosted):
    from mock_server.emulator import Journal

    hosted.emulator.account().journal = Journal(limit=3)
    for _ in range(5):
        client.event(EVENT)
    page = client.get("/_mock/requests?limit=2")
    assert (page["total"], page["dropped"]) == (3, 2)
    assert [each["requestId"] for each in page["requests"]] == [5, 4]
    assert page["requests"][0]["eventId"] == 5
    client.call("DELETE", "/_mock/requests")
    assert client.get("/_mock/requests")["total"] == 0


# Header names that are not written as Each-Part-With-A-Capital.
OWN_CASE = {"ETag", "TotalCount", "WWW-Authenticate"}


@pytest.mark.parametrize(
    ("method", "path", "sent", "names"),
    [
        ("POST", "/api/v2/event", {"json": EVENT}, {"Content-Length", "X-Mock-Verdict"}),
        ("POST", "/api/v2/event", {"json": EVENT, "auth": _no_key}, {"WWW-Authenticate"}),
        ("GET", "/api/v2/event", {}, {"Allow", "Content-Type"}),
        ("POST", "/api/v2/event", {"data": bytes(11_000_000)}, {"Content-Length", "Connection"}),
        ("GET", "/api/v1/contacts", {}, {"TotalCount", "Content-Length"}),
        ("HEAD", "/api/v1/contacts", {}, {"TotalCount", "Content-Length"}),
        ("GET", "/api/v1/nothing", {}, {"Content-Type", "Content-Length"}),
        ("GET", "/_mock/export?format=ndjson", {"stream": True}, {"Content-Type"}),
        ("GET", "/_mock/metrics", {}, {"Content-Type"}),
        ("GET", "/_mock/ui/", {}, {"Content-Security-Policy", "X-Content-Type-Options"}),
    ],
)
def test_header_names_keep_their_letter_case(client, method, path, sent, names):
    """WIRE-01: the vendor's PHP and Java clients look some of them up letter by letter."""
    answer = client.call(method, path, **sent)
    seen = {*answer.raw.headers}
    assert names | {"Date"} <= seen, seen
    for name in seen - OWN_CASE:
        assert name == "-".join(part.capitalize() for part in name.split("-"))
