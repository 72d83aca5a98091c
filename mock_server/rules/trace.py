"""The trace: rules write down what they saw at the moment they decide, so the two cannot differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from mock_server.ledger.findings import FINDINGS, way_out_of
from mock_server.rules.outcome import Step

Edit = Callable[[Any], object]
"""Changes a `mending.Draft` of the body as sent."""


class Mend(NamedTuple):
    """A step with its way out, and what would change the body so; None if only words can say it."""

    step: Step
    way_out: str
    edit: Edit | None


class Trace:
    """Collects the steps, reasons, warnings and ways out of one event, in the order of deciding.

    `fixes` are clauses after "would be applied if …", in order and once, `only_fix` the one that
    makes others irrelevant; `mends` are steps with their way out and edit.
    """

    __slots__ = ("add", "fixes", "mends", "only_fix", "reasons", "steps", "warnings")

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.add: Callable[[Step], None] = self.steps.append
        self.reasons: list[str] = []
        self.warnings: list[str] = []
        self.fixes: dict[str, None] = {}
        self.only_fix: Sequence[str] = ()
        self.mends: list[Mend] = []

    def say(
        self,
        finding: str,
        param: str | None = None,
        /,
        fix: str = "",
        mend: Edit | None = None,
        **args: Any,
    ) -> str:
        """Say a finding, by its id: a step, and its reason or warning.

        `param` is the parameter or field it is said of, where that is not the rule's, `args` are
        what its sentence is made of: text and numbers. `fix`, where there is a better way out,
        replaces the finding's own. `mend` changes a draft of the body so that the finding would
        not be said again; it is called only when somebody asks for the fix. Returns the way out,
        or "" if there is none.
        """
        declared = FINDINGS[finding]
        step = Step(finding, param, args or None)
        self.add(step)
        if declared.result == "failed":
            if declared.code not in self.reasons:
                self.reasons.append(declared.code)
            fix = fix or way_out_of(finding, param, args)
            self.fixes[fix] = None
            self.mends.append(Mend(step, fix, mend))
            return fix
        if declared.code and declared.code not in self.warnings:
            self.warnings.append(declared.code)
        way_out = way_out_of(finding, param, args) if declared.way_out else ""
        if mend is not None:
            self.mends.append(Mend(step, fix or way_out, mend))
        return way_out

    def take(self, other: Trace) -> None:
        """Append another trace to this one."""
        self.steps += other.steps
        if not (other.fixes or other.warnings):  # as nearly always; a reason brings a fix
            return
        self.fixes.update(other.fixes)
        self.mends += other.mends
        self.reasons += [code for code in other.reasons if code not in self.reasons]
        self.warnings += [code for code in other.warnings if code not in self.warnings]

    def repeat(self, step: Step) -> None:
        """Append a step that was said before, with its warning."""
        self.add(step)
        code = FINDINGS[step.finding].code
        if step.result == "noted" and code and code not in self.warnings:
            self.warnings.append(code)

    def remarks(self) -> Iterable[tuple[str, str, bool]]:
        """Return what a client reads: the code, the sentence, and if it is a warning or a note."""
        for step in self.steps:
            finding = FINDINGS[step.finding]
            if finding.result == "noted" and (finding.code or finding.note):
                yield finding.code or finding.note, step.message, bool(finding.code)

    def failures(self) -> list[str]:
        """The messages of the failed steps."""
        return [step.message for step in self.steps if step.result == "failed"]


@dataclass(slots=True)
class Checked:
    """A value after its rules: the value to use, and what the rules saw."""

    value: Any
    trace: Trace


def sentence_list(parts: Iterable[str], last: str = "and", limit: int = 10) -> str:
    """`a`, `a and b`, `a, b and c`; past the limit `a, b and 7 more`."""
    shown: Sequence[str] = list(parts)
    if len(shown) > limit:
        shown = [*shown[:limit], f"{len(shown) - limit} more"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"
