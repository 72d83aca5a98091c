"""CON-07: how a contact of POST /contacts is found, and which of its fields are updated."""

from dataclasses import dataclass

from mock_server.documents.identifiers import KIND_OF_CHANNEL
from mock_server.model import ADDITIONAL_FIELD, Among, Document, IdentifierKind
from mock_server.rules.contact.changes import (
    SCALARS,
    ContactDecision,
    apply_sent,
    conclude,
    contact_to_change,
    external_id_settled,
    settle,
)
from mock_server.rules.contact.checks import check_contact
from mock_server.rules.contact.contacts import not_found, note_missing_channels, require_findable
from mock_server.rules.contact.finding import EXTERNAL_ID, Match, Way, find, values_of
from mock_server.rules.trace import Trace, sentence_list
from mock_server.rules.view import ContactsView

MAX_CONTACTS = 3000
DEDUPE_ON = ("email", "sms", "push", "email_or_sms", "id", "externalCustomerId", "fieldId")
CONTACT_FIELDS = tuple(
    (
        "firstName lastName contactKey languageCode timeZone externalCustomerId email sms "
        "mobilepush webpush address town region postcode ordersInfo"
    ).split()
)
_ADDRESS = ("address", "town", "region", "postcode")
_KINDS: dict[str, tuple[IdentifierKind, ...]] = {
    "email": ("email",),
    "sms": ("phone",),
    "push": ("pushToken",),
    "email_or_sms": ("email", "phone"),
    "externalCustomerId": (),
}
_NEVER_CHANGED: dict[str, tuple[str, ...]] = {
    "email": ("email",),
    "phone": ("sms",),
    "pushToken": ("mobilepush", "webpush"),
    "externalCustomerId": ("externalCustomerId",),
}


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of one POST /contacts; a list of fields is None if it was not sent."""

    dedupe_on: str
    field_id: int | None = None
    contact_fields: tuple[str, ...] | None = None
    custom_fields: tuple[int, ...] | None = None
    restore_deleted: bool = False


def import_contact(
    sent: Document, options: ImportOptions, view: ContactsView, now: str
) -> ContactDecision:
    """Decide on one contact of the request. `now` is ISO 8601; nothing is changed here."""
    decision = ContactDecision()
    note_missing_channels(sent, decision)
    sent = check_contact(sent, decision.trace)
    match = _find(sent, options, view, decision)
    if decision.refusal is not None:
        return decision
    if match is not None and match.deleted and not options.restore_deleted:
        return decision.refuse(
            400,
            "contact_deleted",
            f"contact {match.contact_id}, found by {match.kind}, is deleted;"
            " send restoreDeleted: true to restore it",
        )
    if match is None:
        return require_findable(settle(decision, None, sent, view, now, source="API"))
    contact = contact_to_change(decision, match, view, now, "API")
    wanted = external_id_settled(decision, match, contact, _to_apply(sent, options, match))
    if options.contact_fields is not None:
        _clear(contact, options.contact_fields, match)
    dedupe_field = options.field_id if match.kind == "fieldId" else None
    _settle_custom(sent, contact, options.custom_fields, dedupe_field, decision.trace)
    apply_sent(contact, wanted)
    conclude(decision, contact, view, now)
    return require_findable(decision)


def _find(
    sent: Document, options: ImportOptions, view: ContactsView, decision: ContactDecision
) -> Match | None:
    external_id, dedupe_on = sent.get(EXTERNAL_ID), options.dedupe_on
    kinds = _KINDS.get(dedupe_on, ())
    values = [value for kind in kinds for value in values_of(sent, kind)]
    decision.dedupe_value = external_id or next(iter(values), None)
    match = None
    if external_id or values:
        # CON-07: nobody who has been deleted takes an external ID.
        way = Way("CON-07", kinds, deleted=not external_id)
        match = find(sent, way, view, decision.trace)
    elif kinds or dedupe_on == "externalCustomerId":
        _refuse_missing(decision, dedupe_on.replace("_or_", " or "), options)
    if match is None and dedupe_on == "fieldId":
        return _find_by_field(sent, options, view, decision)
    if match is None and dedupe_on == "id":
        return _find_by_id(sent, options, view, decision)
    return match


def _find_by_id(
    sent: Document, options: ImportOptions, view: ContactsView, decision: ContactDecision
) -> Match | None:
    contact_id = sent.get("id")
    named = sent.get(EXTERNAL_ID) is not None
    if contact_id is None:
        if not named:
            _refuse_missing(decision, "id", options)
        return None
    decision.dedupe_value = decision.dedupe_value or str(contact_id)
    existing = view.contact(contact_id)
    if existing is None and not named:
        text = f"{not_found(f'id={contact_id!r}')}; ids are given by the service"
        decision.refuse(404, "contact_unknown", text)
    if existing is None or (named and (existing.get("deleted") or existing.get(EXTERNAL_ID))):
        return None
    decision.trace.say("CON-07/found_by_id", "id", contact=contact_id)
    return Match(contact_id, "id", existing.get("deleted") is True)


def _find_by_field(
    sent: Document, options: ImportOptions, view: ContactsView, decision: ContactDecision
) -> Match | None:
    values = [each["value"] for each in sent.get("fields", ()) if each["id"] == options.field_id]
    if not values:
        if sent.get(EXTERNAL_ID) is None:
            _refuse_missing(decision, f"the field {options.field_id}", options)
        return None
    decision.dedupe_value = decision.dedupe_value or values[0]
    kind = f"{ADDITIONAL_FIELD}{options.field_id}"
    groups: tuple[Among, ...] = ("free",) if sent.get(EXTERNAL_ID) else ("live", "deleted")
    for among in groups:
        for contact_id in view.holders(kind, values[0], among, 1).newest:
            decision.trace.say("CON-07/found_by_field", "fields", contact=contact_id)
            return Match(contact_id, "fieldId", among == "deleted")
    return None


def _refuse_missing(decision: ContactDecision, what: str, options: ImportOptions) -> None:
    other = "" if options.dedupe_on == "externalCustomerId" else ", or an externalCustomerId"
    decision.refuse(
        400,
        "dedupe_value_missing",
        f"{what} is not filled, and dedupeOn is {options.dedupe_on}; send it{other}",
    )


def _to_apply(sent: Document, options: ImportOptions, match: Match) -> Document:
    listed = options.contact_fields
    fixed = _NEVER_CHANGED.get(match.kind, ())

    def may_change(name: str) -> bool:
        return name not in fixed and (listed is None or name in listed)

    wanted: Document = {
        # The catalogue (addressBookId) goes with the additional fields; lists cannot name it.
        name: sent[name]
        for name in SCALARS
        if name in sent and (may_change(name) or name == "addressBookId")
    }
    wanted["channels"] = [
        each
        for each in sent.get("channels", ())
        if may_change(each["type"]) or (listed is not None and each["type"] not in KIND_OF_CHANNEL)
    ]
    wanted["address"] = {
        name: value for name, value in sent.get("address", {}).items() if may_change(name)
    }
    custom = options.custom_fields or ()
    dedupe_field = options.field_id if match.kind == "fieldId" else None
    wanted["fields"] = [
        each
        for each in sent.get("fields", ())
        if each["id"] in custom and each["id"] != dedupe_field
    ]
    return wanted


def _clear(contact: Document, names: tuple[str, ...], match: Match) -> None:
    """A listed field becomes null; what is sent for it is put back afterwards."""
    cleared = [name for name in names if name not in _NEVER_CHANGED.get(match.kind, ())]
    for name in cleared:
        if name in SCALARS:
            contact.pop(name, None)
    address = contact.get("address", {})
    contact["address"] = {name: value for name, value in address.items() if name not in cleared}
    if not contact["address"]:
        del contact["address"]
    contact["channels"] = [
        each for each in contact.get("channels", ()) if each["type"] not in cleared
    ]


def _settle_custom(
    sent: Document,
    contact: Document,
    ids: tuple[int, ...] | None,
    fixed: int | None,
    trace: Trace,
) -> None:
    """CON-07: additional fields whose ids are listed are cleared; the others stay as they are."""
    left = [each["id"] for each in sent.get("fields", ()) if each["id"] not in (ids or ())]
    names = [str(each) for each in left if each != fixed]
    if names:
        trace.say("CON-07/field_stays", "fields", names=sentence_list(names))
    if ids and "fields" in contact:
        contact["fields"] = [
            each for each in contact["fields"] if each["id"] not in ids or each["id"] == fixed
        ]
        if not contact["fields"]:
            del contact["fields"]
