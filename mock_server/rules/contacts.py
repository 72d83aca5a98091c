"""CON-01 to CON-03, CON-08 and CON-09: which contact is meant, and what becomes of it.

`sent` is always a contact as a client sent it, without what it left blank: names, `channels`,
`address`, `fields`, `externalCustomerId` and so on under the vendor's names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from mock_server.model import Document, IdentifierKind
from mock_server.rules.trace import Trace

CHANNEL_TYPES = (
    *("email", "sms", "viber", "mobilepush", "webpush"),
    *("appinbox", "widget", "inapp"),
)
KIND_OF_CHANNEL: dict[str, IdentifierKind] = {
    "email": "email",
    "sms": "phone",
    "mobilepush": "pushToken",
    "webpush": "pushToken",
}
SCALARS = (
    *("firstName", "lastName", "externalCustomerId", "contactKey"),
    *("languageCode", "timeZone", "addressBookId"),
)
FOUND_BY: tuple[IdentifierKind, ...] = ("externalCustomerId", "email", "phone", "pushToken")
SUBSCRIBER_FOUND_BY: tuple[IdentifierKind, ...] = ("externalCustomerId", "email", "phone")

Channels = Literal["replace", "add"]
"""What becomes of channels a contact has: those of the types sent go, or all stay."""


class ContactsView(Protocol):
    """What these rules may see of an account. Reading only."""

    def find_contact(self, kind: IdentifierKind, value: str) -> int | None:
        """The contact with this identifier that is not deleted, or None."""

    def contacts_by(self, kind: IdentifierKind, value: str, *, deleted: bool = False) -> list[int]:
        """All contacts with this identifier; with `deleted`, deleted ones as well."""

    def contact(self, contact_id: int) -> Document | None:
        """The contact with this id, deleted or not, or None."""

    def next_contact_id(self) -> int:
        """The id the next new contact will get."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a contact is not saved: the HTTP status, a code for programs, a text for people."""

    status: int
    code: str
    text: str


@dataclass(slots=True)
class ContactDecision:
    """What is to become of contacts.

    `contact` is the document to store, `others` are contacts that lose a channel to it; nothing is
    to be stored when there is a `refusal`. `dedupe_value` is the value an imported contact was
    looked for by (CON-07). `trace` says how it came to this.
    """

    contact: Document = field(default_factory=dict)
    others: list[Document] = field(default_factory=list)
    is_new: bool = False
    restored: bool = False
    refusal: Refusal | None = None
    dedupe_value: str | None = None
    trace: Trace = field(default_factory=Trace)

    def refuse(self, status: int, code: str, text: str) -> ContactDecision:
        """The same, refused."""
        self.refusal = Refusal(status, code, text)
        return self


@dataclass(frozen=True, slots=True)
class Match:
    """A contact that was found, by what, and whether it is a deleted one."""

    contact_id: int
    kind: str
    deleted: bool = False


def save_contact(sent: Document, view: ContactsView, now: str) -> ContactDecision:
    """CON-01, CON-02 and CON-09: POST /contact."""
    decision = ContactDecision()
    if not _can_be_found(sent):
        return decision.refuse(400, "contact_invalid", _NEEDS_CHANNEL)
    match = find(sent, FOUND_BY, view, decision.trace)
    return settle(decision, match, sent, view, now, source="API")


def subscribe_contact(sent: Document, view: ContactsView, now: str) -> ContactDecision:
    """CON-08: POST /contact/subscribe. A contact keeps the channels it has."""
    decision = ContactDecision()
    if not _can_be_found(sent):
        return decision.refuse(400, "contact_invalid", _NEEDS_CHANNEL)
    match = find(sent, SUBSCRIBER_FOUND_BY, view, decision.trace, rule="CON-08")
    return settle(decision, match, sent, view, now, source="Subscription form", channels="add")


def update_contact(
    contact_id: int, sent: Document, view: ContactsView, now: str
) -> ContactDecision:
    """CON-03: PUT /contact/{id}. A deleted contact is restored by it."""
    decision = ContactDecision()
    existing = view.contact(contact_id)
    if existing is None:
        return decision.refuse(404, "contact_unknown", not_found(f"id='{contact_id}'"))
    if (holder := holder_of_external_id(sent, contact_id, view)) is not None:
        return decision.refuse(400, "external_id_taken", external_id_taken(sent, holder))
    match = Match(contact_id, "id", existing.get("deleted") is True)
    decision = settle(decision, match, sent, view, now, source="API")
    if not _can_be_found(decision.contact):
        return decision.refuse(400, "contact_invalid", _NEEDS_CHANNEL)
    return decision


_NEEDS_CHANNEL = (
    "The contact has no channel and no externalCustomerId. Send channels as"
    ' [{"type": "email", "value": "…"}], or an externalCustomerId.'
)


def not_found(what: str) -> str:
    """The text of a 404 (CON-04: clients look for `not found` in it)."""
    return f"Contact with {what} not found"


def holder_of_external_id(sent: Document, contact_id: int, view: ContactsView) -> int | None:
    """The other contact, deleted or not, that has the external ID sent; None when nobody has."""
    wanted = sent.get("externalCustomerId")
    if wanted is None:
        return None
    held = view.contacts_by("externalCustomerId", wanted, deleted=True)
    return next((each for each in held if each != contact_id), None)


def external_id_taken(sent: Document, holder: int) -> str:
    """CON-03: the text for an external ID that another contact has."""
    return (
        f"externalCustomerId '{sent['externalCustomerId']}' belongs to contact {holder}."
        " Send another one, or leave it out."
    )


def _can_be_found(contact: Document) -> bool:  # CON-09
    return bool(contact.get("channels") or contact.get("externalCustomerId"))


# Finding


def values_of(contact: Document, kind: IdentifierKind) -> Iterator[str]:
    """The values of one kind that identify a contact."""
    if kind in ("externalCustomerId", "contactKey"):
        if contact.get(kind):
            yield contact[kind]
        return
    for channel in contact.get("channels", ()):
        if KIND_OF_CHANNEL.get(channel["type"]) == kind:
            yield channel["value"]


def find(
    sent: Document,
    kinds: Sequence[IdentifierKind],
    view: ContactsView,
    trace: Trace,
    *,
    rule: str = "CON-01",
    restorable: Sequence[IdentifierKind] = ("externalCustomerId",),
) -> Match | None:
    """The contact meant: the first kind that finds one wins; those found after it are noted.

    Contacts that are not deleted go first; by a kind in `restorable` a deleted one is found too.
    """
    winner: Match | None = None
    for kind in kinds:
        for value in values_of(sent, kind):
            match = _find_one(kind, value, view, kind in restorable)
            if match is None:
                continue
            if winner is None:
                winner = match
                trace.passed(rule, f"contact {match.contact_id} is found by {kind}", kind)
            elif match.contact_id != winner.contact_id and not match.deleted:
                trace.noted(
                    rule,
                    f"{kind} belongs to contact {match.contact_id};"
                    f" contact {winner.contact_id}, found by {winner.kind}, has priority",
                    kind,
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


# Changing


def settle(
    decision: ContactDecision,
    match: Match | None,
    sent: Document,
    view: ContactsView,
    now: str,
    *,
    source: str,
    channels: Channels = "replace",
) -> ContactDecision:
    """What is sent, applied to the contact found, or to a new one."""
    contact = base(decision, match, view, now, source)
    apply(contact, sent, channels)
    finish(decision, contact, sent, view, now)
    return decision


def base(
    decision: ContactDecision, match: Match | None, view: ContactsView, now: str, source: str
) -> Document:
    """The contact to change: a copy of the one found, restored when deleted, or a new one."""
    existing = None if match is None else view.contact(match.contact_id)
    if existing is None:
        decision.is_new = True
        contact_id = view.next_contact_id()
        decision.trace.passed("CON-01", f"contact {contact_id} is new")
        return {"id": contact_id, "source": source, "createdAt": now}
    contact = dict(existing)
    if contact.pop("deleted", None):
        contact.pop("deletedAt", None)
        decision.restored = True
        decision.trace.passed("CON-02", f"contact {contact['id']} was deleted: it is restored")
        _leave_what_was_taken(contact, view, decision.trace)
    return contact


def _leave_what_was_taken(contact: Document, view: ContactsView, trace: Trace) -> None:
    """CON-02: what another contact has got meanwhile does not come back."""
    kept = []
    for channel in contact.get("channels", ()):
        kind = KIND_OF_CHANNEL.get(channel["type"])
        holder = None if kind is None else view.find_contact(kind, channel["value"])
        if holder is None:
            kept.append(channel)
        else:
            trace.noted("CON-02", f"its {channel['type']} belongs to contact {holder} by now")
    if "channels" in contact:
        contact["channels"] = kept


def apply(contact: Document, sent: Document, channels: Channels) -> None:
    """Change a contact in place: what is sent replaces what is there, the rest stays."""
    for name in SCALARS:
        if name in sent:
            contact[name] = sent[name]
    if sent.get("address"):
        contact["address"] = {**contact.get("address", {}), **sent["address"]}
    if sent.get("fields"):
        contact["fields"] = merged_fields(contact.get("fields", []), sent["fields"])
    if sent.get("channels"):
        contact["channels"] = _merged_channels(
            contact.get("channels", []), sent["channels"], channels
        )


def merged_fields(held: list[Document], sent: list[Document]) -> list[Document]:
    """Additional fields by id: those sent replace those of the same id."""
    by_id = {each["id"]: each for each in held}
    by_id.update({each["id"]: each for each in sent})
    return list(by_id.values())


def _merged_channels(
    held: list[Document], sent: list[Document], channels: Channels
) -> list[Document]:
    held_types = {each["type"] for each in held}
    sent_types = {each["type"] for each in sent}
    if channels == "replace":
        kept, added = [each for each in held if each["type"] not in sent_types], sent
    else:
        kept, added = held, [each for each in sent if each["type"] not in held_types]
    found: dict[tuple[str, str], Document] = {}
    for each in (*kept, *added):
        found[each["type"], _folded(each)] = each
    return list(found.values())


def _folded(channel: Document) -> str:
    value: str = channel["value"]
    return value.casefold() if channel["type"] == "email" else value


def finish(
    decision: ContactDecision, contact: Document, sent: Document, view: ContactsView, now: str
) -> None:
    """Put a changed contact into the decision, and take its new channels from whoever has them."""
    if not contact.get("channels"):
        contact.pop("channels", None)
    contact["updatedAt"] = now
    decision.contact = contact
    sent_channels = {(each["type"], _folded(each)) for each in sent.get("channels", ())}
    losers: dict[int, Document] = {}
    for channel in contact.get("channels", ()):
        kind = KIND_OF_CHANNEL.get(channel["type"])
        if kind is None or (channel["type"], _folded(channel)) not in sent_channels:
            continue
        for other in view.contacts_by(kind, channel["value"]):
            if other != contact["id"]:
                loser = losers.get(other) or dict(view.contact(other) or {})
                losers[other] = _without(loser, kind, channel, now)
                decision.trace.noted(
                    "CON-01", f"{channel['type']} moves here from contact {other}", channel["type"]
                )
    decision.others = list(losers.values())


def _without(contact: Document, kind: IdentifierKind, channel: Document, now: str) -> Document:
    kept: list[dict[str, Any]] = [
        each
        for each in contact["channels"]
        if KIND_OF_CHANNEL.get(each["type"]) != kind or _folded(each) != _folded(channel)
    ]
    contact["channels"] = kept
    contact["updatedAt"] = now
    return contact
