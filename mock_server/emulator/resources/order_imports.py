"""Add orders: POST /orders (BLK)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mock_server.emulator.host import Host
from mock_server.model import Document
from mock_server.rules.order.add_orders import add_order
from mock_server.state import AccountState, UnwritableError


class OrderImports:
    """Saves orders: each with its event, its history and its contact, or not at all."""

    def __init__(self, host: Host, state: AccountState) -> None:
        self._host = host
        self._state = state

    def add(self, orders: Sequence[Any]) -> list[Document]:
        """Save orders as they were sent; those that fail come back, each with its `error`."""
        failed = []
        for order in orders:
            error = self._add(order)
            if error:
                failed.append({"order": order, "error": error})
        return failed

    def _add(self, order: Any) -> str:
        """Save one order; what went wrong, or ""."""
        try:
            return self._save(order)
        except UnwritableError as error:  # WIRE-13: the others may still go in, or fail likewise
            return f"This order cannot be stored. The emulator {error}."

    def _save(self, order: Any) -> str:
        with self._host.paused():
            now = self._host.clock.iso()
            decision = add_order(order, self._state, now)
            if decision.request is None or decision.outcome is None:
                return decision.error
            puts = {"contacts": decision.contacts} if decision.contacts else {}
            record = self._host.record(decision.request, decision.outcome, now, puts)
        self._host.tell(record)
        return ""
