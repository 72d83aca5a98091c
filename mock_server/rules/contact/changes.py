"""CON-01, CON-02, CON-09 and CON-14: what becomes of a contact that is added, updated or restored.

`sent` is a contact as a client sent it, without what it left blank, under the vendor's names. A
name or a part of the address that is the empty text is to be cleared (CON-01).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from mock_server.documents.identifiers import KIND_OF_CHANNEL, same_form
from mock_server.model import Document
from mock_server.rules.contact.finding import EXTERNAL_ID, Match
from mock_server.rules.trace import Trace, sentence_list
from mock_server.rules.values import show
from mock_server.rules.view import ContactsView

SCALARS = tuple(
    "firstName lastName externalCustomerId contactKey languageCode timeZone addressBookId".split()
)
"""The fields of a contact that hold one value."""

HeldChannels = Literal["go", "stay"]
"""What becomes of a contact's channels of the types that are sent: they go, or they stay (and then
those sent are left out)."""

_NAMED_HOLDERS = 5


@dataclass(frozen=True, slots=True)
class ContactRefusal:
    """The refusal of a contact: the HTTP status, a code for programs, a text for people."""

    status: int
    code: str
    text: str


@dataclass(slots=True)
class ContactDecision:
    """The decision on a contact: the document to store, or a `refusal`.

    `dedupe_value` is what an imported one was looked for by (CON-07).
    """

    contact: Document = field(default_factory=dict)
    is_new: bool = False
    restored: bool = False
    refusal: ContactRefusal | None = None
    dedupe_value: str | None = None
    trace: Trace = field(default_factory=Trace)

    def refuse(self, status: int, code: str, text: str) -> ContactDecision:
        """The same, refused."""
        self.refusal = ContactRefusal(status, code, text)
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
    """Apply what is sent to the contact found, or to a new one from `source`; `now` is ISO 8601."""
    contact = contact_to_change(decision, match, view, now, source)
    apply_sent(contact, external_id_settled(decision, match, contact, sent), held_channels)
    conclude(decision, contact, view, now)
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
    return contact


def external_id_settled(
    decision: ContactDecision, match: Match | None, contact: Document, sent: Document
) -> Document:
    """CON-14: what is sent, without an external ID that the contact found cannot take."""
    wanted, held = sent.get(EXTERNAL_ID), contact.get(EXTERNAL_ID)
    if match is None or match.kind == "id" or not wanted or wanted == held:
        return sent
    if not held:
        decision.trace.say("CON-14/takes", contact=contact["id"], value=show(wanted))
        return sent
    decision.trace.say(
        "CON-14/kept", EXTERNAL_ID, contact=contact["id"], held=show(held), value=show(wanted)
    )
    return {name: value for name, value in sent.items() if name != EXTERNAL_ID}


def apply_sent(contact: Document, sent: Document, held_channels: HeldChannels = "go") -> None:
    """Change a contact in place: what is sent replaces what is there, the rest stays."""
    for name in SCALARS:
        if name in sent:
            contact[name] = sent[name]
            if sent[name] == "":
                del contact[name]
    if sent.get("address"):
        address = {**contact.get("address", {}), **sent["address"]}
        contact["address"] = {name: value for name, value in address.items() if value != ""}
        if not contact["address"]:
            del contact["address"]
    if sent.get("fields"):
        both = (*contact.get("fields", ()), *sent["fields"])
        contact["fields"] = list({each["id"]: each for each in both}.values())
    if sent.get("channels"):
        contact["channels"] = _merged_channels(
            contact.get("channels", []), sent["channels"], held_channels
        )


def _merged_channels(
    held: list[Document], sent: list[Document], held_channels: HeldChannels
) -> list[Document]:
    held_types = {each["type"] for each in held}
    sent_types = {each["type"] for each in sent}
    if held_channels == "go":
        kept, added = [each for each in held if each["type"] not in sent_types], sent
    else:
        kept, added = held, [each for each in sent if each["type"] not in held_types]
    return list({_identity(each): each for each in (*kept, *added)}.values())


def _identity(channel: Document) -> tuple[str, str]:
    kind = KIND_OF_CHANNEL.get(channel["type"])
    value = str(channel["value"])
    return channel["type"], same_form(kind, value) if kind else value


def conclude(decision: ContactDecision, contact: Document, view: ContactsView, now: str) -> None:
    """Put a changed contact into the decision, and note the addresses it shares from now on."""
    if not contact.get("channels"):
        contact.pop("channels", None)
    contact["updatedAt"] = now
    decision.contact = contact
    before = {} if decision.restored else view.contact(contact["id"]) or {}
    held = {_identity(each) for each in before.get("channels", ())}
    for channel in contact.get("channels", ()):
        kind = KIND_OF_CHANNEL.get(channel["type"])
        if kind is None or _identity(channel) in held:
            continue
        found = view.holders(kind, str(channel["value"]), "live", _NAMED_HOLDERS + 1)
        others = [each for each in found.newest if each != contact["id"]]
        if others:
            more = found.total - len(found.newest)
            named = [*map(str, others), *([f"{more} more"] if more else [])]
            decision.trace.say(
                "CON-14/shared",
                channel["type"],
                value=show(channel["value"]),
                others=sentence_list(named),
            )
