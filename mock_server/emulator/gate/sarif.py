"""A report as SARIF 2.1.0, which editors and code scanning read: each finding at its place."""

from __future__ import annotations

from mock_server._version import __version__
from mock_server.emulator.gate.report import Case, Report
from mock_server.ledger.catalogue import RULES
from mock_server.model import Document

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
    return [
        {
            "ruleId": rule,
            "level": level,
            "message": {"text": text},
            "locations": [_location(case)],
        }
        for rule, level, text in told
    ]


def _rule_of(code: str) -> str:
    """Return the first rule that gives a warning code."""
    return next(rule.id for rule in RULES.values() if code in rule.warnings)


def _location(case: Case) -> Document:
    place: Document = {"artifactLocation": {"uri": (case.file or "").replace("\\", "/")}}
    place["region"] = {"startLine": case.line or 1}
    return {"physicalLocation": place}
