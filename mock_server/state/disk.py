"""The files of a store: its state file, the log beside it, and the lock.

A commit is written to the log before it counts. Folding writes everything into a new state file,
which takes the place of the old one at one stroke, and then shortens the log; it runs in a thread,
soon after a commit while the state is small, and when the log has grown as large as the state file
after that, so that a commit costs the same at any size. Killed at any point, the state file and the
log together hold every commit: what the state file holds already is skipped in the log.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from .errors import StateError
from .loading import Loaded, load
from .lock import FileLock
from .log import CommitLog, seal
from .own import Accounts
from .packs import Packer
from .snapshot import Frozen, install_snapshot, write_snapshot
from .source import SourceFile

SMALL = 4 * 2**20
"""Up to this many bytes of state, every commit is folded in within a second."""
_PAUSE = 0.3
"""Seconds between a commit and the fold after it; more when folding itself takes long."""
_SHARE = 5
"""A fold is followed by a pause of at least so many times its own duration."""
_RETRY = 10.0
"""Seconds to wait after a fold that failed."""


class Disk:
    """The files of one store.

    `freeze` gives the whole state at this moment; `lock` is the store's. Raises `StateError` when
    the files cannot be used.
    """

    def __init__(
        self,
        path: Path,
        *,
        lock: threading.RLock,
        freeze: Callable[[], Frozen],
        packer: Packer,
        warn: Callable[[str], None],
        fsync: bool,
        owner: str,
    ) -> None:
        self.path = path
        # Replacing a link would leave what it points to behind.
        self._target = path.resolve()
        self._log_path = _beside(self._target, ".log")
        self._lock = lock
        self._freeze = freeze
        self._packer = packer
        self._warn = warn
        self._fsync = fsync
        self._folding = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._complaint: str | None = None
        self._source: SourceFile | None = None
        self._commit = 0
        self._size = 0
        self._log: CommitLog
        if not self._target.parent.is_dir():
            raise StateError(
                f"cannot use {path}: there is no folder {self._target.parent}; make it"
            )
        if self._target.is_dir():
            raise StateError(f"cannot use {path}: it is a folder; name a file in it")
        try:
            self._file_lock = FileLock(_beside(self._target, ".lock"), owner)
        except OSError as error:
            raise self._unusable(error) from None

    def open(self, accounts: Accounts) -> None:
        """Read what is there into accounts, and get ready to write. Raises `StateError`."""
        try:
            self._open(load(self._target, self._log_path, accounts))
        except OSError as error:
            self._file_lock.release()
            raise self._unusable(error) from None
        except StateError:
            self._file_lock.release()
            raise

    def _open(self, loaded: Loaded) -> None:
        self._commit = loaded.commit
        self._size = loaded.size
        self._source = loaded.source
        state = loaded.state or uuid.uuid4().hex
        self._state = state
        self._log = CommitLog(self._log_path, state, self._lock, fsync=self._fsync)
        if loaded.torn:
            self._warn(
                f"{self._log_path}: dropped its last line, which was being written when the"
                " server last stopped; every event it had confirmed is there"
            )
        if loaded.log_commits:
            self._log.resume(loaded.log_size)
        else:
            self._log_path.unlink(missing_ok=True)
        if not loaded.size:
            self._write(self._freeze(), self._commit, 0)
        if loaded.log_commits:
            self._start()
            self._wake.set()
        if self._source is not None:
            self._packer.start_fetching()

    def describe_owner(self, text: str) -> None:
        """Tell who would use the same file who holds it."""
        with contextlib.suppress(OSError):  # a full disk: what it said before will do
            self._file_lock.describe(text)

    def append(self, line: Callable[[int], bytes]) -> None:
        """Write a commit down; `line` makes it for its number. The store's lock is held.

        Raises `StateError`, and then nothing was written.
        """
        number = self._commit + 1
        try:
            self._log.append(seal(line(number)), number)
        except OSError as error:
            raise StateError(
                f"cannot write to {self._log_path}: {error.strerror or error};"
                " nothing was stored, make room or access and try again"
            ) from None
        self._commit = number
        if not self._wake.is_set():
            self._start()
            self._wake.set()

    def replace(self, frozen: Frozen, install: Callable[[], None]) -> None:
        """Make this the state file's content as one commit, then call `install`.

        Raises `StateError`, and then nothing has changed.
        """
        with self._folding, self._lock:
            try:
                self._write(frozen, self._commit + 1, self._log.size)
            except OSError as error:
                raise self._unusable(error) from None
            self._commit += 1
            install()

    def flush(self) -> None:
        """Fold now. Raises `StateError` when that fails."""
        try:
            self._fold()
        except OSError as error:
            raise self._unusable(error) from None

    def close(self) -> None:
        """Fold what is left, and let the files go."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._packer.stop()
        self._fold_or_warn()
        self._log.close()
        if self._source is not None:
            self._source.close()
        self._file_lock.release()

    # -- folding -------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="yespo-mock-state", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        pause = _PAUSE
        while True:
            self._wake.wait()
            if self._stopping.wait(pause):
                return
            self._wake.clear()
            if self._is_due():
                begun = time.monotonic()
                done = self._fold_or_warn()
                pause = max(_PAUSE, _SHARE * (time.monotonic() - begun))
                if not done:
                    pause = _RETRY
                    self._wake.set()

    def _is_due(self) -> bool:
        with self._lock:
            return self._log.size + self._size <= SMALL or self._log.size > self._size

    def _fold_or_warn(self) -> bool:
        try:
            self._fold()
        except (OSError, StateError) as error:
            complaint = str(getattr(error, "strerror", None) or error)
            if complaint != self._complaint:
                self._warn(
                    f"cannot write {self.path}: {complaint}; it stays as it was, and what is newer"
                    f" is safe in {self._log_path.name}"
                )
            self._complaint = complaint
            return False
        self._complaint = None
        return True

    def _fold(self) -> None:
        with self._folding:
            with self._lock:
                position = self._log.size
                if not position:
                    return
                commit = self._commit
                frozen = self._freeze()
            self._write(frozen, commit, position)

    def _write(self, frozen: Frozen, commit: int, position: int) -> None:
        fresh, size = write_snapshot(self._target, frozen, self._state, commit)
        if self._source is not None:
            # What is still to be read from the old file must be in memory before it goes.
            self._packer.finish_fetching()
            self._source.close()
            self._source = None
        install_snapshot(fresh, self._target)
        self._size = size
        self._log.fold(position, commit)

    def _unusable(self, error: OSError) -> StateError:
        return StateError(
            f"cannot write {self.path}: {error.strerror or error};"
            " make room or access, or choose another file"
        )


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def files_of(path: Path) -> tuple[Path, Path]:
    """The state file and its log, links followed."""
    target = path.resolve()
    return target, _beside(target, ".log")
