"""Static segments, which the API calls groups, and the contacts in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mock_server.emulator.errors import RefusedError
from mock_server.emulator.host import Resource
from mock_server.model import Document

MAX_MEMBERS = 500
"""The number of contacts that one request may attach or detach."""


@dataclass(slots=True)
class Membership:
    """The number of contacts that were attached or detached, and the ids that belong to nobody."""

    changed: int = 0
    unknown: list[str] = field(default_factory=list)


class StaticSegments(Resource):
    """The static segments of an account. One comes to be when a contact is put into it by name."""

    def find(self, name: str | None = None) -> list[Document]:
        """The segments, oldest first; those with this text in their name, in any letter case."""
        wanted = (name or "").casefold()
        return [each for each in self._state.rows("groups") if wanted in each["name"].casefold()]

    def of_contact(self, contact_id: int) -> list[Document]:
        """The segments that hold a contact."""
        return [
            each
            for each in self._state.rows("groups")
            if self._state.get("group_members", _member(each["id"], contact_id)) is not None
        ]

    def contacts(self, segment_id: int, *, by_time: bool = False) -> list[Document]:
        """The contacts of a segment, by id or as they came; `RefusedError` 404 if it is unknown."""
        self._require(segment_id)
        members = self._state.group("group_members", str(segment_id))
        found = [self._state.contact(each["contactId"]) for each in members]
        there = [each for each in found if each is not None and not each.get("deleted")]
        return there if by_time else sorted(there, key=lambda each: int(each["id"]))

    def attach(
        self, segment_id: int, contact_ids: Sequence[int], external_ids: Sequence[str]
    ) -> Membership:
        """Put contacts into a segment, but for unknown ones; 404 for an unknown segment."""
        with self._host.paused():
            self._require(segment_id)
            wanted, result = self._known(contact_ids, external_ids)
            members = [self._new_member(segment_id, each) for each in wanted]
            members = [each for each in members if not self._holds(each)]
            self._state.commit({"group_members": members})
        result.changed = len(members)
        return result

    def detach(
        self, segment_id: int, contact_ids: Sequence[int], external_ids: Sequence[str]
    ) -> Membership:
        """Take these contacts, or all, out of a segment; 404 for an unknown segment."""
        with self._host.paused():
            self._require(segment_id)
            if contact_ids or external_ids:
                wanted, result = self._known(contact_ids, external_ids)
                keys = [_member(segment_id, each) for each in wanted]
                keys = [key for key in keys if self._state.get("group_members", key)]
            else:
                result = Membership()
                held = self._state.group("group_members", str(segment_id))
                keys = [each["member"] for each in held]
            self._state.commit({}, {"group_members": keys})
        result.changed = len(keys)
        return result

    # For the resources that name segments; the caller holds the account.

    def named(self, names: Iterable[str]) -> tuple[list[int], list[Document]]:
        """The ids of the segments with these names, and the documents of those that are new."""
        ids = {each["name"]: each["id"] for each in self._state.rows("groups")}
        following = self._state.next_numbers().get("groups", 1)
        wanted = list(dict.fromkeys(names))
        new = []
        for name in wanted:
            if name not in ids:
                ids[name] = following
                new.append({"id": following, "name": name, "type": "Static"})
                following += 1
        return [ids[name] for name in wanted], new

    def members(self, segment_ids: Iterable[int], contact_id: int) -> list[Document]:
        """Return what to commit to put a contact into segments."""
        members = [self._new_member(each, contact_id) for each in segment_ids]
        return [each for each in members if not self._holds(each)]

    def member_keys(self, contact_id: int, names: Iterable[str] | None = None) -> list[str]:
        """Return what to delete to take a contact out of the segments so named, or out of all."""
        wanted = None if names is None else set(names)
        return [
            _member(each["id"], contact_id)
            for each in self.of_contact(contact_id)
            if wanted is None or each["name"] in wanted
        ]

    def _known(
        self, contact_ids: Sequence[int], external_ids: Sequence[str]
    ) -> tuple[list[int], Membership]:
        found: dict[int, None] = {}
        result = Membership()
        for kind, values in (("contactId", contact_ids), ("externalCustomerId", external_ids)):
            for value in values:
                contact_id = self._state.find_contact(kind, str(value))
                if contact_id is None:
                    result.unknown.append(str(value))
                else:
                    found[contact_id] = None
        return list(found), result

    def _require(self, segment_id: int) -> None:
        if self._state.get("groups", segment_id) is None:
            known = ", ".join(str(each["id"]) for each in self._state.rows("groups")[:10])
            there_is = f"Known segments: {known}." if known else "There are no segments yet."
            raise RefusedError(
                404,
                "segment_unknown",
                f"Segment with id='{segment_id}' not found. {there_is} POST /v1/contacts with"
                " groupNames creates one.",
            )

    def _new_member(self, segment_id: int, contact_id: int) -> Document:
        return {
            "member": _member(segment_id, contact_id),
            "groupId": str(segment_id),
            "contactId": contact_id,
            "addedAt": self._host.clock.iso(),
        }

    def _holds(self, member: Document) -> bool:
        return self._state.get("group_members", member["member"]) is not None


def _member(segment_id: int, contact_id: int) -> str:
    return f"{segment_id}:{contact_id}"
