"""Limits of an account: the rate of requests, and repeated requests."""

import re
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from hashlib import blake2b
from threading import Lock

from mock_server.emulator.clock import Clock

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_MAX_REMEMBERED = 100_000

_HOUR = timedelta(hours=1)
# Reads of stored messages, per hour (SND-06); they count among the others as well.
_MESSAGES = re.compile(r"GET /api/v1/messages/.+"), "GET messages", 500

# WIRE-07: requests per second, by method and path; what is not among them shares the last.
_RATES = (
    (re.compile(r"POST /api/v[123]/event"), "POST event", 350),
    (re.compile(r"POST /api/v[123]/past_events"), "POST past_events", 100),
    (re.compile(r"DELETE /api/v1/past_events"), "DELETE past_events", 5),
    (re.compile(r"GET /api/v[12]/contacts"), "GET contacts", 50),
)
_OTHERS = ("all other methods together", 200)

# CON-10: the methods that must not be repeated with the same body.
_GUARDED = re.compile(
    r"POST /api/v1/contact|PUT /api/v1/contact/[^/]+|POST /api/v1/contact/subscribe"
)


def is_guarded(method: str, path: str) -> bool:
    """Return whether CON-10 is about this method; `path` without a trailing slash."""
    return method in ("POST", "PUT") and _GUARDED.fullmatch(f"{method} {path}") is not None


class TrafficLimits:
    """The limits of one account, by its clock. Thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._accepted: dict[str, deque[datetime]] = {}  # by what is limited together
        self._taken: OrderedDict[bytes, datetime] = OrderedDict()  # digests of the last minute

    def excess(self, method: str, path: str) -> str | None:
        """WIRE-07: None when the request is within the limit, and counts; else the 429's text."""
        request, now = f"{method} {path}", self._clock.now()
        name, limit = next(
            ((name, limit) for pattern, name, limit in _RATES if pattern.fullmatch(request)),
            _OTHERS,
        )
        windows = [(name, limit, _SECOND, "a second")]
        if _MESSAGES[0].fullmatch(request):
            windows.append((*_MESSAGES[1:], _HOUR, "an hour"))
        with self._lock:
            for name, limit, length, per in windows:
                accepted = self._accepted.setdefault(name, deque(maxlen=limit))
                if accepted and accepted[-1] > now:
                    accepted.clear()  # the clock was moved back
                if len(accepted) == limit and now - accepted[0] < length:
                    wait = "Wait a second." if length == _SECOND else "Wait, or move the clock."
                    return f"Too many requests: {name} is limited to {limit} {per}. {wait}"
            for name, *_ in windows:
                self._accepted[name].append(now)
        return None

    def take(self, method: str, path: str, body: bytes) -> bytes | None:
        """CON-10: a token for a request that was not made within the last minute, or None."""
        digest = blake2b(f"{method} {path}\n".encode() + body, digest_size=16).digest()
        with self._lock:
            taken, now = self._taken, self._clock.now()
            while taken:
                oldest = next(iter(taken))
                if taken[oldest] <= now < taken[oldest] + _MINUTE and len(taken) < _MAX_REMEMBERED:
                    break
                del taken[oldest]
            if digest in taken:
                return None
            taken[digest] = now
            return digest

    def release(self, token: bytes) -> None:
        """CON-10: the request of this token failed and may be repeated."""
        with self._lock:
            self._taken.pop(token, None)

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._accepted.clear()
            self._taken.clear()
