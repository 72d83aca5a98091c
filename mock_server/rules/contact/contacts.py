"""The ways in for one contact as sent (CON-01 to CON-03, CON-08), blanks left out."""

from mock_server.documents.identifiers import CHANNEL_OF_KIND
from mock_server.model import Document, IdentifierKind
from mock_server.rules.contact.changes import ContactDecision, HeldChannels, settle
from mock_server.rules.contact.checks import check_contact, email_problem, phone_problem
from mock_server.rules.contact.finding import EXTERNAL_ID, Match, Way, find, holder_of_external_id
from mock_server.rules.view import ContactsView

CHANNEL_TYPES = tuple("email sms viber mobilepush webpush appinbox widget inapp".split())
_ADDRESSES: tuple[IdentifierKind, ...] = ("email", "phone", "pushToken")
SAVED = Way("CON-01", _ADDRESSES)
SUBSCRIBED = Way("CON-08", ("email", "phone"), keeps=True)
ARRANGED = Way("CON-01", (*_ADDRESSES, "contactKey"))
"""The way in which the short form of tests and seeds looks for a contact."""

_NEEDS_CHANNEL = (
    "The contact has no channel and no externalCustomerId. Send channels as"
    ' [{"type": "email", "value": "…"}], or an externalCustomerId.'
)


def save_contact(sent: Document, view: ContactsView, now: str) -> ContactDecision:
    """CON-01, CON-02 and CON-09: POST /contact."""
    return _save(sent, SAVED, view, now, "API")


def subscribe_contact(sent: Document, view: ContactsView, now: str) -> ContactDecision:
    """CON-08: POST /contact/subscribe. A contact keeps the channels it has."""
    return _save(sent, SUBSCRIBED, view, now, "Subscription form", "stay")


def _save(
    sent: Document,
    way: Way,
    view: ContactsView,
    now: str,
    source: str,
    held_channels: HeldChannels = "go",
) -> ContactDecision:
    decision = ContactDecision()
    note_missing_channels(sent, decision)
    sent = check_contact(sent, decision.trace)
    if not _can_be_found(sent):
        return _refuse_unfindable(decision)
    match = find(sent, way, view, decision.trace)
    return settle(decision, match, sent, view, now, source=source, held_channels=held_channels)


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
    sent = check_contact(sent, decision.trace)
    return require_findable(settle(decision, match, sent, view, now, source="API"))


def arrange_contact(short: Document, view: ContactsView, now: str) -> ContactDecision:
    """Add or update a contact in the short form of tests and seeds, its values unchecked."""
    sent: Document = {
        name: "" if value is None else value
        for name, value in short.items()
        if name not in CHANNEL_OF_KIND
    }
    sent["channels"] = [
        {"type": type_, "value": short[kind]}
        for kind, type_ in CHANNEL_OF_KIND.items()
        if kind in short
    ]
    decision = ContactDecision()
    match = find(sent, ARRANGED, view, decision.trace)
    return settle(decision, match, sent, view, now, source="Mock")


def contact_for_address(
    address: str, channel: str, view: ContactsView, now: str
) -> ContactDecision:
    """Find, or make, the contact of an address (a viber number is a phone), or refuse."""
    decision = ContactDecision()
    problem = email_problem(address) if channel == "email" else phone_problem(address)
    if problem:
        return decision.refuse(400, "contact_value_invalid", f"{channel} is not valid: {problem}.")
    kind: IdentifierKind = "email" if channel == "email" else "phone"
    found = view.holders(kind, address, "live", 1).newest
    existing = view.contact(found[0]) if found else None
    if existing is not None:
        decision.contact = existing
        return decision
    sent = {"channels": [{"type": CHANNEL_OF_KIND[kind], "value": address}]}
    return settle(decision, None, sent, view, now, source="Message")


def note_missing_channels(sent: Document, decision: ContactDecision) -> None:
    """CON-09: warn of an external ID alone."""
    if sent.get(EXTERNAL_ID) and not sent.get("channels"):
        decision.trace.say("CON-09/no_channels", "channels")


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
    invalid = [step.message for step in decision.trace.steps if step.rule == "CON-15"]
    why = f" Not saved: {'; '.join(invalid)}." if invalid else ""
    return decision.refuse(400, "contact_invalid", f"{_NEEDS_CHANNEL}{why}")
