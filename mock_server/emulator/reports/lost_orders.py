"""Orders that are not in the service: what dropped events cost, by hour, kept up with each event.

An order is lost once while none of its events was applied and one was dropped that would have made
it; its worth is the total of the newest such event with one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mock_server.model import NO_CURRENCY, Document
from mock_server.rules.order.shop_values import CURRENCIES, amounts_meant, currency_meant
from mock_server.rules.values import Number, as_number, plain

Amount = tuple[str | None, Number]
"""A currency, where it can be told, and a number."""

MAX_ORDERS = 100_000
"""Orders that are remembered by name. Older ones still count as what they were last."""


HOUR = 13
"""How long the beginning of a time is that tells the hour: `2026-01-31T12`."""


class Hour(NamedTuple):
    """An hour (`2026-01-31T12`), and whether an event came after the last reset."""

    since_reset: bool
    text: str


class Span(NamedTuple):
    """Whole hours, both included; `since_reset`: without what a reset has kept."""

    first: str = ""
    last: str = "\U0010ffff"
    since_reset: bool = False

    def holds(self, hour: Hour) -> bool:
        """Whether an hour is in it."""
        is_after = hour.since_reset or not self.since_reset
        return is_after and self.first <= hour.text <= self.last


ALL = Span()
_NEVER = Hour(False, "")


@dataclass(slots=True)
class Damage:
    """How many events were dropped, how many more followed from them, and what is lost by that."""

    count: int = 0
    followers: int = 0
    orders: int = 0
    money: dict[str, Number] = field(default_factory=dict)

    def lose(self, amount: Amount | None, by: int = 1) -> None:
        """Count a lost order, or with -1 one that is lost no longer."""
        self.orders += by
        if not self.orders:
            self.money = {}
        elif amount is not None:
            currency, value = amount
            name = currency or NO_CURRENCY
            self.money[name] = self.money.get(name, 0) + by * value

    def add(self, other: Damage) -> None:
        """Add what another one has counted."""
        self.count += other.count
        self.followers += other.followers
        self.orders += other.orders
        for currency, value in other.money.items():
            self.money[currency] = self.money.get(currency, 0) + value

    def lost(self) -> Document:
        """The lost orders and their money by currency, as the control API shows them."""
        money = {currency: plain(each) for currency, each in self.money.items() if each}
        return {"ordersLost": self.orders, "moneyLost": money}


class HourlyDamage:
    """A tally of everything, and one of each hour."""

    __slots__ = ("_hours", "whole")

    def __init__(self) -> None:
        self.whole = Damage()
        self._hours: dict[Hour, Damage] = {}

    def count(self, hour: Hour) -> None:
        """Count something that was dropped."""
        self.whole.count += 1
        self._at(hour).count += 1

    def follow(self, hour: Hour) -> None:
        """Count something that was dropped because of what was counted before."""
        self.whole.followers += 1
        self._at(hour).followers += 1

    def lose(self, hour: Hour, amount: Amount | None, by: int) -> None:
        """Count a lost order, or with -1 one that is lost no longer."""
        self.whole.lose(amount, by)
        self._at(hour).lose(amount, by)

    def within(self, span: Span) -> Damage:
        """Sum up the hours of a span."""
        hours = [self.whole]
        if span is not ALL:
            hours = [each for hour, each in self._hours.items() if span.holds(hour)]
        total = Damage()
        for each in hours:
            total.add(each)
        return total

    def _at(self, hour: Hour) -> Damage:
        found = self._hours.get(hour)
        if found is None:
            found = self._hours[hour] = Damage()
        return found


class _Order:
    """An order whose events were dropped: if it is lost, its worth, its causes, its contact."""

    __slots__ = ("amount", "causes", "contact", "hour", "is_lost")

    def __init__(self, hour: Hour, *, is_lost: bool) -> None:
        self.is_lost = is_lost
        self.hour = hour
        self.amount: Amount | None = None
        self.contact: int | None = None
        self.causes: dict[int, tuple[HourlyDamage, Hour]] = {}


class LostOrders:
    """The orders that dropped events would have made, each once in `all`."""

    def __init__(self, exists: Callable[[str], bool] | None = None) -> None:
        self.all = HourlyDamage()
        self._exists = exists
        self._orders: dict[str, _Order] = {}

    def lose(
        self,
        order_id: str,
        hour: Hour,
        amount: Amount | None,
        causes: Iterable[HourlyDamage],
        contact: int | None = None,
    ) -> None:
        """Note a dropped event of an order and contact, in its hour, for these causes."""
        order = self._orders.get(order_id)
        if order is None:
            is_lost = self._exists is None or not self._exists(order_id)
            order = self._remember(order_id, _Order(hour, is_lost=is_lost))
        elif order.is_lost:
            self._count(order, -1)
        order.hour, order.amount, order.contact = hour, amount or order.amount, contact
        for each in causes:
            order.causes[id(each)] = each, hour
        if order.is_lost:
            self._count(order, 1)

    def settle(self, order_id: str) -> None:
        """Take note that an order came in."""
        order = self._orders.get(order_id)
        if order is None:
            if self._exists is None:
                self._remember(order_id, _Order(_NEVER, is_lost=False))
        elif order.is_lost:
            self._count(order, -1)
            order.is_lost = False

    def of_contact(self, contact: int) -> Damage:
        """Sum up the lost orders whose newest event was of this contact."""
        total = Damage()
        for each in self._orders.values():
            if each.contact == contact and each.is_lost:
                total.lose(each.amount)
        return total

    def has_cause(self, order_id: str | None, cause: HourlyDamage) -> bool:
        """Whether an event of an order was dropped for this cause."""
        order = self._orders.get(order_id or "")
        return order is not None and id(cause) in order.causes

    def root_of(self, order_id: str | None) -> HourlyDamage | None:
        """The first cause for which an event of an order was dropped, if any was."""
        order = self._orders.get(order_id or "")
        return next((each for each, _ in order.causes.values()), None) if order else None

    def _remember(self, order_id: str, order: _Order) -> _Order:
        if len(self._orders) >= MAX_ORDERS:
            del self._orders[next(iter(self._orders))]
        self._orders[order_id] = order
        return order

    def _count(self, order: _Order, by: int) -> None:
        self.all.lose(order.hour, order.amount, by)
        for cause, hour in order.causes.values():
            cause.lose(hour, order.amount, by)


def amount_of(params: Any) -> Amount | None:
    """The currency and the total among the params of an order, where the total can be read."""
    total = currency = None
    for each in params if isinstance(params, list) else ():
        if isinstance(each, dict):
            name = each.get("name")
            if name == "totalCost":
                total = each.get("value")
            elif name == "currency":
                currency = each.get("value")
    amount = as_number(total)
    if amount is None and len(readings := amounts_meant(total)) == 1:
        amount = as_number(readings[0])
    if amount is None:
        return None
    code = currency if isinstance(currency, str) and currency in CURRENCIES else None
    return code or currency_meant(currency), amount
