"""The set-up of a shop: domains, tokens, promo codes; bad input and restart (SITE, PRO)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from mock_server import MockServer

A = "/api/v1"


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as mock:
        yield mock


@pytest.fixture
def mock(server: MockServer) -> MockServer:
    server.reset()
    return server


def call(mock: MockServer, method: str, path: str, body: Any = None) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        session.auth = ("shop", mock.api_key)
        return session.request(method, mock.url + A + path, json=body, timeout=20)


@pytest.mark.parametrize(
    ("domain", "status"),
    [
        ("shop.example", 201),
        ("http://Shop.Example/", 201),
        ("localhost:8080", 201),
        ("магазин.укр", 201),
        ("my shop", 400),
        ("shop.example/path", 400),
        ("-shop.example", 400),
        ("127.0.0.1", 400),
        ("a" * 64 + ".example", 400),
        (" ", 400),
        (5, 400),
        (["shop.example"], 400),
    ],
)
def test_a_domain_is_a_host_name(mock: MockServer, domain: Any, status: int) -> None:
    """SITE-01."""
    assert call(mock, "POST", "/site/domains", {"domain": domain}).status_code == status
    assert len(call(mock, "GET", "/site/domains").json()) == (status == 201)


def test_a_domain_that_many_add_at_once_is_added_once(mock: MockServer) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(
            lambda _: call(mock, "POST", "/site/domains", {"domain": "shop.example"}), range(16)
        )
    assert sorted(each.status_code for each in answers) == [201, *[400] * 15]


def test_tokens_are_added_to_the_contacts_they_name(mock: MockServer) -> None:
    """SITE-04: by contactId, externalCustomerId, phone or email; a new contact is made."""
    mock.add_contact(externalCustomerId="7", email="seven@shop.example")
    tokens = [
        {"token": "t1", "email": "seven@shop.example"},
        {"token": "t2", "externalCustomerId": "7", "email": "other@shop.example"},
        {"token": "t3", "contactId": 1},
        {"token": "t4", "externalCustomerId": "8", "phone": "380501234567"},
        {"token": "t1", "phone": "380509999999"},
    ]
    answer = call(mock, "POST", "/apps/shop/tokens", {"tokens": tokens})
    assert answer.text == "Tokens added to application shop: 4"
    assert [call(mock, "GET", f"/contact/token/shop/t{n}/contactId").json()["id"] for n in (1, 4)]
    channels = [each["value"] for each in mock.contact("7")["channels"]]
    assert channels == ["seven@shop.example", "t1", "t2", "t3"]
    assert mock.contact("8")["channels"] == [
        {"type": "sms", "value": "380501234567"},
        {"type": "mobilepush", "value": "t4"},
    ]


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/apps/shop/tokens", {}, 400, "tokens is missing"),
        ("/apps/shop/tokens", {"tokens": [{"email": "a@b.c"}]}, 400, "Token must be specified"),
        ("/apps/shop/tokens", {"tokens": [{"token": "x"}]}, 400, "tokens[0] names no contact."),
        ("/apps/shop/token/mute", {}, 400, "Token must be specified"),
        ("/apps/shop/token/mute", {"token": "t1", "duration": 0}, 400, "Duration must be positive"),
        ("/apps/shop/token/mute", {"token": "t1", "duration": 1.5}, 400, "Duration must be"),
        ("/apps/shop/token/unmute", {"token": "x"}, 404, "Token x… not found in shop"),
        ("/apps/other/token/unmute", {"token": "t1"}, 404, "Application other not found."),
    ],
)
def test_what_is_wrong_with_a_token_is_said(
    mock: MockServer, path: str, body: Any, status: int, said: str
) -> None:
    token = {"token": "t1", "email": "a@b.c"}
    assert call(mock, "POST", "/apps/shop/tokens", {"tokens": token}).status_code == 200
    answer = call(mock, "POST", path, body)
    assert (answer.status_code, answer.text.startswith(said)) == (status, True), answer.text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "promocodes: must be filled"),
        ({"promocodes": []}, "promocodes must be filled"),
        ({"promocodes": "A"}, "promocodes is text"),
        ({"promocodes": ["A"], "discount": "a lot"}, "discount: must be a whole number"),
        ({"promocodes": ["A"], "expirationDate": "tomorrow"}, "expirationDate: must be a date"),
        ({"promocodes": ["A"] * 10_001}, "promocodes has 10,001 elements"),
    ],
)
def test_what_is_wrong_with_promo_codes_is_said(mock: MockServer, body: Any, said: str) -> None:
    answer = call(mock, "POST", "/promocodes", body)
    assert (answer.status_code, answer.text.startswith(said)) == (400, True), answer.text
    assert call(mock, "GET", "/promocodes/count").json() == 0


def test_a_code_expires_with_the_clock_and_is_changed_by_sending_it_again(
    mock: MockServer,
) -> None:
    """PRO-01."""
    mock.freeze("2026-05-01T12:00:00")
    call(mock, "POST", "/promocodes", {"promocodes": ["A"], "expirationDate": "2026-05-01"})
    call(mock, "POST", "/promocodes?type=sale", {"promocodes": ["B"], "discount": 5})
    assert call(mock, "GET", "/promocodes?activeDueDays=1").json()[0]["code"] == "A"
    assert call(mock, "GET", "/promocodes/count?type=sale&discount=5").json() == 1
    mock.freeze("2026-05-02T00:00:00")
    assert [each["code"] for each in call(mock, "GET", "/promocodes").json()] == ["B"]
    call(mock, "POST", "/promocodes", {"promocodes": ["B"], "inUse": True})
    assert call(mock, "GET", "/promocodes").json() == []
    assert call(mock, "GET", "/promocodes?inUse=true").json() == [
        {"code": "B", "inUse": True, "type": "sale", "discount": 5}
    ]


def test_all_of_it_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with MockServer(state=state) as mock:
        call(mock, "POST", "/site/domains", {"domain": "shop.example"})
        call(mock, "POST", "/site/webpush/domains", {"domain": "shop.example"})
        token = {"token": "t1", "email": "a@b.c"}
        call(mock, "POST", "/apps/shop/tokens", {"tokens": [token]})
        call(mock, "POST", "/promocodes", {"promocodes": ["A"]})
    with MockServer(state=state) as mock:
        assert call(mock, "POST", "/site/domains", {"domain": "b.example"}).json()["siteId"] == 2
        assert "yespo-mock" in call(mock, "GET", "/site/webpush/script").text
        assert call(mock, "GET", "/contact/token/activated/shop/t1").json() == {"active": True}
        assert call(mock, "GET", "/promocodes/count").json() == 1


@pytest.mark.parametrize(
    "host", ["tracker.yespo.io", "events.yespo.io:443", "Tracker.eSputnik.com"]
)
def test_web_tracking_is_known_by_name(mock: MockServer, host: str) -> None:
    """SITE-05."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{mock.url}/collect", headers={"Host": host}, timeout=10)
    assert answer.status_code == 501
    assert "another protocol, which is not emulated" in answer.text
