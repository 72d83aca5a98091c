"""Which rules of the ledger the traffic has exercised, and which it never did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mock_server.ledger.catalogue import RULES
from mock_server.model import Document


def rule_coverage(exercised: Mapping[str, Sequence[str]]) -> Document:
    """Coverage of the catalogue by rules with the results they had.

    `exercised` maps a rule's id to its results (`passed`, `failed`, `noted`); the answer has it in
    the order of the ledger, and under `never` the ids of all other rules.
    """
    return {
        "exercised": {rule: list(exercised[rule]) for rule in RULES if rule in exercised},
        "never": [rule for rule in RULES if rule not in exercised],
    }
