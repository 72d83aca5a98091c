"""The shop that the documents call "your code": it sends orders the way a real one would."""

from __future__ import annotations

import requests


class Shop:
    """A shop that generates events at `api_url`, which ends in `/api`."""

    def __init__(self, api_url, api_key):
        self._url = f"{api_url}/v2/event"
        self._auth = ("shop", api_key)

    def send_order(self, order_id, email="a@example.com"):
        """Sell a cup for 258."""
        cup = {
            "externalItemId": "cup",
            "name": "Cup",
            "category": "Kitchen",
            "quantity": 2,
            "cost": 129,
            "url": "https://shop.example.com/cup",
            "imageUrl": "https://shop.example.com/cup.png",
        }
        order = {
            "externalOrderId": order_id,
            "totalCost": 258,
            "status": "INITIALIZED",
            "date": "2026-01-31T12:00:00",
            "email": email,
            "items": [cup],
        }
        self.send("orderCreated", order)

    def send(self, event_type_key, order):
        event = {
            "eventTypeKey": event_type_key,
            "keyValue": order["externalOrderId"],
            "params": [{"name": name, "value": value} for name, value in order.items()],
        }
        requests.post(self._url, json=event, auth=self._auth, timeout=10).raise_for_status()


def checkout(order_id, *, api_url, api_key):
    """Sell something."""
    Shop(api_url, api_key).send_order(order_id)
