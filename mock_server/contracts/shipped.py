"""Where the scenarios are that come with the emulator, and the schema of their format."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_SCHEMA = "contract.schema.json"


def shipped_folder() -> Path:
    """The folder of the shipped scenarios.

    In a checkout that is `fixtures/contracts`, their source; a wheel carries a copy, made by
    setup.py, inside this package.
    """
    installed = _PACKAGE / "scenarios"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "fixtures" / "contracts"


def shipped_schema() -> Path:
    """The JSON Schema of a scenario."""
    installed = _PACKAGE / _SCHEMA
    return installed if installed.is_file() else _PACKAGE.parents[1] / "fixtures" / _SCHEMA
