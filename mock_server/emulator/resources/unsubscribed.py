"""The list of unsubscribed e-mail addresses."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.documents.identifiers import same_form
from mock_server.emulator.host import Resource


class UnsubscribedList(Resource):
    """The addresses that get no bulk mail; letter case does not matter (IDN-02)."""

    def add(self, emails: Iterable[str]) -> None:
        """Put addresses on the list; those on it stay."""
        with self._host.paused():
            now = self._host.clock.iso()
            new = {same_form("email", email) for email in emails if not self.holds(email)}
            added = [{"email": email, "addedAt": now} for email in sorted(new)]
            self._state.commit({"unsubscribed": added})

    def remove(self, emails: Iterable[str]) -> None:
        """Take addresses off the list; those not on it do not matter."""
        with self._host.paused():
            self._state.commit(
                {}, {"unsubscribed": [same_form("email", email) for email in emails]}
            )

    def holds(self, email: str) -> bool:
        """Return whether an address is on the list."""
        return self._state.get("unsubscribed", same_form("email", email)) is not None
