"""What the tests of the rules share: an account made of dictionaries, events, and what came out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mock_server import jsonio
from mock_server.documents.account_settings import AccountSettings
from mock_server.model import (
    Among,
    ApiVersion,
    ContactField,
    Document,
    Holders,
    IdentifierKind,
    NearContact,
)
from mock_server.rules import judge
from mock_server.rules.event.event_types import ORDER_EVENTS
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.rules.view import AccountView
from mock_server.zones import UTC, zone_named

EXAMPLE = Path(__file__).parents[2] / "fixtures" / "examples" / "order-created.json"
NOW = "2026-01-02T03:04:05Z"

Contacts = Mapping[int, Mapping[str, str]]

ANNA: Contacts = {7: {"phone": "380501234567"}}
"""The contact of the documented example."""


class FakeView:
    """An account as rules see one, kept in plain dictionaries.

    `contacts` are identifiers by contact id, those of other accounts are in `others`; `orders` are
    by externalOrderId, the oldest first; `failures` are the records that `last_failure` finds, and
    `deleted` the deleted contacts by kind and value of an identifier; `lost` those that `last_lost`
    finds.
    """

    def __init__(
        self,
        contacts: Contacts = ANNA,
        orders: Iterable[Document] = (),
        event_types: Iterable[Document] = (),
        failures: Mapping[str, Document] | None = None,
        others: Mapping[str, Contacts] | None = None,
        segmented: int | None = None,
        deleted: Mapping[tuple[str, str], Document] | None = None,
        lost: Mapping[str, Document] | None = None,
        **settings: Any,
    ) -> None:
        self.name = "default"
        self.settings = AccountSettings(**settings)
        self.contacts = contacts
        self.orders = {each["externalOrderId"]: each for each in orders}
        known: list[Document] = [{"eventTypeKey": key} for key in ORDER_EVENTS]
        blank = {"segmentation": True, "validateParams": False, "params": []}
        self.event_types = {
            each["eventTypeKey"]: {**blank, **each} for each in [*known, *event_types]
        }
        self.failures = failures or {}
        self.lost = lost or {}
        self.others = others or {}
        self.segmented = segmented
        self.deleted = dict(deleted or {})

    def find_contact(self, kind: ContactField, value: str) -> int | None:
        """The one updated last."""
        found = self.holders(kind, value).newest
        return found[0] if found else None

    def holders(
        self, kind: ContactField, value: str, among: Among = "live", limit: int | None = None
    ) -> Holders:
        """By the exact value, an email in any letter case; the last one given was updated last."""
        if among == "deleted":
            found = [each["id"] for key, each in self.deleted.items() if key == (kind, value)]
            return Holders(found, len(found))
        found = []
        for contact_id, held in self.contacts.items():
            own = str(contact_id) if kind == "contactId" else held.get(kind)
            if own == value or (kind == "email" and own and own.lower() == value.lower()):
                found.insert(0, contact_id)
        return Holders(found[:limit], len(found))

    def contact(self, contact_id: int) -> Document | None:
        """A deleted contact; of the others no more is known than their identifiers."""
        return next((each for each in self.deleted.values() if each["id"] == contact_id), None)

    def deleted_contact(self, kind: IdentifierKind, value: str) -> Document | None:
        """By the exact value."""
        return self.deleted.get((kind, value))

    def near_contacts(self, value: str) -> list[NearContact]:
        """By the value without letter case and punctuation; elsewhere by the exact value."""
        near = [
            NearContact(kind, own, contact_id, self.name)  # type: ignore[arg-type]  # a kind, as text
            for contact_id, held in self.contacts.items()
            for kind, own in held.items()
            if _bare(own) == _bare(value)
        ]
        near += [
            NearContact(kind, own, contact_id, account)  # type: ignore[arg-type]  # likewise
            for account, contacts in self.others.items()
            for contact_id, held in contacts.items()
            for kind, own in held.items()
            if own == value
        ]
        return near

    def zone_of(self, contact_id: int | None) -> tzinfo:
        """The contact's, where one was given, else the account's."""
        own = self.contacts.get(contact_id or 0, {}).get("timeZone")
        return zone_named(own or self.settings.time_zone) or UTC

    def order_emails(self, contact_id: int) -> set[str]:
        """Those of the contact's orders."""
        mine = [each for each in self.orders.values() if each.get("contactId") == contact_id]
        return {each["email"].lower() for each in mine if each.get("email")}

    def order(self, external_order_id: str) -> Document | None:
        """The order."""
        return self.orders.get(external_order_id)

    def recent_order_ids(self, limit: int) -> list[str]:
        """The newest orders first."""
        return list(reversed(self.orders))[:limit]

    def event_type(self, key: str) -> Document | None:
        """The event type."""
        return self.event_types.get(key)

    def segmented_event_types(self) -> int:
        """As many as were asked for, or as there are."""
        if self.segmented is not None:
            return self.segmented
        return sum(each["segmentation"] for each in self.event_types.values())

    def last_failure(self, external_order_id: str) -> Document | None:
        """The event record."""
        return self.failures.get(external_order_id)

    def last_lost(self, external_order_id: str) -> Document | None:
        """The event record."""
        return self.lost.get(external_order_id)

    def next_order_id(self) -> int:
        """One more than there are."""
        return len(self.orders) + 1

    def next_contact_id(self) -> int:
        """One more than the highest."""
        return max(self.contacts, default=0) + 1


def _bare(value: str) -> str:
    return "".join(each for each in value.casefold() if each not in "+-() ")


class Told(NamedTuple):
    """What an outcome says, as far as the truth tables are concerned.

    `failed` are the failed steps, each as (rule, param).
    """

    verdict: str
    reasons: list[str]
    warnings: list[str]
    failed: list[tuple[str, str | None]]
    hint: str | None


class Case:
    """Makes accounts and events, and puts them before the judge."""

    ANNA = ANNA
    NOW = NOW
    view = FakeView

    def __init__(self) -> None:
        self._example = json.loads(EXAMPLE.read_text("utf-8"))

    def event(self, key: str, /, **params: Any) -> Document:
        """An event with a keyValue and these params."""
        return {"eventTypeKey": key, "keyValue": "key", "params": self.params(params)}

    def params(self, values: Mapping[str, Any]) -> list[Document]:
        """Names and values as the params of an event; those whose value is `...` are left out."""
        return [
            {"name": name, "value": value} for name, value in values.items() if value is not ...
        ]

    def order(self, key: str = "orderCreated", /, **changes: Any) -> Document:
        """The documented example, as an event of this type, with other values for some params.

        Its total is the sum of its items, unlike in the documentation, so that nothing warns.
        """
        values = {each["name"]: each["value"] for each in self._example["params"]}
        values.update({"totalCost": "990.0", "externalCustomerId": ..., **changes})
        return {**self._example, "eventTypeKey": key, "params": self.params(values)}

    def item(self, **changes: Any) -> Document:
        """The item of the documented example, with other values for some fields."""
        item = {**self._example["params"][-1]["value"][0], **changes}
        return {name: value for name, value in item.items() if value is not ...}

    def judge(
        self,
        body: Any,
        view: AccountView | None = None,
        version: ApiVersion = "v2",
        **request: Any,
    ) -> Outcome:
        """The outcome of an event; without a view, of an account that knows Anna."""
        request.setdefault("size", len(jsonio.dumps(body)))
        return judge(EventRequest(body, version, **request), view or FakeView(), NOW)

    def told(
        self, body: Any, view: AccountView | None = None, version: ApiVersion = "v2", **request: Any
    ) -> Told:
        """What the outcome of an event says."""
        return self.say(self.judge(body, view, version, **request))

    def say(self, outcome: Outcome) -> Told:
        """What an outcome says."""
        failed = [(step.rule, step.param) for step in outcome.trace if step.result == "failed"]
        return Told(outcome.verdict, outcome.reasons, outcome.warnings, failed, outcome.hint)

    def steps(self, outcome: Outcome, *rules: str) -> list[str]:
        """The steps of some rules as text: `result message`."""
        return [f"{step.result} {step.message}" for step in outcome.trace if step.rule in rules]

    def existing(self, **changes: Any) -> Document:
        """The order of the example as an account holds it."""
        after = self.judge(self.order()).effect
        assert after is not None
        return {**after.after, **changes}


@pytest.fixture(scope="session")
def case() -> Case:
    """Accounts, events, and the verdict on them."""
    return Case()
