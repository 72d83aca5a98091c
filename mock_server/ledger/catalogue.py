"""The rule catalogue: every rule of the emulated service, as data; all else cites its ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mock_server.ledger import (
    bulk_orders,
    contacts,
    envelope,
    envelope_values,
    identity,
    items,
    messages,
    order_changes,
    orders,
    past_events,
    segmentation,
    shops,
    transport,
)
from mock_server.ledger.entry import BASES, Basis, Rule, Source
from mock_server.names import nearest

__all__ = [
    "BASES",
    "RULES",
    "Basis",
    "Family",
    "Rule",
    "Source",
    "UnknownRuleError",
    "families",
    "rule",
]


class UnknownRuleError(KeyError):
    """No rule has this id; the message names ids that are near, or how an id looks."""

    def __init__(self, rule_id: str) -> None:
        super().__init__(rule_id)
        self.rule_id = rule_id
        self.near = tuple(nearest(rule_id, RULES, 3))
        told = f"Ids look like ORD-01; families are {', '.join(_TITLES)}."
        if self.near:
            told = f"Did you mean {', '.join(self.near)}?"
        self.message = f"There is no rule {rule_id!r}. {told}"

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Family:
    """Rules of one subject: the first part of their ids, a heading, and the rules in order."""

    key: str
    title: str
    rules: tuple[Rule, ...]


_TITLES = {
    "ENV": "The envelope of an event",
    "IDN": "Whom the event belongs to",
    "SEG": "Segmentation by events",
    "ORD": "Order events",
    "ITM": "The items of an order",
    "PST": "Past events",
    "CON": "Contacts",
    "BLK": "Add orders",
    "WIRE": "The transport",
    "SIT": "Site events from a backend",
    "MSG": "Messages",
    "SND": "Sending messages",
    "SITE": "The set-up of a shop",
    "PRO": "Promo codes",
}
_MODULES = (
    *(envelope, envelope_values, identity, segmentation, orders, order_changes, items),
    *(past_events, contacts, bulk_orders, transport, messages, shops),
)
_FAMILIES = tuple(
    Family(key, title, tuple(each for m in _MODULES for each in m.RULES if each.family == key))
    for key, title in _TITLES.items()
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {each.id: each for family in _FAMILIES for each in family.rules}
)
"""Every rule by its id, in the order of the ledger."""


def families() -> tuple[Family, ...]:
    """The families in the order of the ledger, each with its rules."""
    return _FAMILIES


def rule(rule_id: str) -> Rule:
    """The rule with this id, in any letter case; raises `UnknownRuleError` when there is none."""
    try:
        return RULES[rule_id.strip().upper()]
    except KeyError:
        raise UnknownRuleError(rule_id) from None
