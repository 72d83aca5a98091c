"""Tokens: of the API (WIRE-03), of applications, as channels of contacts, and of sites (SITE)."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from mock_server.emulator.errors import RefusedError
from mock_server.emulator.host import Resource, in_turns
from mock_server.emulator.resources.contact_book import ContactBook
from mock_server.model import Document, IdentifierKind

CHANNEL = "mobilepush"
# How a contact is looked for (guide "Add application tokens"): the fields of a token in this order.
_NAMED_BY: tuple[tuple[str, IdentifierKind], ...] = (
    ("contactId", "contactId"),
    ("externalCustomerId", "externalCustomerId"),
    ("phone", "phone"),
    ("email", "email"),
)


class AppTokens(Resource):
    """The push tokens of an account. What is refused raises `RefusedError`."""

    _contacts: ContactBook

    def add(self, app: str, tokens: Sequence[Document]) -> int:
        """Add tokens to contacts, made when new, unless they are known; how many."""
        for place, each in enumerate(tokens):
            if not any(each.get(name) for name, _ in _NAMED_BY):
                names = ", ".join(name for name, _ in _NAMED_BY)
                text = f"tokens[{place}] names no contact. Send one of {names}."
                raise RefusedError(400, "contact_identifier_missing", text)
        now = self._host.clock.iso()
        added = 0
        for each in in_turns(tokens):
            with self._host.paused():
                if self._find(app, each["token"]) is not None:
                    continue
                added += 1
                contact_id = self._contact_of(each)
                token = {"key": _key(app, each["token"]), "app": app, "token": each["token"]}
                state = {"contactId": contact_id, "active": True, "mutedUntil": None}
                self._state.commit({"app_tokens": [{**token, **state, "createdAt": now}]})
        return added

    def mute(self, app: str, token: str, minutes: int) -> None:
        """Mute a token for a number of minutes."""
        until = self._host.clock.now() + timedelta(minutes=minutes)
        self._change(app, token, {"mutedUntil": until.isoformat()})

    def unmute(self, app: str, token: str) -> None:
        """Let a token receive again."""
        self._change(app, token, {"mutedUntil": None})

    def contact_id(self, app: str, token: str) -> int:
        """The contact that has a token."""
        return int(self._require(app, token)["contactId"])

    def is_active(self, app: str, token: str) -> bool:
        """Whether a token is activated."""
        return bool(self._require(app, token)["active"])

    def activate(self, app: str, token: str, *, active: bool) -> None:
        """Activate a token, or deactivate it."""
        self._change(app, token, {"active": active})

    def _change(self, app: str, token: str, changes: dict[str, Any]) -> None:
        with self._host.paused():
            self._state.commit({"app_tokens": [{**self._require(app, token), **changes}]})

    def _find(self, app: str, token: str) -> Document | None:
        found: Document | None = self._state.get("app_tokens", _key(app, token))
        return found

    def _require(self, app: str, token: str) -> Document:
        found = self._find(app, token)
        if found is not None:
            return found
        if not self._state.group("app_tokens", app):
            text = f"Application {app[:100]} not found. POST /v1/apps/{app[:100]}/tokens adds it."
            raise RefusedError(404, "application_unknown", text)
        raise RefusedError(404, "token_unknown", f"Token {token[:20]}… not found in {app[:100]}.")

    def _contact_of(self, sent: Document) -> int:
        channel = {"type": CHANNEL, "value": sent["token"]}
        for name, kind in _NAMED_BY:
            value = sent.get(name)
            held = None if value is None else self._state.find_contact(kind, str(value))
            if held is not None:
                contact = self._state.contact(held) or {}
                channels = [*contact.get("channels", ()), channel]
                self._state.commit({"contacts": [{**contact, "channels": channels}]})
                return held
        channels = [
            {"type": kind, "value": sent[name]}
            for name, kind in (("email", "email"), ("phone", "sms"))
            if sent.get(name)
        ]
        made = {"channels": [*channels, channel]}
        if sent.get("externalCustomerId"):
            made["externalCustomerId"] = sent["externalCustomerId"]
        return self._contacts.save(made).contact_id


def site_token() -> str:
    """SITE-03: a token of a contact for the site's tracker; it opens nothing here."""
    return secrets.token_urlsafe(32)


def _key(app: str, token: str) -> str:
    return f"{app}/{token}"


class Tokens(Resource):
    """The tokens that an account has given out. They do not expire."""

    _own: str | None = None

    def give(self) -> str:
        """A new token."""
        token = secrets.token_urlsafe(32)
        with self._host.paused():
            issued = {"token": token, "createdAt": self._host.clock.iso()}
            self._state.commit({"tokens": [issued]})
        return token

    def own(self) -> str:
        """The token of the emulator's own pages: it ends with the process and is never stored."""
        with self._host.paused():
            if self._own is None:
                self._own = secrets.token_urlsafe(32)
            return self._own

    def holds(self, token: str) -> bool:
        """Return whether this account has given out that token."""
        return token == self._own or self._state.get("tokens", token) is not None
