"""Contract scenarios: reading them, running them against a server, saying what differs.

A scenario is data that a test suite in any language can read (docs/contracts.md); this package is
one reader of it. It speaks HTTP to the server it verifies, its own or any other.
"""

from __future__ import annotations

from mock_server.contracts.matching import Difference
from mock_server.contracts.running import Result, Runner
from mock_server.contracts.scenario import (
    MalformedScenario,
    Scenario,
    read_scenario,
    shipped_folder,
    shipped_schema,
)
from mock_server.contracts.target import Target, TargetError

__all__ = [
    "Difference",
    "MalformedScenario",
    "Result",
    "Runner",
    "Scenario",
    "Target",
    "TargetError",
    "read_scenario",
    "shipped_folder",
    "shipped_schema",
]
