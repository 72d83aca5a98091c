"""CON-01, CON-02 and CON-09: what becomes of a contact that is added, updated or restored.

`sent` is a contact as a client sent it, without what it left blank, under the vendor's names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from mock_server.documents.identifiers import KIND_OF_CHANNEL, same_form
from mock_server.model import Document, IdentifierKind
from mock_server.rules.contact.finding import ContactsView, Match
from mock_server.rules.trace import Trace

SCALARS = (
    *("firstName", "lastName", "externalCustomerId", "contactKey"),
    *("languageCode", "timeZone", "addressBookId"),
)
"""The fields of a contact that hold one value."""

HeldChannels = Literal["go", "stay"]
"""What becomes of a contact's channels of the types that are sent: they go, or they stay (and then
those sent are left out)."""


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


def settle(
    decision: ContactDecision,
    match: Match | None,
    sent: Document,
    view: ContactsView,
    now: str,
    *,
    source: str,
    held_channels: HeldChannels = "go",
) -> ContactDecision:
    """Apply what is sent to the contact found, or to a new one; the decision, with the contact.

    `source` is the `source` of a new contact, such as "API"; `now` is ISO 8601.
    """
    contact = contact_to_change(decision, match, view, now, source)
    apply_sent(contact, sent, held_channels)
    conclude(decision, contact, sent, view, now)
    return decision


def contact_to_change(
    decision: ContactDecision, match: Match | None, view: ContactsView, now: str, source: str
) -> Document:
    """The contact to change: a copy of the one found, restored when deleted, or a new one."""
    existing = None if match is None else view.contact(match.contact_id)
    if existing is None:
        decision.is_new = True
        contact_id = view.next_contact_id()
        decision.trace.say("CON-01/new", contact=contact_id)
        return {"id": contact_id, "source": source, "createdAt": now}
    contact = dict(existing)
    if contact.pop("deleted", None):
        contact.pop("deletedAt", None)
        decision.restored = True
        decision.trace.say("CON-02/restored", contact=contact["id"])
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
            trace.say("CON-02/taken_meanwhile", channel=channel["type"], holder=holder)
    _set_channels(contact, kept)


def apply_sent(contact: Document, sent: Document, held_channels: HeldChannels = "go") -> None:
    """Change a contact in place: what is sent replaces what is there, the rest stays."""
    for name in SCALARS:
        if name in sent:
            contact[name] = sent[name]
    if sent.get("address"):
        contact["address"] = {**contact.get("address", {}), **sent["address"]}
    if sent.get("fields"):
        contact["fields"] = _merged_fields(contact.get("fields", []), sent["fields"])
    if sent.get("channels"):
        contact["channels"] = _merged_channels(
            contact.get("channels", []), sent["channels"], held_channels
        )


def _merged_fields(held: list[Document], sent: list[Document]) -> list[Document]:
    """Additional fields by id: those sent replace those of the same id."""
    by_id = {each["id"]: each for each in held}
    by_id.update({each["id"]: each for each in sent})
    return list(by_id.values())


def _merged_channels(
    held: list[Document], sent: list[Document], held_channels: HeldChannels
) -> list[Document]:
    held_types = {each["type"] for each in held}
    sent_types = {each["type"] for each in sent}
    if held_channels == "go":
        kept, added = [each for each in held if each["type"] not in sent_types], sent
    else:
        kept, added = held, [each for each in sent if each["type"] not in held_types]
    found: dict[tuple[str, str], Document] = {}
    for each in (*kept, *added):
        found[each["type"], _folded(each)] = each
    return list(found.values())


def _folded(channel: Document) -> str:
    return same_form(channel["type"], channel["value"])


def conclude(
    decision: ContactDecision, contact: Document, sent: Document, view: ContactsView, now: str
) -> None:
    """Put a changed contact into the decision, and take its new channels from whoever has them."""
    _set_channels(contact, contact.get("channels", ()))
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
                decision.trace.say("CON-01/channel_moves", channel["type"], other=other)
    decision.others = list(losers.values())


def _without(contact: Document, kind: IdentifierKind, channel: Document, now: str) -> Document:
    kept = [
        each
        for each in contact["channels"]
        if KIND_OF_CHANNEL.get(each["type"]) != kind or _folded(each) != _folded(channel)
    ]
    _set_channels(contact, kept)
    contact["updatedAt"] = now
    return contact


def _set_channels(contact: Document, channels: Iterable[Document]) -> None:
    """Give a contact its channels; what is not set is not there, so without any the field goes."""
    contact["channels"] = list(channels)
    if not contact["channels"]:
        del contact["channels"]
