"""The programs in examples/ do what they say, against a served emulator."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conftest import ROOT

SHOP = """\
import       STARTED
import       IMPORTING
import       FINISHED
contact      1: shop-1
contact      2: boris@shop.example
orderCreated     S-1001: 200, applied
orderUpdated     S-1001: 200, applied
orderDelivered   S-1001: 200, applied
orderCreated     S-1002: 200, applied
orderCancelled   S-1002: 200, applied
orderCreated     S-1003: 200, ignored contact_not_found
add orders   1 saved, 1 failed
             0901: none of externalCustomerId, email and phone is filled. The order would be saved \
if externalCustomerId, email or phone were filled.
"""


def shop(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "examples/shop.py")],
        env={**os.environ, "YESPO_API_URL": url, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_shop_imports_contacts_and_takes_orders_to_their_end(client):
    ended = shop(f"{client.url}/api")
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", SHOP)
    orders = client.get("/_mock/orders")["orders"]
    assert {each["externalOrderId"]: each["status"] for each in orders} == {
        "S-1001": "DELIVERED",
        "S-1002": "CANCELLED",
        "0900": "DELIVERED",
    }


def test_the_shop_says_what_to_do_when_nothing_answers():
    ended = shop("http://127.0.0.1:1/api")
    assert ended.returncode == 1
    assert "yespo-mock serve" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_shop_shows_what_the_service_refused(client):
    ended = shop(f"{client.url}/api/v1")
    assert ended.returncode == 1
    assert "There is nothing at" in ended.stderr
