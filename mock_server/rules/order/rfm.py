"""ORD-19: which orders count, what the RFM grid looks like, and the revenue of an account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Context, Decimal, Inexact, localcontext
from typing import Literal

from mock_server.documents.account_settings import AccountSettings
from mock_server.ledger.findings import message_of
from mock_server.model import Document
from mock_server.rules.moments import ZoneOf, always_utc, anchored, moment_of
from mock_server.rules.trace import Trace
from mock_server.rules.values import Number, as_number, show

MOBILE_SDK = "mobile_sdk"


@dataclass(frozen=True, slots=True)
class Counting:
    """The reports in which an order counts, and the finding that says why."""

    rfm: bool
    revenue: bool
    finding: str
    status: str

    @property
    def why(self) -> str:
        """The reason, in words."""
        return message_of(self.finding, None, {"status": self.status})


_DELIVERED = Counting(True, True, "ORD-19/delivered", "DELIVERED")
_FROM_SDK = Counting(False, True, "ORD-19/mobile_sdk", "INITIALIZED")
_SDK_IS_OFF = Counting(False, False, "ORD-19/mobile_sdk_off", "INITIALIZED")


def counting_of(order: Document, settings: AccountSettings) -> Counting:
    """Return whether an order counts towards RFM and revenue."""
    status = order.get("status")
    if status == "DELIVERED":
        return _DELIVERED
    if status == "INITIALIZED" and order.get("source") == MOBILE_SDK:
        return _FROM_SDK if settings.revenue_from_mobile_sdk_initialized else _SDK_IS_OFF
    return Counting(False, False, "ORD-19/not_counted", str(status))


def note_revenue(order: Document, settings: AccountSettings, trace: Trace) -> None:
    """Note in the trace where the order counts from now on."""
    counting = counting_of(order, settings)
    trace.say(counting.finding, status=counting.status)


CellStatus = Literal["none", "at risk", "loyal"]

SINCE: tuple[tuple[str, int | None], ...] = (
    ("up to 2 weeks", 14),
    ("up to 1 month", 30),
    ("up to 2 months", 60),
    ("up to 3 months", 90),
    ("up to 6 months", 180),
    ("up to 1 year", 365),
    ("over 1 year", None),
)
"""The columns: time since the last sale, by name, and the most days (None: no bound)."""

SALES = ("1", "2", "3", "4", "5 or more")
"""The rows, by number of sales, the lowest first."""

WITHOUT_A_SALE = "none"
"""The name of the bottom row: contacts without a sale."""

COLOURS: dict[CellStatus, str] = {"none": "grey", "at risk": "red", "loyal": "green"}
_LOYAL_DAYS = 90
# As many digits as any sum of real amounts needs; past that a sum is rounded, and says so.
_DIGITS = 2000


PLACED = ("INITIALIZED", "IN_PROGRESS", "DELIVERED")
"""The statuses that the total on the vendor's Orders screen counts (ORD-19)."""


@dataclass(slots=True)
class LeftOut:
    """Orders that do not count, by the reason why; the first few are named."""

    why: str
    orders: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, order: Document) -> None:
        """Count an order."""
        self.orders += 1
        if len(self.examples) < 10:
            self.examples.append(order["externalOrderId"])


class _LeftOuts(dict[str, LeftOut]):
    def add(self, why: str, order: Document) -> None:
        self.setdefault(why, LeftOut(why)).add(order)


@dataclass(slots=True)
class Grid:
    """The RFM grid: contact ids by row (sales) and column (since), orders counted and left out."""

    cells: list[list[list[int]]]
    sales: int
    left_out: list[LeftOut]

    def status(self, row: int, column: int) -> CellStatus:
        """The meaning of a cell's colour: nobody there, at risk, or loyal."""
        if not self.cells[row][column]:
            return "none"
        days = SINCE[column][1]
        return "loyal" if days is not None and days <= _LOYAL_DAYS else "at risk"

    def contacts(self, sales: str | None = None, since: str | None = None) -> list[int]:
        """The contacts of a cell, by the names of its row and column; None: of all of them."""
        return [
            contact_id
            for name, row in zip(SALES, self.cells, strict=True)
            if sales in (None, name)
            for (column, _), cell in zip(SINCE, row, strict=True)
            if since in (None, column)
            for contact_id in cell
        ]


def column_of(since: timedelta) -> int:
    """The column of a time since the last sale; a sale still to come is in the first."""
    bounded = [timedelta(days=days) for _, days in SINCE if days is not None]
    return next((index for index, most in enumerate(bounded) if since <= most), len(bounded))


@dataclass(slots=True)
class Total:
    """The revenue in one currency (None: orders without a currency)."""

    currency: str | None
    orders: int = 0
    revenue: Number = 0
    exact: bool = True

    def add(self, amount: Number) -> None:
        """Add the amount of an order, to the last digit (`exact` says whether that was so)."""
        self._count(amount, 1)

    def take(self, amount: Number) -> None:
        """Take out the amount of an order that was added."""
        self._count(amount, -1)

    def _count(self, amount: Number, sign: int) -> None:
        with localcontext(Context(prec=_DIGITS, traps=[])) as context:
            self.revenue = Decimal(self.revenue) + sign * Decimal(amount)
            self.exact = self.exact and not context.flags[Inexact]
        self.orders += sign

    def merge(self, other: Total) -> None:
        """Add another total of the same currency."""
        self.add(other.revenue)
        self.orders += other.orders - 1
        self.exact = self.exact and other.exact


@dataclass(slots=True)
class Revenue:
    """Totals by currency, the orders counted and left out, and `placed`, the Orders screen's."""

    totals: list[Total]
    orders: list[tuple[Document, str]]
    left_out: list[LeftOut]
    placed: list[Total]


def revenue_of(
    orders: Iterable[Document],
    settings: AccountSettings,
    start: datetime | None = None,
    end: datetime | None = None,
    zone_of: ZoneOf = always_utc,
) -> Revenue:
    """Revenue of orders dated `start` <= date < `end`, or None, in the contact's zone (PST-02)."""
    left_out = _LeftOuts()
    totals: dict[str | None, Total] = {}
    placed: dict[str | None, Total] = {}
    counted: list[tuple[Document, str]] = []
    for order in orders:
        counting = counting_of(order, settings)
        amount = as_number(order.get("totalCost"))
        is_placed = order.get("status") in PLACED
        outside = (counting.revenue or is_placed) and outside_of(order, start, end, zone_of)
        currency = order.get("currency")
        if is_placed and not outside and amount is not None:
            placed.setdefault(currency, Total(currency)).add(amount)
        if not counting.revenue:
            left_out.add(counting.why, order)
        elif outside:
            left_out.add(outside, order)
        elif amount is None:
            left_out.add(f"its totalCost is {show(order.get('totalCost'))}: no number", order)
        else:
            totals.setdefault(currency, Total(currency)).add(amount)
            counted.append((order, counting.why))
    return Revenue(_in_order(totals), counted, list(left_out.values()), _in_order(placed))


def _in_order(totals: dict[str | None, Total]) -> list[Total]:
    return sorted(totals.values(), key=lambda each: str(each.currency or ""))


def outside_of(
    order: Document, start: datetime | None, end: datetime | None, zone_of: ZoneOf
) -> str:
    """Say why an order is not within the period, or ""."""
    if start is None and end is None:
        return ""
    zone = zone_of(order.get("contactId"))
    at = moment_of(order.get("date"), zone)
    start, end = start and anchored(start, zone), end and anchored(end, zone)
    if at is None:
        return f"its date is {show(order.get('date'))}: in no period"
    if start is not None and at < start:
        return "its date is before the period"
    return "its date is after the period" if end is not None and at >= end else ""
