"""The emulator: its accounts over one store, and what concerns all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from os import PathLike
from threading import Lock
from time import monotonic
from typing import Any

from mock_server._version import __version__
from mock_server.emulator.account import Account
from mock_server.model import DEFAULT_ACCOUNT, Document
from mock_server.state import Store

_LOG = logging.getLogger("yespo_mock")


def read_state(path: str | PathLike[str]) -> Document:
    """What a state file holds, also while a server uses it; nothing is touched.

    Raises `StateError`.
    """
    return Store.read(path)


class Emulator:
    """The emulated service. Doors talk to nothing else.

    `state` is the path of the state file, None keeps everything in memory. `seeds` are applied to
    an account that holds nothing, and again after a reset; `settings` (by name) are put in force in
    every account whatever its file says. Raises `StateError` when the state file cannot be used,
    `InvalidError` for a broken seed.
    """

    def __init__(
        self,
        state: str | PathLike[str] | None = None,
        *,
        seeds: Iterable[Any] = (),
        settings: Mapping[str, Any] | None = None,
        fsync: bool = False,
        max_events: int = 100_000,
        warn: Callable[[str], None] = _LOG.warning,
    ) -> None:
        self._seeds = list(seeds)
        self._settings = dict(settings or {})
        self._listeners: tuple[Callable[[Document], None], ...] = ()
        self._accounts: dict[str, Account] = {}
        self._tokens: dict[str, str] = {}  # where a token was found; the account is asked each time
        self._lock = Lock()
        self._started = monotonic()
        self.store = Store(state, fsync=fsync, max_events=max_events, warn=warn)
        try:
            self.account(DEFAULT_ACCOUNT)
        except BaseException:
            self.store.close()
            raise

    def account(self, name: str = DEFAULT_ACCOUNT) -> Account:
        """The account of that name, created on first use."""
        found = self._accounts.get(name)
        if found is not None:
            return found
        with self._lock:
            if name not in self._accounts:
                state = self.store.account(name)
                account = Account(state, self._seeds, self._settings, self._tell)
                account.start_up()
                self._accounts[name] = account
            return self._accounts[name]

    def account_for_key(self, api_key: str) -> Account:  # noqa: ARG002  (one account for all keys)
        """The account that an API key opens."""
        return self.account(DEFAULT_ACCOUNT)

    def account_for_token(self, token: str) -> Account | None:
        """The account that gave out a bearer token (WIRE-03), or None."""
        known = self._tokens.get(token)
        for name in [*([known] if known else []), *self.account_names()]:
            if self.account(name).resources.tokens.holds(token):
                self._tokens[token] = name
                return self.account(name)
        return None

    def account_names(self) -> list[str]:
        """The accounts that hold anything, and `default`."""
        return self.store.account_names()

    def subscribe(self, listener: Callable[[Document], None]) -> Callable[[], None]:
        """Call `listener` with each event's record once it is committed; the answer ends that.

        Listeners run in the thread of the request: they must be quick and must not raise.
        """
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each != listener)

        return unsubscribe

    def _tell(self, record: Document) -> None:
        for listener in self._listeners:
            listener(record)

    def health(self) -> Document:
        """That it is alive, since when, and how much it holds."""
        totals = [self.account(name).counts() for name in self.account_names()]
        return {
            "status": "ok",
            "version": __version__,
            "uptimeSeconds": round(monotonic() - self._started, 3),
            "accounts": len(totals),
            **{
                table: sum(counts.get(table, 0) for counts in totals)
                for table in ("events", "orders", "contacts")
            },
        }

    def export_state(self) -> Document:
        """Everything, in the shape of the state file."""
        return self.store.export()

    def import_state(self, state: Any) -> None:
        """Replace everything. Raises `StateError` when it is not a state, and changes nothing."""
        with ExitStack() as paused:
            for account in list(self._accounts.values()):
                paused.enter_context(account.paused())
            self.store.replace(state)

    def close(self) -> None:
        """Fold the state file and let go of it."""
        self.store.close()

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
