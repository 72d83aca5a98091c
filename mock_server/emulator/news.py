"""Waiting for what an account has not got yet."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from threading import Condition, Lock, RLock
from time import monotonic
from typing import Any, TypeVar

_Found = TypeVar("_Found")
_Enough = Callable[[Any], bool]

ANYTHING: Hashable = None
"""The topic of those who want to hear of every change."""


class News:
    """Says that something has changed to those who wait for it. `lock` is the account's.

    Those who wait name a topic, such as an event type, and are woken by changes of that topic only;
    those who ask the same share one look for each change. A look does not hold the lock: a search
    through thousands of documents holds no event up.
    """

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._waiting: dict[Hashable, dict[Hashable, _Question]] = {}

    def tell(self, topics: Iterable[Hashable] | None = None) -> None:
        """Say that something about these topics has changed, or anything; the lock is held."""
        if not self._waiting:
            return
        told = list(self._waiting) if topics is None else [ANYTHING, *topics]
        for topic in told:
            for question in self._waiting.get(topic, {}).values():
                question.ask_again()

    def wait(
        self,
        look: Callable[[], _Found],
        is_enough: Callable[[_Found], bool],
        timeout: float,
        topic: Hashable = ANYTHING,
        same: Hashable | None = None,
    ) -> _Found:
        """Return what `look` finds once that is enough, or after `timeout` seconds at the latest.

        `topic` is what it looks for; looks that are the `same` find the same.
        """
        end = monotonic() + timeout
        question = self._join(topic, object() if same is None else same, is_enough)
        try:
            while True:
                version = question.version
                found: _Found = question.found(version, look)
                left = end - monotonic()
                if is_enough(found) or left <= 0:
                    return found
                question.wait(version, left)
        finally:
            self._leave(topic, question, is_enough)

    def _join(self, topic: Hashable, same: Hashable, is_enough: _Enough) -> _Question:
        with self._lock:
            questions = self._waiting.setdefault(topic, {})
            question = questions.setdefault(same, _Question(same))
            question.waiting.append(is_enough)
            return question

    def _leave(self, topic: Hashable, question: _Question, is_enough: _Enough) -> None:
        with self._lock:
            question.waiting.remove(is_enough)
            if not question.waiting:
                questions = self._waiting[topic]
                del questions[question.same]
                if not questions:
                    del self._waiting[topic]
        question.pass_on()


class _Question:
    """A question that several wait for: `version` counts the changes that may have answered it.

    A change wakes one of them, who looks, and wakes the others where that is enough for any.
    `waiting` says of each what is enough.
    """

    __slots__ = (
        *("_condition", "_found", "_found_at", "_is_asked", "_looking"),
        *("same", "version", "waiting"),
    )

    def __init__(self, same: Hashable) -> None:
        self.same = same
        self.version = 0
        self.waiting: list[_Enough] = []
        self._condition = Condition(Lock())
        self._is_asked = False  # somebody was woken to look, and has not begun to
        self._looking = Lock()
        self._found: Any = None
        self._found_at = -1

    def ask_again(self) -> None:
        with self._condition:
            self.version += 1
            if not self._is_asked:
                self._is_asked = True
                self._condition.notify()

    def pass_on(self) -> None:
        """Wake another one to look, should the one who leaves have been woken for that."""
        with self._condition:
            if self._is_asked:
                self._condition.notify()

    def found(self, version: int, look: Callable[[], Any]) -> Any:
        """Return what was found since this version; the first caller looks for all."""
        with self._looking:
            if self._found_at < version:
                with self._condition:
                    self._is_asked, seen = False, self.version
                self._found, self._found_at = look(), seen
                if any(is_enough(self._found) for is_enough in list(self.waiting)):
                    with self._condition:
                        self._condition.notify_all()
            return self._found

    def wait(self, version: int, timeout: float) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self.version != version, timeout)
