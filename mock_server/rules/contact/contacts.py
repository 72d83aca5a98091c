"""CON-01 to CON-03, CON-08 and CON-09: adding, updating and subscribing one contact.

`sent` is always a contact as a client sent it, without what it left blank: names, `channels`,
`address`, `fields`, `externalCustomerId` and so on under the vendor's names.
"""

from __future__ import annotations

from mock_server.model import Document, IdentifierKind
from mock_server.rules.contact.changes import ContactDecision, settle
from mock_server.rules.contact.finding import ContactsView, Match, find_match, holder_of_external_id

CHANNEL_TYPES = (
    *("email", "sms", "viber", "mobilepush", "webpush"),
    *("appinbox", "widget", "inapp"),
)
FOUND_BY: tuple[IdentifierKind, ...] = ("externalCustomerId", "email", "phone", "pushToken")
SUBSCRIBER_FOUND_BY: tuple[IdentifierKind, ...] = ("externalCustomerId", "email", "phone")

_NEEDS_CHANNEL = (
    "The contact has no channel and no externalCustomerId. Send channels as"
    ' [{"type": "email", "value": "…"}], or an externalCustomerId.'
)


def save_contact(sent: Document, view: ContactsView, now: str) -> ContactDecision:
    """CON-01, CON-02 and CON-09: POST /contact."""
    decision = ContactDecision()
    if not _can_be_found(sent):
        return _refuse_unfindable(decision)
    match = find_match(sent, FOUND_BY, view, decision.trace)
    return settle(decision, match, sent, view, now, source="API")


def subscribe_contact(sent: Document, view: ContactsView, now: str) -> ContactDecision:
    """CON-08: POST /contact/subscribe. A contact keeps the channels it has."""
    decision = ContactDecision()
    if not _can_be_found(sent):
        return _refuse_unfindable(decision)
    match = find_match(sent, SUBSCRIBER_FOUND_BY, view, decision.trace, rule="CON-08")
    return settle(
        decision, match, sent, view, now, source="Subscription form", held_channels="stay"
    )


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
    return require_findable(settle(decision, match, sent, view, now, source="API"))


def require_findable(decision: ContactDecision) -> ContactDecision:
    """CON-09: the decision, refused when nothing is left to find the contact by."""
    return decision if _can_be_found(decision.contact) else _refuse_unfindable(decision)


def not_found(what: str) -> str:
    """The text of a 404 (CON-04: clients look for `not found` in it)."""
    return f"Contact with {what} not found"


def external_id_taken(sent: Document, holder: int) -> str:
    """CON-03: the text for an external ID that another contact has."""
    return (
        f"externalCustomerId '{sent['externalCustomerId']}' belongs to contact {holder}."
        " Send another one, or leave it out."
    )


def _can_be_found(contact: Document) -> bool:  # CON-09
    return bool(contact.get("channels") or contact.get("externalCustomerId"))


def _refuse_unfindable(decision: ContactDecision) -> ContactDecision:
    return decision.refuse(400, "contact_invalid", _NEEDS_CHANNEL)
