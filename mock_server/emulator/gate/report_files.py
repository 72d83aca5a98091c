"""Reports as others read them: JUnit XML, SARIF 2.1.0, and annotations of GitHub."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from mock_server import jsonio
from mock_server._version import __version__
from mock_server.emulator.gate.report import ANNOTATED, Case, Report
from mock_server.ledger.catalogue import RULES
from mock_server.model import Document
from mock_server.printable import fix_lines

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, name: str, cases: Iterable[Case], seconds: float) -> None:
    """Write the cases as one suite. Raises `OSError`."""
    found = list(cases)
    totals = {
        "name": _clean(name),
        "tests": str(len(found)),
        "failures": str(sum(each.has_failed for each in found)),
        "errors": "0",
        "skipped": str(sum(each.kind == "skipped" for each in found)),
        "time": f"{seconds:.3f}",
    }
    # The schema that Jenkins reads by knows no `skipped` here.
    whole = {name: value for name, value in totals.items() if name != "skipped"}
    root = ElementTree.Element("testsuites", whole)
    suite = ElementTree.SubElement(root, "testsuite", totals)
    for each in found:
        _add(suite, each)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, "utf-8", xml_declaration=True)


def _add(suite: ElementTree.Element, case: Case) -> None:
    attributes = {"classname": case.suite, "name": case.title, "time": f"{case.seconds:.3f}"}
    element = _element(suite, "testcase", attributes)
    message = "; ".join(case.why) or case.title
    if case.has_failed:
        failure = _element(element, "failure", {"message": message, "type": case.kind})
        failure.text = _clean(case.details)
    elif case.kind == "skipped":
        _element(element, "skipped", {"message": message})


def _element(
    parent: ElementTree.Element, tag: str, attributes: dict[str, str]
) -> ElementTree.Element:
    cleaned = {name: _clean(value) for name, value in attributes.items()}
    return ElementTree.SubElement(parent, tag, cleaned)


def _clean(text: str) -> str:
    """Text with the characters XML cannot hold written as escapes."""
    return _FORBIDDEN.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


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
    return next(rule.id for rule in RULES.values() if code in rule.warnings)


def _location(case: Case) -> Document:
    region = {"startLine": case.line or 1}
    return {"physicalLocation": {"artifactLocation": _artifact(case), "region": region}}


def _artifact(case: Case) -> Document:
    return {"uri": (case.file or "").replace("\\", "/")}


def annotation_lines(report: Report) -> Iterator[str]:
    """A line for each case that has failed, with its fix, escaped as the runner reads it."""
    for case in [each for each in report.cases if each.has_failed][:ANNOTATED]:
        level = "warning" if case.is_warning else "error"
        place = "" if case.file is None else f"file={_value(case.file)},line={case.line or 1},"
        title = _value(f"yespo-mock: {case.title}")
        text = "\n".join([*case.why, *fix_lines(case.fix)]) or "See the trace of the event."
        yield f"::{level} {place}title={title}::{_escaped(text)}"


def _value(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
