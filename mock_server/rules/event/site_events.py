"""SIT-01 to SIT-03: the seven site events, always recorded, with warnings of what is missing."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from mock_server import jsonio
from mock_server.names import folded
from mock_server.rules import mending
from mock_server.rules.order.shop_values import CURRENCIES
from mock_server.rules.trace import Trace
from mock_server.rules.values import filled, json_type, show

REQUIRED: dict[str, tuple[str, ...]] = {
    "pageViewed": ("page.location",),
    "productViewed": ("product.productId", "product.price"),
    "productCategoryViewed": ("category.productCategoryId",),
    "cartUpdated": (
        "recycleStateId",
        "products[].productId",
        "products[].quantity",
        "products[].price",
    ),
    "productImpressions": ("recomVariantId", "products[].productId"),
    "productAddedToWishlist": ("product.productId", "product.price"),
    "searchRequest": ("search",),
}
"""The requirements of the seven: parameters, fields of objects and of listed objects."""

MAY_BE_EMPTY = frozenset(("cartUpdated",))
"""The types whose list may be missing or empty: a cart may be."""

_BY_FOLDED_KEY = {folded(key): key for key in REQUIRED}
_VARIANT = re.compile(r"r[0-9]+v[0-9]+")
_FLAGS = ("isInStock", "isFound")
_TOLD = 20

_Fault = tuple[str, str, dict[str, Any]]
"""A finding, the path that is at fault, and what is said of it."""


def site_event_meant(key: str) -> str | None:
    """Return the site event that a key is, or almost is; or None (SIT-03)."""
    return _BY_FOLDED_KEY.get(folded(key))


def check_site_event(key: str, params: dict[str, Any], trace: Trace) -> None:
    """Warn of what a site event lacks, or of a type that is almost one; others are let through."""
    if key not in REQUIRED:
        meant = site_event_meant(key)
        if meant is not None:
            mend = mending.set_field("eventTypeKey", meant)
            trace.say("SIT-03/almost", mend=mend, key=show(key), meant=meant)
        return
    faults = list(islice(_faults(key, params), _TOLD))
    for finding, path, args in faults:
        trace.say(finding, path, **args)
    if not faults:
        trace.say("SIT-01/complete", key=key)


def _faults(key: str, params: dict[str, Any]) -> Iterator[_Fault]:
    inside: dict[str, list[str]] = {}
    for path in REQUIRED[key]:
        name, _, field = path.partition(".")
        if field:
            inside.setdefault(name, []).append(field)
        elif not filled(params.get(name)):
            yield _missing(key, name)
    for name, wanted in inside.items():
        if name.endswith("[]"):
            yield from _faults_of_list(key, name.removesuffix("[]"), wanted, params)
        else:
            yield from _faults_of_object(key, name, wanted, params.get(name))
    yield from _odd_values(params, "")


def _faults_of_object(key: str, path: str, wanted: list[str], value: Any) -> Iterator[_Fault]:
    """The fields that an object lacks; text is read as the JSON it holds (SIT-02)."""
    if not filled(value):
        yield _missing(key, path)
        return
    read, fault = _read(value, path)
    if fault is not None:
        yield fault
    elif not isinstance(read, dict):
        yield "SIT-01/not_an_object", path, {"type": json_type(read)}
    else:
        for field in wanted:
            if not filled(read.get(field)):
                yield _missing(key, f"{path}.{field}")
        yield from _odd_values(read, f"{path}.")


def _faults_of_list(
    key: str, name: str, wanted: list[str], params: dict[str, Any]
) -> Iterator[_Fault]:
    value = params.get(name)
    if not filled(value):
        if key not in MAY_BE_EMPTY:
            yield _missing(key, name)
        return
    read, fault = _read(value, name)
    if fault is not None:
        yield fault
    elif not isinstance(read, list):
        yield "SIT-01/not_an_array", name, {"type": json_type(read)}
    elif not read and key not in MAY_BE_EMPTY:
        yield "SIT-01/empty", name, {}
    else:
        for index, each in enumerate(read):
            yield from _faults_of_object(key, f"{name}[{index}]", wanted, each)


def _read(value: Any, path: str) -> tuple[Any, _Fault | None]:
    """SIT-02: text as what it holds."""
    if not isinstance(value, str):
        return value, None
    try:
        return jsonio.loads(value.encode()), None
    except jsonio.MalformedJson:
        return None, ("SIT-02/not_json", path, {})


def _odd_values(values: dict[str, Any], prefix: str) -> Iterator[_Fault]:
    currency = values.get("currencyCode")
    if filled(currency) and not (isinstance(currency, str) and currency in CURRENCIES):
        yield "SIT-01/currency", f"{prefix}currencyCode", {"value": show(currency)}
    for name in _FLAGS:
        if filled(values.get(name)) and str(values[name]) not in ("0", "1"):
            yield "SIT-01/flag", f"{prefix}{name}", {"value": show(values[name])}
    variant = values.get("recomVariantId")
    if filled(variant) and not (isinstance(variant, str) and _VARIANT.fullmatch(variant)):
        yield "SIT-01/variant", f"{prefix}recomVariantId", {"value": show(variant)}


def _missing(key: str, path: str) -> _Fault:
    return "SIT-01/missing", path, {"key": key}
