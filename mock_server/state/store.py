"""The state of all accounts: one per server, in memory or in a state file."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mock_server import jsonio
from mock_server.documents.tables import TABLES
from mock_server.model import DEFAULT_ACCOUNT, Document
from mock_server.state.account import AccountState
from mock_server.state.accounts import Accounts
from mock_server.state.errors import StateError
from mock_server.state.files.durable import stamp
from mock_server.state.files.edited_file import fill, state_documents
from mock_server.state.files.file_format import FORMAT
from mock_server.state.files.reading import load_state
from mock_server.state.files.snapshot import META, Frozen
from mock_server.state.files.state_files import StateFiles, files_of
from mock_server.state.tables.change import TableChange

Fresh = dict[str, AccountState]
"""A whole state that has been checked: accounts by name, not yet those of any store."""

_log = logging.getLogger("yespo_mock.state")
_REPORT_EVERY = 10_000
NEIGHBOURS = 100
"""How many other accounts are searched for a contact that is not in the event's own (IDN-09)."""


class Store:
    """The state of a server: accounts by name; in memory without a `path`.

    `fsync` makes commits survive a power cut; `max_events` bounds each account (0: no), and
    `dropped_events` counts; `warn` gets lines for people, `owner` is told to a second server.
    Raises `StateError`.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        fsync: bool = False,
        max_events: int = 100_000,
        warn: Callable[[str], None] = _log.warning,
        owner: str = "",
    ) -> None:
        self.path = None if path is None else Path(path)
        self.max_events = max_events
        self.dropped_events = 0
        self.lock = threading.RLock()
        self._warn = _surely(warn)
        self._reported = 0
        self.accounts = Accounts(lambda name: AccountState(self, name), self.lock)
        self._closed = False
        self._files: StateFiles | None = None
        if self.path is not None:
            files = StateFiles(
                self.path,
                lock=self.lock,
                freeze=self._freeze,
                warn=self._warn,
                fsync=fsync,
                owner=owner,
            )
            files.open(self._loaded)
            for each in self.accounts:
                each.distrust_history()
                self.accounts.count(each, TABLES)
            self._files = files
            if self.dropped_events:
                self._report_dropped()
                self.dropped_events = self._reported = 0

    # -- accounts ------------------------------------------------------------------------------

    def account(self, name: str = DEFAULT_ACCOUNT) -> AccountState:
        """The account of this name, stored once it holds something. Raises `StateError`."""
        return self.accounts.get(name)

    def account_names(self) -> list[str]:
        """The accounts that hold anything, and the default account, sorted."""
        return self.accounts.holding()

    # -- the whole state -----------------------------------------------------------------------

    def export(self, account: str | None = None) -> Document:
        """All documents, of one account or of all, in TinyDB's shape: that of the state file."""
        frozen = self._freeze(account)
        tables = {
            table: {str(number): jsonio.loads(data) for number, data in frozen.rows(table)}
            for table in TABLES
        }
        held = {table: documents for table, documents in tables.items() if documents}
        return {**held, META: {"1": {"format": FORMAT}}}

    def export_text(self, account: str | None = None) -> Iterator[bytes]:
        """The JSON of `export` as of now, in parts: a slow reader holds no copy of it."""
        return self._freeze(account).export()

    def replace(self, state: Document, account: str | None = None) -> None:
        """Replace everything, or one account, by a state (see `export`). Raises `StateError`."""
        self.install(self.prepare(state, account), account)

    def prepare(self, state: Document, account: str | None = None) -> Fresh:
        """Check a whole state to `install`, with nobody waiting. Raises `StateError`.

        With `account`, all documents go to that account, whatever account they name.
        """
        fresh: Fresh = {}

        def accounts(name: str) -> AccountState:
            name = account or name
            if name not in fresh:
                fresh[name] = AccountState(self, name)
            return fresh[name]

        self._check_open()
        fill(state_documents(state), accounts)
        return fresh

    def install(self, fresh: Fresh, account: str | None = None) -> None:
        """Replace everything, or one account, with a prepared state. Raises `StateError`."""
        with self._alone():
            self._check_open()
            if self._files is None:
                self._take_over(fresh, account)
            else:
                kept = [] if account is None else [*self.accounts]
                others = [each for each in kept if each.name != account]
                self._files.replace(
                    _frozen([*others, *fresh.values()]), lambda: self._take_over(fresh, account)
                )

    def _take_over(self, fresh: Fresh, account: str | None) -> None:
        replaced = [*self.accounts] if account is None else [self.account(account)]
        for each in replaced:
            each.take_over(AccountState(self, each.name))
        for name, each in fresh.items():
            filled = self.account(name)
            filled.take_over(each)
            self.keep(filled)
            replaced.append(filled)
        for each in replaced:
            self.accounts.count(each, TABLES)
            each.watch({}, TABLES)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The locks for replacing the whole state, in their order: no fold, then no commit."""
        if self._files is None:
            with self.lock:
                yield
            return
        with self._files.alone(), self.lock:
            yield

    @staticmethod
    def read(path: str | os.PathLike[str]) -> Document:
        """What a state file and its log hold, also while a server has it. Raises `StateError`."""
        target, log = files_of(Path(path))
        if not target.exists() and not log.exists():
            raise StateError(f"there is no state file {path}")
        while True:
            before = stamp(target)
            memory = Store(max_events=0)
            try:
                load_state(target, log, memory._loaded)
                if stamp(target) == before:
                    return memory.export()
            except StateError:
                if stamp(target) == before:
                    raise
            # A server has just folded its log in: read both again.

    # -- files ---------------------------------------------------------------------------------

    def describe_owner(self, text: str) -> None:
        """What a second server on the same state file learns about this one, such as its URL."""
        if self._files is not None:
            self._files.describe_owner(text)

    def flush(self) -> None:
        """Bring the state file up to date now. Raises `StateError` when it cannot be written."""
        if self._files is not None:
            self._files.flush()

    def close(self) -> None:
        """Bring the state file up to date and let it go. Further commits are refused."""
        with self.lock:
            if self._closed:
                return
            self._closed = True
        if self._files is not None:
            self._files.close()
        if self.dropped_events > self._reported:
            self._report_dropped()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what accounts ask of their store (account.Home) ---------------------------------------

    def make(self, account: AccountState, change: TableChange) -> None:
        """Write a change down, then make it; the lock is held. Raises `StateError`."""
        self._check_open()
        if self._files is not None:
            self._files.append(lambda number: change.line(number, account.json_name))
        change.apply()
        self.keep(account)
        self.accounts.count(account, change.touched())

    def keep(self, account: AccountState) -> None:
        """Remember an account although it may hold no document."""
        self.accounts.keep(account)

    def dropped(self) -> None:
        """Count an event that was dropped for `max_events`."""
        self.dropped_events += 1
        loading = self._files is None and self.path is not None
        if not loading and (self.dropped_events == 1 or self.dropped_events % _REPORT_EVERY == 0):
            self._report_dropped()

    def neighbours(self, account: AccountState) -> list[AccountState]:
        """Other accounts that hold contacts, as many as an event may look into (IDN-09)."""
        names = self.accounts.holders("contacts", NEIGHBOURS + 1)
        return [self.account(name) for name in names if name != account.name][:NEIGHBOURS]

    # -- details -------------------------------------------------------------------------------

    def _freeze(self, account: str | None = None) -> Frozen:
        with self.lock:
            if account is not None:
                return _frozen([self.account(account)])
            return _frozen(self.accounts)

    def _loaded(self, name: str) -> AccountState:
        account = self.account(name)
        self.keep(account)
        return account

    def _check_open(self) -> None:
        if self._closed:
            raise StateError("the state is closed; nothing more can be stored")

    def _report_dropped(self) -> None:
        self._reported = self.dropped_events
        self._warn(
            f"{self.dropped_events} of the oldest events dropped so far: an account keeps"
            f" {self.max_events}; orders, contacts and history stay"
        )


def _surely(warn: Callable[[str], None]) -> Callable[[str], None]:
    """Tell what can be told: where nothing can be stored, often nothing can be printed either."""

    def tell(text: str) -> None:
        with suppress(OSError, ValueError):  # a full disk; a stream that was closed
            warn(text)

    return tell


def _frozen(accounts: Iterable[AccountState]) -> Frozen:
    """Accounts as they are now, without those that nobody has ever stored anything in."""
    return Frozen([each.freeze() for each in accounts if each.is_used])
