"""Which faults no request can ever meet, and what was probably meant."""

import re
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase

from mock_server.model import Document
from mock_server.names import near
from mock_server.rules.event.event_types import order_event_meant
from mock_server.rules.event.site_events import site_event_meant

Paths = Mapping[str, Collection[str]]
"""The methods of each path of the service; variables in the path stand in braces."""

_VARIABLE = re.compile(r"\{[^}]*\}|.")
_PATTERN = re.compile(r"\[.[^\]]*\]|.")
_FOR_EVENTS = ("/event", "/past_events")


def why_unreachable(match: Document, paths: Paths) -> str | None:
    """Why no request of the paths (if known) can match, with the way out, or None."""
    key = match.get("eventTypeKey")
    meant = None if key is None else order_event_meant(key) or site_event_meant(key)
    if meant is not None and meant != key:
        return (
            f"match.eventTypeKey: {key} is not an event of the service, and {meant} does not match"
            f" it. Did you mean {meant}?"
        )
    if not paths:
        return None
    path, method = match.get("path"), match.get("method", "").upper()
    found = {name: each for name, each in paths.items() if path is None or can_meet(path, name)}
    if not found:
        likely = near(path or "", paths)
        way_out = f"Did you mean {likely}?" if likely else "GET /_mock/routes lists its paths."
        return f"match.path: The service has no path {path}. {way_out}"
    if method and not any(_takes(each, method) for each in found.values()):
        taken = ", ".join(sorted({name for each in found.values() for name in each}))
        return f"match.method: {path or 'The service'} does not take {method}. It takes {taken}."
    reached = [name for name, each in found.items() if not method or _takes(each, method)]
    if key is not None and not any(name.endswith(_FOR_EVENTS) for name in reached):
        return f"match.eventTypeKey: No event is sent to {path or method}. Leave it out."
    return None


def can_meet(pattern: str, path: str) -> bool:
    """Whether a path, with any values for its variables, can fit a pattern of `fnmatch`."""
    parts = _VARIABLE.findall(path)
    places = {0}  # how much of the path may have been passed
    for mark in _PATTERN.findall(pattern.rstrip("/")):
        if mark == "*":
            places = set(range(min(places), len(parts) + 1))
            continue
        passed: set[int] = set()
        for at in places - {len(parts)}:
            if parts[at].startswith("{"):  # one character or more, but for a slash
                passed |= set() if mark == "/" else {at, at + 1}
            elif fnmatchcase(parts[at], mark):
                passed.add(at + 1)
        places = passed
        if not places:
            return False
    return len(parts) in places


def _takes(methods: Collection[str], method: str) -> bool:
    return method in methods or (method == "HEAD" and "GET" in methods)
