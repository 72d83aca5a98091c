"""The contacts of an account, by everything that identifies one, and by what almost does."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from mock_server.documents.identifiers import (
    additional,
    bound,
    identifiers,
    near_form,
    same_form,
)
from mock_server.documents.tables import Key
from mock_server.model import (
    Among,
    ContactField,
    Document,
    Holders,
    IdentifierKind,
    NearContact,
)
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
_CHANGE_NUMBER = re.compile(rb'\A(\{"id":[0-9]+),"changeNumber":[0-9]+')
_BEFORE_ALL = -(1 << 62)


@dataclass(slots=True)
class Terms:
    """What a contact is found by: identifiers, additional fields, names; and its last change."""

    identifiers: list[tuple[IdentifierKind, str]]
    others: list[tuple[ContactField, str]]
    first_name: str | None
    last_name: str | None
    deleted: bool
    rank: int
    zone: str | None


class ContactTable(LiveTable):
    """Contacts by id and by identifier, deleted ones found only where asked for.

    Those that share a value (CON-14) are in the order of their `changeNumber`, which counts all
    changes of the account's contacts; those of version 0.2 go by time.
    """

    zone_changes = 0

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self._ranks: dict[int, int] = {}
        self._holders: dict[Among, Postings] = {
            among: Postings(self._ranks.__getitem__) for among in ("live", "free", "deleted")
        }
        self._last_change = 0
        self.zones: dict[int, str] = {}
        self.zone_changes += 1
        self._near = Postings()
        self._names = BitIndex("firstName", "lastName", "deleted")

    def stamped(self, documents: Sequence[Document]) -> list[Document]:
        """These contacts, each with the next `changeNumber`."""
        return [
            {**each, "changeNumber": number} if isinstance(each, dict) else each
            for number, each in enumerate(documents, start=self._last_change + 1)
        ]

    def read(self, data: bytes) -> bytes:
        """A contact without its `changeNumber`, which orders contacts and is nobody else's."""
        return _CHANGE_NUMBER.sub(rb"\1", data, count=1)

    def terms(self, document: Document) -> Terms:
        """The identifiers, the names, whether the contact is deleted, and when it changed."""
        return Terms(
            list(identifiers(document)),
            [*additional(document), *bound(document)],
            document.get("firstName"),
            document.get("lastName"),
            document.get("deleted") is True,
            _rank(document),
            document.get("timeZone"),
        )

    def discard(self, key: Key) -> None:
        """Forget a contact for good."""
        super().discard(key)
        if isinstance(key, int):
            self._names.remove(key)
            self._ranks.pop(key, None)
            self._set_zone(key, None)

    def take_over(self, other: LiveTable) -> None:
        """Hold what another table holds, whose zones are others."""
        changes = self.zone_changes
        super().take_over(other)
        self.zone_changes += changes

    def by_update(self, ids: Iterable[int]) -> list[int]:
        """These contacts, those changed last first."""
        ranks = self._ranks
        return sorted(ids, key=lambda each: (ranks.get(each, _BEFORE_ALL), each), reverse=True)

    def holders(
        self, kind: ContactField, value: str, among: Among = "live", limit: int | None = None
    ) -> Holders:
        """The contacts with this identifier, those updated last first: at most `limit` of them."""
        if kind == "contactId":
            is_id = value.isascii() and value.isdigit() and value[0] != "0"
            contact_id = int(value) if is_id and len(value) < 20 else 0
            there = contact_id in self._data and self._is_deleted(contact_id) == (
                among == "deleted"
            )
            return Holders([contact_id], 1) if there else _NOBODY
        held = self._holders[among].get((kind, same_form(kind, value)))
        if not held:
            return _NOBODY
        start = 0 if limit is None else max(len(held) - limit, 0)
        return Holders([*held[start:]][::-1], len(held))

    def ids(self, kind: ContactField, value: str, *, deleted: bool = False) -> list[int]:
        """The ids of the contacts with this identifier, lowest first; `deleted`: those as well."""
        found = self.holders(kind, value).newest
        if deleted:
            found = found + self.holders(kind, value, "deleted").newest
        return sorted(found)

    def near(self, value: str) -> Iterator[NearContact]:
        """Contacts that hold this value but for letter case, punctuation or kind."""
        form = near_form(value)
        for contact_id in self._near.get(form):
            if not self._is_deleted(contact_id):
                for kind, text in identifiers(self._held(contact_id)):
                    if near_form(text) == form:
                        yield NearContact(kind, text, contact_id, self.account_name)
        for contact_id in self.ids("contactId", value):
            yield NearContact("contactId", value, contact_id, self.account_name)

    def has_near(self, form: str) -> bool:
        """Return whether a contact may hold a value of this `near_form`."""
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
        names = [("firstName", first_name), ("lastName", last_name)]
        return self._names.select([*names, ("deleted", None if deleted else 0)])

    def _is_deleted(self, contact_id: int) -> bool:
        return self._names.has(contact_id, "deleted", 1)

    def _enter(self, doc_id: int, terms: Terms, *, is_new: bool) -> None:
        values = (terms.first_name, terms.last_name, int(terms.deleted))
        if is_new:
            self._names.add(doc_id, values)
        else:
            self._leave(doc_id)
            self._names.change(doc_id, values)
        self._ranks[doc_id] = terms.rank
        self._set_zone(doc_id, terms.zone)
        self._last_change = max(self._last_change, terms.rank)
        for held, value in self._found_by(terms):
            held.add(value, doc_id)

    def _set_zone(self, contact_id: int, zone: Any) -> None:
        held = self.zones.get(contact_id)
        if held != zone:
            self.zone_changes += 1
            self.zones.pop(contact_id, None)
            if isinstance(zone, str):
                self.zones[contact_id] = zone

    def _leave(self, doc_id: int) -> None:
        for held, value in self._found_by(self.terms(self._held(doc_id))):
            held.remove(value, doc_id)

    def _found_by(self, terms: Terms) -> Iterator[tuple[Postings, Any]]:
        """Every index that leads to a contact, and the value that does."""
        ids = [(kind, same_form(kind, text)) for kind, text in terms.identifiers]
        for among in _among(terms):
            yield from ((self._holders[among], value) for value in (*terms.others, *ids))
        for _, text in terms.identifiers:
            if form := near_form(text):
                yield self._near, form


def _among(terms: Terms) -> tuple[Among, ...]:
    if terms.deleted:
        return ("deleted",)
    named = any(kind == "externalCustomerId" for kind, _ in terms.identifiers)
    return ("live",) if named else ("live", "free")


def _rank(document: Document) -> int:
    """The place of a contact's last change among all changes; one that says no number is before."""
    number = document.get("changeNumber")
    if type(number) is int and number > 0:
        return number
    try:
        text = document.get("updatedAt") or document.get("createdAt") or ""
        at = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=timezone.utc)
    except (AttributeError, ValueError):
        return _BEFORE_ALL
    return _BEFORE_ALL + int(at.timestamp() * 1_000_000) + (1 << 61)


_NOBODY = Holders([], 0)
