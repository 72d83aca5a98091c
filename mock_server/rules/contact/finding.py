"""CON-01 and CON-08: which contact is meant, by what identifies it.

`sent` is a contact as a client sent it, without what it left blank, under the vendor's names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from mock_server.documents.identifiers import FIELD_KINDS, KIND_OF_CHANNEL
from mock_server.model import ContactField, Document, IdentifierKind
from mock_server.rules.trace import Trace


class ContactsView(Protocol):
    """What these rules may see of an account. Reading only."""

    def find_contact(self, kind: ContactField, value: str) -> int | None:
        """The contact with this identifier that is not deleted, or None."""

    def contacts_by(self, kind: IdentifierKind, value: str, *, deleted: bool = False) -> list[int]:
        """All contacts with this identifier; with `deleted`, deleted ones as well."""

    def contact(self, contact_id: int) -> Document | None:
        """The contact with this id, deleted or not, or None."""

    def next_contact_id(self) -> int:
        """The id the next new contact will get."""


@dataclass(frozen=True, slots=True)
class Match:
    """A contact that was found, by what, and whether it is a deleted one."""

    contact_id: int
    kind: str
    deleted: bool = False


def values_of(contact: Document, kind: IdentifierKind) -> Iterator[str]:
    """The values of one kind that identify a contact: of its channels, or a field of its own."""
    if kind in FIELD_KINDS:
        if contact.get(kind):
            yield contact[kind]
        return
    for channel in contact.get("channels", ()):
        if KIND_OF_CHANNEL.get(channel["type"]) == kind:
            yield channel["value"]


def find_match(
    sent: Document,
    kinds: Sequence[IdentifierKind],
    view: ContactsView,
    trace: Trace,
    *,
    rule: str = "CON-01",
    restorable: Sequence[IdentifierKind] = ("externalCustomerId",),
) -> Match | None:
    """The contact meant: the first of `kinds` that finds one wins; those found after it are noted.

    Contacts that are not deleted go first; by a kind in `restorable` a deleted one is found too.
    The steps in `trace` cite `rule`.
    """
    winner: Match | None = None
    for kind in kinds:
        for value in values_of(sent, kind):
            match = _find_one(kind, value, view, kind in restorable)
            if match is None:
                continue
            if winner is None:
                winner = match
                trace.say(f"{rule}/found", kind, contact=match.contact_id)
            elif match.contact_id != winner.contact_id and not match.deleted:
                trace.say(
                    f"{rule}/found_too",
                    kind,
                    other=match.contact_id,
                    contact=winner.contact_id,
                    kind=winner.kind,
                )
    return winner


def _find_one(
    kind: IdentifierKind, value: str, view: ContactsView, restorable: bool
) -> Match | None:
    found = view.find_contact(kind, value)
    if found is not None:
        return Match(found, kind)
    if restorable:
        for each in view.contacts_by(kind, value, deleted=True):
            return Match(each, kind, deleted=True)
    return None


def holder_of_external_id(sent: Document, contact_id: int, view: ContactsView) -> int | None:
    """The other contact, deleted or not, that has the external ID sent; None when nobody has."""
    wanted = sent.get("externalCustomerId")
    if wanted is None:
        return None
    held = view.contacts_by("externalCustomerId", wanted, deleted=True)
    return next((each for each in held if each != contact_id), None)
