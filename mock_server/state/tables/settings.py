"""An account's settings: the stored document and the typed object."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from mock_server import jsonio
from mock_server.model import (
    IDENTIFIER_KINDS,
    AccountSettings,
    Document,
    IdentifierRule,
    is_contact_field,
)
from mock_server.state.tables.names import Key
from mock_server.state.tables.table import LiveTable

_DEFAULTS = AccountSettings()
_EXPECTED = {bool: "true or false", int: "a whole number from 0 on", str: "a text"}


class SettingsTable(LiveTable):
    """The settings of one account: one document, in which any name may be left out."""

    settings: AccountSettings = _DEFAULTS

    def terms(self, document: Document) -> AccountSettings:
        """The typed settings. Raises `StateError` for a name or value that does not fit."""
        given = {name: value for name, value in document.items() if name != "account"}
        for name, value in given.items():
            if name not in AccountSettings.names():
                known = ", ".join(AccountSettings.names())
                self.refuse(f'there is no setting "{name}"; settings are {known}')
            if name == "identifier_rule":
                given[name] = self._identifier_rule(value)
                continue
            kind = type(getattr(_DEFAULTS, name))
            if type(value) is not kind or (kind is int and value < 0):
                self.refuse(f'"{name}" is {jsonio.text_of(value)} and must be {_EXPECTED[kind]}')
        return AccountSettings(**given)

    def clear(self) -> None:
        """Back to the defaults."""
        super().clear()
        self.settings = _DEFAULTS

    def discard(self, key: Key) -> None:
        """Back to the defaults."""
        super().discard(key)
        self.settings = _DEFAULTS

    def _enter(
        self,
        doc_id: int,  # noqa: ARG002  (the base class's signature)
        terms: AccountSettings,
        old: bytes | None,  # noqa: ARG002  (likewise)
    ) -> None:
        self.settings = terms

    def _identifier_rule(self, value: Any) -> IdentifierRule | None:
        if value is None or isinstance(value, IdentifierRule):
            return value
        names = {each.name for each in fields(IdentifierRule)}
        if not isinstance(value, dict) or set(value) != names or type(value["param"]) is not str:
            self.refuse('"identifier_rule" must be null or {"param": text, "field": text}')
        if not is_contact_field(value["field"]):
            kinds = ", ".join(IDENTIFIER_KINDS)
            self.refuse(f'"identifier_rule": "field" must be one of {kinds}, or field:ID')
        return IdentifierRule(**value)
