"""GitHub Actions annotations: lines that the runner shows beside a run."""

from __future__ import annotations

import os
from typing import Literal


def wanted() -> bool:
    """Whether this runs in GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def annotation(level: Literal["error", "warning"], title: str, message: str) -> str:
    """The line of an annotation, escaped as the runner reads it."""
    escaped = _escaped(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={escaped}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
