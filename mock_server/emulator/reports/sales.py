"""The sales of an account (ORD-19), brought up to date whenever somebody asks about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from mock_server.rules.order.sales import SalesBook
from mock_server.state import AccountState


class Sales:
    """Keeps the book of an account's sales.

    The first question reads every order; each after it only those that changed since. An event
    pays next to nothing, as long as nobody asks nothing at all, and no question stops events from
    being judged while orders are read.
    """

    def __init__(self, state: AccountState) -> None:
        self._state = state
        self._lock = Lock()
        self._book: SalesBook | None = None
        self._zones: object = None

    @contextmanager
    def book(self) -> Iterator[SalesBook]:
        """The book as of now; it stays as it is until the caller lets go."""
        with self._lock:
            zones = self._state.zones
            if zones != self._zones:  # PST-02: every date may be another moment now
                self._book, self._zones = None, zones
            anew, changed = self._state.changed_orders(everything=self._book is None)
            book = self._book
            if anew or book is None:
                book = SalesBook(zone_of=self._state.zone_of)
            self._book = None  # should reading fail, the next question starts again
            for order_id, order in changed:
                if order is None:
                    book.drop(order_id)
                else:
                    book.put(order)
            self._book = book
            yield book
