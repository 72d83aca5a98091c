"""ORD-01, ORD-02 and ORD-14: what an order event needs, and names that are almost right."""

from collections.abc import Iterator
from typing import Any

from mock_server.ledger.findings import way_out_of
from mock_server.names import near
from mock_server.rules import mending
from mock_server.rules.contact.identifiers import kind_of
from mock_server.rules.order.fields import CONTACT_FIELDS, KNOWN_FIELDS, REQUIRED
from mock_server.rules.outcome import Step
from mock_server.rules.trace import Trace

ONE_OF_CONTACT = "externalCustomerId / email / phone"
_REQUIRED = frozenset(REQUIRED)

_HAS_ALL = {rule: Step(f"{rule}/filled") for rule in ("ORD-01", "ORD-11", "BLK-02")}
_NAMED_EXACTLY = Step("ORD-02/exact")
_HAS_ID = Step("ORD-14/filled")


def check_required(rule: str, given: dict[str, Any], params: dict[str, Any], trace: Trace) -> None:
    """Check what a new order needs, by ORD-01, or by ORD-11 for an orderUpdated."""
    missing = [] if given.keys() >= _REQUIRED else [name for name in REQUIRED if name not in given]
    if check_filled(rule, missing, given, params, trace):
        trace.add(_NAMED_EXACTLY)


def check_filled(
    rule: str,
    missing: list[str],
    given: dict[str, Any],
    params: dict[str, Any],
    trace: Trace,
    *,
    needs_contact: bool = True,
) -> bool:
    """Fail for what is missing (with its near name, ORD-02), or a contact; say if all is well."""
    has_contact = not needs_contact or any(name in given for name in CONTACT_FIELDS)
    if has_contact and not missing:
        trace.add(_HAS_ALL[rule])
        return True
    for name in missing:
        _fail(rule, name, given, params, trace)
    if not has_contact:
        sent = next(_near_contact(given), None)
        fix = "" if sent is None else _rename(*sent)
        mend = mending.AskShop("email") if sent is None else mending.rename(*sent)
        trace.say(f"{rule}/no_contact", ONE_OF_CONTACT, fix=fix, mend=mend)
        if sent is not None:
            _note_near(*sent, trace)
    return False


def require_external_order_id(
    given: dict[str, Any], params: dict[str, Any], order_id: str | None, trace: Trace
) -> None:
    """ORD-14: what every change of an order needs; of an id that cannot be one ORD-06 tells."""
    if order_id is not None:
        trace.add(_HAS_ID)
    elif "externalOrderId" not in given:
        _fail("ORD-14", "externalOrderId", given, params, trace)


def _fail(
    rule: str, name: str, given: dict[str, Any], params: dict[str, Any], trace: Trace
) -> None:
    sent = _near_name(name, given)
    fix = "" if sent is None else _rename(sent, name)
    mend = mending.AskShop(name) if sent is None else mending.rename(sent, name)
    finding = f"{rule}/not_filled" if name in params else f"{rule}/missing"
    trace.say(finding, name, fix=fix, mend=mend)
    if sent is not None:
        _note_near(sent, name, trace)


def _rename(sent: str, name: str) -> str:
    return way_out_of("ORD-02/near", sent, {"name": name})


def _note_near(sent: str, name: str, trace: Trace) -> None:
    trace.say("ORD-02/near", sent, name=name)


def _near_name(wanted: str, given: dict[str, Any]) -> str | None:
    return near(wanted, [name for name in given if name not in KNOWN_FIELDS])


def _near_contact(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in given:
        kind = kind_of(name)
        if kind in CONTACT_FIELDS and name != kind:
            yield name, kind
    for field in CONTACT_FIELDS:
        sent = _near_name(field, given)
        if sent is not None:
            yield sent, field
