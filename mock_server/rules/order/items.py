"""ITM-01 to ITM-07: the items of an order."""

import re
from contextlib import suppress
from functools import lru_cache
from html import unescape
from typing import Any

from mock_server import jsonio
from mock_server.ledger.findings import way_out_of
from mock_server.model import Document
from mock_server.names import near
from mock_server.rules import mending
from mock_server.rules.order.fields import note_readings
from mock_server.rules.order.shop_values import amounts_meant
from mock_server.rules.outcome import Step
from mock_server.rules.suspicious import OF_ITEMS, check_values, may_be_suspicious
from mock_server.rules.trace import Trace
from mock_server.rules.values import as_number, filled_in, json_type, show

REQUIRED = ("externalItemId", "name", "quantity", "cost", "url", "imageUrl")
BULK_REQUIRED = ("externalItemId", "quantity")
ITEM_FIELDS = frozenset((*REQUIRED, "category", "description"))
_NESTED = frozenset((list, dict))

Line = tuple[str, Document, Document]
"""An item: its path such as `items[0]`, the item as sent, and its filled fields."""

_NO_ITEMS = Step("ITM-01/none")
_COMPLETE: dict[tuple[str, ...], Step] = {
    REQUIRED: Step("ITM-02/complete"),
    BULK_REQUIRED: Step("BLK-02/items_complete", "items"),
}
_CATEGORIZED = Step("ITM-03/categorized")
_FLAT = Step("ITM-04/flat")
_ABSOLUTE = Step("ITM-07/absolute")
_ADDRESSES = ("url", "imageUrl")
_ADDRESS = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_HOST_ALONE = re.compile(r"(?://)?((?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?)$", re.IGNORECASE)
_INDEX = re.compile(r"[0-9]+")
_NUMBERS = Step("ITM-05/numbers")


def check_items(
    value: Any, trace: Trace, required: tuple[str, ...] = REQUIRED
) -> list[Document] | None:
    """The items to store, or None; `required` are `REQUIRED`, or `BULK_REQUIRED` (BLK-02)."""
    if value is None:
        trace.add(_NO_ITEMS)
        return None
    items = _as_list(value, trace)
    if items is None:
        return None
    if not items:
        trace.say("ITM-06/empty")
        return []
    trace.add(_counted(len(items)))
    lines = _lines(items, required, trace)
    _check_required(lines, required, len(lines) == len(items), trace)
    if required is REQUIRED:
        _check_categories(lines, trace)
        _check_addresses(lines, trace)
    _check_numbers(lines, trace)
    for path, _, given in lines:
        if may_be_suspicious(given.values()):
            check_values(given, OF_ITEMS, trace, f"{path}.")
    return _with_nested_serialized(lines, trace)


@lru_cache(maxsize=128)
def _counted(count: int) -> Step:
    return Step("ITM-01/counted", args={"count": count})


def _as_list(value: Any, trace: Trace) -> list[Any] | None:
    """ITM-01."""
    if isinstance(value, str):
        try:
            value = jsonio.loads(value.encode())
        except jsonio.MalformedJson as error:
            inner = _json_meant(value)
            mend = None if inner is None else mending.set_to("items", inner)
            trace.say("ITM-01/not_json", mend=mend, error=str(error))
            return None
        trace.say("ITM-01/text", type=json_type(value))
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and value and all(map(_INDEX.fullmatch, value)):
        # What PHP makes of a list in which an element was unset.
        trace.say("ITM-01/list_with_gaps", mend=mending.set_to("items", [*value.values()]))
        return None
    is_item = isinstance(value, dict) and not ITEM_FIELDS.isdisjoint(value)
    mend = mending.set_to("items", [value]) if is_item else None
    trace.say("ITM-01/not_an_array", mend=mend, type=json_type(value))
    return None


def _lines(items: list[Any], required: tuple[str, ...], trace: Trace) -> list[Line]:
    """ITM-02: the items that are objects; what else is there fails."""
    lines: list[Line] = []
    for index, item in enumerate(items):
        path = f"items[{index}]"
        if isinstance(item, dict):
            lines.append((path, item, filled_in(item)))
            continue
        inner = _json_meant(item) if isinstance(item, str) else None
        mend = mending.set_to(path, inner) if isinstance(inner, dict) else None
        fields = ", ".join(required)
        trace.say("ITM-02/not_an_object", path, mend=mend, type=json_type(item), fields=fields)
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
    sent = near(name, [each for each in given if each not in ITEM_FIELDS])
    finding = "ITM-02/not_filled" if name in item else "ITM-02/missing"
    if sent is None:
        trace.say(finding, f"{path}.{name}", mend=mending.AskShop(f"{path}.{name}"))
        return
    at, args = f"{path}.{sent}", dict[str, Any](name=name)
    fix, mend = way_out_of("ITM-02/near", at, args), mending.rename(at, name)
    trace.say(finding, f"{path}.{name}", fix=fix, mend=mend)
    trace.say("ITM-02/near", at, **args)


def _check_categories(lines: list[Line], trace: Trace) -> None:
    """ITM-03."""
    lacking = [path for path, _, given in lines if "category" not in given]
    if lines and not lacking:
        trace.add(_CATEGORIZED)
    for path in lacking:
        trace.say("ITM-03/no_category", f"{path}.category")


def _check_addresses(lines: list[Line], trace: Trace) -> None:
    """ITM-07, for what is filled."""
    sound = bool(lines)
    for path, _, given in lines:
        for name in _ADDRESSES:
            if name in given and _ADDRESS.match(str(given[name])) is None:
                sound = False
                at, host = f"{path}.{name}", _HOST_ALONE.match(str(given[name]))
                mend = mending.set_to(at, f"https://{host[1]}") if host else None
                trace.say("ITM-07/not_absolute", at, mend=mend, value=show(given[name]))
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
    at, value = f"{path}.{name}", given[name]
    readings = amounts_meant(value)
    amounts = [amount for each in readings if (amount := as_number(each)) is not None]
    if not all(each > 0 if name == "quantity" else each >= 0 for each in amounts):
        readings = []
    mend = mending.propose_only(at, readings)
    trace.say("ITM-05/invalid", at, mend=mend, value=show(value), wanted=wanted)
    note_readings(at, value, readings, trace)
    return False


def _json_meant(text: str) -> Any:
    for candidate in (unescape(text), text.replace('\\"', '"')):
        with suppress(jsonio.MalformedJson):
            read = jsonio.loads(candidate.encode("utf-8", "surrogatepass"))
            if isinstance(read, (list, dict)):
                return read
    return None


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
            trace.say("ITM-04/nested", f"{path}.{name}", type=json_type(item[name]))
    if flat:
        trace.add(_FLAT)
    return kept
