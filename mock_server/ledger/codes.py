"""The words of an outcome: verdicts, reason codes and warning codes, as data.

A rule says which codes it gives, and as what; what a code means stands next to the ledger. `CODES`
is both put together, so that neither can drift from the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mock_server.ledger.catalogue import RULES
from mock_server.ledger.code_texts import CODE_TEXTS
from mock_server.ledger.entry import KINDS, Kind
from mock_server.model import Verdict

__all__ = ["CODES", "VERDICT_TEXTS", "Code", "Kind", "VerdictText", "code_meaning", "codes_of"]


@dataclass(frozen=True, slots=True)
class Code:
    """A machine-readable code of an event.

    `kinds` says whether it is given as a reason (why the event was not applied), as a warning, or,
    depending on the event type, as either. `meaning` and `way_out` are one sentence each, with
    inline Markdown code spans; `rules` are the ids of the rules that give the code.
    """

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
    kinds = tuple(
        kind for kind in KINDS if any(code in each.codes(kind) for each in RULES.values())
    )
    rules = tuple(
        each.id for each in RULES.values() if any(code in each.codes(kind) for kind in KINDS)
    )
    return Code(code, kinds, meaning, way_out, rules)


CODES: Mapping[str, Code] = MappingProxyType(
    {code: _describe(code, *texts) for code, texts in CODE_TEXTS.items()}
)
"""Every reason and warning code, in the order in which the ledger's rules give them."""


def code_meaning(code: str) -> dict[str, Any]:
    """The meaning, the way out and the rules of a code, as JSON; of an unknown one its name."""
    known = CODES.get(code)
    if known is None:
        return {"code": code, "kinds": [], "meaning": code, "wayOut": "", "rules": []}
    return known.to_document()


VERDICT_TEXTS: Mapping[Verdict, VerdictText] = MappingProxyType(
    {
        each.verdict: each
        for each in (
            VerdictText(
                "applied",
                "200, empty body",
                "An order event that created or changed an order.",
            ),
            VerdictText(
                "recorded",
                "200, empty body",
                "An accepted event of any other type, stored in the event history.",
            ),
            VerdictText(
                "ignored",
                "200, empty body",
                "An order event that was accepted but changed no order.",
            ),
            VerdictText(
                "rejected",
                "4xx, a text that says why",
                "Not accepted at all: a broken envelope, no identifier, too large, or without the "
                "parameters its event type requires.",
            ),
        )
    }
)
"""The four verdicts in words."""


def codes_of(kind: Kind) -> list[str]:
    """List the codes that are given as this kind."""
    return [each.code for each in CODES.values() if kind in each.kinds]
