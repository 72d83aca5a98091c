"""Files, and bytes that have to be on the disk: what differs between systems stands here.

Windows refuses to replace a file that anybody holds open: that is tried again for two seconds.
macOS writes through to the platter only by `F_FULLFSYNC`.
"""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mock_server.state.errors import StateError

if sys.platform != "win32":
    import fcntl

Stamp = tuple[int, int, int]

TRIES = 20 if os.name == "nt" else 1
PAUSE = 0.1
"""Seconds between two tries."""


def replace(source: Path, target: Path) -> None:
    """Give a file the name of another one, which is gone then. Raises `OSError`."""
    _patiently(lambda: source.replace(target))


def free_name(path: Path, ending: str, fits: Callable[[Path], bool] = lambda _: False) -> Path:
    """A name beside a file with a free number and the ending, or that of what `fits`."""
    name, number = path.with_name(path.name + ending), 2
    while name.exists() and not fits(name):
        name = path.with_name(f"{path.name}{ending}-{number}")
        number += 1
    return name


def unlink(path: Path) -> None:
    """Remove a file, if it is there. Raises `OSError`."""
    _patiently(lambda: path.unlink(missing_ok=True))


def _patiently(act: Callable[[], object]) -> None:
    for _ in range(TRIES - 1):
        with suppress(PermissionError):
            act()
            return
        time.sleep(PAUSE)
    act()


def sync(handle: int) -> None:
    """Wait until what was written to an open file would survive a power cut. Raises `OSError`."""
    full = getattr(fcntl, "F_FULLFSYNC", None) if sys.platform != "win32" else None
    if full is None:
        os.fsync(handle)
        return
    try:
        fcntl.fcntl(handle, full)
    except OSError:  # a file system that does not know it
        os.fsync(handle)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable, where the system can do that. Raises `OSError`."""
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(path, os.O_RDONLY)
        try:
            sync(handle)
        finally:
            os.close(handle)


def stamp(path: Path) -> Stamp | None:
    """By what a file is known again: inode, size, time of change; None where there is none."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_ino, seen.st_size, seen.st_mtime_ns


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
