"""IDN-01 to IDN-11: whom an event belongs to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mock_server import jsonio
from mock_server.documents.account_settings import IdentifierRule
from mock_server.ledger.findings import way_out_of
from mock_server.model import (
    ADDITIONAL_FIELD,
    ApiVersion,
    ContactField,
    Document,
    Holders,
    NearContact,
)
from mock_server.rules import mending
from mock_server.rules.contact.changes import ContactDecision, settle
from mock_server.rules.contact.checks import check_contact
from mock_server.rules.contact.finding import Way, find
from mock_server.rules.contact.identifiers import (
    SEND_A_CONTACT,
    Identifier,
    note_placeholder,
    usable,
)
from mock_server.rules.mending import Edit
from mock_server.rules.outcome import Step
from mock_server.rules.trace import Trace, sentence_list
from mock_server.rules.values import show
from mock_server.rules.view import AccountView

_CHANNEL_OF = {"email": "email", "phone": "sms", "pushToken": "mobilepush"}
_SHOWN_NEAR = 5
_OTHERS = 5
_CREATED = Way("IDN-07")
# IDN-10: as what a keyValue may name a contact, and the parameter that would say so.
_SENT_AS: dict[ContactField, str] = {
    "email": "email",
    "phone": "phone",
    "externalCustomerId": "externalCustomerId",
    "contactId": "contactId",
}

_ADDED_BY = frozenset(("externalCustomerId", "email", "phone", "pushToken", "contactKey"))
_SAME_VALUE = Step("IDN-02/as_sent")
_SAME_EMAIL = Step("IDN-02/email")


@dataclass(slots=True)
class Identification:
    """The contact that an event belongs to, or why nobody was found.

    Without `contact_id`, `finding` with `args` says why, and `fix` and `mend` what would help;
    `meant` is whom the keyValue names (IDN-10).
    """

    contact_id: int | None
    seen: Sequence[Identifier]
    finding: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    fix: str = ""
    meant: int | None = None
    mend: Edit | None = None


def identify(
    defaults: Sequence[Identifier],
    params: dict[str, Any],
    version: ApiVersion,
    view: AccountView,
    trace: Trace,
    key_value: str | None = None,
) -> Identification:
    """Find the contact of an event by `defaults` (IDN-01), or the account's rule on `params`.

    `key_value` identifies nobody, but may show who was meant.
    """
    own_rule = view.settings.identifier_rule
    if own_rule is not None:
        seen: Sequence[Identifier] = _by_own_rule(own_rule, params, version, trace)
    else:
        seen = defaults
        if view.settings.identifier_priority == "as_sent" and len(seen) > 1:
            places = {name: place for place, name in enumerate(params)}
            seen = sorted(seen, key=lambda each: places[each.name])
        if seen:
            trace.say("IDN-01/identifying", names=", ".join([_name(each) for each in seen]))
    found = _first_match(seen, view, trace) if seen else None
    if found is not None:
        return Identification(found, seen)
    nobody = _nobody(seen, own_rule, view, trace) if seen else _nothing_to_go_by(own_rule)
    if key_value is not None:
        _look_at_key_value(key_value, own_rule, nobody, view, trace)
    return nobody


def _look_at_key_value(
    key_value: str,
    own_rule: IdentifierRule | None,
    nobody: Identification,
    view: AccountView,
    trace: Trace,
) -> None:
    """IDN-10: say who the keyValue names, and what to add so that it counts."""
    places: Iterable[tuple[ContactField, str]] = _SENT_AS.items()
    if own_rule is not None:
        places = [(own_rule.field, own_rule.param)]
    for kind, name in places:
        contact_id = view.find_contact(kind, key_value)
        if contact_id is not None:
            nobody.fix = trace.say(
                "IDN-10/key_value",
                value=show(key_value),
                kind=kind,
                contact=contact_id,
                addition=jsonio.text_of({"name": name, "value": key_value}),
            )
            nobody.meant = contact_id
            nobody.mend = mending.add_value(name, key_value)
            return


def _name(each: Identifier) -> str:
    return each.name if each.name == each.kind else f"{each.name} ({each.kind})"


def _by_own_rule(
    own_rule: IdentifierRule, params: dict[str, Any], version: ApiVersion, trace: Trace
) -> list[Identifier]:
    """IDN-05: the account's own rule replaces the default names."""
    wanted = own_rule.param.lower()
    seen: list[Identifier] = []
    seen_as = "missing"
    for name, value in params.items():
        if name.lower() == wanted:
            seen_as = "unusable"
            text = usable(name, own_rule.field, value, version, trace)
            if text is not None:
                seen.append(Identifier(name, own_rule.field, text))
    finding, param = ("own", seen[0].name) if seen else (seen_as, own_rule.param)
    trace.say(f"IDN-05/{finding}", param, own=own_rule.param, field=own_rule.field)
    return seen


def _nothing_to_go_by(own_rule: IdentifierRule | None) -> Identification:
    """IDN-08 (IDN-05 where the account has its own rule)."""
    if own_rule is not None:
        args = {"own": own_rule.param, "field": own_rule.field}
        fix, mend = way_out_of("IDN-05/nobody", None, args), mending.AskShop(own_rule.param)
        return Identification(None, (), "IDN-05/nobody", args, fix, mend=mend)
    unknown = mending.AskShop("email")
    return Identification(None, (), "IDN-08/nobody", {}, SEND_A_CONTACT, mend=unknown)


def _first_match(seen: Sequence[Identifier], view: AccountView, trace: Trace) -> int | None:
    """IDN-02, IDN-03 and IDN-04: the first identifier that matches somebody wins."""
    winner: int | None = None
    for each in seen:
        note_placeholder(each.name, each.value, trace)
        found = view.holders(each.kind, each.value, "live", _OTHERS + 1)
        if not found.total:
            trace.say("IDN-03/nobody", each.name, value=show(each.value))
        elif winner is None:
            trace.add(_SAME_EMAIL if each.kind == "email" else _SAME_VALUE)
            winner = found.newest[0] if found.total == 1 else _of_several(each, seen, found, view)
            trace.say("IDN-03/match", each.name, value=show(each.value), contact=winner)
            if found.total > 1:
                _note_others(each, winner, found, trace)
        elif winner not in _all(each, found, view):
            trace.say(
                "IDN-04/disagree",
                each.name,
                value=show(each.value),
                contact=found.newest[0],
                winner=winner,
            )
    return winner


def _all(each: Identifier, found: Holders, view: AccountView) -> Sequence[int]:
    if found.total == len(found.newest):
        return found.newest
    return view.holders(each.kind, each.value).newest


def _of_several(
    each: Identifier, seen: Sequence[Identifier], found: Holders, view: AccountView
) -> int:
    """IDN-03: the holder with the external ID that the event also names, else the newest."""
    for other in seen:
        if other.kind == "externalCustomerId":
            named = view.find_contact(other.kind, other.value)
            if named in _all(each, found, view):
                return named  # type: ignore[return-value]  # it is in a list of ids
    return found.newest[0]


def _note_others(each: Identifier, winner: int, found: Holders, trace: Trace) -> None:
    others = [str(other) for other in found.newest if other != winner][:_OTHERS]
    more = found.total - 1 - len(others)
    finding = "IDN-03/ambiguous" if winner == found.newest[0] else "IDN-03/named"
    trace.say(
        finding,
        each.name,
        value=show(each.value),
        count=found.total,
        contact=winner,
        others=sentence_list([*others, *([f"{more} more"] if more else [])]),
    )


def _nobody(
    seen: Sequence[Identifier], own_rule: IdentifierRule | None, view: AccountView, trace: Trace
) -> Identification:
    """IDN-06, with the near misses of IDN-09; the nearest one determines the way out."""
    tried = sentence_list([f"{each.name} {show(each.value)}" for each in seen], "or")
    fixes: list[tuple[str, Edit | None]] = []
    elsewhere: list[tuple[str, Edit | None]] = []
    known = _arranged(seen)
    for each in seen:
        deleted = view.deleted_contact(each.kind, each.value)
        if deleted is not None:
            fixes.append((_note_deleted(each, deleted, trace), known))
        for near in [*view.near_contacts(each.value)][:_SHOWN_NEAR]:
            if near.account != view.name:
                elsewhere.append((_note_elsewhere(each, near, trace), known))
            else:
                fix = _note_near(each, near, trace)
                # Under the account's own rule, other parameters would not be looked at.
                if own_rule is None or near.kind == each.kind:
                    fixes.append((fix, _as_held(each, near)))
    args = {"tried": tried}
    unknown = (way_out_of("IDN-06/nobody", None, args), known)
    fix, mend = [*fixes, *elsewhere, unknown][0]
    return Identification(None, seen, "IDN-06/nobody", args, fix, mend=mend)


def _arranged(seen: Sequence[Identifier]) -> Edit | None:
    contact = {each.kind: each.value for each in reversed(seen) if each.kind in _ADDED_BY}
    return mending.Arrange("POST", "/_mock/contacts", contact) if contact else None


def _as_held(each: Identifier, near: NearContact) -> Edit:
    def edit(draft: mending.Draft) -> None:
        if near.kind != each.kind:
            draft.rename(each.name, near.kind)
        draft.set(near.kind if near.kind != each.kind else each.name, near.value)

    return edit


def _note_deleted(each: Identifier, contact: Document, trace: Trace) -> str:
    """IDN-09, for a contact that was deleted; what would bring it back."""
    when = contact.get("deletedAt", "at a time not known")
    return trace.say(
        "IDN-09/deleted", each.name, value=show(each.value), contact=contact["id"], when=when
    )


def _note_elsewhere(each: Identifier, near: NearContact, trace: Trace) -> str:
    """IDN-09, for a contact of another account; what would make it a match."""
    return trace.say(
        "IDN-09/elsewhere",
        each.name,
        value=show(each.value),
        contact=near.contact_id,
        account=near.account,
    )


def _note_near(each: Identifier, near: NearContact, trace: Trace) -> str:
    """IDN-09, for a contact of this account; what would make it a match."""
    told: dict[str, Any] = {
        "value": show(each.value),
        "contact": near.contact_id,
        "near": show(near.value),
    }
    if near.kind != each.kind:
        return trace.say("IDN-09/kind", each.name, **told, kind=each.kind, held_as=near.kind)
    only_case = near.value.lower() == each.value.lower()
    finding = "IDN-09/letter_case" if only_case else "IDN-09/punctuation"
    return trace.say(finding, each.name, **told, kind=near.kind)


def contact_from_event(
    seen: Sequence[Identifier], params: dict[str, Any], view: AccountView, now: str, trace: Trace
) -> Document | None:
    """IDN-07: the contact that an unmatched event creates or restores, or None."""
    sent: Document = {}
    channels: dict[str, str] = {}
    for each in seen:
        if each.kind in _CHANNEL_OF:
            channels.setdefault(_CHANNEL_OF[each.kind], each.value)
        elif each.kind.startswith(ADDITIONAL_FIELD):
            field_id = int(each.kind.removeprefix(ADDITIONAL_FIELD))
            sent["fields"] = [{"id": field_id, "value": each.value}]
        elif each.kind != "contactId":  # only the service assigns contact ids
            sent.setdefault(each.kind, each.value)
    for name in ("firstName", "lastName"):
        if isinstance(params.get(name), str) and params[name].strip():
            sent[name] = params[name]
    if channels:
        sent["channels"] = [{"type": type_, "value": channels[type_]} for type_ in channels]
    decision = ContactDecision(trace=trace)
    sent = check_contact(sent, trace, placeholders=False)
    if not any(
        sent.get(each) for each in ("channels", "fields", "externalCustomerId", "contactKey")
    ):
        return None
    match = find(sent, _CREATED, view, trace)
    settle(decision, match, {} if match else sent, view, now, source="Event")
    trace.say(
        "IDN-07/created" if match is None else "IDN-07/restored", contact=decision.contact["id"]
    )
    return decision.contact
