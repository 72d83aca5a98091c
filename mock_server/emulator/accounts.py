"""The accounts: the one that an API key opens, and the names that the control API takes."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Literal

from mock_server.emulator.errors import NotFoundError, UnknownKeyError
from mock_server.emulator.traffic.secrets import account_name, tail, without_keys
from mock_server.model import DEFAULT_ACCOUNT

AccountMode = Literal["shared", "per-key"]
ACCOUNT_MODES: tuple[AccountMode, ...] = ("shared", "per-key")

_NAME = re.compile(r"key-[A-Za-z0-9_]{0,4}-[0-9a-f]{16}")
_cached_name = lru_cache(maxsize=4096)(account_name)


class AccountNames:
    """The account of each API key: `default` for all (shared), or one each (per-key)."""

    def __init__(self, mode: AccountMode = "shared", api_keys: Iterable[str] = ()) -> None:
        self.mode = mode
        self._keys = frozenset(api_keys)
        self._set_aside: dict[str, str] = {}

    @property
    def is_limited(self) -> bool:
        """Say whether only some API keys are let in."""
        return bool(self._keys)

    def without_keys(self, text: str) -> str:
        """A path, or a text about one, in which no key stands that was given (`--api-key`)."""
        return without_keys(text, self._keys)

    def of_key(self, api_key: str) -> str:
        """The account that a key opens. Raises `UnknownKeyError`."""
        if self._keys and api_key not in self._keys:
            raise UnknownKeyError(
                f"The API key …{tail(api_key)} is not known. Use one that this server was started"
                " with (--api-key)."
            )
        if api_key in self._set_aside:
            return self._set_aside[api_key]
        return _cached_name(api_key) if self.mode == "per-key" else DEFAULT_ACCOUNT

    def set_aside(self, api_key: str, account: str) -> None:
        """Let an API key open another account from now on, so that late requests are kept apart."""
        self._set_aside[api_key] = account

    def called(self, text: str, known: Callable[[], Sequence[str]]) -> str:
        """The account meant by a name or, per key, an API key. Raises `NotFoundError`."""
        if text == DEFAULT_ACCOUNT:
            return text
        if text in self._keys or (
            self.mode == "per-key" and not self._keys and _NAME.fullmatch(text) is None
        ):
            with suppress(UnknownKeyError):
                return self.of_key(text)
        names = known()
        if text in names or self.mode == "shared":
            return text
        shown = text if _NAME.fullmatch(text) else f"…{tail(text)}"
        raise NotFoundError(
            f"There is no account {shown}; there are: {', '.join(names)}. Use one of these, or an"
            " API key that is let in.",
            "account_not_found",
        )
