"""Examples to begin from: complete order and site events, and a shop of demo data."""

from pathlib import Path
from typing import Any

from mock_server import jsonio
from mock_server.model import Document

_PACKAGE = Path(__file__).parents[1]

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


def _event(key: str, **values: Any) -> Document:
    sent = {"phone": _ORDER["phone"], **values}
    return {
        "eventTypeKey": key,
        "keyValue": _ORDER["phone"],
        "params": [{"name": name, "value": value} for name, value in sent.items()],
    }


_PRODUCT = {"productId": "200600", "price": 258, "isInStock": 1}
_CART = [{"productId": "200600", "quantity": 1, "price": 258, "currencyCode": "UAH"}]
_LOCATION = "https://shop.example.com/devices"


EXAMPLES: dict[str, Document] = {
    "orderCreated": _event("orderCreated", **{**_ORDER, "status": "INITIALIZED"}),
    "orderUpdated": _event("orderUpdated", **{**_ORDER, "status": "IN_PROGRESS"}),
    "orderDelivered": _event("orderDelivered", **{**_ORDER, "status": "DELIVERED"}),
    "orderCancelled": _event("orderCancelled", **{**_ORDER, "status": "CANCELLED"}),
    "pageViewed": _event("pageViewed", page={"location": _LOCATION}),
    "productViewed": _event("productViewed", product=_PRODUCT, currencyCode="UAH"),
    "productCategoryViewed": _event(
        "productCategoryViewed", category={"productCategoryId": "devices"}
    ),
    "cartUpdated": _event("cartUpdated", recycleStateId="cart-77", products=_CART),
    "productImpressions": _event(
        "productImpressions", recomVariantId="r12v34", products=[{"productId": "200600"}]
    ),
    "productAddedToWishlist": _event("productAddedToWishlist", product=_PRODUCT),
    "searchRequest": _event("searchRequest", search="super device", isFound=1),
}
"""An event by its event type."""


def shipped_fixtures() -> Path:
    """The folder `fixtures`: in a checkout their source, else the copy that setup.py made."""
    installed = _PACKAGE / "fixtures"
    return installed if installed.is_dir() else _PACKAGE.parent / "fixtures"


def demo_shop() -> Document:
    """The seed of a small shop, to whose contacts the examples belong."""
    seed: Document = jsonio.loads((shipped_fixtures() / "seeds" / "shop.json").read_bytes())
    return seed
