"""Verdicts, reason codes and warning codes: what each means, the way out, and its rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from mock_server.ledger.catalogue import RULES
from mock_server.ledger.entry import KINDS, Kind, rows
from mock_server.model import Verdict


@dataclass(frozen=True, slots=True)
class Code:
    """A code of events: a reason, a warning or either, with its meaning, way out and rules."""

    code: str
    kinds: tuple[Kind, ...]
    meaning: str
    way_out: str
    rules: tuple[str, ...]

    def to_document(self) -> dict[str, Any]:
        """The code as the control API shows it: JSON values under camelCase keys."""
        return {
            "code": self.code,
            "kinds": list(self.kinds),
            "meaning": self.meaning,
            "wayOut": self.way_out,
            "rules": list(self.rules),
        }


@dataclass(frozen=True, slots=True)
class VerdictText:
    """A verdict in words: the answer on the wire, and what became of the event."""

    verdict: Verdict
    answer: str
    meaning: str


def _describe(code: str, meaning: str, way_out: str) -> Code:
    rules = [each for each in RULES.values() if code in each.reasons or code in each.warnings]
    kinds = tuple(kind for kind in KINDS if any(code in each.codes(kind) for each in rules))
    return Code(code, kinds, meaning, way_out, tuple(each.id for each in rules))


_TEXT = Path(__file__).with_name("codes.txt").read_text("utf-8")
CODES: Mapping[str, Code] = MappingProxyType(
    {row.partition(" ")[0]: _describe(*row.split(" | ")) for row in rows(_TEXT)}
)
"""Every reason and warning code, in the order in which the ledger's rules give them."""


def code_meaning(code: str) -> dict[str, Any]:
    """The meaning, the way out and the rules of a code, as JSON; of an unknown one its name."""
    return (CODES.get(code) or Code(code, (), code, "", ())).to_document()


_VERDICT_TEXTS = (
    VerdictText("applied", "200, empty body", "An order event that created or changed an order."),
    VerdictText(
        "recorded",
        "200, empty body",
        "An accepted event of any other type, stored in the event history.",
    ),
    VerdictText(
        "ignored", "200, empty body", "An order event that was accepted but changed no order."
    ),
    VerdictText(
        "rejected",
        "4xx, a text that says why",
        "Not accepted at all: a broken envelope, no identifier, too large, or without the "
        "parameters its event type requires.",
    ),
)
VERDICT_TEXTS: Mapping[Verdict, VerdictText] = MappingProxyType(
    {each.verdict: each for each in _VERDICT_TEXTS}
)
"""The four verdicts in words."""


def codes_of(kind: Kind) -> list[str]:
    """List the codes that are given as this kind."""
    return [each.code for each in CODES.values() if kind in each.kinds]


ErrorGroup = Literal["contact not found", "parameter error", "other error"]

ERROR_GROUPS: tuple[ErrorGroup, ...] = ("contact not found", "parameter error", "other error")
"""The groups, in the order they are shown; an event with reasons of several is in the first."""

_NOT_WHAT_WAS_SENT = ("segmentation_disabled", "order_not_found")


def error_group(reason: str) -> ErrorGroup:
    """The group of a reason code; a code that is not of the ledger is an "other error"."""
    code = CODES.get(reason)
    if code is None or reason in _NOT_WHAT_WAS_SENT:
        return "other error"
    by_identity = any(rule.startswith("IDN-") for rule in code.rules)
    return "contact not found" if by_identity else "parameter error"
