"""The state file, open for reading while parts of it are not yet in memory."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import BinaryIO

from .errors import StateError


class SourceFile:
    """Ranges of a file by offset and length, from any thread.

    The file is read through the handle it was opened with, so that replacing it does no harm.
    """

    def __init__(self, path: Path, handle: BinaryIO) -> None:
        self._path = path
        self._handle = handle
        self._lock = threading.Lock()

    def read(self, offset: int, length: int) -> bytes:
        """The bytes of a range; raises `StateError` once the file is closed or too short."""
        with self._lock:
            if self._handle.closed:
                raise StateError(f"{self._path}: the state is closed")
            self._handle.seek(offset)
            data = self._handle.read(length)
        if len(data) < length:
            raise StateError(
                f"{self._path} was made shorter by another program while it is in use;"
                " stop the server before editing its state file"
            )
        return data

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._handle.close()
