"""Contract scenarios (docs/contracts.md): read, run over HTTP against any server, compared."""

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
