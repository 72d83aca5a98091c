"""The sales of an account (ORD-19), brought up to date whenever somebody asks about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

from mock_server.rules.order.sales import SalesBook
from mock_server.state import AccountState

_MANY = 1000
"""So many changed orders are read before somebody asks, once no more have changed for a while."""

_QUIET = 0.25  # seconds


class Sales:
    """Keeps the book of an account's sales.

    The first question reads every order, each after it those that changed; many are read by a
    thread when it is quiet, while events go on.
    """

    def __init__(self, state: AccountState) -> None:
        self._state = state
        self._unread = 0
        self._closed = Event()
        self._lock = Lock()
        self._book: SalesBook | None = None
        self._zones: object = None

    def note(self, changed: int, quiet: float = _QUIET) -> None:
        """Take note of orders that have changed; many are read after so many quiet seconds."""
        before, self._unread = self._unread, self._unread + changed
        if before < _MANY <= self._unread:
            Thread(target=self._read_when_quiet, args=(quiet,), daemon=True).start()

    def close(self) -> None:
        """Read no more."""
        self._closed.set()

    def _read_when_quiet(self, quiet: float) -> None:
        unread = 0
        while unread != self._unread:
            unread = self._unread
            if self._closed.wait(quiet):
                return
        with self.book():
            pass

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
            self._unread = 0
            self._book = None  # should reading fail, the next question starts again
            for order_id, order in changed:
                if order is None:
                    book.drop(order_id)
                else:
                    book.put(order)
            self._book = book
            yield book
