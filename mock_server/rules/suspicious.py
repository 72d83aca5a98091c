"""ENV-21: values that failed code leaves behind, in events, orders, items and contacts."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from mock_server.rules.trace import Trace
from mock_server.rules.values import show

# What a language writes where a value is missing, in the spellings it really has.
_LEFT_OVER = frozenset(
    "[object Object],[object object],undefined,Undefined,NaN,nan,null,NULL,Null,None,nil,"
    "true,false,True,False,TRUE,FALSE".split(",")
)
_ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,9}|#[0-9]{1,6}|#x[0-9a-fA-F]{1,6});")
_TEMPLATE = re.compile(
    r"\{\{\s*[\w.]+\s*\}\}|\{%.*?%\}|[$#]\{[\w.]+\}|(?<![\w%])%[sd](?![\w%])|%\([a-zA-Z_]\w*\)[sd]"
)
# What nearly all bad values have, and nearly no good one.
_MARKS = ("&", "{", "%s", "%d", "%(", "[object")

NAMES_AND_ADDRESSES = tuple(
    (
        "firstName lastName externalOrderId externalCustomerId email phone restoreUrl "
        "statusDescription storeId source deliveryMethod paymentMethod deliveryAddress currency"
    ).split()
)
"""The fields of an order that hold a name, an ID or an address."""

OF_ITEMS = ("externalItemId", "name", "category", "url", "imageUrl")
"""Those of an item."""

_WITH_ENTITIES = frozenset(("firstName", "lastName", "restoreUrl", "name", "category", "url"))
_WITH_ENTITIES |= {"imageUrl", "deliveryAddress", "address", "town", "region"}
_MUST_BE_TEXT = frozenset(("externalOrderId", "externalCustomerId", "email", "phone"))
_IDENTIFIERS = frozenset(("externalCustomerId", "email", "phone", "contactKey", "value"))
_SAID_BY_IDN_11 = frozenset(("undefined", "null", "none", "nan"))


def may_be_suspicious(values: Iterable[Any]) -> bool:
    """Return whether a closer look at these values is worth it; quick, and asked of every event."""
    texts = []
    for value in values:
        if value.__class__ is str:
            texts.append(value)
        elif value is True or value is False:
            return True
    if not _LEFT_OVER.isdisjoint(texts):
        return True
    joined = "\n".join(texts)
    return any(mark in joined for mark in _MARKS)


def check_values(given: dict[str, Any], names: Iterable[str], trace: Trace, path: str = "") -> None:
    """Warn of suspicious ones among the named filled fields, below `path` (`items[0].`)."""
    for name in names:
        if name in given:
            _check(given[name], name, path + name, trace)


def _check(value: Any, name: str, path: str, trace: Trace) -> None:
    if isinstance(value, bool) and name not in _MUST_BE_TEXT:
        trace.say("ENV-21/left_over", path, value=show(value))
        return
    if not isinstance(value, str):
        return
    bare = value.strip()
    if bare in _LEFT_OVER:
        if not (name in _IDENTIFIERS and bare.lower() in _SAID_BY_IDN_11):
            trace.say("ENV-21/left_over", path, value=show(value))
        return
    template = _TEMPLATE.search(value)
    if template is not None:
        trace.say("ENV-21/template", path, value=show(value), found=show(template[0]))
    entity = _ENTITY.search(value) if name in _WITH_ENTITIES else None
    if entity is not None and unescape(entity[0]) != entity[0]:
        trace.say(
            "ENV-21/entity",
            path,
            mend=lambda draft: draft.set(path, unescape(value)),
            value=show(value),
            entity=entity[0],
        )
