"""Analytics of an account's events and orders: segments, RFM and revenue."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from mock_server.emulator.clock import Clock, iso
from mock_server.emulator.errors import InvalidError
from mock_server.emulator.reports.sales import Sales
from mock_server.ledger.codes import ERROR_GROUPS, error_group
from mock_server.model import NO_CURRENCY, VERDICTS, Document
from mock_server.rules.moments import anchored, moment_of
from mock_server.rules.order.rfm import (
    COLOURS,
    SALES,
    SINCE,
    WITHOUT_A_SALE,
    Grid,
    LeftOut,
    Total,
    revenue_of,
)
from mock_server.rules.order.totals import item_total
from mock_server.rules.values import as_number, plain
from mock_server.state import AccountState, EventQuery

_NEVER = datetime.min.replace(tzinfo=timezone.utc)


class Analytics:
    """Questions about many events and orders at once; each reads the account's clock."""

    def __init__(self, state: AccountState, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self.sales = Sales(state)

    def segment(self, condition: Any, limit: int = 50, offset: int = 0) -> Document:
        """The contacts that meet a condition (SEG-03). Raises `InvalidError`."""
        from mock_server.emulator.resources.segments import preview_selection

        return preview_selection(self._state, condition, self._clock.now(), limit, offset)

    def verdicts(self) -> dict[str, int]:
        """Count the stored events of each verdict; all four are there."""
        counts = self._state.event_counts("verdict")
        return {verdict: counts.get(verdict, 0) for verdict in VERDICTS}

    def errors(self) -> list[Document]:
        """Documents of the reasons in stored events by `group`, the most frequent first."""
        counts = self._state.event_counts("reason")
        frequent = sorted(counts, key=lambda reason: (-counts[reason], reason))
        return [
            {
                "group": group,
                "reasons": {each: counts[each] for each in frequent if error_group(each) == group},
            }
            for group in ERROR_GROUPS
        ]

    def rfm(self, now: datetime | None = None) -> Document:
        """The RFM grid (ORD-19) at `now` or the clock: rows by sales, the most first."""
        now = now or self._clock.now()
        with self.sales.book() as book:
            grid = book.grid(self._state.settings, now)
        return {
            "now": iso(now),
            "contacts": sum(len(cell) for row in grid.cells for cell in row),
            "sales": grid.sales,
            "since": [name for name, _ in SINCE],
            "rows": [_row(grid, row) for row in reversed(range(len(SALES)))],
            "withoutSale": len(self._without_sale(grid)),
            "leftOut": _left_out(grid.left_out),
        }

    def rfm_contacts(self, sales: str | None = None, since: str | None = None) -> list[int]:
        """The contact ids in a cell, row or column of `rfm`, or all. Raises `InvalidError`."""
        _check_name("row", sales, (*SALES, WITHOUT_A_SALE))
        _check_name("column", since, [name for name, _ in SINCE])
        with self.sales.book() as book:
            grid = book.grid(self._state.settings, self._clock.now())
        if sales == WITHOUT_A_SALE:
            return [] if since is not None else self._without_sale(grid)
        return grid.contacts(sales, since)

    def _without_sale(self, grid: Grid) -> list[int]:
        """The bottom row of the grid: contacts without a sale, the newest first."""
        buyers = set(grid.contacts())
        return [each for each in self._state.contact_ids() if each not in buyers]

    def contacts(self, contact_ids: Iterable[int]) -> dict[int, Document]:
        """By contact id, no event read, what contacts have done (ORD-19).

        `orders`, `events`, `sales`, `lastSale` (ISO 8601, or null) and `spend` by currency.
        """
        with self.sales.book() as book:
            bought = {each: book.contact(each, self._state.settings) for each in contact_ids}
        return {
            contact_id: {
                "orders": each.orders,
                "events": self._state.find_events(EventQuery(contact=contact_id, limit=0)).total,
                "sales": each.sales,
                "lastSale": each.last_sale and iso(each.last_sale),
                "spend": [_total(total) for total in each.spend],
            }
            for contact_id, each in bought.items()
        }

    def bought(
        self, contact_id: int, days: int | None = None, limit: int = 200
    ) -> tuple[list[Document], list[Document]]:
        """The newest orders of a contact and what they cost together, by currency.

        `days`: dated within so many before now. Unlike revenue it looks at no status; a total that
        is not a number is left out.
        """
        orders = self._state.find_orders(contact=contact_id, limit=limit).items
        zone = self._state.zone_of(contact_id)
        dated = [(moment_of(each.get("date"), zone), each) for each in orders]
        if days is not None:
            earliest = self._clock.now() - timedelta(days=days)
            dated = [(at, each) for at, each in dated if at is not None and at >= earliest]
        dated.sort(key=lambda each: each[0] or _NEVER, reverse=True)
        totals: dict[str | None, Total] = {}
        for _, each in dated:
            amount, name = as_number(each.get("totalCost")), each.get("currency")
            if amount is not None:
                totals.setdefault(name, Total(name)).add(amount)
        return [each for _, each in dated], [_total(each) for each in totals.values()]

    def item_sum(self, item: Document) -> str | None:
        """Return what an item of an order costs together, or None if it has no numbers for that."""
        total = item_total(item)
        return None if total is None else plain(total)

    def turnover(self) -> Document:
        """The revenue of all times (ORD-19): `totals` by currency, and the orders `leftOut`."""
        with self.sales.book() as book:
            totals, left_out = book.revenue(self._state.settings)
        return {"totals": [_total(each) for each in totals], "leftOut": _left_out(left_out)}

    def revenue(
        self,
        start: datetime | None = None,
        end: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Document:
        """Revenue by currency (ORD-19) of the orders dated within the period; reads all.

        `orders` is a page of `total`; `leftOut` the others; `ordersTotal` is that of the Orders
        screen.
        """
        newest_first = reversed(self._state.rows("orders"))
        zone_of = self._state.zone_of
        found = revenue_of(newest_first, self._state.settings, start, end, zone_of)
        return {
            "from": start and iso(anchored(start, zone_of(None)) or start),
            "to": end and iso(anchored(end, zone_of(None)) or end),
            "totals": [_total(each) for each in found.totals],
            "ordersTotal": {
                each.currency or NO_CURRENCY: str(each.revenue) for each in found.placed
            },
            "total": len(found.orders),
            "orders": [
                {
                    "externalOrderId": order["externalOrderId"],
                    "date": order.get("date"),
                    "status": order.get("status"),
                    "currency": order.get("currency"),
                    "totalCost": order.get("totalCost"),
                    "why": why,
                }
                for order, why in found.orders[offset : offset + limit]
            ],
            "leftOut": _left_out(found.left_out),
        }


def _check_name(what: str, name: str | None, names: Sequence[str]) -> None:
    if name is not None and name not in names:
        raise InvalidError(
            f"The RFM grid has no {what} called {name!r}; there are: {', '.join(names)}."
        )


def _total(total: Total) -> Document:
    return {
        "currency": total.currency,
        "orders": total.orders,
        "revenue": str(total.revenue),
        "exact": total.exact,
    }


def _row(grid: Grid, row: int) -> Document:
    statuses = [grid.status(row, column) for column in range(len(SINCE))]
    return {
        "sales": SALES[row],
        "cells": [
            {
                "since": name,
                "count": len(ids),
                "contactIds": ids,
                "status": status,
                "colour": COLOURS[status],
            }
            for (name, _), ids, status in zip(SINCE, grid.cells[row], statuses, strict=True)
        ],
    }


def _left_out(found: list[LeftOut]) -> list[Document]:
    return [
        {"why": each.why, "orders": each.orders, "externalOrderIds": each.examples}
        for each in found
    ]
