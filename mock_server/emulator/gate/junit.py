"""A report as the JUnit XML that continuous integration reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from mock_server.emulator.gate.report import Case

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
