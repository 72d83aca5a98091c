"""The fixtures that come with the emulator: scenarios and the schema of their format."""

from __future__ import annotations

from pathlib import Path

from mock_server.emulator.examples import shipped_fixtures


def shipped_folder() -> Path:
    """The folder of the shipped scenarios."""
    return shipped_fixtures() / "contracts"


def shipped_schema() -> Path:
    """The JSON Schema of a scenario."""
    return shipped_fixtures() / "contract.schema.json"
