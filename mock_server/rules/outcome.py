"""The input and output of the rules: a request, and the outcome with its trace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mock_server.ledger.entry import Result
from mock_server.ledger.findings import FINDINGS, message_of, param_of, rule_of
from mock_server.model import ApiVersion, Change, Document, Verdict


@dataclass(slots=True)
class Step:
    """One line of a trace: a finding (`ORD-04/not_a_date`) with the values of its sentence.

    `other_param` is a path such as `items[0].url`, where it is not the parameter of the rule.
    """

    finding: str
    other_param: str | None = None
    args: Mapping[str, Any] | None = None

    @property
    def param(self) -> str | None:
        """The parameter or field concerned, where there is one."""
        return param_of(self.finding, self.other_param)

    @property
    def rule(self) -> str:
        """The id of the rule, such as `ORD-04`."""
        return rule_of(self.finding)

    @property
    def result(self) -> Result:
        """`passed`, `failed` (why the event was not applied) or `noted` (changes nothing)."""
        return FINDINGS[self.finding].result

    @property
    def message(self) -> str:
        """The sentence."""
        return message_of(self.finding, self.other_param, self.args or {})

    def stored(self) -> Any:
        """The step as a record holds it; `ledger.findings.shown_step` reads it."""
        if self.other_param is None:
            return [self.finding, self.args] if self.args else self.finding
        if self.args:
            return [self.finding, self.other_param, self.args]
        return [self.finding, self.other_param]


# No slots: orjson serializes a dataclass that has a `__dict__` twice as fast.
@dataclass
class Effect:
    """A change of an order: the whole order document before (None: new) and after."""

    order: str
    change: Change
    before: Document | None
    after: Document


@dataclass(slots=True)
class EventRequest:
    """An event as a door received it, before any rule has looked at it.

    `body` is JSON; or None, then `malformed` says why and `text` is the beginning. `size` is in
    bytes, `unescaped` with letters as UTF-8 (ENV-11). `notes` are steps of the transport with a
    warning code or None. `occurred` (ISO 8601) is the time of a past event (PST-05), `is_past`
    whether it was sent as one.
    """

    body: Any
    api_version: ApiVersion = "v2"
    size: int = 0
    unescaped: int | None = None
    malformed: str | None = None
    text: str | None = None
    occurred: str | None = None
    notes: tuple[tuple[Step, str | None], ...] = ()
    is_past: bool = False


@dataclass(slots=True)
class Outcome:
    """All that the rules found out about one event, and the changes that follow from it.

    `reasons` and `warnings` are codes, `hint` the way out, `caused_by` an earlier event to blame.
    `effect`, `new_event_type` and `new_contact` are to be stored; `segmented` says whether its type
    was (SEG-03); `answer` and `status` are those of a rejection; `event_id` comes with its record.
    """

    verdict: Verdict
    event_id: int | None = None
    event_type_key: str | None = None
    key_value: str | None = None
    event_key: str | None = None
    params: Any = None
    contact_id: int | None = None
    external_order_id: str | None = None
    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    trace: list[Step] = field(default_factory=list)
    hint: str | None = None
    caused_by: int | None = None
    effect: Effect | None = None
    new_event_type: Document | None = None
    new_contact: Document | None = None
    segmented: bool = True
    status: int = 200
    answer: str = ""
    mends: Sequence[Any] = field(default=(), compare=False)
    """The steps whose way out is known (`rules.trace.Mend`), for the fix of the event."""
