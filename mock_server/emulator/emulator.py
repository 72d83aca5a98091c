"""The emulator: its accounts over one store, and what concerns all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from os import PathLike
from threading import Lock
from time import monotonic
from typing import Any
from weakref import WeakValueDictionary

from mock_server._version import __version__
from mock_server.emulator.account import Account
from mock_server.emulator.accounts import AccountMode, AccountNames
from mock_server.emulator.reports.metrics import Metrics
from mock_server.emulator.traffic.journal import DEFAULT_LIMIT, Journal, JournalEntry
from mock_server.model import DEFAULT_ACCOUNT, Document
from mock_server.state import Store

_LOG = logging.getLogger("yespo_mock")
_COUNTED = ("events", "orders", "contacts")

Listeners = list[Callable[[Document], None]]
"""They run in the thread of the request: they must be quick and must not raise."""


def _tell(listeners: Listeners, what: Document) -> None:
    for listener in listeners:
        listener(what)


def read_state(path: str | PathLike[str]) -> Document:
    """Read a state file, also while a server uses it, and touch nothing. Raises `StateError`."""
    return Store.read(path)


class Emulator:
    """The emulated service. Doors talk to nothing else.

    `state` is the path of the state file, or None. `seeds` are applied to an empty account, also
    after a reset; `settings` are in force whatever its file says; `max_requests` bounds each
    journal. Raises `StateError` for the file, `InvalidError` for a seed.
    """

    def __init__(
        self,
        state: str | PathLike[str] | None = None,
        *,
        seeds: Iterable[Any] = (),
        settings: Mapping[str, Any] | None = None,
        fsync: bool = False,
        max_events: int = 100_000,
        max_requests: int = DEFAULT_LIMIT,
        accounts: AccountMode = "shared",
        api_keys: Iterable[str] = (),
        warn: Callable[[str], None] = _LOG.warning,
    ) -> None:
        self._seeds = list(seeds)
        self._settings = dict(settings or {})
        self._max_requests = max_requests
        self.names = AccountNames(accounts, api_keys)
        self._faults_wait = False
        self.on_event: Listeners = []
        """Called with each event's record once it is committed."""
        self.on_message: Listeners = []
        """Called with each message that comes into an outbox (MSG-06)."""
        self.on_refused: Listeners = []
        """Called with the journal entry of each request that was refused."""
        self.on_unused: Listeners = []
        """Called with each fault that goes before it was met as often as it was to be."""
        self.paths: Callable[[], dict[str, set[str]]] = dict
        """Return the paths of the service with their methods, where a door serves them."""
        self.read_only = False
        """Whether the server lets nothing change what is here; the pages say so."""
        self.gateway: Callable[[], Document] | None = None
        """Describe the gateway, if one leads here."""
        # An account is held by its state, which the store keeps once there is something to keep.
        self._accounts: WeakValueDictionary[str, Account] = WeakValueDictionary()
        self._tokens: dict[str, str] = {}  # where a token was found; the account is asked each time
        self._lock = Lock()
        self._started = monotonic()
        self.metrics = Metrics(self._sizes)
        self.on_event.append(self.metrics.count_event)
        self.store = Store(state, fsync=fsync, max_events=max_events, warn=warn)
        try:
            self.account(DEFAULT_ACCOUNT).keep()
        except BaseException:
            self.store.close()
            raise

    def account(self, name: str = DEFAULT_ACCOUNT) -> Account:
        """The account of that name, created on first use."""
        found = self._accounts.get(name)
        if found is not None:
            return found
        with self._lock:
            found = self._accounts.get(name)
            if found is None:
                state = self.store.account(name)
                journal = Journal(self._max_requests)
                found = Account(state, journal, self._seeds, self._settings)
                found.tell_of = partial(_tell, self.on_event)
                found.tell_message = partial(_tell, self.on_message)
                found.faults.changed = partial(self._note_faults, found)
                found.faults.tell_unused = partial(_tell, self.on_unused)
                found.faults.paths = lambda: self.paths()
                found.start_up()
                self._accounts[name] = found
            return found

    def account_for_key(self, api_key: str) -> Account:
        """The account that an API key opens. Raises `UnknownKeyError`."""
        return self.account(self.names.of_key(api_key))

    def account_called(self, text: str) -> Account:
        """The account of a name or key; `NotFoundError` or `UnknownKeyError`."""
        return self.account(self.names.called(text, self.account_names))

    def account_documents(self) -> list[Document]:
        """The accounts there are, each with how much it holds."""
        found = [(name, self.store.account(name).counts()) for name in self.account_names()]
        return [
            {"account": name, **{table: counts.get(table, 0) for table in _COUNTED}}
            for name, counts in found
        ]

    @property
    def holds_up(self) -> bool:
        """Whether a request may take long (a fault, messages), and needs its own thread."""
        return self._faults_wait or self.store.accounts.total("workflows") > 0

    def _note_faults(self, account: Account) -> None:
        account.keep()
        self._faults_wait = any(each.faults.waiting for each in list(self._accounts.values()))

    def account_for_token(self, token: str) -> Account | None:
        """The account that gave out a bearer token (WIRE-03), or None."""
        known = self._tokens.get(token)
        for name in [*([known] if known else []), *self.store.accounts.holders("tokens")]:
            if self.account(name).resources.tokens.holds(token):
                self._tokens[token] = name
                return self.account(name)
        return None

    def token_of_pages(self, account: Account) -> str:
        """The token by which our own pages send to an account; it is never stored."""
        token = account.resources.tokens.own()
        self._tokens[token] = account.name
        return token

    def account_names(self) -> list[str]:
        """The accounts to which something was sent or given, and `default`."""
        return self.store.accounts.names()

    def journal(self, account: str | None, entry: JournalEntry) -> None:
        """Write a request down in the journal of its account, or in that of the default one."""
        whose = self.account(account or DEFAULT_ACCOUNT)
        whose.keep()
        self._hide_keys(entry)
        self._tell_refused(entry, whose.journal.add(entry))

    def journal_attempt(self, account: str | None, entry: JournalEntry) -> None:
        """Write down what the server refused by itself (WIRE-14), unless too much comes of it."""
        whose = self.account(account or DEFAULT_ACCOUNT)
        self._hide_keys(entry)
        number = whose.journal.add_attempt(entry)
        if number is not None:
            self._tell_refused(entry, number)

    def _hide_keys(self, entry: JournalEntry) -> None:
        path = self.names.without_keys(entry.path)
        if path != entry.path:
            entry.path = path
            hide = self.names.without_keys
            entry.notes = [replace(each, message=hide(each.message)) for each in entry.notes]

    def _tell_refused(self, entry: JournalEntry, number: int) -> None:
        if self.on_refused and entry.is_refused:
            _tell(self.on_refused, entry.to_document(number, fixed=True))

    def health(self) -> Document:
        """Report that it is alive, since when, and how much it holds."""
        totals = self.store.accounts.totals()
        return {
            "status": "ok",
            "version": __version__,
            "uptimeSeconds": round(monotonic() - self._started, 3),
            "accounts": len(self.store.accounts),
            **{table: totals[table] for table in _COUNTED},
        }

    def export_state(self, account: str | None = None) -> Document:
        """Everything, or what one account holds, in the shape of the state file."""
        return self.store.export(account)

    def export_text(self, account: str | None = None) -> Iterator[bytes]:
        """The JSON of `export_state`, in parts."""
        return self.store.export_text(account)

    def _sizes(self) -> tuple[dict[str, int], int, int]:
        return self.store.accounts.totals(), len(self.store.accounts), self.store.dropped_events

    def import_state(self, state: Any, account: str | None = None) -> None:
        """Replace everything, or one account; `StateError` if it is not a state."""
        fresh = self.store.prepare(state, account)
        with ExitStack() as paused:
            for each in list(self._accounts.values()):
                paused.enter_context(each.paused())
            self.store.install(fresh, account)

    def close(self) -> None:
        """Let go of the requests that faults hold up, fold the state file and let go of it."""
        for account in list(self._accounts.values()):
            account.close()
        self.store.close()

    def release(self) -> None:
        """Take all faults back, so that no request waits any more."""
        for account in list(self._accounts.values()):
            account.faults.clear()

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
