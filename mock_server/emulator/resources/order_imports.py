"""Add orders: POST /orders (BLK)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from mock_server import jsonio
from mock_server.emulator.fixing import fix_document, under
from mock_server.emulator.host import Resource
from mock_server.emulator.traffic.journal import Note
from mock_server.model import Document
from mock_server.rules.fix import Mended, mend_batch, mend_order
from mock_server.rules.order.add_orders import add_order
from mock_server.rules.order.batches import ORDERS
from mock_server.rules.trace import Trace
from mock_server.state import UnwritableError

FAILED_ORDERS = "failed_orders"
"""The reason of a request whose orders were not all saved."""

_KEPT = 8192
"""Bytes of the failed orders of a request that are kept for their fixes."""

# What is said of the request, not only of the event that an order generates.
_TOLD = ("BLK-07", "BLK-08", "CON-14", "CON-15", "IDN-11")


@dataclass(slots=True)
class OrdersAdded:
    """The results of the orders of a request.

    `failed` are those that were not saved, each with its `error`, and `failures` the same for the
    journal, with rule and hint; `trace` says what the others and their contacts were warned of.
    """

    failed: list[Document] = field(default_factory=list)
    failures: list[Note] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)


class OrderImports(Resource):
    """Saves orders: each with its event, its history and its contact, or not at all."""

    def add(self, orders: Sequence[Any], body: Document | None = None) -> OrdersAdded:
        """Save orders as they were sent; those that fail come back, each with its `error`.

        `body` is what they were sent in: fixes are patches of it.
        """
        added, room = OrdersAdded(), _KEPT
        for index, order in enumerate(orders):
            failure = self._add(order, added.trace)
            if failure is None:
                continue
            added.failed.append({"order": order, "error": failure.message})
            whole = body if len(orders) == 1 else None
            sent = jsonio.dumps({"orders": [order]} if whole is None else whole)
            if failure.finding and (room := room - len(sent)) >= 0:
                at = f"/orders/{index}" if whole is None else ""
                failure = replace(failure, fix=partial(self._fix, sent, at))
            added.failures.append(failure)
        return added

    def fix(self, order: Any) -> Mended:
        """Mend an order; nothing is changed here."""
        return mend_order(order, self._state, self._host.clock.iso())

    def fix_body(self, body: Any, text: str | None = None) -> Document | None:
        """Return the fix of a whole body of Add orders, `text` when it is not JSON."""
        with self._host.paused():
            mended = mend_batch(body, text, ORDERS, self.fix)
        return None if mended is None else fix_document(body, mended)

    def _fix(self, sent: bytes, at: str) -> Document | None:
        """The fix of an order that failed, as a patch of the body it came in."""
        body = jsonio.loads(sent)
        if not at:
            return self.fix_body(body)
        with self._host.paused():
            (order,) = body["orders"]
            return under(fix_document(order, self.fix(order)), at)

    def _add(self, order: Any, trace: Trace) -> Note | None:
        """Save one order; return what went wrong, or None."""
        try:
            return self._save(order, trace)
        except UnwritableError as error:  # WIRE-13: the others may still go in, or fail likewise
            return _failure(f"This order cannot be stored. The emulator {error}.")

    def _save(self, order: Any, trace: Trace) -> Note | None:
        with self._host.paused():
            now = self._host.clock.iso()
            decision = add_order(order, self._state, now)
            if decision.request is None:
                failed = (each for each in decision.outcome.trace if each.result == "failed")
                return _failure(decision.error, next(failed).finding, decision.outcome.hint or "")
            puts = {"contacts": decision.contacts} if decision.contacts else {}
            record = self._host.record(decision.request, decision.outcome, now, puts)
        self._host.tell(record)
        for step in decision.outcome.trace:
            if step.rule in _TOLD:
                trace.repeat(step)
        return None


def _failure(message: str, finding: str = "", hint: str = "") -> Note:
    return Note(FAILED_ORDERS, message, is_failure=True, finding=finding, hint=hint)
