"""Static segments: GET /groups, and the contacts of one."""

from __future__ import annotations

from typing import Any

from flask import Response

from mock_server.api.answers import Group, WireContact, array, bare, paged
from mock_server.api.bodies import array_of
from mock_server.api.calls import INVALID, Call
from mock_server.api.contact_schemas import MembersSchema, SegmentContactsSchema, SegmentSchema
from mock_server.api.http import WireError, bare_text_answer, json_answer
from mock_server.emulator.resources.static_segments import MAX_MEMBERS, Membership
from mock_server.routes import Routes, json, plain_text

ROUTES = Routes("/api/v1")

_MEMBERS = MembersSchema()
_UNKNOWN = plain_text("There is no such segment.")
_CHANGED = {200: bare("How many contacts were changed."), 400: INVALID, 404: _UNKNOWN}


@ROUTES.add(
    "GET /groups",
    summary="Segments",
    details="The static ones.",
    answers={200: json("The segments that match.", array(Group)), 400: INVALID},
    query=SegmentSchema(),
)
def segments(call: Call) -> Response:
    """List the segments."""
    found = call.account.resources.segments
    asked = call.query()
    return json_answer(_part(found.find(asked.get("name")), asked))


@ROUTES.add(
    "GET /group/<int:group_id>/contacts",
    summary="Contacts of a segment",
    answers={200: paged("The contacts.", WireContact), 400: INVALID, 404: _UNKNOWN},
    query=SegmentContactsSchema(),
)
def contacts(call: Call, group_id: int) -> Response:
    """List the contacts of a segment."""
    resources = call.account.resources
    asked = call.query()
    found = resources.segments.contacts(group_id, by_time=asked.get("orderByTs", False))
    if not asked.get("asc", True):
        found.reverse()
    page = _part(found, asked)
    answer = json_answer([resources.contacts.shown(each) for each in page])
    answer.headers["TotalCount"] = str(len(found))
    return answer


@ROUTES.add(
    "POST /group/<int:group_id>/contacts/attach",
    summary="Attach contacts to a segment",
    details=f"Up to {MAX_MEMBERS} of them.",
    answers=_CHANGED,
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
    summary="Detach contacts from a segment",
    details=f"Up to {MAX_MEMBERS} of them; all of them when none is named.",
    answers=_CHANGED,
    body=_MEMBERS,
    body_required=False,
)
def detach(call: Call, group_id: int) -> Response:
    """Detach contacts from a segment: all of them without a body, or with an empty object."""
    account = call.account
    ids, external_ids = _members(call, call.body(may_be_empty=True))
    result = account.resources.segments.detach(group_id, ids, external_ids)
    return bare_text_answer(_told("detached from", group_id, result))


def _part(found: list[Any], asked: dict[str, Any]) -> list[Any]:
    first = asked["startindex"] - 1
    return found[first : first + asked["maxrows"]]


def _members(call: Call, body: dict[str, Any]) -> tuple[list[int], list[str]]:
    for name in ("contactIds", "externalCustomerIds"):
        if isinstance(body.get(name), list):
            array_of(body, name, MAX_MEMBERS)
    asked = call.read(body)
    ids, external_ids = asked.get("contactIds", []), asked.get("externalCustomerIds", [])
    array_of(
        {"contactIds and externalCustomerIds": [*ids, *external_ids]},
        "contactIds and externalCustomerIds",
        MAX_MEMBERS,
    )
    if (
        ids
        or external_ids
        or not any(body.get(each) for each in ("contactIds", "externalCustomerIds"))
    ):
        return ids, external_ids
    # Blanks alone are a mistake: naming nobody would detach everybody.
    raise WireError(400, "body_invalid", "contactIds and externalCustomerIds hold only blanks.")


def _told(done: str, group_id: int, result: Membership) -> str:
    text = f"Contacts {done} the segment with id='{group_id}': {result.changed}"
    if result.unknown:
        text += f"; not found: {', '.join(result.unknown[:20])}"
    return text
