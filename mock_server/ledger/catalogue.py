"""The rule catalogue: every rule of the emulated service, as data; all else cites its ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from mock_server.ledger.entry import Rule, rule_in
from mock_server.names import nearest


class UnknownRuleError(KeyError):
    """No rule has this id; the message names ids that are near, or how an id looks."""

    def __init__(self, rule_id: str) -> None:
        super().__init__(rule_id)
        self.rule_id = rule_id
        self.near = tuple(nearest(rule_id, RULES, 3))
        told = f"Ids look like ORD-01; families are {', '.join(_KEYS)}."
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


_KEYS = "ENV IDN SEG ORD ITM PST CON BLK WIRE SIT MSG SND SITE PRO".split()
_FOLDER = Path(__file__).with_name("rules")


def _read(key: str) -> Family:
    """A family from its text: key and title, then its rules, with a blank line before each."""
    heading, *rules = (_FOLDER / f"{key.lower()}.txt").read_text("utf-8").split("\n\n")
    return Family(key, heading.partition(" ")[2], tuple(map(rule_in, rules)))


_FAMILIES = tuple(map(_read, _KEYS))

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
