"""Contacts in the short form: what a test or a seed says of a contact, as a stored contact."""

from __future__ import annotations

from typing import Any

from mock_server.documents.identifiers import CHANNEL_OF_KIND
from mock_server.emulator.errors import InvalidError
from mock_server.model import Document, IdentifierKind
from mock_server.rules.contact.identifiers import kind_of
from mock_server.rules.values import as_text
from mock_server.rules.view import AccountView

FOUND_BY: tuple[IdentifierKind, ...] = (
    "externalCustomerId",
    "email",
    "phone",
    "pushToken",
    "contactKey",
)


def find_by_short(short: Document, view: AccountView) -> int | None:
    """The contact that a short form means: external ID, email, phone, push token, contact key."""
    for kind in FOUND_BY:
        if kind in short:
            found = view.find_contact(kind, short[kind])
            if found is not None:
                return found
    return None


def unknown_contact(event: Document) -> Document:
    """The short form of the contact that an event was sent for and nobody is; {} for any other.

    `event` is a record, or what an outcome shows with its `params`.
    """
    if "contact_not_found" not in (event.get("reasons") or ()):
        return {}
    params = event.get("params")
    found: Document = {}
    for each in params if isinstance(params, list) else ():
        name = each.get("name") if isinstance(each, dict) else None
        kind = kind_of(name) if isinstance(name, str) else None
        text = (as_text(each.get("value")) or "").strip()
        if kind in FOUND_BY and text:
            found.setdefault(kind, text)
    return found


def require_identifier(short: Document, what: str) -> None:
    """Refuse a contact that no event could ever be identified with."""
    if not any(kind in short for kind in FOUND_BY):
        raise InvalidError(f"{what}: at least one of {', '.join(FOUND_BY)} is needed.")


def merged(existing: Document | None, short: Document, contact_id: int, now: str) -> Document:
    """The contact after a short form was applied to it; a new one when `existing` is None."""
    contact: Document = dict(existing or {"id": contact_id, "source": "Mock", "createdAt": now})
    channels: list[dict[str, Any]] = list(contact.get("channels", []))
    for name, value in short.items():
        channel = CHANNEL_OF_KIND.get(name)
        if channel is None:
            contact[name] = value
            continue
        channels = [each for each in channels if each.get("type") != channel]
        channels.append({"type": channel, "value": value})
    if channels:
        contact["channels"] = channels
    return {name: value for name, value in contact.items() if value is not None}
