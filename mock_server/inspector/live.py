"""Live lists: many tabs that show the same view cost the server about as much as one."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic

from flask import Response, request

from mock_server.inspector.addresses import with_query

_SECONDS = 0.5
_VIEWS = 64


class Shared:
    """Parts of pages, each made once in half a second at most. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._parts: OrderedDict[Hashable, tuple[float, str]] = OrderedDict()

    def get(self, view: Hashable, make: Callable[[], str]) -> str:
        """The part of this view: a fresh one, or one that has just been made."""
        with self._lock:
            at, part = self._parts.get(view, (float("-inf"), ""))
            if self._clock() - at < _SECONDS:
                return part
            part = make()
            self._parts[view] = (self._clock(), part)
            self._parts.move_to_end(view)
            if len(self._parts) > _VIEWS:
                self._parts.popitem(last=False)
            return part

    def answer(
        self, newest: str, whole: Callable[[], str], part: Callable[[], str]
    ) -> str | Response:
        """A page with a list, or what is newer than the list's `?newest=`."""
        shown = request.args.get("newest")
        if shown is None:
            return whole()
        if shown == newest:
            return Response(status=204)  # nothing new: the page stays as it is
        return self.get((request.path, with_query(newest=None)), part)
