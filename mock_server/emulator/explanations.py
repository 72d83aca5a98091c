"""What codes and examples mean, for people: the words of the rules, without their machinery."""

from __future__ import annotations

from mock_server.ledger.codes import CODES
from mock_server.model import Document
from mock_server.rules.trace import is_near_miss


def code_meaning(code: str) -> Document:
    """The meaning, the way out and the rules of a reason or warning code."""
    known = CODES.get(code)
    if known is None:
        return {"code": code, "kinds": [], "meaning": code, "wayOut": "", "rules": []}
    return known.to_document()


def near_misses(trace: list[Document]) -> list[Document]:
    """The steps of a trace that tell of something close to what was looked for."""
    return [step for step in trace if is_near_miss(step["message"])]


def all_codes() -> list[Document]:
    """Every reason and warning code."""
    return [each.to_document() for each in CODES.values()]
