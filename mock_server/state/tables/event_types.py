"""The event types of an account, and how many of them take part in segmentation."""

from __future__ import annotations

from mock_server import jsonio
from mock_server.model import Document
from mock_server.state.tables.table import LiveTable


class EventTypeTable(LiveTable):
    """Event types by eventTypeKey."""

    segmented = 0

    def terms(self, document: Document) -> bool:
        """Return whether the type takes part in segmentation."""
        return bool(document["segmentation"])

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self.segmented = 0

    def _enter(self, doc_id: int, terms: bool, old: bytes | None) -> None:
        if old is not None:
            self._leave(doc_id, old)
        self.segmented += terms

    def _leave(self, doc_id: int, old: bytes) -> None:  # noqa: ARG002  (the base class's signature)
        self.segmented -= self.terms(jsonio.loads_roughly(old))
