"""ORD-19, kept up to date as orders change: an account's sales, revenue and RFM grid."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import NamedTuple, TypeVar

from mock_server.documents.account_settings import AccountSettings
from mock_server.model import Document
from mock_server.rules.moments import ZoneOf, always_utc, moment_of
from mock_server.rules.order.rfm import (
    MOBILE_SDK,
    SALES,
    SINCE,
    Counting,
    Grid,
    LeftOut,
    Total,
    column_of,
    counting_of,
)
from mock_server.rules.values import Number, as_number, show

_EXAMPLES = 10
_Name = TypeVar("_Name")


class _Kind(NamedTuple):
    """All that `counting_of` looks at."""

    status: str
    source: str | None

    def counting(self, settings: AccountSettings) -> Counting:
        return counting_of({"status": self.status, "source": self.source}, settings)


_DELIVERED = _Kind("DELIVERED", None)
_FROM_SDK = _Kind("INITIALIZED", MOBILE_SDK)


class _Entry(NamedTuple):
    """The entry of an order in the book; `amount` and `at` only where they can count."""

    contact: int | None
    kind: _Kind
    at: datetime | None
    currency: str | None
    amount: Number | None
    no_sale: str = ""  # why a DELIVERED order is not in the grid
    no_amount: str = ""  # why an order that counts has none


_Ids = dict[str, None]  # as a set, in the order they came
_Totals = dict[tuple[_Kind, str | None], Total]


@dataclass(slots=True)
class _Sums:
    """The sum of the orders of one contact, or of all."""

    orders: int = 0
    totals: _Totals = field(default_factory=dict)
    sales: dict[str, datetime] = field(default_factory=dict)
    last: datetime | None = None  # None while there are sales: to be searched for again


@dataclass(frozen=True, slots=True)
class ContactSales:
    """A contact's orders, sales in the RFM grid, its last sale, and revenue by currency."""

    orders: int = 0
    sales: int = 0
    last_sale: datetime | None = None
    spend: tuple[Total, ...] = ()


class SalesBook:
    """The orders of an account, as far as they matter to RFM and revenue. Not thread-safe."""

    def __init__(self, orders: Iterable[Document] = (), zone_of: ZoneOf = always_utc) -> None:
        self._zone_of = zone_of
        self._entries: dict[str, _Entry] = {}
        self._contacts: dict[int, _Sums] = {}
        self._all = _Sums()
        self._rounded = False  # whether a sum lost digits that taking out does not bring back
        self._by_kind: dict[_Kind, _Ids] = {}
        self._no_sale: dict[str, _Ids] = {}
        self._no_amount: dict[str, _Ids] = {}
        for order in orders:
            self.put(order)

    def put(self, order: Document) -> None:
        """Enter an order, or what has become of it."""
        order_id: str = order["externalOrderId"]
        self.drop(order_id)
        entry = self._entries[order_id] = _entry(order, self._zone_of)
        self._by_kind.setdefault(entry.kind, {})[order_id] = None
        if entry.no_sale:
            self._no_sale.setdefault(entry.no_sale, {})[order_id] = None
        if entry.no_amount:
            self._no_amount.setdefault(entry.no_amount, {})[order_id] = None
        _add(self._all, entry)
        if entry.contact is not None:
            contact = self._contacts.setdefault(entry.contact, _Sums())
            _add(contact, entry)
            if entry.at is not None:
                if not contact.sales or (contact.last is not None and contact.last < entry.at):
                    contact.last = entry.at
                contact.sales[order_id] = entry.at

    def drop(self, order_id: str) -> None:
        """Take an order out, if it is in."""
        entry = self._entries.pop(order_id, None)
        if entry is None:
            return
        _leave(self._by_kind, entry.kind, order_id)
        _leave(self._no_sale, entry.no_sale, order_id)
        _leave(self._no_amount, entry.no_amount, order_id)
        self._take(self._all, entry)
        if entry.contact is not None:
            contact = self._contacts[entry.contact]
            self._take(contact, entry)
            if contact.sales.pop(order_id, None) == contact.last:
                contact.last = None
            if not contact.orders:
                del self._contacts[entry.contact]

    def grid(self, settings: AccountSettings, now: datetime) -> Grid:
        """The RFM grid of all contacts with a sale, as seen at `now`."""
        cells: list[list[list[int]]] = [[[] for _ in SINCE] for _ in SALES]
        sales = 0
        for contact_id in sorted(self._contacts):
            contact = self._contacts[contact_id]
            last = _last_sale(contact)
            if last is not None:
                bought = len(contact.sales)
                sales += bought
                cells[min(bought, len(SALES)) - 1][column_of(now - last)].append(contact_id)
        by_kind = [
            _left_out(counting.why, ids)
            for counting, ids in self._countings(settings)
            if not counting.rfm
        ]
        return Grid(cells, sales, by_kind + _left_outs(self._no_sale))

    def revenue(self, settings: AccountSettings) -> tuple[list[Total], list[LeftOut]]:
        """The revenue of all times by currency, and which orders do not count, and why."""
        by_kind = [
            _left_out(counting.why, ids)
            for counting, ids in self._countings(settings)
            if not counting.revenue
        ]
        self._sum_again_if_rounded()
        return _by_currency(self._all.totals, settings), by_kind + _left_outs(self._no_amount)

    def contact(self, contact_id: int, settings: AccountSettings) -> ContactSales:
        """Return the purchases of a contact, empty for one without orders."""
        self._sum_again_if_rounded()
        contact = self._contacts.get(contact_id)
        if contact is None:
            return ContactSales()
        spend = _by_currency(contact.totals, settings)
        return ContactSales(contact.orders, len(contact.sales), _last_sale(contact), tuple(spend))

    def _countings(self, settings: AccountSettings) -> list[tuple[Counting, _Ids]]:
        return [(kind.counting(settings), ids) for kind, ids in self._by_kind.items()]

    def _take(self, account: _Sums, entry: _Entry) -> None:
        account.orders -= 1
        if entry.amount is None:
            return
        key = (entry.kind, entry.currency)
        total = account.totals[key]
        total.take(entry.amount)
        if not total.orders:
            del account.totals[key]
        elif not total.exact:
            self._rounded = True

    def _sum_again_if_rounded(self) -> None:
        if not self._rounded:
            return
        for account in (self._all, *self._contacts.values()):
            account.orders, account.totals = 0, {}
        for entry in self._entries.values():
            _add(self._all, entry)
            if entry.contact is not None:
                _add(self._contacts[entry.contact], entry)
        self._rounded = False


def _entry(order: Document, zone_of: ZoneOf) -> _Entry:
    status, contact = str(order.get("status")), order.get("contactId")
    is_delivered = status == _DELIVERED.status
    from_sdk = status == _FROM_SDK.status and order.get("source") == MOBILE_SDK
    if not is_delivered and not from_sdk:
        return _Entry(contact, _Kind(status, None), None, None, None)
    currency, amount = order.get("currency"), as_number(order.get("totalCost"))
    no_amount = ""
    if amount is None:
        no_amount = f"its totalCost is {show(order.get('totalCost'))}: no number"
    if from_sdk:
        return _Entry(contact, _FROM_SDK, None, currency, amount, "", no_amount)
    at = moment_of(order.get("date"), zone_of(contact))
    no_sale = ""
    if at is None:
        no_sale = f"its date is {show(order.get('date'))}: no time of a sale"
    elif contact is None:
        no_sale = "it belongs to no contact"
    return _Entry(contact, _DELIVERED, at, currency, amount, no_sale, no_amount)


def _add(account: _Sums, entry: _Entry) -> None:
    account.orders += 1
    if entry.amount is not None:
        key = (entry.kind, entry.currency)
        total = account.totals.get(key)
        if total is None:
            total = account.totals[key] = Total(entry.currency)
        total.add(entry.amount)


def _leave(groups: dict[_Name, _Ids], name: _Name, order_id: str) -> None:
    ids = groups.get(name)
    if ids is not None:
        del ids[order_id]
        if not ids:
            del groups[name]


def _last_sale(contact: _Sums) -> datetime | None:
    """The time of the last sale, looked for again only after the last one was taken out."""
    if contact.last is None and contact.sales:
        contact.last = max(contact.sales.values())
    return contact.last


def _by_currency(totals: _Totals, settings: AccountSettings) -> list[Total]:
    found: dict[str | None, Total] = {}
    for (kind, currency), total in totals.items():
        if kind.counting(settings).revenue:
            found.setdefault(currency, Total(currency)).merge(total)
    return sorted(found.values(), key=lambda each: str(each.currency or ""))


def _left_out(why: str, ids: _Ids) -> LeftOut:
    return LeftOut(why, len(ids), list(islice(ids, _EXAMPLES)))


def _left_outs(groups: dict[str, _Ids]) -> list[LeftOut]:
    return [_left_out(why, ids) for why, ids in groups.items()]
