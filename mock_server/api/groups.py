"""Static segments: GET /groups, and the contacts of one."""

from typing import Any

from flask import Response

from mock_server.api.calls import Call, WireContact, array, array_of, bare, paged, part_of
from mock_server.api.contact_schemas import MembersSchema, SegmentContactsSchema, SegmentSchema
from mock_server.api.http import WireError
from mock_server.api.responses import bare_text_answer, json_answer
from mock_server.documents.fields import Open, number, shape, text
from mock_server.emulator.resources.static_segments import MAX_MEMBERS, Membership
from mock_server.routes import Routes, json, plain_text

ROUTES = Routes("/api/v1")

_GROUPS = array(shape("Group", Open, id=number(), name=text()))
_MEMBERS = MembersSchema()
_NAMED = ("contactIds", "externalCustomerIds")
_UNKNOWN = plain_text("The segment does not exist.")
_CHANGED = {200: bare("How many contacts were changed."), 404: _UNKNOWN}


@ROUTES.add("GET /groups", json("The segments that match.", _GROUPS), query=SegmentSchema())
def segments(call: Call) -> Response:
    """Segments: the static ones."""
    found = call.account.resources.segments
    asked = call.query()
    return json_answer(part_of(found.find(asked.get("name")), asked))


@ROUTES.add(
    "GET /group/<int:group_id>/contacts",
    {200: paged("The contacts.", WireContact), 404: _UNKNOWN},
    query=SegmentContactsSchema(),
)
def contacts(call: Call, group_id: int) -> Response:
    """Contacts of a segment."""
    resources = call.account.resources
    asked = call.query()
    found = resources.segments.contacts(group_id, by_time=asked.get("orderByTs", False))
    if not asked.get("asc", True):
        found.reverse()
    page = part_of(found, asked)
    answer = json_answer([resources.contacts.shown(each) for each in page])
    answer.headers["TotalCount"] = str(len(found))
    return answer


@ROUTES.add(
    "POST /group/<int:group_id>/contacts/attach",
    _CHANGED,
    details=f"Up to {MAX_MEMBERS} of them.",
    body=_MEMBERS,
)
def attach(call: Call, group_id: int) -> Response:
    """Attach contacts to a segment."""
    account = call.account
    ids, external_ids = _members(call, call.body())
    if not ids and not external_ids:
        text = "Nobody is named. Send contactIds or externalCustomerIds."
        raise WireError(400, "body_invalid", text)
    result = account.resources.segments.attach(group_id, ids, external_ids)
    return bare_text_answer(_told("attached to", group_id, result))


@ROUTES.add(
    "POST /group/<int:group_id>/contacts/detach",
    _CHANGED,
    details=f"Up to {MAX_MEMBERS} of them; all of them when none is named.",
    body=_MEMBERS,
    body_required=False,
)
def detach(call: Call, group_id: int) -> Response:
    """Detach contacts from a segment."""
    account = call.account
    ids, external_ids = _members(call, call.body(may_be_empty=True))
    result = account.resources.segments.detach(group_id, ids, external_ids)
    return bare_text_answer(_told("detached from", group_id, result))


def _members(call: Call, body: dict[str, Any]) -> tuple[list[int], list[str]]:
    for name in _NAMED:
        if isinstance(body.get(name), list):
            array_of(body, name, MAX_MEMBERS)
    asked = call.read(body)
    ids, external_ids = (asked.get(name, []) for name in _NAMED)
    both = " and ".join(_NAMED)
    array_of({both: [*ids, *external_ids]}, both, MAX_MEMBERS)
    if not (ids or external_ids) and any(map(body.get, _NAMED)):
        # Blanks alone are a mistake: naming nobody would detach everybody.
        raise WireError(400, "body_invalid", f"{both} hold only blanks.")
    return ids, external_ids


def _told(done: str, group_id: int, result: Membership) -> str:
    text = f"Contacts {done} the segment with id='{group_id}': {result.changed}"
    if result.unknown:
        text += f"; not found: {', '.join(result.unknown[:20])}"
    return text
