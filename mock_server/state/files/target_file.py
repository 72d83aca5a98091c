"""The state file as a thing on the disk: what may be one, and whether it is still ours."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mock_server.state.errors import StateError


class FileStamp(NamedTuple):
    """By what a file is known again: its inode, its size in bytes, its time of change."""

    inode: int
    size: int
    changed_ns: int

    @classmethod
    def of(cls, path: Path) -> FileStamp | None:
        """Return the stamp of the file at `path`, or None if there is no file."""
        try:
            seen = path.stat()
        except OSError:
            return None
        return cls(seen.st_ino, seen.st_size, seen.st_mtime_ns)


def check_is_a_file(path: Path, target: Path) -> None:
    """Refuse what cannot be replaced by a file. Raises `StateError`; nothing is touched."""
    if target.is_dir():
        raise StateError(f"cannot use {path}: it is a folder; name a file in it")
    if target.exists() and not target.is_file():
        raise StateError(
            f"cannot use {path}: it is a device, a pipe or a socket; name a regular file"
        )
    if _is_mounted(target):
        raise StateError(
            f"cannot use {path}: this single file is mounted, and so can never be replaced;"
            " mount the folder, not the file"
        )


def _is_mounted(target: Path) -> bool:
    """Return whether the file itself is a mount point, as far as the system tells."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:  # a system without it
        return False
    escaped = str(target)
    for each in "\\ \t\n":
        escaped = escaped.replace(each, f"\\{ord(each):03o}")
    return any(line.split(" ")[4:5] == [escaped] for line in mounts.splitlines())
