"""WIRE-11: pages of other origins may call `/api`, if their origin was named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings

SHOP = "https://shop.test"
EVENT = {"eventTypeKey": "visit", "keyValue": "1"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    settings = ServerSettings(port=0, state=None, cors_origins=(SHOP,))
    with HostedEmulator(settings) as hosted:
        yield hosted.url


def preflight(url: str, origin: str, path: str = "/api/v2/event") -> requests.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return requests.options(url + path, headers=headers, timeout=10)


def test_a_page_of_a_named_origin_may_send_events(url: str) -> None:
    asked = preflight(url, SHOP)
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == SHOP
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert asked.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    sent = requests.post(
        f"{url}/api/v2/event",
        json=EVENT,
        auth=("shop", "key"),
        headers={"Origin": SHOP},
        timeout=10,
    )
    assert sent.headers["Access-Control-Allow-Origin"] == SHOP
    assert "X-Mock-Verdict" in sent.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("origin", "path"),
    [
        ("https://other.test", "/api/v2/event"),
        ("http://shop.test", "/api/v2/event"),
        ("https://shop.test.evil.example", "/api/v2/event"),
        ("null", "/api/v2/event"),
        (SHOP, "/_mock/state"),
        (SHOP, "//_mock/state"),
    ],
)
def test_nobody_else_is_allowed(url: str, origin: str, path: str) -> None:
    asked = preflight(url, origin, path)
    assert asked.status_code >= 400
    assert not [name for name in asked.headers if name.lower().startswith("access-control")]
