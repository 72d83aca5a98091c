"""The orders of an account: by externalOrderId, by status, by contact, newest first."""

import re
from itertools import islice
from typing import Any

from mock_server import jsonio
from mock_server.documents.tables import Key
from mock_server.model import Document
from mock_server.state.tables.bitmap import BitIndex, Span
from mock_server.state.tables.table import LiveTable, Prepared

# How an order begins, when status and contact are there or none of the two follows later. Numbers
# are taken whole: what does not match must not match with a part of one.
_HEAD = re.compile(
    rb'\{"externalOrderId":"([^"\\]+)","orderId":([0-9]+)(?![0-9])'
    rb'(?:,"status":"([^"\\]*)")?(?:,"contactId":(?:null|([0-9]+)(?![0-9])))?'
    rb'(?!,"status":|,"contactId":)'
)
_OTHER_CURRENCY = re.compile(rb'"currency":(?!"|null)')


def as_kept_now(order: Document) -> Document:
    """An order as an earlier version kept it, without a currency that is not text (ORD-07)."""
    if isinstance(order.get("currency"), (str, type(None))):
        return order
    return {name: value for name, value in order.items() if name != "currency"}


class OrderTable(LiveTable):
    """Orders; one without an `orderId` gets the next, one without a contact has nobody."""

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self._index = BitIndex("status", "contact")
        self.next_order_id = 1
        # The keys of orders changed since `changes` was last asked; None: begin with all of them.
        self._changed: dict[Key, None] | None = None

    @property
    def next_number(self) -> int:
        """The orderId the next order will get."""
        return self.next_order_id

    def number_from(self, number: int) -> None:
        """Give no orderId below this one."""
        self.next_order_id = max(number, self.next_order_id)

    def prepare(self, document: Document, after: int = 0) -> Prepared:
        """Encode an order, its key and its number checked."""
        if document.get("orderId") is None and isinstance(document, dict):
            held = self.find(document.get("externalOrderId", ""))
            order_id = held["orderId"] if held else max(self.next_order_id, after + 1)
            document = {**document, "orderId": order_id}
        return super().prepare(document)

    def prepare_stored(self, data: bytes) -> Prepared:
        """Read the index fields of an order that this table, or an earlier version, has made."""
        if _OTHER_CURRENCY.search(data) is not None:
            data = jsonio.dumps(as_kept_now(jsonio.loads(data)))
        head = _HEAD.match(data)
        if head is None:
            return super().prepare_stored(data)
        key, order_id, status, contact = head.groups()
        terms = (
            int(order_id),
            None if status is None else status.decode(),
            None if contact is None else int(contact),
        )
        return key.decode(), data, terms

    def number_of(self, prepared: Prepared) -> int:
        """The orderId."""
        order_id: int = prepared[2][0]
        return order_id

    def terms(self, document: Document) -> tuple[int, str | None, int | None]:
        """The orderId, the status and the contact."""
        order_id = document.get("orderId")
        if type(order_id) is not int or order_id < 1:
            self.refuse('"orderId" must be a whole number from 1 on', document)
        return order_id, document.get("status"), document.get("contactId")

    def store(self, key: Key, data: bytes, terms: Any) -> None:
        """Keep a prepared order; one with the same key is replaced."""
        super().store(key, data, terms)
        if self._changed is not None:
            self._changed[key] = None

    def discard(self, key: Key) -> None:
        """Forget an order."""
        if self._changed is not None:
            self._changed[key] = None
        super().discard(key)

    def changes(self, *, everything: bool) -> tuple[bool, list[tuple[Key, bytes | None]]]:
        """The orders changed since last asked, as JSON (None: gone); all, after True."""
        anew = everything or self._changed is None
        keys = self._doc_ids if anew or self._changed is None else self._changed
        places = [(key, self._doc_ids.get(key)) for key in keys]
        found = [(key, None if place is None else self._data.get(place)) for key, place in places]
        self._changed = {}
        return anew, found

    def recent_ids(self, limit: int) -> list[str]:
        """The externalOrderIds of the newest orders, newest first."""
        return [str(key) for key in islice(reversed(self._doc_ids), limit)]

    def select(self, status: str | None, contact: int | None) -> list[Span]:
        """The orders with this status and contact; None lets every order through."""
        return self._index.select([("status", status), ("contact", contact)])

    def _enter(self, doc_id: int, terms: Any, *, is_new: bool) -> None:
        self.number_from(terms[0] + 1)
        (self._index.add if is_new else self._index.change)(doc_id, terms[1:])

    def _leave(self, doc_id: int) -> None:
        self._index.remove(doc_id)
