"""The files of a store: commits go to the log, folds bring the state file up to date."""

import contextlib
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mock_server.state.errors import StateError, UnwritableError
from mock_server.state.files.durable import (
    Stamp,
    check_is_a_file,
    free_name,
    replace,
    stamp,
    unlink,
)
from mock_server.state.files.edited_file import Accounts
from mock_server.state.files.file_format import keep_copy
from mock_server.state.files.fold_thread import FoldThread
from mock_server.state.files.lock import FileLock
from mock_server.state.files.log import CommitLog, seal
from mock_server.state.files.reading import Loaded, load_state
from mock_server.state.files.snapshot import Frozen, install_snapshot, write_snapshot

SMALL = 4 * 2**20
"""Up to this many bytes of state, every commit is folded in within a second."""
_PATIENCE = 60.0
"""Seconds to wait for a fold that is under way; a disk that hangs must not hang who closes."""


class StateFiles:
    """The files of one store; `freeze` returns the whole state, `lock` is the store's."""

    def __init__(
        self,
        path: Path,
        *,
        lock: threading.RLock,
        freeze: Callable[[], Frozen],
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
        self._warn = warn
        self._fsync = fsync
        self._folding = threading.Lock()
        self._thread = FoldThread(self._fold_if_due)
        self._complaint: str | None = None
        self._is_refusing = False
        self._last_written: Stamp | None = None
        self._commit = self._folded = 0
        self._size = 0
        self._log: CommitLog
        if not self._target.parent.is_dir():
            raise StateError(
                f"cannot use {path}: there is no folder {self._target.parent}; make it"
            )
        check_is_a_file(path, self._target)
        try:
            self._file_lock = FileLock(_beside(self._target, ".lock"), owner)
        except OSError as error:
            raise self._unusable(error) from None
        if not self._file_lock.keeps_off:
            warn(
                f"the file system of {path} has no locks: nothing keeps a second server from using"
                " the same file, and two lose each other's events"
            )

    def open(self, accounts: Accounts) -> None:
        """Read what is there into accounts, and get ready to write. Raises `StateError`."""
        try:
            self._open(load_state(self._target, self._log_path, accounts))
        except OSError as error:
            self._file_lock.release()
            raise self._unusable(error) from None
        except StateError:
            self._file_lock.release()
            raise

    def _open(self, loaded: Loaded) -> None:
        self._commit = loaded.commit
        self._size = loaded.size
        state = loaded.state or uuid.uuid4().hex
        self._state = state
        self._log = CommitLog(self._log_path, state, self._lock, self._warn, fsync=self._fsync)
        kept = keep_copy(self._target, self._log_path) if loaded.is_of_version_0_1_0 else None
        if loaded.checked and kept is None:
            self._warn(
                f"{self.path} was written or changed by somebody else: each of its documents was"
                f" checked, and fits ({loaded.checked})"
            )
        if loaded.torn:
            self._warn(
                f"{self._log_path}: dropped its last line, which was being written when the"
                " server last stopped; every event it had confirmed is there"
            )
        if loaded.log_commits:
            self._log.resume(loaded.log_size)
        else:
            unlink(self._log_path)
        if not loaded.size:
            self._write(self._freeze(), self._commit)
        else:
            self._last_written = stamp(self._target)
        if kept is not None:
            self._convert(kept)
        elif loaded.log_commits:
            self._thread.wake()

    def _convert(self, kept: Path) -> None:
        """Write what version 0.1.0 wrote in the form of this one; `kept` is the copy of it."""
        try:
            self._fold(always=True)
        except OSError:
            self._log.close()
            raise
        self._warn(
            f"{self.path} was written by version 0.1.0 and has been converted; the file as it was"
            f" is kept in {kept.name}"
        )

    def describe_owner(self, text: str) -> None:
        """Tell who would use the same file who holds it."""
        with contextlib.suppress(OSError):  # a full disk: what it said before will do
            self._file_lock.describe(text)

    def append(self, line: Callable[[int], bytes]) -> None:
        """Write down a commit (`line` makes it), the store locked. Raises `StateError`."""
        number = self._commit + 1
        try:
            self._log.append(seal(line(number)), number)
        except (OSError, MemoryError) as error:
            problem = f"cannot write to {self._log_path}: {_reason(error)}"
            if not self._is_refusing:
                self._is_refusing = True
                self._warn(f"{problem}; nothing is stored until there is room or access")
            raise UnwritableError(
                f"{problem}. Nothing was stored. Make room or give access, and try again"
            ) from None
        self._commit = number
        self._is_refusing = False
        self._thread.wake()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While open nobody else writes the file; not for holders of the store's lock."""
        if not self._folding.acquire(timeout=_PATIENCE):
            raise self._still_being_written()
        try:
            yield
        finally:
            self._folding.release()

    def replace(self, frozen: Frozen, install: Callable[[], None]) -> None:
        """Make this the content as one commit, then `install`. Raises `StateError`.

        The caller is `alone`, then took the store's lock.
        """
        mark = self._log.mark
        try:
            self._write(frozen, self._commit + 1)
        except (OSError, MemoryError) as error:
            raise self._unusable(error) from None
        self._commit += 1
        install()
        self._shorten(mark, self._commit)

    def flush(self) -> None:
        """Fold now. Raises `StateError` when that fails."""
        try:
            self._fold()
        except (OSError, MemoryError) as error:
            raise self._unusable(error) from None

    def close(self) -> None:
        """Fold what is left, and let the files go."""
        if not self._thread.stop(_PATIENCE):
            # The lock stays with this process, which may still change the file.
            self._warn(str(self._still_being_written()))
            return
        self._fold_or_warn()
        self._log.close()
        self._file_lock.release()

    # -- folding -------------------------------------------------------------------------------

    def _fold_if_due(self) -> bool:
        with self._lock:
            is_due = self._log.size + self._size <= SMALL or self._log.size > self._size
        # What somebody took away is written again at once.
        is_due = is_due or self._log.lost_upto > self._folded or not self._target.exists()
        return not is_due or self._fold_or_warn()

    def _fold_or_warn(self) -> bool:
        try:
            self._fold()
        except (OSError, StateError, MemoryError) as error:
            complaint = _reason(error)
            if complaint != self._complaint:
                self._warn(
                    f"cannot write {self.path}: {complaint}; it stays as it was, and what is newer"
                    f" is safe in {self._log_path.name}"
                )
            self._complaint = complaint
            return False
        self._complaint = None
        return True

    def _fold(self, *, always: bool = False) -> None:
        """Write a new state file, if there is anything newer than the last; or `always`."""
        with self.alone():
            with self._lock:
                self._log.look(self._commit)
                mark = self._log.mark
                is_lost = self._log.lost_upto > self._folded or not self._target.exists()
                if not (self._log.size or is_lost or always):
                    return
                commit = self._commit
                frozen = self._freeze()
            self._write(frozen, commit)
            self._shorten(mark, commit)

    def _write(self, frozen: Frozen, commit: int) -> None:
        fresh, size = write_snapshot(self._target, frozen, self._state, commit)
        self._keep_what_others_wrote()
        install_snapshot(fresh, self._target)
        self._size, self._folded = size, commit
        self._last_written = stamp(self._target)

    def _keep_what_others_wrote(self) -> None:
        """Put a state file aside that somebody else has written since we did; say so."""
        there = stamp(self._target)
        if self._last_written is None or there is None or there == self._last_written:
            return
        aside = free_name(self._target, ".foreign")
        replace(self._target, aside)
        self._warn(
            f"{self.path} was changed by somebody else while the server runs; what they wrote is"
            f" kept in {aside.name}. Stop the server before you edit the file"
        )

    def _shorten(self, mark: tuple[int, int], commit: int) -> None:
        """Take out of the log what the state file holds; if that fails, it is skipped later."""
        try:
            self._log.fold(mark, commit)
        except (OSError, MemoryError) as error:
            self._warn(
                f"cannot shorten {self._log_path}: {_reason(error)}; nothing is lost, it is tried"
                " again with the next fold"
            )

    def _still_being_written(self) -> StateError:
        return UnwritableError(
            f"has been writing {self.path} for {_PATIENCE:.0f} seconds. What is newer is safe in"
            f" {self._log_path.name}. See why the disk does not answer"
        )

    def _unusable(self, error: OSError | MemoryError) -> StateError:
        return UnwritableError(
            f"cannot write {self.path}: {_reason(error)}."
            " Make room or give access, or choose another file"
        )


def _reason(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "out of memory"
    return str(getattr(error, "strerror", None) or error)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def files_of(path: Path) -> tuple[Path, Path]:
    """The state file and its log, links followed."""
    target = path.resolve()
    return target, _beside(target, ".log")
