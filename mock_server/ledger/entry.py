"""The parts of a line of the ledger: a rule, its sources, and its basis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

Basis = Literal["documented", "observed", "our decision"]
Result = Literal["passed", "failed", "noted"]
RESULTS: tuple[Result, ...] = ("passed", "failed", "noted")
"""The results of a rule: it holds, it is why the event was not applied, or it notes something."""

Kind = Literal["reason", "warning"]
"""The kinds of codes: why an event was not applied, or what is probably a mistake."""

KINDS: tuple[Kind, ...] = ("reason", "warning")

BASES: tuple[Basis, ...] = ("documented", "observed", "our decision")


class Source(Enum):
    """The source of a rule: a page of the vendor (with its address), clients, or this project."""

    ORDERS_PAGE = (
        "Sending Orders via the API Resource Generate event",
        "https://yespo.io/support/how-send-events-resource-v1event",
    )
    ORDERS_PAGE_NEWER = ("Sending Orders via the API Resource Generate event, newer version", None)
    GENERATE_EVENT = ("Generate event", None)
    SITE_EVENTS = ("Site events sent from the backend", None)
    RFM = ("RFM analysis", None)
    SUBSCRIPTIONS = ("Subscription categories", None)
    MESSAGES = ("Substituting events data into messages", None)
    VELOCITY = ("Using Velocity features", None)
    MESSAGE_BLOCK = ("Advanced workflow block parameters", None)
    WORKFLOW_TROUBLES = ("Workflow troubleshooting", None)
    VARIABLES = ("Using variables from order in workflow", None)
    VALIDATION = (
        "Validating event parameters",
        "https://yespo.io/support/validating-event-parameters",
    )
    SEGMENTATION = (
        "Segmentation by events",
        "https://yespo.io/support/how-to-use-event-segmentation",
    )
    PAST_EVENTS = ("Past events", None)
    CONTACTS = ("Adding contacts", None)
    ADD_ORDERS = ("Add orders", None)
    EXTERNAL_ID = (
        "External ID",
        "https://yespo.io/support/external-id-creating-and-updating-users",
    )
    GETTING_STARTED = ("Getting started", None)
    RATE_LIMITS = ("Rate limits", None)
    REFERENCE = ("API reference", "https://docs.yespo.io/reference/registerevent-1")
    FIELD = ("public clients and recorded answers", None)
    PROJECT = ("this project", None)

    def __init__(self, title: str, url: str | None) -> None:
        self.title = title
        self.url = url


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence that a rule can say.

    `name` is unique within the rule. `message` is a template of `str.format`, filled in with the
    arguments that the rule hands over, and with `{param}`, the parameter or field concerned. `code`
    is the reason that a failed finding gives, or the warning that a noted one does. `way_out`, a
    template as well, is a clause that completes "would be applied if …". `note` is the code of a
    note: what a request is told of in `X-Mock-Notes`, and no warning (CON-16).
    """

    name: str
    result: Result
    message: str
    code: str = ""
    way_out: str = ""
    note: str = ""

    def to_document(self) -> dict[str, str]:
        """The finding as the control API shows it."""
        return {
            "name": self.name,
            "result": self.result,
            "code": self.code,
            "message": self.message,
            "wayOut": self.way_out,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the emulated service.

    `id` is stable (`ORD-04`). `statement`, `decision` and `when_broken` are plain English with
    inline Markdown code spans. `basis` says what the rule rests on; where a part of a documented or
    observed rule is this project's choice, `decision` says which; where parts of it rest on
    different sources, `parts` says which on which. `when_broken` names the verdict
    and the codes of an event that breaks the rule, and is empty when nothing can break it.
    `reasons` and `warnings` are the codes the rule can give; `codes.CODES` describes them.
    `findings` are the sentences it can say of an event; `param` is the parameter or field that they
    are said of where a step names no other.
    """

    id: str
    title: str
    statement: str
    sources: tuple[Source, ...]
    basis: Basis = "documented"
    parts: tuple[tuple[str, Source], ...] = ()
    decision: str = ""
    when_broken: str = ""
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    param: str | None = None

    @property
    def family(self) -> str:
        """The id's first part: `ORD` of `ORD-04`."""
        return self.id.partition("-")[0]

    def codes(self, kind: Kind) -> tuple[str, ...]:
        """The codes the rule gives as reasons, or those it gives as warnings."""
        return self.reasons if kind == "reason" else self.warnings

    def to_document(self) -> dict[str, Any]:
        """The rule as the control API shows it: JSON values under camelCase keys."""
        return {
            "id": self.id,
            "family": self.family,
            "title": self.title,
            "statement": self.statement,
            "sources": [source.title for source in self.sources],
            "basis": self.basis,
            "parts": [{"part": part, "source": source.title} for part, source in self.parts],
            "decision": self.decision,
            "whenBroken": self.when_broken,
            "reasons": list(self.reasons),
            "warnings": list(self.warnings),
            "findings": [each.to_document() for each in self.findings],
        }


_RESULT_OF: Mapping[str, Result] = {**{each: each for each in RESULTS}, "remarked": "noted"}
_BASIS_OF: Mapping[tuple[Source, ...], Basis] = {
    (Source.PROJECT,): "our decision",
    (Source.FIELD,): "observed",
}


def declare(
    heading: str,
    statement: str,
    sources: Source | tuple[Source, ...],
    *,
    param: str | None = None,
    parts: tuple[tuple[str, Source], ...] = (),
    decision: str = "",
    when_broken: str = "",
    also: tuple[str, ...] = (),
    findings: str = "",
) -> Rule:
    """One rule of the ledger, from its words; the line breaks of a text count as blanks.

    `heading` is the id and the title. A row of `findings` (see `rows`) is the result, the name and
    the code, then the message, then the way out: `failed missing required_missing | {param} is
    missing | {param} were filled`. `passed` and most `noted` have no code; `remarked` has that of a
    note. The codes of the rule are those of its findings, and `also` reasons that another rule's
    finding gives for it. The basis follows from the sources. Raises `ValueError` for a row that is
    not one.
    """
    rule_id, _, title = heading.partition(" ")
    said = tuple(_finding(cells) for cells in rows(findings))
    reasons = tuple(dict.fromkeys([*_codes(said, "failed"), *also]))
    warnings = tuple(dict.fromkeys(_codes(said, "noted")))
    all_sources = sources if isinstance(sources, tuple) else (sources,)
    return Rule(
        rule_id,
        title,
        _one_line(statement),
        all_sources,
        _BASIS_OF.get(all_sources, "documented"),
        parts,
        _one_line(decision),
        _one_line(when_broken) or "; ".join(_told(ignored=reasons, warning=warnings)),
        reasons,
        warnings,
        said,
        param,
    )


def rows(text: str) -> Iterator[list[str]]:
    """Rows of cells parted by ` | `; a deeper line continues the row, one with `#` is a comment."""
    lines = [line for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"]
    margin = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    row: list[str] = []
    for line in lines:
        if row and not line[margin].isspace():
            yield _cells(row)
            row = []
        row.append(line)
    if row:
        yield _cells(row)


def _cells(lines: list[str]) -> list[str]:
    return _one_line(" ".join(lines)).split(" | ")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _finding(cells: list[str]) -> Finding:
    head, message, *way_out = cells
    kind, name, *code = head.split()
    if kind not in _RESULT_OF:
        raise ValueError(f"{head!r}: a finding is passed, noted, failed or remarked")
    word = "".join(code)
    if kind == "remarked":
        return Finding(name, "noted", message, note=word)
    return Finding(name, _RESULT_OF[kind], message, word, "".join(way_out))


def _codes(findings: Iterable[Finding], result: Result) -> Iterator[str]:
    return (each.code for each in findings if each.code and each.result == result)


def _told(**codes: tuple[str, ...]) -> Iterator[str]:
    return (f"{what} `{'` or `'.join(each)}`" for what, each in codes.items() if each)
