"""A small shop: it imports its customers, then places, updates, delivers and cancels orders.

It is written against the real service and needs no change but the base URL: `YESPO_API_URL`
(default: the emulator on this machine) and `YESPO_API_KEY`. What it prints is what the service
has answered, and for the emulator also what became of each order event.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import requests

URL = os.environ.get("YESPO_API_URL", "http://127.0.0.1:9380/api").rstrip("/")
KEY = os.environ.get("YESPO_API_KEY", "any key")

CUSTOMERS: list[dict[str, Any]] = [
    {
        "firstName": "First",
        "externalCustomerId": "shop-1",
        "channels": [
            {"type": "email", "value": "anna@shop.example"},
            {"type": "sms", "value": "380671230001"},
        ],
    },
    {"firstName": "Second", "channels": {"type": "email", "value": "boris@shop.example"}},
]

KETTLE = {
    "externalItemId": "200601",
    "name": "Kettle",
    "category": "kitchen",
    "quantity": 1,
    "cost": 1250.5,
    "url": "https://shop.example.com/200601",
    "imageUrl": "https://shop.example.com/200601.png",
}


class Shop:
    """A shop that tells the marketing platform what happens in it."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.auth = ("shop", key)

    def _call(self, method: str, path: str, body: Any = None) -> requests.Response:
        answer = self._session.request(method, f"{self._url}{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer

    def import_customers(self, customers: list[dict[str, Any]]) -> None:
        """Bring the customers over: the service drops orders of contacts it does not know."""
        body = {"contacts": customers, "dedupeOn": "email", "groupNames": ["Customers"]}
        session = self._call("POST", "/v1/contacts", body).json()
        for failed in session["failedContacts"]:
            print(f"import       failed: {failed['error']}")
        status: dict[str, Any] = {"status": ""}
        while status["status"] not in ("FINISHED", "ERROR"):
            status = self._call("GET", f"/v1/importstatus/{session['asyncSessionId']}").json()
            print(f"import       {status['status']}")
        for each in status["mapping"]:
            print(f"contact      {each['contactId']}: {each['dedupeValue']}")

    def send(self, event_type_key: str, email: str, **params: Any) -> None:
        """Generate an event about an order."""
        event = {
            "eventTypeKey": event_type_key,
            "keyValue": email,
            "params": [
                {"name": name, "value": value} for name, value in {"email": email, **params}.items()
            ],
        }
        answer = self._call("POST", "/v2/event", event)
        verdict = answer.headers.get("X-Mock-Verdict", "accepted")
        reasons = answer.headers.get("X-Mock-Reasons", "")
        told = f"{verdict} {reasons}".strip()
        print(f"{event_type_key:16} {params['externalOrderId']}: {answer.status_code}, {told}")

    def add_orders(self, orders: list[dict[str, Any]]) -> None:
        """Send orders of the past in one request."""
        failed = self._call("POST", "/v1/orders", {"orders": orders}).json()["failedOrders"]
        print(f"add orders   {len(orders) - len(failed)} saved, {len(failed)} failed")
        for each in failed:
            print(f"             {each['order']['externalOrderId']}: {each['error']}")


def main() -> None:
    """A day in the shop."""
    shop = Shop(URL, KEY)
    shop.import_customers(CUSTOMERS)

    order = {
        "externalOrderId": "S-1001",
        "totalCost": 1250.5,
        "status": "INITIALIZED",
        "date": "2026-01-15T10:30:00",
        "currency": "UAH",
        "items": [KETTLE],
    }
    shop.send("orderCreated", "anna@shop.example", **order)
    shop.send("orderUpdated", "anna@shop.example", externalOrderId="S-1001", status="IN_PROGRESS")
    shop.send("orderDelivered", "anna@shop.example", externalOrderId="S-1001")

    shop.send("orderCreated", "boris@shop.example", **{**order, "externalOrderId": "S-1002"})
    shop.send("orderCancelled", "boris@shop.example", externalOrderId="S-1002")

    # Nobody has imported this one: the service answers 200 and drops the order.
    shop.send("orderCreated", "stranger@example.com", **{**order, "externalOrderId": "S-1003"})

    old = {
        **order,
        "externalOrderId": "0900",
        "email": "anna@shop.example",
        "status": "DELIVERED",
    }
    nameless = {**order, "externalOrderId": "0901"}
    shop.add_orders([old, nameless])


if __name__ == "__main__":
    try:
        main()
    except requests.ConnectionError:
        sys.exit(f"shop: nothing answers at {URL}. Start the emulator: yespo-mock serve")
    except requests.HTTPError as error:
        sys.exit(f"shop: {error}: {error.response.text}")
