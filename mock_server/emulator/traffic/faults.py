"""Faults: what goes wrong with chosen requests, and exactly which ones.

A fault skips `after` matching requests, then hits `times`; of several the first decides, and those
behind it do not see that request.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from threading import Event, Lock
from typing import Any, Literal

from marshmallow import ValidationError, fields, validate, validates_schema

from mock_server.emulator.errors import InvalidError, NotFoundError
from mock_server.emulator.schemas import StrictSchema
from mock_server.emulator.traffic.reach import Paths, why_unreachable
from mock_server.model import Document

Action = Literal["reset", "timeout", "truncate"]
When = Literal["before", "after"]

MAX_FAULTS = 1000
_MAX_DELAY_MS = 600_000
_NO_ANSWER = ("reset", "timeout")
# These frame the answer, which is the business of the server.
_SERVERS_OWN = ("connection", "content-length", "keep-alive", "transfer-encoding", "upgrade")
_WORD = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z"


def _check_header(headers: dict[str, str]) -> None:
    for name, value in headers.items():
        if name.lower() in _SERVERS_OWN:
            raise ValidationError(f"{name} is the server's own; it cannot be set")
        if not value.isprintable() or not value.isascii():
            raise ValidationError(f"{name} has a value that is not printable ASCII")


class MatchSchema(StrictSchema):
    """The requests that a fault is about; what is left out matches everything."""

    method = fields.String(validate=validate.Regexp(_WORD))
    path = fields.String(
        validate=validate.Regexp(
            r"/(api(/|$)|\*)", error='Must begin with /api, as in "/api/v2/event" or "/api/*/event"'
        )
    )
    eventTypeKey = fields.String(validate=validate.Length(min=1, max=100))


class FaultSchema(StrictSchema):
    """A fault as it is sent to the control API."""

    match = fields.Nested(MatchSchema, load_default=dict)
    times = fields.Integer(
        strict=True, allow_none=True, load_default=1, validate=validate.Range(min=1)
    )
    after = fields.Integer(strict=True, load_default=0, validate=validate.Range(min=0))
    delayMs = fields.Integer(
        strict=True, load_default=0, validate=validate.Range(min=0, max=_MAX_DELAY_MS)
    )
    status = fields.Integer(
        strict=True, allow_none=True, load_default=None, validate=validate.Range(min=200, max=599)
    )
    body = fields.Raw(allow_none=True)
    headers = fields.Dict(
        keys=fields.String(validate=validate.Regexp(_WORD)),
        values=fields.String(),
        load_default=dict,
        validate=_check_header,
    )
    action = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.OneOf(("reset", "timeout", "truncate")),
    )
    when = fields.String(load_default="before", validate=validate.OneOf(("before", "after")))

    @validates_schema
    def _check_whole(self, data: dict[str, Any], **_: Any) -> None:
        answers = data["status"] is not None or "body" in data or bool(data["headers"])
        if not (answers or data["action"] or data["delayMs"]):
            raise ValidationError("Does nothing: give it a status, headers, a delayMs or an action")
        if data["action"] in _NO_ANSWER and answers:
            raise ValidationError(
                f"action {data['action']} sends no answer: leave out status, body and headers"
            )
        if data["action"] == "timeout" and data["delayMs"]:
            raise ValidationError("action timeout waits for ever: leave out delayMs")
        if "body" in data and data["status"] is None:
            raise ValidationError("body needs a status")


_SCHEMA = FaultSchema()


@dataclass(slots=True)
class Fault:
    """One fault. `times` None is for ever; `seen` counts matching requests, `hits` those hit."""

    fault_id: int
    method: str | None
    path: str | None
    event_type_key: str | None
    times: int | None
    after: int
    delay_ms: int
    status: int | None
    headers: dict[str, str]
    action: Action | None
    when: When
    has_body: bool
    body: Any = None
    seen: int = 0
    hits: int = 0
    cancelled: Event = field(default_factory=Event)

    @property
    def left(self) -> int | None:
        """Return how many requests it will still hit, or None for any number."""
        return None if self.times is None else self.times - self.hits

    @property
    def is_unused(self) -> bool:
        """Say whether no request has met it, or fewer than it was to hit."""
        return self.hits == 0 or bool(self.left)

    @property
    def replaces(self) -> bool:
        """Say whether the request is not served: answered otherwise, before all, or not at all."""
        return (
            self.status is not None
            or self.action in _NO_ANSWER
            or (self.action == "truncate" and self.when == "before")
        )

    @property
    def waits_first(self) -> bool:
        """Say whether the request is served as usual, but only after the delay."""
        return self.when == "before" and self.delay_ms > 0 and not self.replaces

    def to_document(self) -> Document:
        """The fault as the control API shows it."""
        match = {
            "method": self.method,
            "path": self.path,
            "eventTypeKey": self.event_type_key,
        }
        document: Document = {
            "id": self.fault_id,
            "match": {name: value for name, value in match.items() if value is not None},
            "times": self.times,
            "after": self.after,
            "delayMs": self.delay_ms,
            "status": self.status,
            "headers": self.headers,
            "action": self.action,
            "when": self.when,
            "seen": self.seen,
            "hits": self.hits,
            "left": self.left,
        }
        if self.has_body:
            document["body"] = self.body
        return document


class Faults:
    """The faults of one account. Thread-safe.

    `armed`: some can still hit; `waiting`: and need a thread. `changed` hears that either may have,
    `tell_unused` of faults taken back too early. `paths` are those of the service.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._faults: dict[int, Fault] = {}
        self._next_id = 1
        self.paths: Callable[[], Paths] = dict
        self.changed: Callable[[], None] = lambda: None
        self.tell_unused: Callable[[Document], None] = lambda _: None
        self.armed = False
        self.waiting = False

    def add(self, fault: Any) -> int:
        """Inject a fault as `POST /_mock/faults` has it; its id, or `InvalidError`."""
        read = _SCHEMA.read(fault, "Fault")
        match = read.pop("match")
        problem = why_unreachable(match, self.paths())
        if problem is not None:
            raise InvalidError(f"Fault: {problem}")
        with self._lock:
            self._make_room()
            fault_id, self._next_id = self._next_id, self._next_id + 1
            self._faults[fault_id] = Fault(
                fault_id,
                match["method"].upper() if "method" in match else None,
                match.get("path"),
                match.get("eventTypeKey"),
                delay_ms=read.pop("delayMs"),
                has_body="body" in read,
                **read,
            )
            self._note()
        return fault_id

    def fault(self, fault_id: int) -> Document:
        """One fault, with how often it hit. Raises `NotFoundError`."""
        with self._lock:
            return self._find(fault_id).to_document()

    def documents(self) -> list[Document]:
        """All faults in the order they are asked, also those that have hit all they were to hit."""
        with self._lock:
            return [each.to_document() for each in self._faults.values()]

    def remove(self, fault_id: int) -> None:
        """Take a fault back; a request it holds up is let go. Raises `NotFoundError`."""
        with self._lock:
            fault = self._find(fault_id)
            fault.cancelled.set()
            del self._faults[fault_id]
            self._note()
        if not fault.hits:
            self.tell_unused(fault.to_document())

    def unused(self) -> list[Document]:
        """The faults that no request has met, or not as often as they were to be met."""
        with self._lock:
            return [each.to_document() for each in self._faults.values() if each.is_unused]

    def clear(self) -> None:
        """Take all faults back; ids start at 1 again."""
        unused = self.unused()
        with self._lock:
            for each in self._faults.values():
                each.cancelled.set()
            self._faults.clear()
            self._next_id = 1
            self._note()
        for fault in unused:
            self.tell_unused(fault)

    def hit(self, method: str, path: str, event_type_keys: Callable[[], set[str]]) -> Fault | None:
        """The fault that hits and counts this, or None; `path` has no query."""
        if not self.armed:
            return None
        path = path.rstrip("/")
        with self._lock:
            for each in self._faults.values():
                if each.left == 0 or not _matches(each, method, path, event_type_keys):
                    continue
                each.seen += 1
                if each.seen > each.after:
                    each.hits += 1
                    self._note()
                    return each
        return None

    def _find(self, fault_id: int) -> Fault:
        if fault_id not in self._faults:
            known = ", ".join(map(str, self._faults)) or "none"
            raise NotFoundError(f"There is no fault {fault_id}. There are: {known}.")
        return self._faults[fault_id]

    def _make_room(self) -> None:
        if len(self._faults) < MAX_FAULTS:
            return
        spent = next((each.fault_id for each in self._faults.values() if each.left == 0), None)
        if spent is None:
            raise InvalidError(
                f"There are {MAX_FAULTS} faults already. DELETE /_mock/faults removes them."
            )
        del self._faults[spent]

    def _note(self) -> None:
        alive = [each for each in self._faults.values() if each.left != 0]
        self.armed = bool(alive)
        self.waiting = any(each.waits_first for each in alive)
        self.changed()


def _matches(fault: Fault, method: str, path: str, event_type_keys: Callable[[], set[str]]) -> bool:
    return (
        fault.method in (None, method)
        and (fault.path is None or fnmatchcase(path, fault.path.rstrip("/")))
        and (fault.event_type_key is None or fault.event_type_key in event_type_keys())
    )
