"""Code, tests and fixtures cite rules and findings of the ledger by id: only real ones.

That each rule is implemented, its findings and scenarios prove, which are run (`findings_said.py`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from mock_server.ledger.catalogue import RULES, families
from mock_server.ledger.findings import FINDINGS

ROOT = Path(__file__).parents[1]

FINDING_ID = re.compile(r"[A-Z]+-\d\d/[a-z0-9_]+")
RULE_ID = re.compile(rf"\b(?:{'|'.join(family.key for family in families())})-\d\d\b")

# The ledger itself, and the tests of the ledger, cite every rule without implementing any.
NOT_CODE = ("mock_server/ledger/",)
NOT_TESTS = (
    "tests/test_ledger_citations.py",
    "tests/rules/test_catalogue.py",
    "tests/contracts/test_contract_scenarios.py",
)


@dataclass(frozen=True)
class Citations:
    """Rule ids and the places that cite them (`path:line`), in code and in tests."""

    code: Mapping[str, list[str]]
    tests: Mapping[str, list[str]]


def citations(root: Path) -> Citations:
    """What the tree cites; contract scenarios count as tests, for they are run as such."""
    code = _cited(root, _files(root, "mock_server", ("*.py",), NOT_CODE))
    tests = _cited(
        root,
        [
            *_files(root, "tests", ("*.py", "*.json"), NOT_TESTS),
            *_files(root, "fixtures/contracts", ("*.json",), ()),
        ],
    )
    return Citations(code, tests)


def _files(root: Path, folder: str, kinds: Iterable[str], but: tuple[str, ...]) -> Iterator[Path]:
    for kind in kinds:
        for path in sorted((root / folder).rglob(kind)):
            if not path.relative_to(root).as_posix().startswith(but):
                yield path


def _cited(root: Path, paths: Iterable[Path]) -> dict[str, list[str]]:
    places: dict[str, list[str]] = {}
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for rule_id in RULE_ID.findall(line):
                places.setdefault(rule_id, []).append(
                    f"{path.relative_to(root).as_posix()}:{number}"
                )
    return places


def unknown(cited: Citations, rules: Collection[str]) -> list[str]:
    """Citations of rules that do not exist, as messages."""
    places = [*cited.code.items(), *cited.tests.items()]
    return [f"{rule_id} at {at[0]}" for rule_id, at in places if rule_id not in rules]


def findings_named(root: Path) -> dict[str, str]:
    """Findings that code names in one piece, each with a place; some are put together instead."""
    named: dict[str, str] = {}
    for path in _files(root, "mock_server", ("*.py",), NOT_CODE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and FINDING_ID.fullmatch(str(node.value)):
                named[str(node.value)] = f"{path.name}:{node.lineno}"
    return named


# This tree


def test_nothing_cites_a_rule_that_the_ledger_lacks() -> None:
    found = unknown(citations(ROOT), RULES)
    assert not found, (
        f"cited, but not in the ledger: {found}. "
        "(A test that needs an unknown id takes one that does not look like an id, as ORD-999.)"
    )


def test_code_names_only_findings_that_the_ledger_declares() -> None:
    assert findings_named(ROOT).keys() <= FINDINGS.keys()


# The checks themselves, on small trees


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """ENV-01 in code and test, -02 in code and scenario, -03 in code only, -04 in a test only."""
    write(
        tmp_path,
        "mock_server/rules/event/envelope.py",
        'one("ENV-01")  # ENV-02..04\ntwo("ENV-03")\n',
    )
    write(tmp_path, "mock_server/ledger/envelope.py", "ENV-04 ENV-78")
    write(tmp_path, "tests/rules/test_envelope.py", "'ENV-01' ENV-04 XENV-05 ENV-999 env-06")
    write(tmp_path, "tests/rules/test_catalogue.py", "ENV-03")
    write(tmp_path, "tests/test_ledger_citations.py", "ENV-03 ENV-88")
    write(tmp_path, "fixtures/contracts/body.json", '{"rules": ["ENV-02"]}')
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_citations_are_found_with_their_places(tree: Path) -> None:
    cited = citations(tree)
    assert cited.code == {
        "ENV-01": ["mock_server/rules/event/envelope.py:1"],
        "ENV-02": ["mock_server/rules/event/envelope.py:1"],
        "ENV-03": ["mock_server/rules/event/envelope.py:2"],
    }
    assert cited.tests == {
        "ENV-01": ["tests/rules/test_envelope.py:1"],
        "ENV-04": ["tests/rules/test_envelope.py:1"],
        "ENV-02": ["fixtures/contracts/body.json:1"],
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mock_server/api/events.py", "# see\n# ORD-99"),
        ("tests/api/test_events.py", "\nORD-99"),
        ("fixtures/contracts/orders/new.json", '{\n"rules": ["ORD-99"]}'),
    ],
)
def test_citation_of_an_unknown_rule_is_named_with_its_place(
    tree: Path, name: str, text: str
) -> None:
    assert unknown(citations(tree), RULES) == []
    write(tree, name, text)
    assert unknown(citations(tree), RULES) == [f"ORD-99 at {name}:2"]


def test_finding_that_code_names_is_found_with_its_place(tree: Path) -> None:
    write(
        tree,
        "mock_server/rules/order/orders.py",
        'trace.say("ORD-03/unknown", "status", value="ORD-03")\nStep("ORD-03/nowhere")\n',
    )
    assert findings_named(tree) == {
        "ORD-03/unknown": "orders.py:1",
        "ORD-03/nowhere": "orders.py:2",
    }
