"""Code, tests and fixtures cite rules of the ledger by id: only real ones, and all of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from mock_server.ledger.catalogue import RULES, families
from mock_server.ledger.codes import CODES

ROOT = Path(__file__).parents[1]

# Rules that later work will implement, by the reason why they are not yet. A rule that is cited by
# code and by a test has to leave this list, so it can only shrink.
LATER: dict[str, tuple[str, ...]] = {}
LATER_IDS = tuple(rule_id for ids in LATER.values() for rule_id in ids)

RULE_ID = re.compile(rf"\b(?:{'|'.join(family.key for family in families())})-\d\d\b")

# The ledger itself, and the tests of the ledger, cite every rule without implementing any.
NOT_CODE = (
    "mock_server/ledger/catalogue.py",
    "mock_server/ledger/codes.py",
    "mock_server/ledger/page.py",
    "mock_server/ledger/",
)
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


def uncited(cited: Citations, rules: Collection[str], later: Collection[str]) -> list[str]:
    """Rules that should be implemented and are cited by no code, or by no test, as messages."""
    return [
        f"{rule_id} by no {where}"
        for rule_id in rules
        if rule_id not in later
        for where, places in (("code", cited.code), ("test", cited.tests))
        if rule_id not in places
    ]


def done_already(cited: Citations, later: Iterable[str]) -> list[str]:
    """Rules of later work that code and a test cite already, as messages."""
    return [
        f"{rule_id} at {cited.code[rule_id][0]} and {cited.tests[rule_id][0]}"
        for rule_id in later
        if rule_id in cited.code and rule_id in cited.tests
    ]


def codes_out_of_place(root: Path) -> list[str]:
    """Calls that give a rule id and then a code which that rule does not give, as messages."""
    found: list[str] = []
    for path in _files(root, "mock_server", ("*.py",), NOT_CODE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                texts = [_text(each) for each in node.args]
                for rule_id, code in pairwise(texts):
                    given = RULES.get(rule_id)
                    if given and code in CODES and code not in given.reasons + given.warnings:
                        found.append(f"{rule_id} {code} at {path.name}:{node.lineno}")
    return found


def _text(argument: ast.expr) -> str:
    value = argument.value if isinstance(argument, ast.Constant) else None
    return value if isinstance(value, str) else ""


# This tree


def test_nothing_cites_a_rule_that_the_ledger_lacks() -> None:
    found = unknown(citations(ROOT), RULES)
    assert not found, (
        f"cited, but not in the ledger: {found}. "
        "(A test that needs an unknown id takes one that does not look like an id, as ORD-999.)"
    )


def test_every_rule_is_cited_by_code_and_by_a_test() -> None:
    missing = uncited(citations(ROOT), RULES, LATER_IDS)
    assert not missing, f"cited {', '.join(missing)}"


def test_rules_of_later_work_are_not_done_already() -> None:
    done = done_already(citations(ROOT), LATER_IDS)
    assert not done, f"take these out of LATER, they are cited by code and test: {done}"


def test_code_gives_a_rule_only_the_codes_the_ledger_allots_it() -> None:
    assert not codes_out_of_place(ROOT)


def test_list_of_later_work_names_each_rule_once() -> None:
    assert len(set(LATER_IDS)) == len(LATER_IDS)
    assert set(LATER_IDS) <= set(RULES)
    assert all(LATER)


# The checks themselves, on small trees


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """ENV-01 in code and test, -02 in code and scenario, -03 in code only, -04 in a test only."""
    write(
        tmp_path,
        "mock_server/rules/event/envelope.py",
        'one("ENV-01")  # ENV-02..04\ntwo("ENV-03")\n',
    )
    write(tmp_path, "mock_server/ledger/catalogue.py", "ENV-04 ENV-77")
    write(tmp_path, "mock_server/ledger/codes.py", "ENV-04")
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


def test_rule_without_code_or_without_test_is_named(tree: Path) -> None:
    rules = ["ENV-01", "ENV-02", "ENV-03", "ENV-04", "ENV-05"]
    assert uncited(citations(tree), rules, later=["ENV-05"]) == [
        "ENV-03 by no test",
        "ENV-04 by no code",
    ]


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


def test_later_rule_is_named_once_code_and_test_cite_it(tree: Path) -> None:
    assert done_already(citations(tree), ["ENV-02", "ENV-03", "ENV-04", "ENV-05"]) == [
        "ENV-02 at mock_server/rules/event/envelope.py:1 and fixtures/contracts/body.json:1"
    ]


def test_code_given_under_the_wrong_rule_is_named(tree: Path) -> None:
    write(
        tree,
        "mock_server/rules/order/orders.py",
        'trace.failed("ORD-03", "status_invalid", "right")\n'
        'trace.failed("ORD-03", "date_invalid", "wrong")\n'
        'trace.passed("ORD-03", "a message", "status")\n',
    )
    assert codes_out_of_place(tree / "nowhere") == []
    write(tree, "mock_server/rules/event/envelope.py", "")
    write(tree, "mock_server/ledger/catalogue.py", "")
    assert codes_out_of_place(tree) == ["ORD-03 date_invalid at orders.py:2"]
