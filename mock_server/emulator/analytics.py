"""What the service computes from an account's events and orders: segments, RFM and revenue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mock_server.emulator.clock import Clock, iso
from mock_server.emulator.segments import preview
from mock_server.model import VERDICTS, Document
from mock_server.rules.error_groups import ERROR_GROUPS, error_group
from mock_server.rules.rfm import COLOURS, SALES, SINCE, Grid, LeftOut, revenue_of, rfm_grid
from mock_server.state import AccountState


class Analytics:
    """Questions about many events and orders at once; each reads the account's clock."""

    def __init__(self, state: AccountState, clock: Clock) -> None:
        self._state = state
        self._clock = clock

    def segment(self, condition: Any, limit: int = 50, offset: int = 0) -> Document:
        """The contacts that meet a condition (SEG-03). Raises `InvalidError`."""
        return preview(self._state, condition, self._clock.now(), limit, offset)

    def verdicts(self) -> dict[str, int]:
        """How many stored events have each verdict; all four are there."""
        counts = self._state.event_counts("verdict")
        return {verdict: counts.get(verdict, 0) for verdict in VERDICTS}

    def errors(self) -> list[Document]:
        """The reasons of the stored events, split as Event analytics splits them.

        One document for each group, empty ones too: `group` and `reasons`, how many events have
        each reason, the most frequent first. An event may have several.
        """
        counts = self._state.event_counts("reason")
        frequent = sorted(counts, key=lambda reason: (-counts[reason], reason))
        return [
            {
                "group": group,
                "reasons": {each: counts[each] for each in frequent if error_group(each) == group},
            }
            for group in ERROR_GROUPS
        ]

    def rfm(self) -> Document:
        """The RFM grid (ORD-19): rows by number of sales, the most first. Reads every order."""
        now = self._clock.now()
        grid = rfm_grid(self._state.rows("orders"), self._state.settings, now)
        return {
            "now": iso(now),
            "contacts": sum(len(cell) for row in grid.cells for cell in row),
            "sales": grid.sales,
            "since": [name for name, _ in SINCE],
            "rows": [_row(grid, row) for row in reversed(range(len(SALES)))],
            "leftOut": _left_out(grid.left_out),
        }

    def revenue(
        self,
        start: datetime | None = None,
        end: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Document:
        """Revenue by currency (ORD-19) of the orders dated within the period. Reads every order.

        `total` orders count, `orders` is a page of them, the newest first; `leftOut` the others.
        """
        newest_first = reversed(self._state.rows("orders"))
        found = revenue_of(newest_first, self._state.settings, start, end)
        return {
            "from": start and iso(start),
            "to": end and iso(end),
            "totals": [
                {
                    "currency": each.currency,
                    "orders": each.orders,
                    "revenue": str(each.revenue),
                    "exact": each.exact,
                }
                for each in found.totals
            ],
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
