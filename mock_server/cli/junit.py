"""Reports in the JUnit XML that continuous integration reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import click

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Case:
    """A test case: it passed unless `failure` (or `skipped`) says why it did not.

    `details` is the text of the failure, `kind` its type.
    """

    suite: str
    name: str
    seconds: float = 0.0
    failure: str | None = None
    kind: str = "failure"
    details: str = ""
    skipped: str | None = None


def check_writable(file: str, option: str = "--junit") -> Path:
    """The path of a report to be written later; raises a usage error when it cannot be."""
    path = Path(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise click.UsageError(f"{option}: {file} cannot be written: {error.strerror}.") from None
    return path


def write_junit(path: Path, name: str, cases: list[Case], seconds: float) -> None:
    """Write a report of one suite. Raises `OSError`."""
    totals = {
        "name": _clean(name),
        "tests": str(len(cases)),
        "failures": str(sum(each.failure is not None for each in cases)),
        "errors": "0",
        "skipped": str(sum(each.skipped is not None for each in cases)),
        "time": f"{seconds:.3f}",
    }
    # The schema that Jenkins reads by knows no `skipped` here.
    whole = {name: value for name, value in totals.items() if name != "skipped"}
    root = ElementTree.Element("testsuites", whole)
    suite = ElementTree.SubElement(root, "testsuite", totals)
    for each in cases:
        attributes = {"classname": each.suite, "name": each.name, "time": f"{each.seconds:.3f}"}
        case = _element(suite, "testcase", attributes)
        if each.failure is not None:
            fault = {"message": each.failure, "type": each.kind}
            _element(case, "failure", fault).text = _clean(each.details)
        elif each.skipped is not None:
            _element(case, "skipped", {"message": each.skipped})
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, "utf-8", xml_declaration=True)


def _element(
    parent: ElementTree.Element, tag: str, attributes: dict[str, str]
) -> ElementTree.Element:
    cleaned = {name: _clean(value) for name, value in attributes.items()}
    return ElementTree.SubElement(parent, tag, cleaned)


def _clean(text: str) -> str:
    """Text with the characters XML cannot hold written as escapes."""
    return _FORBIDDEN.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
