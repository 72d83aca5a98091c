"""The accounts of a store: those that hold anything, those that are being asked, and how much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from mock_server.documents.tables import TABLES
from mock_server.model import DEFAULT_ACCOUNT

if TYPE_CHECKING:
    from mock_server.state.account import AccountState


class Accounts:
    """Accounts by name.

    One that was only asked for is gone when nobody asks it any more; what is changed is kept.
    Counts are kept up with each change, so that totals cost the same for any number of accounts.
    Who changes anything here holds the store's lock; single looks need none.
    """

    def __init__(self, make: Callable[[str], AccountState]) -> None:
        self._make = make
        self._asked: WeakValueDictionary[str, AccountState] = WeakValueDictionary()
        self._kept: dict[str, AccountState] = {}
        self._counts: dict[str, dict[str, int]] = {table: {} for table in TABLES}
        self._totals = dict.fromkeys(TABLES, 0)

    def __iter__(self) -> Iterator[AccountState]:
        """Those that are kept, by name."""
        return iter([self._kept[name] for name in sorted(self._kept)])

    def find(self, name: str) -> AccountState | None:
        """The account of this name, if somebody has it."""
        return self._asked.get(name)

    def find_or_make(self, name: str) -> AccountState:
        """The account of this name, made where nobody has it."""
        found = self._asked.get(name)
        if found is None:
            found = self._asked[name] = self._make(name)
        return found

    def keep(self, account: AccountState) -> None:
        """Keep an account from now on: there is something to remember of it."""
        self._kept[account.name] = account

    def names(self) -> list[str]:
        """The accounts that are kept, and the default account, sorted."""
        return sorted({*self._kept, DEFAULT_ACCOUNT})

    def holding(self) -> list[str]:
        """The accounts that hold any document, and the default account, sorted."""
        return sorted({DEFAULT_ACCOUNT}.union(*self._counts.values()))

    def __len__(self) -> int:
        return len(self._kept) + (DEFAULT_ACCOUNT not in self._kept)

    def count(self, account: AccountState, tables: Iterable[str]) -> None:
        """Count anew how many documents an account holds in these tables."""
        for table in tables:
            counts = self._counts[table]
            held = account.count(table)
            self._totals[table] += held - counts.get(account.name, 0)
            if held:
                counts[account.name] = held
            else:
                counts.pop(account.name, None)

    def totals(self) -> dict[str, int]:
        """How many documents all accounts hold together, by table."""
        return dict(self._totals)

    def holders(self, table: str, limit: int | None = None) -> list[str]:
        """The accounts that hold documents of a table, at most `limit` of them.

        The default account comes first, then those that began to hold any last.
        """
        counts = self._counts[table]
        found = [DEFAULT_ACCOUNT] if DEFAULT_ACCOUNT in counts else []
        others = (name for name in reversed(counts) if name != DEFAULT_ACCOUNT)
        return [*found, *islice(others, None if limit is None else max(0, limit - len(found)))]
