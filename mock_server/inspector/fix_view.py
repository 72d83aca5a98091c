"""The fix of an event for people: a difference of the body, a patch and a report to copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
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
    """A fix, ready to be shown.

    `arrange` are the calls that come first, `unknown` the places whose values only the shop knows,
    `patch` is RFC 6902 as text and `body` the corrected body.
    """

    lines: list[DiffLine]
    is_complete: bool
    arrange: list[str]
    unknown: list[str]
    patch: str
    body: str


def fix_view(sent: Any, fix: Document | None) -> FixView | None:
    """Show a fix of the control API's shape, if there is one."""
    if fix is None:
        return None
    patch = fix["patch"]
    body = applied(sent, patch) if patch else sent
    before = sent if isinstance(sent, str) else jsonio.pretty(sent)
    after = jsonio.pretty(body)
    return FixView(
        lines=_difference(before.splitlines(), after.splitlines()) if patch else [],
        is_complete=fix["complete"],
        arrange=[_call(each) for each in fix["arrange"]],
        unknown=fix["unknown"],
        patch=jsonio.pretty(patch),
        body=after,
    )


def _difference(before: list[str], after: list[str]) -> list[DiffLine]:
    lines = list(unified_diff(before, after, lineterm="", n=2))[2:]
    found = [
        DiffLine("@", "⋯") if each.startswith("@@") else DiffLine(each[0], each[1:])
        for each in lines[:_LINES]
    ]
    if len(lines) > _LINES:
        found.append(DiffLine("@", f"⋯ {len(lines) - _LINES} more lines"))
    return found


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
