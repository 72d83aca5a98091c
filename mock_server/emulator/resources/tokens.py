"""Bearer tokens (WIRE-03)."""

from __future__ import annotations

import secrets

from mock_server.emulator.host import Resource


class Tokens(Resource):
    """The tokens that an account has given out. They do not expire."""

    _own: str | None = None

    def give(self) -> str:
        """A new token."""
        token = secrets.token_urlsafe(32)
        with self._host.paused():
            issued = {"token": token, "createdAt": self._host.clock.iso()}
            self._state.commit({"tokens": [issued]})
        return token

    def own(self) -> str:
        """The token of the emulator's own pages: it ends with the process and is never stored."""
        with self._host.paused():
            if self._own is None:
                self._own = secrets.token_urlsafe(32)
            return self._own

    def holds(self, token: str) -> bool:
        """Return whether this account has given out that token."""
        return token == self._own or self._state.get("tokens", token) is not None
