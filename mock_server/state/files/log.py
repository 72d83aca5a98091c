r"""The commit log next to the state file: what is newer than the state file, one line per commit.

The first line says what the file is, which state it belongs to, and after which commit it goes on.
Every further line is one commit, whole or not at all:

    {"commit":18,"account":"default","reset":{"keep":["contacts"]},
     "delete":{"orders":["17"]},"put":{"events":[{…}],"orders":[{…}]},"crc":"9a0c1e55"}

(on one line). What it names is done in that order: empty the account's tables, delete, put. A tab
stands before and after every document; JSON allows it there and nowhere else, so that a line can
be cut into its documents without being parsed. `crc` is the CRC-32 of all that comes before it.

A line that was being written when the process died is the last one, and is dropped.
"""

import contextlib
import os
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from mock_server.model import Document
from mock_server.state.errors import StateError
from mock_server.state.files.durable import free_name, replace, sync, sync_folder, unlink

_ABOUT = "commits that are not yet in the state file; the server folds them in"
_AT_ONCE = 1 << 20
_LOOK_EVERY = 0.05
"""Seconds from one look at whether the file is still there to the next, while commits come."""
_END = re.compile(rb',"crc":"([0-9a-f]{8})"\}\n\Z')
_END_LENGTH = len(b',"crc":"00000000"}\n')


class Entry(NamedTuple):
    """One commit of a log: the line without its documents, and the documents by table."""

    number: int
    frame: Document
    documents: dict[str, list[bytes]]


def seal(line: bytes) -> bytes:
    """End a commit's line with its checksum."""
    return b'%b,"crc":"%08x"}\n' % (line, zlib.crc32(line))


class CommitLog:
    """The log, open for appending: there from the first commit after a fold to the next.

    `size` bytes of it are good. Commits up to `lost_upto`, which somebody took out, are folded from
    memory. `warn` is told what was found. Callers hold `lock`, the store's, but for `fold`.
    """

    def __init__(
        self,
        path: Path,
        state: str,
        lock: threading.RLock,
        warn: Callable[[str], None],
        *,
        fsync: bool,
    ) -> None:
        self._lock = lock
        self._warn = warn
        self.path = path
        self.size = 0
        self.lost_upto = 0
        self._mended = 0  # how often it was made again, or begun anew
        self._look_at = 0.0
        self._state = state
        self._fsync = fsync
        self._handle: int | None = None
        self._has_rest = False  # of a line that was refused

    def resume(self, size: int) -> int:
        """Go on after the first `size` bytes of the file; what follows them is cut off."""
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0))
        try:
            os.ftruncate(handle, size)
        except OSError:
            os.close(handle)
            raise
        self._handle, self.size = handle, size
        return handle

    @property
    def mark(self) -> tuple[int, int]:
        """Where it ends now, for `fold`; the caller holds the lock."""
        return self._mended, self.size

    def append(self, line: bytes, commit: int) -> None:
        """Write a commit's sealed line down, all of it or nothing. Raises `OSError`."""
        if time.monotonic() >= self._look_at:
            self.look(commit - 1)
        handle = self._handle
        if handle is None and self.size:
            handle = self.resume(self.size)
        elif handle is None:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
            handle = self._handle = os.open(self.path, flags, 0o600)
            if self._fsync:
                sync_folder(self.path.parent)
        if not self.size:  # also where the first line was refused before
            line = self._header(commit - 1) + line
        if self._has_rest:
            os.ftruncate(handle, self.size)
            self._has_rest = False
        try:
            written = os.write(handle, line)
            while written < len(line):
                written += os.write(handle, line[written:])
            if self._fsync:
                sync(handle)
        except (OSError, MemoryError):
            self._has_rest = True  # until what was written of the line has been cut off again
            with contextlib.suppress(OSError):
                os.ftruncate(handle, self.size)
                self._has_rest = False
            raise
        self.size += len(line)

    def look(self, commit: int) -> None:
        """Look whether others changed the file, and mend it or put it aside. Raises `OSError`."""
        self._look_at = time.monotonic() + _LOOK_EVERY
        if self._handle is None:
            return
        held = os.fstat(self._handle)
        done = "deleted or replaced"
        mended = "it is there again, with all that it held"
        with contextlib.suppress(FileNotFoundError):
            is_ours = os.path.samestat(self.path.stat(), held)
            if is_ours and (held.st_size == self.size or self._has_rest):
                return
            replace(self.path, free_name(self.path, ".foreign"))
            done = "changed" if is_ours else done
        self._mended += 1
        if done == "changed" or held.st_size < self.size:
            self.close()
            self.size, self.lost_upto = 0, commit
            mended = "all that it held is written to the state file now"
        else:
            self._restore(self._handle)
        self._warn(f"{self.path} was {done} by somebody else while the server runs; {mended}")

    def _restore(self, handle: int) -> None:
        """Make the file again: what it held is still open."""
        fresh = self.path.with_name(self.path.name + ".again")  # a fold may be writing another
        with fresh.open("wb") as new:
            os.lseek(handle, 0, os.SEEK_SET)
            left = self.size
            while left:
                part = os.read(handle, min(left, _AT_ONCE))
                if not part:  # cut off just now: the next look finds it
                    raise OSError(f"{self.path} was emptied by somebody else")
                new.write(part)
                left -= len(part)
            new.flush()
            sync(new.fileno())
        self._exchange(fresh, self.size)

    def fold(self, mark: tuple[int, int], commit: int) -> None:
        """Keep only what follows a `mark`, the rest being in the state file up to `commit`.

        A log that was mended since is left as it is. Takes the lock for the last of it. Raises
        `OSError`, and then the log is as it was.
        """
        mended, position = mark
        if self._handle is None or self._mended != mended:
            return
        fresh = self.path.with_name(self.path.name + ".new")
        try:
            with self.path.open("rb") as old, fresh.open("wb") as new:
                old.seek(position)
                new.write(self._header(commit))
                while self.size - old.tell() > _AT_ONCE:
                    new.write(old.read(_AT_ONCE))
                done = old.tell()
            with self._lock:
                if self._mended != mended:
                    return
                if self.size == position:
                    self.close()
                    unlink(self.path)
                    self.size = 0
                    return
                with self.path.open("rb") as old, fresh.open("ab") as new:
                    old.seek(done)
                    new.write(old.read(self.size - done))
                    new.flush()
                    size = new.tell()
                    if self._fsync:
                        sync(new.fileno())
                self._exchange(fresh, size)
        finally:
            unlink(fresh)

    def _exchange(self, fresh: Path, size: int) -> None:
        if os.name == "nt":  # which does not replace an open file
            self.close()
            replace(fresh, self.path)
            self.size = size
            return  # opened again by the next commit
        # The new handle is there before the old one goes.
        handle = os.open(fresh, os.O_RDWR | os.O_APPEND)
        try:
            replace(fresh, self.path)
        except OSError:
            os.close(handle)
            raise
        self.close()
        self._handle, self.size = handle, size

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _header(self, commit: int) -> bytes:
        return (
            orjson.dumps({"log": 1, "state": self._state, "after": commit, "about": _ABOUT}) + b"\n"
        )


class LogReader:
    """A log on disk, from after the commit `base` on, of `state` (None if it is torn).

    `size` grows with what has been read and found good.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state: str | None = None
        self.base = 0
        self.size = 0
        self.torn = False

    def entries(self, folded: int = 0) -> Iterator[Entry]:
        """The commits, oldest first, or `StateError` for a damaged line but the last (`torn`).

        The state file holds all up to `folded`: numbers up to that may be missing.
        """
        if not self.path.exists():
            return
        with self.path.open("rb", buffering=_AT_ONCE) as handle:
            total = os.fstat(handle.fileno()).st_size
            last = 0
            for number, line in enumerate(handle, start=1):
                entry = None if number == 1 else self._read_line(line, last + 1, folded)
                if entry is None and not (number == 1 and self._read_header(line)):
                    if self.size + len(line) >= total:
                        self.torn = True
                        return
                    raise StateError(self._damage(number))
                self.size += len(line)
                last = self.base if entry is None else entry.number
                if entry is not None:
                    yield entry

    def _read_header(self, line: bytes) -> bool:
        header = _parsed(line)
        if not isinstance(header, dict) or not line.endswith(b"\n"):
            return False
        state, base = header.get("state"), header.get("after")
        if header.get("log") != 1 or type(state) is not str or type(base) is not int:
            return False
        self.state, self.base = state, base
        return True

    def _read_line(self, line: bytes, expected: int, folded: int) -> Entry | None:
        end = _END.search(line, max(0, len(line) - _END_LENGTH))
        if end is None or int(end[1], 16) != zlib.crc32(line[:-_END_LENGTH]):
            return None
        pieces = line.split(b"\t")
        frame = _parsed(b"0".join(pieces[::2]))
        number = frame.get("commit") if isinstance(frame, dict) else None
        if number != expected and not (type(number) is int and expected < number <= folded + 1):
            return None
        documents = iter(pieces[1::2])
        return Entry(
            number,
            frame,
            {
                name: [next(documents) for _ in places]
                for name, places in frame.get("put", {}).items()
            },
        )

    def _damage(self, number: int) -> str:
        lost = "" if number == 1 else f" and loses the commits after {self.base + number - 2}"
        return (
            f"{self.path}, line {number}: damaged, and not the last line; restore the file from a"
            f" backup, or delete this line and all after it, which keeps what is before{lost}"
        )


def _parsed(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
