"""The fix of an event for people: a difference of the body, a patch and a report to copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from mock_server import jsonio
from mock_server.emulator.fixing import applied
from mock_server.ledger.catalogue import RULES
from mock_server.model import Document
from mock_server.pages.marked_body import Line

_LINES = 400


@dataclass(frozen=True)
class DiffLine:
    """A line of a difference; `sign` is `+`, `-`, ` `, or `@` where lines are left out."""

    sign: str
    text: str


@dataclass(frozen=True)
class FixView:
    """A fix to be shown: calls before, unknown places, RFC 6902 as text, and body."""

    lines: list[DiffLine]
    is_complete: bool
    arrange: list[str]
    unknown: list[str]
    patch: str
    body: str


def fix_view(sent: Any, fix: Document | None) -> FixView | None:
    """Show a fix if there is one; the patch itself for a body kept in part."""
    if fix is None:
        return None
    patch = fix["patch"]
    if isinstance(sent, str) and patch and patch[0]["path"]:  # not whole: nothing can be applied
        lines = [DiffLine(" ", each) for each in jsonio.pretty(patch).splitlines()]
        return _view(fix, lines, "")
    body = applied(sent, patch) if patch else sent
    before = sent if isinstance(sent, str) else jsonio.pretty(sent)
    after = jsonio.pretty(body)
    return _view(fix, _difference(before.splitlines(), after.splitlines()) if patch else [], after)


def _view(fix: Document, lines: list[DiffLine], body: str) -> FixView:
    return FixView(
        lines=lines,
        is_complete=fix["complete"],
        arrange=[_call(each) for each in fix["arrange"]],
        unknown=fix["unknown"],
        patch=jsonio.pretty(fix["patch"]),
        body=body,
    )


def _difference(before: list[str], after: list[str]) -> list[DiffLine]:
    """The lines that differ and those around them; a comma at the end makes no difference."""
    bare, others = ([line.rstrip(",") for line in each] for each in (before, after))
    found = []
    for group in SequenceMatcher(None, bare, others).get_grouped_opcodes(2):
        found.append(DiffLine("@", "⋯"))
        for tag, begin, end, start, stop in group:
            if tag != "equal":
                found += [DiffLine("-", each) for each in before[begin:end]]
            sign = " " if tag == "equal" else "+"
            found += [DiffLine(sign, each) for each in after[start:stop]]
    more = len(found) - _LINES
    return [*found[:_LINES], DiffLine("@", f"⋯ {more} more lines")] if more > 0 else found


def _call(arranged: Document) -> str:
    return f"{arranged['method']} {arranged['path']} {jsonio.text_of(arranged['body'])}"


def report(
    title: str, sentence: str, hint: str, trace: Sequence[Document], where: list[Line], link: str
) -> str:
    """Write a report of an event in Markdown, for an issue tracker."""
    parts = [f"### {title}", sentence and f"{sentence}."]
    parts += [
        f"- {step.get('message')} ({step.get('rule')}{_pages(step.get('rule'))})"
        for step in trace
        if step.get("result") == "failed"
    ]
    if where:
        lines = (f"{each.text}{f'  ← {each.note}' if each.note else ''}" for each in where)
        parts.append("```\n" + "\n".join(lines) + "\n```")
    parts += [hint and f"Way out: {hint}.", link]
    return "\n\n".join(each for each in parts if each).replace(")\n\n- ", ")\n- ") + "\n"


def _pages(rule_id: Any) -> str:
    rule = RULES.get(str(rule_id))
    pages = [each.url for each in rule.sources if each.url] if rule else []
    return "".join(f", {each}" for each in pages)
