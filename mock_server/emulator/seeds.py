"""Seeds: the contacts, orders, event types and settings that an account begins with."""

from dataclasses import asdict, replace
from typing import Any

from mock_server.documents.account_settings import with_profile
from mock_server.emulator.contact_overlay import ContactOverlay
from mock_server.emulator.errors import InvalidError
from mock_server.emulator.history import history_entry
from mock_server.emulator.resources.stored_messages import checked_message
from mock_server.emulator.schemas import FOUND_BY, SeedSchema, require_identifier
from mock_server.model import Document
from mock_server.rules.contact.contacts import arrange_contact
from mock_server.rules.event.event_types import new_event_type, why_not_segmented
from mock_server.rules.order.fields import CONTACT_FIELDS
from mock_server.rules.order.orders import order_from_params
from mock_server.rules.outcome import Effect
from mock_server.rules.trace import Trace
from mock_server.rules.values import brief
from mock_server.settings import SeedFile
from mock_server.state import AccountState

_SCHEMA = SeedSchema()


class Seeder:
    """Turns a seed into what to store; seeding twice is seeding once."""

    def __init__(self, state: AccountState, now: str) -> None:
        self._state = state
        self._now = now
        self._contacts = ContactOverlay(state)
        self._orders: dict[str, Document] = {}
        self._history: list[Document] = []
        self._event_types = _EventTypes(state)
        self._next_order = state.next_order_id()

    def read(self, seed: Any) -> dict[str, list[Document]]:
        """What to commit of a document or `SeedFile`; `InvalidError` names all its faults."""
        name, seed = (seed.path, seed.document) if isinstance(seed, SeedFile) else ("Seed", seed)
        seed = _SCHEMA.read(seed, name)
        for index, contact in enumerate(seed["contacts"]):
            require_identifier(contact, f"{name}: contacts[{index}]")
            self._contacts.put(arrange_contact(contact, self._contacts, self._now).contact)
        for index, order in enumerate(seed["orders"]):
            self._add_order(order, f"{name}: orders[{index}]")
        for index, event_type in enumerate(seed["eventTypes"]):
            key, types = event_type["eventTypeKey"], self._event_types
            known = types.event_type(key) or new_event_type(key, types, Trace())
            if event_type.get("segmentation") and (why := why_not_segmented(key, types)):
                raise InvalidError(f"{name}: eventTypes[{index}]: {why}.")
            types.documents[key] = {**known, **event_type}
        puts: dict[str, list[Document]] = {
            "contacts": list(self._contacts.documents.values()),
            "orders": list(self._orders.values()),
            "history": self._history,
            "event_types": list(self._event_types.documents.values()),
        }
        puts["workflows"] = seed["workflows"]
        puts["messages"] = [
            checked_message(each, f"{name}: messages[{index}]")
            for index, each in enumerate(seed["messages"])
        ]
        if seed["settings"]:
            puts["settings"] = [
                asdict(replace(self._state.settings, **with_profile(seed["settings"])))
            ]
        return {table: documents for table, documents in puts.items() if documents}

    def _find(self, named: Document) -> int | None:
        for kind in FOUND_BY:
            if kind in named:
                found = self._contacts.find_contact(kind, named[kind])
                if found is not None:
                    return found
        return None

    def _add_order(self, order: Document, where: str) -> None:
        named = {kind: str(order[kind]) for kind in CONTACT_FIELDS if order.get(kind)}
        contact_id = self._find(named)
        if contact_id is None:
            said = {kind: brief(text) for kind, text in named.items()}
            raise InvalidError(
                f"{where}: no contact has {said or 'externalCustomerId, email or phone'}."
                " Add the contact to the seed's contacts."
            )
        extra = order.get("additionalInfo", {})
        params = {name: order[name] for name in order if name != "additionalInfo"}
        trace = Trace()
        existing = self._orders.get(order["externalOrderId"]) or self._state.order(
            order["externalOrderId"]
        )
        number = existing["orderId"] if existing else self._next_order
        document = order_from_params(params, number, contact_id, self._now, trace)
        if document is None:
            raise InvalidError(f"{where}: {'; '.join(trace.failures())}.")
        if twice := document["additionalInfo"].keys() & extra:
            raise InvalidError(
                f"{where}: {min(twice)} is there twice, in additionalInfo and beside it. Keep one."
            )
        document["additionalInfo"] |= extra
        if existing:
            document["createdAt"] = existing.get("createdAt", self._now)
        else:
            self._next_order += 1
            effect = Effect(document["externalOrderId"], "created", None, document)
            self._history.append(history_entry(effect, None, "seed", self._now, with_base=False))
        self._orders[document["externalOrderId"]] = document


class _EventTypes:
    """The event types of the account as they will be with `documents`, those of the seed so far."""

    def __init__(self, state: AccountState) -> None:
        self._state = state
        self.settings = state.settings
        self.documents: dict[str, Document] = {}

    def event_type(self, key: str) -> Document | None:
        return self.documents.get(key) or self._state.event_type(key)

    def segmented_event_types(self) -> int:
        known = [self._state.event_type(key) for key in self.documents]
        before = sum(each is not None and bool(each["segmentation"]) for each in known)
        now = sum(bool(each["segmentation"]) for each in self.documents.values())
        return self._state.segmented_event_types() - before + now
