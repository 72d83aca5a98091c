"""Static segments: GET /groups, and the contacts of one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from mock_server.api.access import account_of
from mock_server.api.bodies import array_of, json_object, load, query
from mock_server.api.contact_schemas import MembersSchema, SegmentContactsSchema, SegmentSchema
from mock_server.api.http import WireError, bare_text_answer, json_answer
from mock_server.emulator import Emulator
from mock_server.emulator.resources.static_segments import MAX_MEMBERS, Membership

_CONTACTS = SegmentContactsSchema()
_SEGMENTS = SegmentSchema()
_MEMBERS = MembersSchema()


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("groups", __name__, url_prefix="/api/v1")

    @routes.get("/groups")
    def segments() -> Response:
        account = account_of(emulator)
        asked = query(_SEGMENTS)
        return json_answer(_part(account.resources.segments.find(asked.get("name")), asked))

    @routes.get("/group/<int:group_id>/contacts")
    def contacts(group_id: int) -> Response:
        resources = account_of(emulator).resources
        asked = query(_CONTACTS)
        found = resources.segments.contacts(group_id, by_time=asked.get("orderByTs", False))
        if not asked.get("asc", True):
            found.reverse()
        page = _part(found, asked)
        answer = json_answer([resources.contacts.shown(each) for each in page])
        answer.headers["TotalCount"] = str(len(found))
        return answer

    @routes.post("/group/<int:group_id>/contacts/attach")
    def attach(group_id: int) -> Response:
        account = account_of(emulator)
        ids, external_ids = _members(json_object(account))
        if not ids and not external_ids:
            text = "Nobody is named. Send contactIds or externalCustomerIds."
            raise WireError(400, "body_invalid", text)
        result = account.resources.segments.attach(group_id, ids, external_ids)
        return bare_text_answer(_told("attached to", group_id, result))

    @routes.post("/group/<int:group_id>/contacts/detach")
    def detach(group_id: int) -> Response:
        account = account_of(emulator)
        # Without a body, or with an empty object, everybody is meant.
        ids, external_ids = _members(json_object(account, may_be_empty=True))
        result = account.resources.segments.detach(group_id, ids, external_ids)
        return bare_text_answer(_told("detached from", group_id, result))

    return routes


def _part(found: list[Any], asked: dict[str, Any]) -> list[Any]:
    first = asked["startindex"] - 1
    return found[first : first + asked["maxrows"]]


def _members(body: dict[str, Any]) -> tuple[list[int], list[str]]:
    for name in ("contactIds", "externalCustomerIds"):
        if isinstance(body.get(name), list):
            array_of(body, name, MAX_MEMBERS)
    asked = load(_MEMBERS, body)
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
    # Only blanks: far from naming nobody, which would detach everybody.
    raise WireError(400, "body_invalid", "contactIds and externalCustomerIds hold only blanks.")


def _told(done: str, group_id: int, result: Membership) -> str:
    text = f"Contacts {done} the segment with id='{group_id}': {result.changed}"
    if result.unknown:
        text += f"; not found: {', '.join(result.unknown[:20])}"
    return text
