"""The tables of an account's settings and event types, and what is kept beside their documents."""

from typing import Any

from mock_server.documents.account_settings import AccountSettings
from mock_server.documents.accounts import settings_of
from mock_server.documents.tables import Key
from mock_server.model import Document
from mock_server.state.tables.table import LiveTable


class SettingsTable(LiveTable):
    """The settings of one account: one document, in which any name may be left out."""

    def clear(self) -> None:
        """Back to the defaults."""
        super().clear()
        self.settings = AccountSettings()

    def terms(self, document: Document) -> AccountSettings:
        """The typed settings."""
        return settings_of(document)

    def discard(self, key: Key) -> None:
        """Back to the defaults."""
        super().discard(key)
        self.settings = AccountSettings()

    # There is one document, whose id says nothing.
    def _enter(self, doc_id: int, terms: AccountSettings, *, is_new: bool) -> None:  # noqa: ARG002
        self.settings = terms


class EventTypeTable(LiveTable):
    """Event types by eventTypeKey, and how many of them take part in segmentation."""

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self.segmented = 0

    def terms(self, document: Document) -> bool:
        """Return whether the type takes part in segmentation."""
        return bool(document["segmentation"])

    def _enter(self, doc_id: int, terms: Any, *, is_new: bool) -> None:
        if not is_new:
            self._leave(doc_id)
        self.segmented += terms

    def _leave(self, doc_id: int) -> None:
        self.segmented -= self.terms(self._held(doc_id))
