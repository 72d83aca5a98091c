"""Waiting for what an account has not got yet."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Condition, Lock, RLock
from time import monotonic
from typing import Any, TypeVar

from mock_server.model import DROPPED, Document
from mock_server.state import EventQuery

_Found = TypeVar("_Found")
_Enough = Callable[[Any], bool]

ANYTHING: Hashable = None
"""The topic of those who want to hear of every change."""


class News:
    """Says that something has changed to those who wait for it. `lock` is the account's.

    An event wakes those of its order, contact or type whose filters let it through; those who ask
    the same share one look, which does not hold the lock.
    """

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._waiting: dict[Hashable, dict[Hashable, _Question]] = {}

    def tell(self) -> None:
        """Say that anything may have changed; the lock is held."""
        for questions in self._waiting.values():
            for question in questions.values():
                question.ask_again()

    def tell_of(self, event: Document) -> None:
        """Say that an event came, to those it concerns; the lock is held."""
        if not self._waiting:
            return
        about = (
            *(("order", event["externalOrderId"]), ("contact", event["contactId"])),
            *(("type", event["eventTypeKey"]), ANYTHING),
        )
        for topic in about:
            for question in self._waiting.get(topic, {}).values():
                if question.concerns(event):
                    question.ask_again()

    def wait(
        self,
        look: Callable[[], _Found],
        is_enough: Callable[[_Found], bool],
        timeout: float,
        query: EventQuery | None = None,
    ) -> _Found:
        """What `look` finds once it is enough, or after `timeout`; alike for the same `query`."""
        end = monotonic() + timeout
        topic = ANYTHING if query is None else _topic(query)
        question = self._join(topic, query, is_enough)
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

    def _join(self, topic: Hashable, query: EventQuery | None, is_enough: _Enough) -> _Question:
        same = query or object()
        with self._lock:
            questions = self._waiting.setdefault(topic, {})
            question = questions.get(same)
            if question is None:
                question = questions[same] = _Question(same, query)
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
    """What several wait for; a change wakes one, who looks, and wakes those with enough."""

    __slots__ = (
        *("_condition", "_found", "_found_at", "_is_asked", "_looking", "_query"),
        *("same", "version", "waiting"),
    )

    def __init__(self, same: Hashable, query: EventQuery | None) -> None:
        self.same = same
        self._query = query
        self.version = 0
        self.waiting: list[_Enough] = []
        self._condition = Condition(Lock())
        self._is_asked = False  # somebody was woken to look, and has not begun to
        self._looking = Lock()
        self._found: Any = None
        self._found_at = -1

    def concerns(self, event: Document) -> bool:
        """Whether an event may be among those that are waited for; its text is not looked at."""
        asked = self._query
        return asked is None or (
            asked.type in (None, event["eventTypeKey"])
            and asked.verdict in (None, event["verdict"])
            and (asked.reason is None or asked.reason in event["reasons"])
            and (asked.warning is None or asked.warning in event["warnings"])
            and asked.contact in (None, event["contactId"])
            and asked.order in (None, event["externalOrderId"])
            and (asked.group != "dropped" or event["verdict"] in DROPPED)
            and (asked.group != "warned" or bool(event["warnings"]))
            and (asked.since is None or event["eventId"] > asked.since)
            and (asked.until is None or event["eventId"] <= asked.until)
        )

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


def _topic(query: EventQuery) -> Hashable:
    asked = (("order", query.order), ("contact", query.contact), ("type", query.type))
    return next((each for each in asked if each[1] is not None), ANYTHING)
