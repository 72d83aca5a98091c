"""JSON Schemas (2020-12) of the bodies of order and site events, for editors and CI.

They are made from what the rules check, and say less than these, never more: what a schema refuses
is not applied (of site events: is warned of). Descriptions name the rules.
"""

from __future__ import annotations

from typing import Any

from mock_server.emulator.errors import NotFoundError
from mock_server.ledger.catalogue import RULES
from mock_server.model import ORDER_MAKING, ORDER_STATUSES, Document
from mock_server.names import near
from mock_server.rules.event.event_types import ORDER_EVENTS
from mock_server.rules.event.params import MAX_PARAM_NAME
from mock_server.rules.event.schema import MAX_KEY_VALUE
from mock_server.rules.event.site_events import MAY_BE_EMPTY, REQUIRED
from mock_server.rules.order.currencies import SUPPORTED_CURRENCIES
from mock_server.rules.order.fields import CONTACT_FIELDS, KNOWN_FIELDS
from mock_server.rules.order.fields import REQUIRED as REQUIRED_OF_ORDER
from mock_server.rules.order.items import REQUIRED as REQUIRED_OF_ITEM

SCHEMA_TYPES = (*ORDER_EVENTS, *REQUIRED)
"""The event types that have a schema."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NOT_FILLED: Document = {
    "anyOf": [{"type": "null"}, {"type": "string", "pattern": r"^\s*$"}],
}
_NUMERIC = r"^\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?\s*$"
_NUMBER: Document = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _NUMERIC}]}
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"


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
    """Return the schema of each param, of any name; the known names are offered."""
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
    contains: list[Document] = [_has(name, _said("ORD-01", "ORD-14")) for name in required]
    if key == "orderCreated":
        one_of = [_has(name, _said("ORD-01")) for name in CONTACT_FIELDS]
        contains.append({"anyOf": one_of, "description": _said("ORD-01")})
    if key not in ORDER_MAKING:
        return {"allOf": contains}
    values: dict[str, Document] = {
        "externalOrderId": {"type": ["string", "number"], "description": _said("ORD-06")},
        "status": {"enum": list(ORDER_STATUSES), "description": _said("ORD-03")},
        "date": {"type": "string", "pattern": _DATE, "description": _said("ORD-04")},
        "totalCost": {**_NUMBER, "description": _said("ORD-05")},
        "currency": {
            "anyOf": [{"enum": sorted(SUPPORTED_CURRENCIES)}, True],
            "description": _said("ORD-07"),
        },
        "items": {**_items(), "description": _said("ITM-01", "ITM-04")},
    }
    return {"allOf": [*contains, {"items": {"allOf": [_value(n, s) for n, s in values.items()]}}]}


def _items() -> Document:
    above_zero: Document = {
        "anyOf": [
            {"type": "number", "exclusiveMinimum": 0},
            {"type": "string", "pattern": _NUMERIC},
        ]
    }
    at_least_zero: Document = {
        "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": _NUMERIC}]
    }
    fields: dict[str, Document] = {
        name: {**_filled(), "description": _said("ITM-02")} for name in REQUIRED_OF_ITEM
    }
    fields["quantity"] = {**above_zero, "description": _said("ITM-05")}
    fields["cost"] = {**at_least_zero, "description": _said("ITM-05")}
    item: Document = {
        "type": "object",
        "required": list(REQUIRED_OF_ITEM),
        "properties": {**fields, "category": {"description": _said("ITM-03")}},
    }
    # Text may hold the array (ITM-01): a schema cannot look into it.
    return {"anyOf": [{"type": "array", "items": item}, {"type": "string"}]}


def _site_params(key: str, wanted: tuple[str, ...]) -> Document:
    inside: dict[str, list[str]] = {}
    contains: list[Document] = []
    for path in wanted:
        name, _, field = path.partition(".")
        if field:
            inside.setdefault(name, []).append(field)
        else:
            contains.append(_has(name, _said("SIT-01")))
    values = []
    for name, fields in inside.items():
        bare = name.removesuffix("[]")
        each: Document = {
            "type": "object",
            "required": fields,
            "properties": {field: _filled() for field in fields},
        }
        shape: Document = {"type": "array", "items": {"anyOf": [each, {"type": "string"}]}}
        if key not in MAY_BE_EMPTY:
            contains.append(_has(bare, _said("SIT-01")))
            shape["minItems"] = 1
        wanted_shape = each if name == bare else shape
        values.append(_value(bare, {"anyOf": [wanted_shape, {"type": "string"}]}))
    return {"allOf": [*contains, *([{"items": {"allOf": values}}] if values else [])]}


def _has(name: str, description: str) -> Document:
    """Require that a param of this name is there and filled."""
    return {
        "contains": {
            "type": "object",
            "required": ["name", "value"],
            "properties": {"name": {"const": name}, "value": _filled()},
        },
        "description": f"{name}: {description}",
    }


def _value(name: str, schema: Document) -> Document:
    """Require that the value of a param is of a kind, when it is filled."""
    return {
        "if": {"required": ["name"], "properties": {"name": {"const": name}}},
        "then": {"properties": {"value": {"anyOf": [_NOT_FILLED, schema]}}},
    }


def _filled() -> Document:
    return {"not": _NOT_FILLED}


def _said(*rule_ids: str) -> str:
    """The statements of rules, each with its id."""
    return " ".join(f"{RULES[each].statement} ({each})" for each in rule_ids)


def schemas() -> dict[str, Any]:
    """Every schema by its event type."""
    return {key: event_schema(key) for key in SCHEMA_TYPES}
