"""JSON Schemas (2020-12) of order and site events, which never refuse what rules accept."""

from typing import Any

from mock_server.emulator.errors import NotFoundError
from mock_server.ledger.catalogue import RULES
from mock_server.model import ORDER_MAKING, ORDER_STATUSES, Document
from mock_server.names import near
from mock_server.rules.event.event_types import ORDER_EVENTS
from mock_server.rules.event.params import MAX_PARAM_NAME
from mock_server.rules.event.schema import MAX_KEY_VALUE
from mock_server.rules.event.site_events import MAY_BE_EMPTY, REQUIRED
from mock_server.rules.order.fields import CONTACT_FIELDS, KNOWN_FIELDS
from mock_server.rules.order.fields import REQUIRED as REQUIRED_OF_ORDER
from mock_server.rules.order.items import REQUIRED as REQUIRED_OF_ITEM
from mock_server.rules.order.shop_values import SUPPORTED_CURRENCIES

SCHEMA_TYPES = (*ORDER_EVENTS, *REQUIRED)
"""The event types that have a schema."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILLED: Document = {
    "type": ["string", "number", "boolean", "object", "array"],
    "pattern": r"\S",
    "patternErrorMessage": "This must be filled.",
}
"""A value that is there. Only editors know `errorMessage` and `patternErrorMessage`."""
_NUMERIC = r"^\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?\s*$"
_NUMBER: Document = {
    "type": ["number", "string"],
    "pattern": _NUMERIC,
    "patternErrorMessage": 'This must be a number, as in 258.50 or "258.50".',
}
_DATE: Document = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}",
    "patternErrorMessage": "This must be a date and a time, as in 2026-11-20T10:11:00.",
}


def event_schema(event_type_key: str) -> Document:
    """The schema of the bodies of one type. Raises `NotFoundError` for a type that has none."""
    if event_type_key not in SCHEMA_TYPES:
        close = near(event_type_key, SCHEMA_TYPES)
        meant = f"Did you mean {close}? " if close else ""
        raise NotFoundError(
            f"There is no schema of {event_type_key}. {meant}There are: {', '.join(SCHEMA_TYPES)}.",
            "schema_not_found",
        )
    if event_type_key in ORDER_EVENTS:
        names, params = sorted(KNOWN_FIELDS), _order_params(event_type_key)
        rules = "ORD, ITM"
    else:
        wanted = REQUIRED[event_type_key]
        heads = dict.fromkeys(each.partition(".")[0].removesuffix("[]") for each in wanted)
        names, params = [*heads, *CONTACT_FIELDS], _site_params(event_type_key, wanted)
        rules = "SIT"
    return {
        "$schema": _DIALECT,
        "title": event_type_key,
        "description": (
            f"The body of Generate event for {event_type_key} (v2). Rules: ENV, {rules} in"
            " docs/rules.md."
        ),
        "type": "object",
        "required": ["eventTypeKey", "params"],
        "properties": {
            "eventTypeKey": {"const": event_type_key, "description": _said("ENV-15")},
            "keyValue": {
                "type": ["string", "number", "null"],
                "maxLength": MAX_KEY_VALUE,
                "description": _said("ENV-04", "IDN-10"),
            },
            "params": {**_all_params(names), **params},
        },
    }


def _all_params(names: list[str]) -> Document:
    name: Document = {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_PARAM_NAME,
        "anyOf": [{"enum": names}, True],
        "description": _said("ENV-08", "ORD-02"),
    }
    return {
        "type": "array",
        "description": _said("ENV-07", "ENV-09"),
        "items": {
            "type": "object",
            "required": ["name", "value"],
            "properties": {"name": name, "value": True},
        },
    }


def _order_params(key: str) -> Document:
    required = REQUIRED_OF_ORDER if key == "orderCreated" else ("externalOrderId",)
    present = [_has((name,), _said("ORD-01", "ORD-14")) for name in required]
    if key == "orderCreated":
        present.append(_has(CONTACT_FIELDS, _said("ORD-01")))
    if key not in ORDER_MAKING:
        return {"allOf": present}
    values: dict[str, Document] = {
        "externalOrderId": {"type": ["string", "number"], "description": _said("ORD-06")},
        "status": {"enum": list(ORDER_STATUSES), "description": _said("ORD-03")},
        "date": {**_DATE, "description": _said("ORD-04")},
        "totalCost": {**_NUMBER, "description": _said("ORD-05")},
        "currency": {
            "anyOf": [{"enum": sorted(SUPPORTED_CURRENCIES)}, True],
            "description": _said("ORD-07"),
        },
        "items": {**_items(), "description": _said("ITM-01", "ITM-04")},
    }
    return {"allOf": [*present, {"items": {"allOf": [_value(n, s) for n, s in values.items()]}}]}


def _items() -> Document:
    fields: dict[str, Document] = {
        name: {**_FILLED, "description": _said("ITM-02")} for name in REQUIRED_OF_ITEM
    }
    fields["quantity"] = {**_NUMBER, "exclusiveMinimum": 0, "description": _said("ITM-05")}
    fields["cost"] = {**_NUMBER, "minimum": 0, "description": _said("ITM-05")}
    item: Document = {
        "type": "object",
        "required": list(REQUIRED_OF_ITEM),
        "properties": {**fields, "category": {"description": _said("ITM-03")}},
    }
    # Text may hold the array (ITM-01): a schema cannot look into it.
    return {"type": ["array", "string"], "items": item}


def _site_params(key: str, wanted: tuple[str, ...]) -> Document:
    inside: dict[str, list[str]] = {}
    present: list[Document] = []
    for path in wanted:
        name, _, field = path.partition(".")
        if field:
            inside.setdefault(name, []).append(field)
        else:
            present.append(_has((name,), _said("SIT-01")))
    values = []
    for name, fields in inside.items():
        bare = name.removesuffix("[]")
        wanted_value: Document = {
            "type": ["object", "string"],
            "required": fields,
            "properties": dict.fromkeys(fields, _FILLED),
        }
        if name != bare:
            wanted_value = {"type": ["array", "string"], "items": wanted_value}
        if key not in MAY_BE_EMPTY:
            present.append(_has((bare,), _said("SIT-01")))
            wanted_value |= {} if name == bare else {"minItems": 1}
        values.append(_value(bare, wanted_value))
    return {"allOf": [*present, *([{"items": {"allOf": values}}] if values else [])]}


def _has(names: tuple[str, ...], description: str) -> Document:
    """Require a filled param of one of these names; of one that is blank or missing says which."""
    named: Document = {"required": ["name"], "properties": {"name": {"enum": list(names)}}}
    filled = {**named, "required": ["name", "value"]}
    filled["properties"] = {**named["properties"], "value": _FILLED}
    wanted = f"a param {' or '.join(', '.join(names).rsplit(', ', 1))} that is filled"
    missing = {"const": wanted, "errorMessage": f"There must be {wanted}."}
    blank = {"if": named, "then": {"properties": {"value": _FILLED}}}
    return {
        "if": {"contains": {"type": "object", **filled}},
        "else": {
            "if": {"contains": {"type": "object", **named, "required": ["name", "value"]}},
            "then": {"items": blank},
            "else": missing,
        },
        "description": f"{', '.join(names)}: {description}",
    }


def _value(name: str, schema: Document) -> Document:
    return {
        "if": {"required": ["name"], "properties": {"name": {"const": name}}},
        "then": {"properties": {"value": {"if": _FILLED, "then": schema}}},
    }


def _said(*rule_ids: str) -> str:
    return " ".join(f"{RULES[each].statement} ({each})" for each in rule_ids)


def schemas() -> dict[str, Any]:
    """Every schema by its event type."""
    return {key: event_schema(key) for key in SCHEMA_TYPES}
