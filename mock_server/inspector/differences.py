"""The changes that an event made to an order, by field and by item."""

from dataclasses import dataclass
from typing import Any

from mock_server import jsonio
from mock_server.inspector.rows import cell_text, list_of
from mock_server.model import Document


@dataclass(frozen=True)
class FieldChange:
    """A field before and after; None where it was not there, or no longer is."""

    name: str
    before: str | None
    after: str | None


def changes_of(effect: Any) -> list[FieldChange]:
    """The changes that an event's effect made, in the order of the order's fields."""
    if not isinstance(effect, dict):
        return []
    before, after = _object(effect.get("before")), _object(effect.get("after"))
    found: list[FieldChange] = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old == new or name in ("createdAt", "updatedAt") or not (before or new):
            continue
        if name == "items" and isinstance(old, list) and isinstance(new, list):
            found += _items(old, new)
        else:
            found += [FieldChange(name, _shown(old), _shown(new))]
    return found


def _items(old: list[Any], new: list[Any]) -> list[FieldChange]:
    """Items are the same where their `externalItemId` is; one that came or went is one line."""
    before, after = _by_id(old), _by_id(new)
    found: list[FieldChange] = []
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        if isinstance(was, dict) and isinstance(now, dict):
            found += [
                FieldChange(f"item {key}: {name}", _shown(was.get(name)), _shown(now.get(name)))
                for name in dict.fromkeys((*was, *now))
                if was.get(name) != now.get(name)
            ]
        elif was != now:
            found.append(FieldChange(f"item {key}", _item(was), _item(now)))
    return found


def _by_id(items: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, each in enumerate(items):
        own = cell_text(each.get("externalItemId")) if isinstance(each, dict) else ""
        found[own if own and own not in found else f"[{number}]"] = each
    return found


def _item(item: Any) -> str | None:
    if not isinstance(item, dict):
        return _shown(item)
    name, quantity, cost = (cell_text(item.get(each)) for each in ("name", "quantity", "cost"))
    return f"{name}, {quantity} × {cost}"


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        lines = [_item(each) or "" for each in list_of(value)]
        return "\n".join(lines)
    return value if isinstance(value, str) else jsonio.pretty(value)


def _object(value: Any) -> Document:
    return value if isinstance(value, dict) else {}
