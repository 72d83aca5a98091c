"""Where the fixtures are that come with the emulator: scenarios and the schema of their format."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def shipped_fixtures() -> Path:
    """The folder `fixtures`: in a checkout their source, else the copy that setup.py made."""
    installed = _PACKAGE / "fixtures"
    return installed if installed.is_dir() else _PACKAGE.parent / "fixtures"


def shipped_folder() -> Path:
    """The folder of the shipped scenarios."""
    return shipped_fixtures() / "contracts"


def shipped_schema() -> Path:
    """The JSON Schema of a scenario."""
    return shipped_fixtures() / "contract.schema.json"
