"""A report as SARIF 2.1.0, which editors and code scanning read: each finding at its place."""

from __future__ import annotations

from typing import Any

from mock_server import jsonio
from mock_server._version import __version__
from mock_server.emulator.gate.report import Case, Report
from mock_server.ledger.catalogue import RULES
from mock_server.model import Document
from mock_server.printable import fix_lines

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(report: Report) -> Document:
    """The rules that were broken, and the warnings, of all cases of events."""
    results = [result for case in report.cases for result in _results(case)]
    rules = [
        {
            "id": each,
            "name": RULES[each].title,
            "shortDescription": {"text": RULES[each].title},
            "fullDescription": {"text": RULES[each].statement},
        }
        for each in sorted({each["ruleId"] for each in results})
    ]
    driver = {"name": "yespo-mock", "version": __version__, "rules": rules}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _results(case: Case) -> list[Document]:
    hint = case.why[-1] if len(case.why) > len(case.broken) else None
    told = [
        (rule, "error", f"{message}. It {hint}." if hint else f"{message}.")
        for rule, message in case.broken
    ]
    told += [(_rule_of(code), "warning", f"{case.title}: {code}") for code in case.warnings]
    said = "".join(f"\n{line}" for line in fix_lines(case.fix))
    fixes = _fixes(case)
    return [
        {
            "ruleId": rule,
            "level": level,
            "message": {"text": text + said},
            "locations": [_location(case)],
            **({"fixes": fixes} if fixes else {}),
        }
        for rule, level, text in told
    ]


def _fixes(case: Case) -> list[Document]:
    """The fix of a case as a change of its file; none where an editor could not apply it.

    That is where only the shop knows a value, and where the body does not have its lines to itself.
    """
    fix = case.fix
    if fix is None or not fix["complete"] or not fix["patch"] or case.lines is None:
        return []
    first, last = case.lines
    replacement = {
        "deletedRegion": {"startLine": first, "endLine": last},
        "insertedContent": {"text": _as_written(case.corrected, is_spread=last > first)},
    }
    change = {"artifactLocation": _artifact(case), "replacements": [replacement]}
    text = "\n".join(fix_lines(fix))
    return [{"description": {"text": text}, "artifactChanges": [change]}]


def _as_written(body: Any, *, is_spread: bool) -> str:
    """A body over as many lines as it likes if it was so before, else on one."""
    return jsonio.pretty(body) if is_spread else jsonio.text_of(body)


def _rule_of(code: str) -> str:
    """Return the first rule that gives a warning code."""
    return next(rule.id for rule in RULES.values() if code in rule.warnings)


def _location(case: Case) -> Document:
    region = {"startLine": case.line or 1}
    return {"physicalLocation": {"artifactLocation": _artifact(case), "region": region}}


def _artifact(case: Case) -> Document:
    return {"uri": (case.file or "").replace("\\", "/")}
