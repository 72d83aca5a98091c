"""CON-01, CON-07, CON-08, CON-14 and BLK-04: which contact a request means."""

from collections.abc import Iterator
from dataclasses import dataclass

from mock_server.documents.identifiers import BOUND, FIELD_KINDS, KIND_OF_CHANNEL
from mock_server.model import Among, ContactField, Document, IdentifierKind
from mock_server.rules.trace import Trace
from mock_server.rules.view import ContactsView

EXTERNAL_ID = "externalCustomerId"


@dataclass(frozen=True, slots=True)
class Way:
    """One way in for contacts: how it looks for the contact that is meant.

    First the external ID, then `kinds`; a new external ID goes to a match without one. If all
    matches have another, with `keeps` the last updated keeps its own (CON-14). `bound` finds IDs of
    Add orders, too (BLK-08), `deleted` deleted contacts by any identifier. Steps cite `rule`.
    """

    rule: str
    kinds: tuple[IdentifierKind, ...] = ()
    keeps: bool = False
    bound: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A contact that was found, by what, and whether it is a deleted one."""

    contact_id: int
    kind: str
    deleted: bool = False


def find(sent: Document, way: Way, view: ContactsView, trace: Trace) -> Match | None:
    """Find the contact that is meant, if any."""
    external_id = sent.get(EXTERNAL_ID)
    match = None
    if external_id:
        match = _first(EXTERNAL_ID, external_id, view, ("live", "deleted"))
        if match is None and way.bound:
            match = _first(BOUND, external_id, view, ("live", "deleted"))
    groups: tuple[Among, ...] = ("live", "deleted") if way.deleted else ("live",)
    if external_id:
        groups = ("free", "live") if way.keeps else ("free",)
    for kind in way.kinds:
        for value in values_of(sent, kind):
            match = match or _first(kind, value, view, groups)
    if match is not None:
        finding = "BLK-08/bound" if match.kind == BOUND else f"{way.rule}/found"
        trace.say(finding, None if match.kind == BOUND else match.kind, contact=match.contact_id)
    return match


def values_of(contact: Document, kind: ContactField) -> Iterator[str]:
    """The values of one kind that identify a contact: of its channels, or a field."""
    if kind in FIELD_KINDS:
        if contact.get(kind):
            yield contact[kind]
        return
    for channel in contact.get("channels", ()):
        if KIND_OF_CHANNEL.get(channel["type"]) == kind:
            yield channel["value"]


def holder_of_external_id(sent: Document, contact_id: int, view: ContactsView) -> int | None:
    """The other contact, deleted or not, that has the external ID sent, if any."""
    wanted = sent.get(EXTERNAL_ID)
    match = _first(EXTERNAL_ID, wanted, view, ("live", "deleted")) if wanted else None
    return None if match is None or match.contact_id == contact_id else match.contact_id


def _first(
    kind: ContactField, value: str, view: ContactsView, groups: tuple[Among, ...]
) -> Match | None:
    for among in groups:
        found = view.holders(kind, value, among, 1).newest
        if found:
            return Match(found[0], kind, among == "deleted")
    return None
