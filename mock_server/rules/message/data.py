"""MSG-01 to MSG-04: the values of an event that a template sees."""

import re
from collections.abc import Mapping
from typing import Any

from mock_server import jsonio
from mock_server.model import Document
from mock_server.rules.values import as_text
from mock_server.velocity import ExplainedText, TemplateError
from mock_server.velocity.values import why_no_name

_VARIABLE = re.compile(r"\$!?\{\s*([^{}]{1,200}?)\s*\}")
_FOR_TEMPLATES = ("eventKey", "orderId", "ContactId")
_OF_ADD_ORDERS = ("contactId", "EmailAddress", "SMS")
_LEVELS = 2
_DEEP = "it lies below the second level of `items`, where arrays and objects are text"
_AS_TEXT = (
    "it was sent as text that holds JSON; send the array or object itself, with v2, unescaped"
)
_JUST_TEXT = "it is text, not a list or an object"


def workflow_variables(event: Document, order_id: int | None) -> dict[str, Any]:
    """MSG-04: parameters by name, `eventKey`, `orderId`, and (MSG-07) a known `ContactId`."""
    found = _params(event)
    if event.get("eventKey") is not None:
        found["eventKey"] = event["eventKey"]
    for name, value in (("orderId", order_id), ("ContactId", event.get("contactId"))):
        if value is not None:
            found.setdefault(name, value)
    return found


def template_variables(event: Document, order_id: int | None) -> dict[str, Any]:
    """The variables that a template sees next to `$data`."""
    known = workflow_variables(event, order_id)
    more = _OF_ADD_ORDERS if event.get("apiVersion") == "internal" else ()
    return {name: known[name] for name in (*_FOR_TEMPLATES, *more) if known.get(name) is not None}


def data(event: Document, json_field: str | None) -> dict[str, Any]:
    """MSG-02: the values that `$data` holds. Raises `TemplateError` for a wrong JSON field."""
    params = {name: _parsed(name, value, event) for name, value in _params(event).items()}
    field = (json_field or "").strip()
    if not field:
        return {name: _readable(name, value) for name, value in params.items()}
    chosen = _VARIABLE.fullmatch(field)
    if chosen is None:
        raise TemplateError("the JSON field names one parameter, such as ${array}")
    if chosen[1] not in params:
        raise TemplateError(
            f"the JSON field {field}: {why_no_name(chosen[1], params, 'parameter ')}"
        )
    value = params[chosen[1]]
    content = json_in(value) if isinstance(value, str) else value
    if not isinstance(content, dict):
        raise TemplateError(f"the JSON field {field} needs an object, or JSON text of one")
    found: dict[str, Any] = _readable(chosen[1], content)
    return found


def fill_field(field: str, known: Mapping[str, Any]) -> str:
    """Fill in the variables of a field, by letter case (MSG-04); `TemplateError` for others."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in known:
            raise TemplateError(f"{found[0]}: {why_no_name(name, known, 'parameter ')}")
        text = as_text(known[name])
        if text is None:
            raise TemplateError(f"{found[0]}: the parameter is neither text nor a number")
        return text

    return _VARIABLE.sub(value, field)


def _params(event: Document) -> dict[str, Any]:
    """The parameters by name; of two with one name the first counts, as everywhere."""
    sent = event.get("params")
    found: dict[str, Any] = {}
    for each in sent if isinstance(sent, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            found.setdefault(each["name"], each.get("value"))
    return found


def _parsed(name: str, value: Any, event: Document) -> Any:
    """Text of v1 is parsed once, and `items` in every version (ITM-01)."""
    if isinstance(value, str) and (event.get("apiVersion") == "v1" or name == "items"):
        parsed = json_in(value)
        return value if parsed is None else parsed
    return value


def json_in(text: str) -> Any:
    """The array or object that a text holds, or None."""
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        return jsonio.loads(text.encode())
    except jsonio.MalformedJson:
        return None


def explained(value: Any, deepest: int | None = None, level: int = 1) -> Any:
    """A value, as text below `deepest` levels (MSG-03, ITM-04); its texts explain themselves."""
    if isinstance(value, (list, dict)):
        if deepest is not None and level > deepest:
            return ExplainedText(jsonio.text_of(value), _DEEP)
        if isinstance(value, list):
            return [explained(each, deepest, level + 1) for each in value]
        return {name: explained(each, deepest, level + 1) for name, each in value.items()}
    if isinstance(value, str):
        holds_json = level == 1 and json_in(value) is not None
        return ExplainedText(value, _AS_TEXT if holds_json else _JUST_TEXT)
    return value


def _readable(name: str, value: Any) -> Any:
    """MSG-03: a parameter as deep as it was sent, but `items` to the second level."""
    return explained(value, _LEVELS if name == "items" else None)
