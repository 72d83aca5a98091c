"""ORD-17: whether the cost of the items adds up to totalCost."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, localcontext
from itertools import product

from mock_server.model import Document
from mock_server.rules.trace import Trace, sentence_list
from mock_server.rules.values import Number, as_number, plain, show

CONCERNED = frozenset(("totalCost", "items", "shipping", "discount", "taxes"))
"""The fields of an order that take part in the sum."""

_SIGNS = {"shipping": 1, "taxes": 1, "discount": -1}
_CENT = Decimal("0.01")
# No traps: sums past the range of a decimal become infinite and match nothing.
_CONTEXT = Context(prec=40, traps=[])


def check_total(order: Document, trace: Trace) -> None:
    """Compare an order's items with its totalCost, in every reading that makes sense.

    A reading takes `cost` per unit or per line, and counts each of shipping, taxes (added) and
    discount (taken off) or not. A mismatch warns; it never ignores the event.
    """
    total_cost = order.get("totalCost")
    total = as_number(total_cost)
    lines = _lines(order.get("items") or ())
    if total is None or not lines:
        return
    amounts = {name: as_number(order[name]) for name in _SIGNS if name in order}
    extras = {name: _SIGNS[name] * amount for name, amount in amounts.items() if amount}
    with localcontext(_CONTEXT):
        per_unit: Number = sum([cost * quantity for cost, quantity in lines])
        per_line: Number = sum([cost for cost, _ in lines])
        if _adds_up(total, {per_unit, per_line}, extras.values()):
            trace.passed("ORD-17", f"the items add up to totalCost {show(total_cost)}", "totalCost")
            return
        readings = f"{plain(per_unit)} by unit cost × quantity"
        if per_unit != per_line:
            readings += f" or {plain(per_line)} by line cost"
        if extras:
            readings += f", with or without {sentence_list(extras)}"
    trace.warned(
        "ORD-17",
        "total_mismatch",
        f"totalCost is {show(total_cost)}; the items add up to {readings}",
        "totalCost",
    )


def _lines(items: Iterable[Document]) -> list[tuple[Number, Number]]:
    """Cost and quantity of each item; nothing when one of them is no number."""
    lines: list[tuple[Number, Number]] = []
    for item in items:
        cost, quantity = as_number(item.get("cost")), as_number(item.get("quantity"))
        if cost is None or quantity is None:
            return []
        lines.append((cost, quantity))
    return lines


def _adds_up(total: Number, sums: Iterable[Number], extras: Iterable[Number]) -> bool:
    choices = [(0, amount) for amount in extras]
    return any(
        abs(base + sum(reading) - total) < _CENT for base in sums for reading in product(*choices)
    )
