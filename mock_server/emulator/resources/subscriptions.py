"""Who gets bulk mail: subscription categories (CON-13) and the unsubscribed addresses."""

from collections import Counter
from collections.abc import Iterable, Sequence

from mock_server.documents.identifiers import same_form
from mock_server.emulator.errors import RefusedError
from mock_server.emulator.host import Resource
from mock_server.model import Document
from mock_server.rules.contact.contacts import not_found

_GROUP = 1
"""The group of every category: the service has groups of them, the emulator one."""


class Subscriptions(Resource):
    """The categories of an account. One comes to be when its key is first seen."""

    def categories(self) -> list[Document]:
        """All categories, oldest first, each with how many contacts have it."""
        with self._host.paused():
            counts: Counter[str] = Counter()
            for contact in self._state.rows("contacts"):
                if not contact.get("deleted"):
                    counts.update(contact.get("subscriptions", ()))
            known = self._known(counts)
        return [
            {
                "id": each["id"],
                "key": each["key"],
                "groupId": _GROUP,
                "contactsCount": counts[each["key"]],
                "createdDate": each["createdDate"],
                "updatedDate": each["updatedDate"],
                "name": each["key"],
            }
            for each in known
        ]

    def of_contact(self, contact_id: int) -> list[Document]:
        """The categories a contact has. Raises `RefusedError` 404 for an unknown contact."""
        with self._host.paused():
            keys = self._contact(contact_id).get("subscriptions", ())
            ids = {each["key"]: each["id"] for each in self._known(keys)}
        return [{"id": ids[key], "key": key, "groupId": _GROUP, "name": key} for key in keys]

    def replace(self, contact_id: int, keys: Sequence[str]) -> None:
        """Give a contact these categories alone; `RefusedError` 404 if unknown."""
        with self._host.paused():
            contact = {**self._contact(contact_id), "subscriptions": list(dict.fromkeys(keys))}
            contact["updatedAt"] = self._host.clock.iso()
            self._state.commit({"contacts": [contact], "subscriptions": self.new(keys)})

    def new(self, keys: Iterable[str]) -> list[Document]:
        """Return what to commit for keys never seen before; the caller holds the account."""
        known = {each["key"] for each in self._state.rows("subscriptions")}
        following = self._state.next_numbers().get("subscriptions", 1)
        now = self._host.clock.iso()
        return [
            {"id": following + place, "key": key, "createdDate": now, "updatedDate": now}
            for place, key in enumerate(dict.fromkeys(each for each in keys if each not in known))
        ]

    def _known(self, held: Iterable[str]) -> list[Document]:
        """All categories; keys that an older version left without one get theirs now."""
        new = self.new(held)
        if new:
            self._state.commit({"subscriptions": new})
        return self._state.rows("subscriptions")

    def _contact(self, contact_id: int) -> Document:
        contact = self._state.contact(contact_id)
        if contact is None or contact.get("deleted"):
            raise RefusedError(404, "contact_unknown", not_found(f"id='{contact_id}'"))
        return contact


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
