"""Contacts in the short form: what a test or a seed says of a contact."""

from __future__ import annotations

from mock_server.emulator.errors import InvalidError
from mock_server.model import Document, IdentifierKind
from mock_server.rules.contact.identifiers import kind_of
from mock_server.rules.values import as_text

FOUND_BY: tuple[IdentifierKind, ...] = (
    "externalCustomerId",
    "email",
    "phone",
    "pushToken",
    "contactKey",
)


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
