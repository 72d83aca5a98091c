"""ITM-01 to ITM-07: the items of an order."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from mock_server import jsonio
from mock_server.model import Document, Step
from mock_server.rules.trace import Trace
from mock_server.rules.values import as_number, filled_in, json_type, show

REQUIRED = ("externalItemId", "name", "quantity", "cost", "url", "imageUrl")
BULK_REQUIRED = ("externalItemId", "quantity")
ITEM_FIELDS = frozenset((*REQUIRED, "category", "description"))
_NESTED = frozenset((list, dict))

Line = tuple[str, Document, Document]
"""An item: its path such as `items[0]`, the item as sent, and its filled fields."""

_NO_ITEMS = Step("ITM-01", "noted", "there are no items: they are optional", "items")
_COMPLETE: dict[tuple[str, ...], Step] = {
    names: Step(rule, "passed", f"each item has {', '.join(names)}", "items")
    for rule, names in (("ITM-02", REQUIRED), ("BLK-02", BULK_REQUIRED))
}
_CATEGORIZED = Step("ITM-03", "passed", "each item has a category", "items")
_FLAT = Step("ITM-04", "passed", "no item holds an array or object", "items")
_ABSOLUTE = Step("ITM-07", "passed", "each url and imageUrl is an absolute address", "items")
_ADDRESSES = ("url", "imageUrl")
_ADDRESS = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_INDEX = re.compile(r"[0-9]+")
_NUMBERS = Step("ITM-05", "passed", "each quantity is above zero, no cost is negative", "items")


def check_items(
    value: Any, trace: Trace, required: tuple[str, ...] = REQUIRED
) -> list[Document] | None:
    """The items as they are to be stored, or None when they cannot be read.

    `value` is the parameter as sent, None when it is not filled. `required` is `REQUIRED` for an
    event's items, `BULK_REQUIRED` for those of Add orders (BLK-02), which need no category either.
    What fails is in the trace.
    """
    if value is None:
        trace.add(_NO_ITEMS)
        return None
    items = _as_list(value, trace)
    if items is None:
        return None
    if not items:
        trace.warned("ITM-06", "items_empty", "items is an empty array", "items")
        return []
    trace.add(_counted(len(items)))
    lines = _lines(items, required, trace)
    _check_required(lines, required, len(lines) == len(items), trace)
    if required is REQUIRED:
        _check_categories(lines, trace)
        _check_addresses(lines, trace)
    _check_numbers(lines, trace)
    return _with_nested_serialized(lines, trace)


@lru_cache(maxsize=128)
def _counted(count: int) -> Step:
    return Step("ITM-01", "passed", f"items is an array of {count}", "items")


def _as_list(value: Any, trace: Trace) -> list[Any] | None:
    """ITM-01."""
    if isinstance(value, str):
        try:
            value = jsonio.loads(value.encode())
        except jsonio.MalformedJson as error:
            trace.failed(
                "ITM-01",
                "items_not_json",
                f"items is text that is not JSON: {error}",
                "items",
                "items were a JSON array, or text that holds one",
            )
            return None
        trace.noted("ITM-01", f"items is text that holds JSON: {json_type(value)}", "items")
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and value and all(map(_INDEX.fullmatch, value)):
        # What PHP makes of a list in which an element was unset.
        trace.failed(
            "ITM-01",
            "items_not_a_list",
            "items is an object with the keys 0, 1, …, as PHP sends a list with gaps; not an array",
            "items",
            "items were an array (in PHP: array_values)",
        )
        return None
    trace.failed(
        "ITM-01",
        "items_not_a_list",
        f"items is {json_type(value)}, not an array",
        "items",
        "items were an array",
    )
    return None


def _lines(items: list[Any], required: tuple[str, ...], trace: Trace) -> list[Line]:
    """ITM-02: the items that are objects; what else is there fails."""
    lines: list[Line] = []
    for index, item in enumerate(items):
        path = f"items[{index}]"
        if isinstance(item, dict):
            lines.append((path, item, filled_in(item)))
            continue
        trace.failed(
            "ITM-02",
            "item_not_an_object",
            f"{path} is {json_type(item)}, not an object",
            path,
            f"{path} were an object with {', '.join(required)}",
        )
    return lines


def _check_required(
    lines: list[Line], required: tuple[str, ...], all_objects: bool, trace: Trace
) -> None:
    """ITM-02, or BLK-02 for the items of Add orders."""
    complete = all_objects
    wanted = frozenset(required)
    for path, item, given in lines:
        if not given.keys() >= wanted:
            complete = False
            for name in required:
                if name not in given:
                    _fail_missing(path, name, item, given, trace)
    if complete:
        trace.add(_COMPLETE[required])


def _fail_missing(path: str, name: str, item: Document, given: Document, trace: Trace) -> None:
    seen = "is not filled" if name in item else "is missing"
    near = _near_name(name, given)
    fix = f"{path}.{name} were filled" if near is None else f"{path}.{near} were named {name}"
    trace.failed("ITM-02", "item_required_missing", f"{path}.{name} {seen}", f"{path}.{name}", fix)
    if near is not None:
        trace.noted("ITM-02", f"near miss: {path}.{near} → did you mean {name}?", f"{path}.{near}")


def _near_name(wanted: str, given: Document) -> str | None:
    """The filled field as which the wanted one was probably sent (as ORD-02 for parameters)."""
    unknown = {
        name.replace("_", "").replace("-", "").lower(): name
        for name in given
        if name not in ITEM_FIELDS
    }
    close = get_close_matches(wanted.lower(), unknown, n=1, cutoff=0.8)
    return unknown[close[0]] if close else None


def _check_categories(lines: list[Line], trace: Trace) -> None:
    """ITM-03."""
    lacking = [path for path, _, given in lines if "category" not in given]
    if lines and not lacking:
        trace.add(_CATEGORIZED)
    for path in lacking:
        trace.warned(
            "ITM-03",
            "item_category_missing",
            f"{path}.category is not filled; a newer page of the guide requires it",
            f"{path}.category",
        )


def _check_addresses(lines: list[Line], trace: Trace) -> None:
    """ITM-07, for what is filled."""
    sound = bool(lines)
    for path, _, given in lines:
        for name in _ADDRESSES:
            if name in given and _ADDRESS.match(str(given[name])) is None:
                sound = False
                trace.warned(
                    "ITM-07",
                    "item_url_not_absolute",
                    f"{path}.{name} {show(given[name])} is no absolute http(s) address:"
                    " a message will show it as it is",
                    f"{path}.{name}",
                )
    if sound:
        trace.add(_ABSOLUTE)


def _check_numbers(lines: list[Line], trace: Trace) -> None:
    """ITM-05, for what is filled."""
    sound = bool(lines)
    for path, _, given in lines:
        if "quantity" in given:
            number = as_number(given["quantity"])
            if number is None or number <= 0:
                sound = _invalid(path, "quantity", given, "a number above zero", trace)
        if "cost" in given:
            number = as_number(given["cost"])
            if number is None or number < 0:
                sound = _invalid(path, "cost", given, "a number of zero or more", trace)
    if sound:
        trace.add(_NUMBERS)


def _invalid(path: str, name: str, given: Document, wanted: str, trace: Trace) -> bool:
    trace.failed(
        "ITM-05",
        "item_value_invalid",
        f"{path}.{name} {show(given[name])} is not {wanted}",
        f"{path}.{name}",
        f"{path}.{name} were {wanted}",
    )
    return False


def _with_nested_serialized(lines: list[Line], trace: Trace) -> list[Document]:
    """ITM-04: arrays and objects inside an item become JSON text."""
    kept: list[Document] = []
    flat = bool(lines)
    for path, item, _ in lines:
        if _NESTED.isdisjoint(map(type, item.values())):
            kept.append(item)
            continue
        flat = False
        nested = [name for name, value in item.items() if type(value) in _NESTED]
        kept.append({**item, **{name: jsonio.text_of(item[name]) for name in nested}})
        for name in nested:
            trace.warned(
                "ITM-04",
                "item_nested_value_serialized",
                f"{path}.{name} is {json_type(item[name])}: it is kept as its JSON text",
                f"{path}.{name}",
            )
    if flat:
        trace.add(_FLAT)
    return kept
