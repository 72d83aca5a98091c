"""One server per state file: a lock file that names who holds it, by a lock of the system.

It goes with its process; locking packages cost more to import than the rest of the state.
"""

import contextlib
import errno
import os
import sys
from pathlib import Path

from mock_server.state.errors import StateError

if sys.platform == "win32":
    import msvcrt

    # A byte far behind the text, which others can then still read.
    _PLACE = 1 << 30

    def _try_lock(handle: int) -> bool:
        os.lseek(handle, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool | None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in (errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK):
                raise
            return None  # a file system without locks: better to serve than to refuse
        return True


_TRIES = 100
"""How often the lock file may be gone again, by its last holder, once it has been locked."""


class FileLock:
    """Holds the lock file at `path` until `release`; `owner` is what others read.

    `StateError`: another holds it; `OSError`: it cannot be made. `keeps_off`: the file system has
    locks.
    """

    def __init__(self, path: Path, owner: str) -> None:
        self._path = path
        self.keeps_off = True
        self._handle = self._acquire()
        try:
            self.describe(owner)
        except OSError:
            self.release()
            raise

    def describe(self, owner: str) -> None:
        """Say something else about the holder, such as the URL it serves."""
        text = f"process {os.getpid()}{', ' if owner else ''}{owner}\n".encode()
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.ftruncate(self._handle, 0)
        os.write(self._handle, text)

    def release(self) -> None:
        """Let go, and remove the file."""
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(self._handle)
            with contextlib.suppress(OSError):
                self._path.unlink()
        else:
            with contextlib.suppress(OSError):
                self._path.unlink()
            os.close(self._handle)

    def _acquire(self) -> int:
        state = str(self._path).removesuffix(".lock")
        for _ in range(_TRIES):
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                locked = _try_lock(handle)
                if locked is not False and self._is_the_file(handle):
                    self.keeps_off = locked is not None
                    return handle
                os.lseek(handle, 0, os.SEEK_SET)  # trying may have moved to where the lock is
                holder = b"" if locked is not False else os.read(handle, 1000)
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)
            if locked is False:
                named = " ".join(holder.decode("utf-8", "replace").split())
                raise StateError(
                    f"{state} is in use by {named or 'another process'};"
                    " stop that server, or choose another state file"
                )
        raise StateError(
            f"{state} cannot be locked: its lock file is removed as often as it is made; see what"
            " else works in that folder, or choose another state file"
        )

    def _is_the_file(self, handle: int) -> bool:
        """Whether the path still leads to the file just locked: its last holder removes it."""
        try:
            return os.path.samestat(os.fstat(handle), self._path.stat())
        except FileNotFoundError:
            return False
