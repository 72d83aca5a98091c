"""Which form a state file and an export have, and what becomes of older and newer ones.

`meta.1.format` grows with each form that older versions cannot read. Version 0.1.0 says none: its
file is converted once, and kept with its log as `NAME.0.1.0`. A later one is refused by name.
"""

import filecmp
import shutil
from pathlib import Path

from mock_server import jsonio
from mock_server.model import Document
from mock_server.state.errors import StateError
from mock_server.state.files.durable import free_name, unlink

FORMAT = 1
"""The format this version writes."""

_BEFORE = ".0.1.0"


class LaterFormatError(StateError):
    """What a later version wrote; nothing is wrong with it."""


def check_format(meta: Document) -> None:
    """Refuse by `StateError` what this version cannot read, as `meta` says."""
    form = meta.get("format", FORMAT)
    if type(form) is not int or form < 1:
        raise StateError(
            f'table "meta": "format" must be a whole number from 1 on, not {jsonio.text_of(form)}'
        )
    if form > FORMAT:
        raise LaterFormatError(
            f"this has format {form}, which a later version of yespo-mock wrote, and this version"
            f" reads format {FORMAT}: install the later version, or use another state"
        )


def is_of_version_0_1_0(meta: Document) -> bool:
    """Return whether version 0.1.0 wrote this `meta`: it named the state and no format."""
    return "state" in meta and "format" not in meta


def keep_copy(path: Path, log: Path) -> Path:
    """Copy a file of 0.1.0 and its log to a free name, and return it. Raises `OSError`."""
    kept = free_name(path, _BEFORE, lambda name: filecmp.cmp(path, name, shallow=False))
    if kept.exists():
        return kept  # a start that could not go on after this
    kept_log = kept.with_name(kept.name + log.name.removeprefix(path.name))
    try:
        # The log first: the copy of the file says that all is there.
        if log.exists():
            shutil.copy2(log, kept_log)
        shutil.copy2(path, kept)
    except BaseException:
        unlink(kept)
        unlink(kept_log)
        raise
    return kept
