"""The contacts of an account as they will be after changes that are not stored yet."""

from mock_server.documents.identifiers import (
    additional,
    bound,
    identifiers,
    near_form,
    same_form,
)
from mock_server.model import Among, ContactField, Document, Holders, NearContact
from mock_server.rules.view import ContactsView

_Term = tuple[ContactField, str]


class ContactOverlay:
    """Contacts put over those of an account: by rehearsals, and by seeds that are being read."""

    def __init__(self, under: ContactsView) -> None:
        self._under = under
        self.documents: dict[int, Document] = {}
        self._held: dict[_Term, dict[int, None]] = {}
        self._near: dict[str, set[int]] = {}
        self._next: int | None = None

    def put(self, contact: Document) -> None:
        """Put a contact: it is the one that was updated last."""
        contact_id = contact["id"]
        before = self.documents.pop(contact_id, None)
        for term in _terms(before or {}):
            self._held[term].pop(contact_id, None)
        self.documents[contact_id] = contact
        for term in _terms(contact):
            self._held.setdefault(term, {})[contact_id] = None
        for _, text in identifiers(contact):  # what it held before is looked at again in `near`
            self._near.setdefault(near_form(text), set()).add(contact_id)
        self._next = max(self.next_contact_id(), contact_id + 1)

    def contact(self, contact_id: int) -> Document | None:
        """The contact with this id, deleted or not, or None."""
        return self.documents.get(contact_id) or self._under.contact(contact_id)

    def holders(
        self, kind: ContactField, value: str, among: Among = "live", limit: int | None = None
    ) -> Holders:
        """The contacts with this identifier, those updated last first: at most `limit` of them."""
        if not self.documents:
            return self._under.holders(kind, value, among, limit)
        if kind == "contactId":
            own = [int(value)] if value.isascii() and value.isdigit() else []
            own = [each for each in own if each in self.documents]
        else:
            own = [*reversed(self._held.get((kind, same_form(kind, value)), {}))]
        mine = [each for each in own if _is_among(self.documents[each], among)]
        under = self._under.holders(kind, value, among).newest
        found = mine + [each for each in under if each not in self.documents]
        return Holders(found[:limit], len(found))

    def near(self, value: str, account: str) -> list[NearContact]:
        """The contacts put here that hold this value in its `near_form`, by their ids."""
        form = near_form(value)
        found = [
            NearContact(kind, text, contact_id, account)
            for contact_id in sorted(self._near.get(form, ()))
            if not self.documents[contact_id].get("deleted")
            for kind, text in identifiers(self.documents[contact_id])
            if near_form(text) == form
        ]
        ids = self.holders("contactId", value).newest
        mine = [each for each in ids if each in self.documents]
        return found + [NearContact("contactId", value, each, account) for each in mine]

    def find_contact(self, kind: ContactField, value: str) -> int | None:
        """The contact with this identifier that was updated last, or None."""
        found = self.holders(kind, value, "live", 1).newest
        return found[0] if found else None

    def next_contact_id(self) -> int:
        """The id the next new contact will get."""
        return self._next or self._under.next_contact_id()


def _terms(contact: Document) -> list[_Term]:
    named = [(kind, same_form(kind, text)) for kind, text in identifiers(contact)]
    return [*named, *additional(contact), *bound(contact)]


def _is_among(contact: Document, among: Among) -> bool:
    if among == "deleted" or contact.get("deleted"):
        return bool(contact.get("deleted")) and among == "deleted"
    return among == "live" or not contact.get("externalCustomerId")
