"""The outcome of an event in one sentence: what is wrong, or what it changed."""

from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from mock_server import jsonio
from mock_server.ledger.findings import FINDINGS, finding_of, is_failed, shown_step
from mock_server.model import DROPPED, Document

BLANK = "\N{NO-BREAK SPACE}"
"""What separates groups of digits, and an amount from its currency."""
_READABLE = 30
_NOT_TOLD = ("updatedAt", "id", "orderId", "items")
_MANY = 3


def sentence(event: Document) -> str:
    """What is wrong of a dropped event, what an applied one did, and the first warning."""
    trace = event.get("trace")
    trace = trace if isinstance(trace, list) else []
    if event.get("verdict") in DROPPED:
        return _what_is_wrong(trace) or ", ".join(map(str, event.get("reasons") or ()))
    warned = event.get("warnings") or ()
    warning = next((_said(each) for each in trace if _code(each) in warned), "")
    told = [_what_changed(event.get("effect")), warning or ", ".join(map(str, warned))]
    return " · ".join(filter(None, told)) or "recorded"


def _said(step: Any) -> str:
    return str(shown_step(step)["message"] or "")


def _code(step: Any) -> str:
    known = FINDINGS.get(finding_of(step))
    return known.code if known is not None and known.code else ""


def _what_is_wrong(trace: list[Any]) -> str:
    failed = list(dict.fromkeys(_said(each) for each in trace if is_failed(each)))
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return failed[0] + more if failed else ""


def _what_changed(effect: object) -> str:
    """`created, INITIALIZED, 2 items, 1 250.50 UAH`, or `status IN_PROGRESS → DELIVERED`."""
    if not isinstance(effect, dict) or not isinstance(effect.get("after"), dict):
        return ""
    before, after = effect.get("before"), effect["after"]
    if not isinstance(before, dict):
        items = after.get("items")
        count = len(items) if isinstance(items, list) else 0
        total = money(after.get("totalCost"), after.get("currency"))
        made = ("created", str(after.get("status") or ""), counted(count, "item"), total)
        return ", ".join(filter(None, made))
    names = [
        name
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name) and name not in _NOT_TOLD
    ]
    told = [f"{name} {_short(before.get(name))} → {_short(after.get(name))}" for name in names]
    if before.get("items") != after.get("items"):
        told.append("items changed")
    if len(told) > _MANY:
        told = [*told[:_MANY], f"{len(told) - _MANY} more fields"]
    return ", ".join(told) or "nothing changed in the order"


def _short(value: object) -> str:
    text = "none" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def grouped(number: int) -> str:
    """A number in groups of digits: `12 345`."""
    return f"{number:,}".replace(",", BLANK)


def counted(number: int, noun: str) -> str:
    """How many there are of something: `1 order`, `12 345 orders`."""
    return f"{grouped(number)}{BLANK}{noun}{'' if number == 1 else 's'}"


def money(value: Any, currency: Any = None) -> str:
    """An amount in groups of digits with two decimals, and its currency; other values as text."""
    told, code = (
        each if isinstance(each, str) else "" if each is None else jsonio.text_of(each)
        for each in (value, currency)
    )
    with suppress(InvalidOperation):
        amount = Decimal(told)
        exponent = amount.as_tuple().exponent
        if isinstance(exponent, int) and abs(amount.adjusted()) < _READABLE:
            told = f"{amount:,.{max(2, -exponent)}f}".replace(",", BLANK)
    return BLANK.join(filter(None, (told, code))) if told else ""
