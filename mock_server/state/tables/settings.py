"""An account's settings: the stored document and the typed object."""

from __future__ import annotations

from mock_server.documents.account_settings import AccountSettings
from mock_server.documents.accounts import settings_of
from mock_server.documents.tables import Key
from mock_server.model import Document
from mock_server.state.tables.table import LiveTable

_DEFAULTS = AccountSettings()


class SettingsTable(LiveTable):
    """The settings of one account: one document, in which any name may be left out."""

    settings: AccountSettings = _DEFAULTS

    def terms(self, document: Document) -> AccountSettings:
        """The typed settings."""
        return settings_of(document)

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
