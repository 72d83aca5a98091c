"""The four order events with every parameter they need, to begin from."""

from __future__ import annotations

from mock_server.model import Document

_ITEM = {
    "externalItemId": "200600",
    "name": "Super Device",
    "category": "devices",
    "quantity": 1,
    "cost": 258,
    "url": "https://shop.example.com/200600",
    "imageUrl": "https://shop.example.com/200600.png",
}
_ORDER = {
    "phone": "380501234567",
    "externalOrderId": "12345679",
    "externalCustomerId": "AV13760",
    "totalCost": 258,
    "status": "INITIALIZED",
    "date": "2026-11-20T10:11:00",
    "currency": "UAH",
    "items": [_ITEM],
}


def _event(key: str, status: str) -> Document:
    values = {**_ORDER, "status": status}
    return {
        "eventTypeKey": key,
        "keyValue": _ORDER["phone"],
        "params": [{"name": name, "value": value} for name, value in values.items()],
    }


EXAMPLES: dict[str, Document] = {
    "orderCreated": _event("orderCreated", "INITIALIZED"),
    "orderUpdated": _event("orderUpdated", "IN_PROGRESS"),
    "orderDelivered": _event("orderDelivered", "DELIVERED"),
    "orderCancelled": _event("orderCancelled", "CANCELLED"),
}
"""An event by its event type."""
