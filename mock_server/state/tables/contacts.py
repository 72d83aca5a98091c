"""The contacts of an account, by everything that identifies one, and by what almost does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from mock_server.documents.identifiers import additional, identifiers, near_form, same_form
from mock_server.documents.tables import Key
from mock_server.model import ADDITIONAL_FIELD, ContactField, Document, IdentifierKind, NearContact
from mock_server.state.tables.bitmap import BitIndex, Span
from mock_server.state.tables.postings import Postings
from mock_server.state.tables.table import LiveTable

_INDEXED: tuple[IdentifierKind, ...] = (
    "externalCustomerId",
    "email",
    "phone",
    "pushToken",
    "contactKey",
)


@dataclass(slots=True)
class Terms:
    """What a contact is found by: identifiers, additional fields, names; and its last change."""

    identifiers: list[tuple[IdentifierKind, str]]
    additional: list[tuple[ContactField, str]]
    first_name: str | None
    last_name: str | None
    deleted: bool
    updated: str


class ContactTable(LiveTable):
    """Contacts by id and by identifier.

    A contact with `"deleted": true` is kept, so that it can be restored, but is found by `find`
    only, or where it is asked for.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._held: dict[str, Postings] = {kind: Postings() for kind in _INDEXED}
        self._additional = Postings()
        self._updated: dict[int, str] = {}
        self._near = Postings()
        self._names = BitIndex("firstName", "lastName", "deleted")

    def terms(self, document: Document) -> Terms:
        """The identifiers, the names, and whether the contact is deleted."""
        return Terms(
            list(identifiers(document)),
            list(additional(document)),
            document.get("firstName"),
            document.get("lastName"),
            document.get("deleted") is True,
            document.get("updatedAt") or document.get("createdAt") or "",
        )

    def discard(self, key: Key) -> None:
        """Forget a contact for good."""
        if isinstance(key, int):
            self._names.remove(key)
            self._updated.pop(key, None)
        super().discard(key)

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        for index in (*self._held.values(), self._additional, self._near):
            index.clear()
        self._names.clear()
        self._updated = {}

    def by_update(self, ids: Iterable[int]) -> list[int]:
        """These contacts, those changed last first."""
        return sorted(ids, key=lambda each: (self._updated.get(each, ""), each), reverse=True)

    def ids(self, kind: ContactField, value: str, *, deleted: bool = False) -> list[int]:
        """The ids of the contacts with this identifier, lowest first."""
        if kind == "contactId":
            is_id = value.isascii() and value.isdigit() and value[0] != "0"
            found: Sequence[int] = (int(value),) if is_id and len(value) < 20 else ()
            found = [each for each in found if each in self._data]
        elif kind.startswith(ADDITIONAL_FIELD):
            found = self._additional.get(f"{kind}={value}")
        else:
            found = self._held[kind].get(same_form(kind, value))
        return [each for each in found if deleted or not self._is_deleted(each)]

    def near(self, value: str) -> Iterator[NearContact]:
        """Contacts that hold this value but for letter case, punctuation or kind."""
        form = near_form(value)
        for contact_id in self._near.get(form):
            if not self._is_deleted(contact_id):
                for kind, text in identifiers(orjson.loads(self._data.get(contact_id) or b"{}")):
                    if near_form(text) == form:
                        yield NearContact(kind, text, contact_id, self.account_name)
        for contact_id in self.ids("contactId", value):
            yield NearContact("contactId", value, contact_id, self.account_name)

    def has_near(self, form: str) -> bool:
        """Whether a contact may hold a value of this `near_form`."""
        return bool(self._near.get(form))

    def same_elsewhere(self, value: str) -> Iterator[NearContact]:
        """Contacts that hold this very value; asked of other accounts."""
        for kind in _INDEXED:
            for contact_id in self.ids(kind, value):
                yield NearContact(kind, value, contact_id, self.account_name)

    def select(
        self, first_name: str | None = None, last_name: str | None = None, *, deleted: bool = False
    ) -> list[Span]:
        """The contacts with these names; None lets every contact through."""
        where: list[tuple[str, Any]] = []
        if first_name is not None:
            where.append(("firstName", first_name))
        if last_name is not None:
            where.append(("lastName", last_name))
        if not deleted:
            where.append(("deleted", 0))
        return self._names.select(where)

    def _is_deleted(self, contact_id: int) -> bool:
        return self._names.has(contact_id, "deleted", 1)

    def _enter(self, doc_id: int, terms: Terms, old: bytes | None) -> None:
        values = (terms.first_name, terms.last_name, int(terms.deleted))
        self._updated[doc_id] = terms.updated
        if old is None:
            self._names.add(doc_id, values)
        else:
            self._leave(doc_id, old)
            self._names.change(doc_id, values)
        for field, text in terms.additional:
            self._additional.add(f"{field}={text}", doc_id)
        for kind, text in terms.identifiers:
            self._held[kind].add(same_form(kind, text), doc_id)
            if form := near_form(text):
                self._near.add(form, doc_id)

    def _leave(self, doc_id: int, old: bytes) -> None:
        document = orjson.loads(old)
        for field, text in additional(document):
            self._additional.remove(f"{field}={text}", doc_id)
        for kind, text in identifiers(document):
            self._held[kind].remove(same_form(kind, text), doc_id)
            self._near.remove(near_form(text), doc_id)
