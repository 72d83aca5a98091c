"""ORD-17, ORD-25 and ITM-08: whether the cost of the items adds up to totalCost."""

from collections.abc import Iterable, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

from mock_server.model import Document
from mock_server.rules import mending
from mock_server.rules.order.fields import note_readings
from mock_server.rules.order.shop_values import amounts_meant
from mock_server.rules.trace import Trace, sentence_list
from mock_server.rules.values import Number, as_number, plain, show

CONCERNED = frozenset(("totalCost", "items", "shipping", "discount", "taxes"))
"""The fields of an order that take part in the sum."""

_SIGNS = {"shipping": 1, "taxes": 1, "discount": -1}
_CENT = Decimal("0.01")
# A context of our own, for a caller may have set the current one to anything. It has no traps: a
# sum past the range of a decimal becomes infinite, and is a mismatch.
_CONTEXT = Context(prec=40, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
_add, _subtract, _multiply = _CONTEXT.add, _CONTEXT.subtract, _CONTEXT.multiply


def check_total(order: Document, trace: Trace) -> None:
    """Warn unless some reading of cost, shipping, taxes and discount adds up to totalCost."""
    total, items = as_number(order.get("totalCost")), order.get("items")
    sums = _sums(items) if items else ()
    if total is None or not sums:
        return
    extras = {
        name: amount for name in _SIGNS if name in order and (amount := as_number(order[name]))
    }
    seen = show(order["totalCost"])
    if _adds_up(total, sums, extras):
        trace.say("ORD-17/adds_up", seen=seen)
        return
    if extras and _adds_up(total, sums, extras, signs=(1, -1)):
        trace.say("ITM-08/fits", seen=seen, extras=sentence_list(extras))
        return
    readings = f"{plain(sums[0])} by unit cost × quantity"
    if len(sums) > 1:
        readings += f" or {plain(sums[1])} by line cost"
    if extras:
        readings += f", with or without {sentence_list(extras)}"
    trace.say("ORD-17/mismatch", seen=seen, sums=readings)


def check_amounts(given: Document, trace: Trace) -> None:
    """ORD-25, for what is filled."""
    for name in _SIGNS:
        if name in given and as_number(given[name]) is None:
            readings = amounts_meant(given[name])
            mend = mending.propose_only(name, readings) if readings else None
            trace.say("ORD-25/not_a_number", name, mend=mend, value=show(given[name]))
            note_readings(name, given[name], readings, trace)


def item_total(item: Document) -> Number | None:
    """Return unit cost × quantity of an item, or None if one of them is not a number."""
    cost, quantity = as_number(item.get("cost")), as_number(item.get("quantity"))
    return None if cost is None or quantity is None else _multiply(cost, quantity)


def _sums(items: Iterable[Document]) -> Sequence[Number]:
    """The sums per unit × quantity and, if it differs, per line; empty if a number is missing."""
    per_unit: Number = 0
    per_line: Number = 0
    for item in items:
        cost, quantity = as_number(item.get("cost")), as_number(item.get("quantity"))
        if cost is None or quantity is None:
            return ()
        per_unit = _add(per_unit, _multiply(cost, quantity))
        per_line = _add(per_line, cost)
    return (per_unit,) if per_unit == per_line else (per_unit, per_line)


def _adds_up(
    total: Number, sums: Iterable[Number], extras: dict[str, Number], signs: tuple[int, ...] = (1,)
) -> bool:
    readings = [total]  # what the items have to come to, without extras and with them
    for name, amount in extras.items():
        signed = _multiply(_SIGNS[name], amount)
        readings += [
            _subtract(each, signed if sign == 1 else -signed) for each in readings for sign in signs
        ]
    for each in sums:
        for reading in readings:
            difference = _subtract(each, reading)
            if difference.is_finite() and difference.copy_abs() < _CENT:
                return True
    return False
