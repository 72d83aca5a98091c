"""When the log is folded into the state file: the one thread of the state."""

import threading
import time
from collections.abc import Callable

_PAUSE = 0.3
"""Seconds without a commit until the fold; more when folding itself takes long."""
_AT_MOST = 5.0
"""After so many seconds it is done beside the commits that keep coming."""
_SHARE = 5
"""A fold is followed by a pause of at least this many times its own duration."""
_RETRY = 10.0
"""Seconds to wait after a fold that failed."""


class FoldThread:
    """Calls `fold` when it is quiet after a waking, and again if it fails; starts late."""

    def __init__(self, fold: Callable[[], bool]) -> None:
        self._fold = fold
        # What the thread waits for: something to fold, or the end.
        self._news = threading.Condition()
        self._wakings = 0
        self._is_behind = False
        self._is_stopping = False
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Say that there is something to fold."""
        self._wakings += 1
        if self._is_behind:
            return
        with self._news:
            self._is_behind = True
            self._news.notify_all()
            if self._thread is None and not self._is_stopping:
                self._thread = threading.Thread(
                    target=self._run, name="yespo-mock-state", daemon=True
                )
                self._thread.start()

    def stop(self, patience: float) -> bool:
        """End the thread; return whether it ended within the timeout. No lock is held meanwhile."""
        with self._news:
            self._is_stopping = True
            self._news.notify_all()
        if self._thread is None:
            return True
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _run(self) -> None:
        pause = _PAUSE
        while True:
            with self._news:
                self._news.wait_for(lambda: self._is_behind or self._is_stopping)
                until, seen = time.monotonic() + _AT_MOST, -1
                while seen != self._wakings and (seen < 0 or time.monotonic() < until):
                    seen = self._wakings
                    if self._news.wait_for(lambda: self._is_stopping, pause):
                        return
                self._is_behind = False
            begun = time.monotonic()
            done = self._fold()
            pause = max(_PAUSE, _SHARE * (time.monotonic() - begun))
            if not done:
                pause = _RETRY
                self._is_behind = True
