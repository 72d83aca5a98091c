"""The accounts of a store: those that hold anything, those that are being asked, and how much."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from mock_server.documents.tables import TABLES
from mock_server.model import DEFAULT_ACCOUNT
from mock_server.state.errors import StateError

if TYPE_CHECKING:
    from mock_server.state.account import AccountState


class Accounts:
    """Accounts by name, with running totals; one only asked for is gone with its asker."""

    def __init__(self, make: Callable[[str], AccountState], lock: threading.RLock) -> None:
        self._make = make
        self._lock = lock
        self._asked: WeakValueDictionary[str, AccountState] = WeakValueDictionary()
        self._kept: dict[str, AccountState] = {}
        self._counts: dict[str, dict[str, int]] = {table: {} for table in TABLES}
        self._totals = dict.fromkeys(TABLES, 0)

    def __iter__(self) -> Iterator[AccountState]:
        """Those that are kept, by name."""
        with self._lock:
            return iter([self._kept[name] for name in sorted(self._kept)])

    def __len__(self) -> int:
        return len(self._kept) + (DEFAULT_ACCOUNT not in self._kept)

    def names(self) -> list[str]:
        """The accounts that are kept, whatever they hold, and the default account, sorted."""
        with self._lock:
            return sorted({*self._kept, DEFAULT_ACCOUNT})

    def holding(self) -> list[str]:
        """The accounts that hold any document, and the default account, sorted."""
        with self._lock:
            return sorted({DEFAULT_ACCOUNT}.union(*self._counts.values()))

    def get(self, name: str) -> AccountState:
        """The account of this name, made where nobody has it. Raises `StateError` for no name."""
        found = self._asked.get(name)
        if found is None:
            if not name:
                raise StateError("an account's name must not be empty")
            with self._lock:
                found = self._asked.get(name)
                if found is None:
                    found = self._asked[name] = self._make(name)
        return found

    def keep(self, account: AccountState) -> None:
        """Keep an account from now on: there is something to remember of it."""
        if account.name not in self._kept:  # seldom: else nobody waits for the lock
            with self._lock:
                self._kept[account.name] = account

    def count(self, account: AccountState, tables: Iterable[str]) -> None:
        """Recount the documents an account holds in these tables; the lock is held."""
        for table in tables:
            counts = self._counts[table]
            held = account.count(table)
            self._totals[table] += held - counts.get(account.name, 0)
            if held:
                counts[account.name] = held
            else:
                counts.pop(account.name, None)

    def totals(self) -> dict[str, int]:
        """Count the documents of all accounts, by table."""
        return dict(self._totals)

    def total(self, table: str) -> int:
        """Count the documents of all accounts in one table."""
        return self._totals[table]

    def holders(self, table: str, limit: int | None = None) -> list[str]:
        """At most `limit` accounts with documents of a table, the default one first."""
        with self._lock:
            counts = self._counts[table]
            first = [DEFAULT_ACCOUNT] if DEFAULT_ACCOUNT in counts else []
            others = (name for name in reversed(counts) if name != DEFAULT_ACCOUNT)
            return list(islice(chain(first, others), limit))
