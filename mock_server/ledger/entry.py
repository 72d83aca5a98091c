"""The parts of a line of the ledger: a rule, its sources, and its basis."""

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
    """A sentence that a rule can say; `name` is unique within the rule.

    `message` and `way_out` (after "would be applied if …") are filled in by `str.format`, with the
    rule's arguments and `{param}`. `code` is a reason or a warning, `note` is told in
    `X-Mock-Notes` alone (CON-16).
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

    Texts are English with Markdown code spans. `decision` is this project's part, `parts` have
    their own sources, `when_broken` names the verdict and the codes; `param` is what findings are
    said of where a step names no other.
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
_FIELDS = ("statement", "sources", "param", "parts", "decision", "when_broken", "also")


def rule_in(text: str) -> Rule:
    """One rule of the ledger, from its rows (see `rows`): the id and the title, fields, findings.

    A field is `name: text`, as `_rule` takes them. A finding is the result, the name and the code,
    then the message, then the way out: `failed missing required_missing | {param} is missing |
    {param} were filled`. `passed` and most `noted` have no code; `remarked` has that of a note.
    Raises `ValueError` for a row that is neither.
    """
    heading, *told = rows(text)
    said = [row for row in told if row.partition(" ")[0] in _RESULT_OF]
    fields = [row.partition(": ") for row in told if row not in said]
    if wrong := [name for name, _, _ in fields if name not in _FIELDS]:
        raise ValueError(f"{wrong[0]!r}: a row is {', '.join(_FIELDS)} or a finding")
    findings = tuple(map(_finding, said))
    return _rule(heading, findings, **{name: text for name, _, text in fields})


def rows(text: str) -> list[str]:
    """The rows of a text: a line set in by four continues the row above; `#` is a comment."""
    return [row for row in text.replace("\n    ", " ").splitlines() if row[:1] not in ("", "#")]


def _rule(
    heading: str,
    findings: tuple[Finding, ...],
    *,
    statement: str,
    sources: str,
    param: str | None = None,
    parts: str = "",
    decision: str = "",
    when_broken: str = "",
    also: str = "",
) -> Rule:
    """A rule; its basis follows from its sources, its codes from its findings.

    `parts` are parts of it with their own sources (`the twelve names = ORDERS_PAGE; …`), `also` the
    reasons that another rule's finding gives for it.
    """
    rule_id, _, title = heading.partition(" ")
    reasons = tuple(dict.fromkeys([*_codes(findings, "failed"), *also.split()]))
    warnings = tuple(dict.fromkeys(_codes(findings, "noted")))
    named = tuple(Source[name] for name in sources.split(", "))
    split = [part.rpartition(" = ") for part in parts.split("; ") if part]
    return Rule(
        rule_id,
        title,
        statement,
        named,
        _BASIS_OF.get(named, "documented"),
        tuple((part, Source[name]) for part, _, name in split),
        decision,
        when_broken or "; ".join(_told(ignored=reasons, warning=warnings)),
        reasons,
        warnings,
        findings,
        param,
    )


def _finding(row: str) -> Finding:
    head, message, *way_out = row.split(" | ")
    kind, name, *code = head.split()
    word = "".join(code)
    if kind == "remarked":
        return Finding(name, "noted", message, note=word)
    return Finding(name, _RESULT_OF[kind], message, word, "".join(way_out))


def _codes(findings: Iterable[Finding], result: Result) -> Iterator[str]:
    return (each.code for each in findings if each.code and each.result == result)


def _told(**codes: tuple[str, ...]) -> Iterator[str]:
    return (f"{what} `{'` or `'.join(each)}`" for what, each in codes.items() if each)
