"""The rule catalogue is complete, well formed, and what the page in docs/ says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from mock_server.ledger.catalogue import RULES, UnknownRuleError, families, rule
from mock_server.ledger.codes import CODES, VERDICT_TEXTS, Code, code_meaning
from mock_server.ledger.entry import BASES, Finding, Rule, Source, rows, rule_in
from mock_server.ledger.findings import FINDINGS, rule_of, shown_step
from mock_server.model import VERDICTS
from tests.conftest import every
from tools import rules_page

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
FAMILY_SIZES = {
    "ENV": 21,
    "IDN": 12,
    "SEG": 3,
    "ORD": 25,
    "ITM": 8,
    "PST": 6,
    "CON": 17,
    "BLK": 8,
    "WIRE": 16,
    "SIT": 3,
    "MSG": 9,
    "SND": 6,
    "SITE": 5,
    "PRO": 1,
}
RULE_ID = re.compile(rf"\b(?:{'|'.join(FAMILY_SIZES)})-\d\d\b")
CODE_SPAN = re.compile(r"`([a-z0-9]+(?:_[a-z0-9]+)+)`")
SETTINGS_NAMED = {
    "contact_reads",
    "profile",
    "time_zone",
    "identifier_priority",
    "org_id",
    "single_element_lists",
    "allow_delete_events",
    "create_contacts_from_events",
    "duplicate_guard",
    "explain_headers",
    "past_event_depth_days",
    "rate_limits",
    "revenue_from_mobile_sdk_initialized",
}
NOTES_NAMED = {"contact_unknown"}

every_rule = every(RULES)
every_code = every(CODES)


def texts(each: Rule) -> str:
    return f"{each.statement} {each.decision} {each.when_broken}"


# The catalogue


def test_families_number_their_rules_without_holes_in_the_order_of_the_ledger() -> None:
    expected = [f"{key}-{n:02}" for key, size in FAMILY_SIZES.items() for n in range(1, size + 1)]
    assert list(RULES) == expected
    assert [each.id for family in families() for each in family.rules] == expected


def test_families_hold_the_rules_of_their_key() -> None:
    assert [family.key for family in families()] == list(FAMILY_SIZES)
    for family in families():
        assert family.title
        assert {each.family for each in family.rules} == {family.key}


@every_rule
def test_rule_is_described_in_full(each: Rule) -> None:
    assert 3 <= len(each.title.split()) <= 7
    assert each.title[-1] not in ".:"
    assert each.statement.endswith(".")
    assert each.sources
    assert each.basis in BASES
    assert not each.decision or each.decision.endswith(".")
    assert not each.when_broken.endswith(".")
    for text in (each.statement, each.decision, each.when_broken):
        assert text == " ".join(text.split()), "blanks are single, none at the ends"


@every_rule
def test_rule_has_the_basis_its_sources_give(each: Rule) -> None:
    if Source.PROJECT in each.sources:
        assert each.sources == (Source.PROJECT,)
        assert each.basis == "our decision"
        assert not each.decision, "the whole rule is the decision"
    elif each.sources == (Source.FIELD,):
        assert each.basis == "observed"
    else:
        assert each.basis == "documented"


@every_rule
def test_rule_names_its_codes_when_broken_and_no_others(each: Rule) -> None:
    named = set(CODE_SPAN.findall(each.when_broken))
    assert named == {*each.reasons, *each.warnings}


@every_rule
def test_rule_cites_only_rules_and_codes_that_exist(each: Rule) -> None:
    assert set(RULE_ID.findall(texts(each))) <= set(RULES)
    assert {*each.reasons, *each.warnings} <= set(CODES)
    written = set(CODE_SPAN.findall(texts(each))) - SETTINGS_NAMED - NOTES_NAMED
    assert written - {"fieldId", "email_or_sms", "mobile_sdk", "as_sent"} <= set(CODES)


def test_rule_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        RULES["ORD-01"].title = "other"  # type: ignore[misc]  # that it is refused is the point
    with pytest.raises(TypeError):
        RULES["ORD-01"] = RULES["ORD-02"]  # type: ignore[index]  # likewise


@every_rule
def test_rule_document_is_json_in_camel_case(each: Rule) -> None:
    document = each.to_document()
    assert list(document) == [
        "id",
        "family",
        "title",
        "statement",
        "sources",
        "basis",
        "parts",
        "decision",
        "whenBroken",
        "reasons",
        "warnings",
        "findings",
    ]
    assert json.loads(json.dumps(document)) == document
    assert document["whenBroken"] == each.when_broken
    assert document["sources"] == [source.title for source in each.sources]


# Findings


@every({key: (key, each) for key, each in FINDINGS.items()})
def test_finding_is_described_in_full(found: tuple[str, Finding]) -> None:
    finding_id, each = found
    rule = RULES[rule_of(finding_id)]
    assert re.fullmatch(r"[a-z0-9_]+", each.name)
    assert each.message
    assert each.message[-1] != "."
    assert bool(each.code and each.way_out) or each.result != "failed"
    if each.code:
        assert each.code in rule.codes("reason" if each.result == "failed" else "warning")
    else:
        assert each.result != "failed"


def test_names_of_findings_are_unique_within_a_rule() -> None:
    for each in RULES.values():
        names = [finding.name for finding in each.findings]
        assert len(set(names)) == len(names), each.id


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (
            "ORD-20/kept",
            ("ORD-20/kept", "ORD-20", "passed", FINDINGS["ORD-20/kept"].message, None),
        ),
        (
            ["ENV-08/blank", "params[0].name"],
            ("ENV-08/blank", "ENV-08", "failed", "params[0].name is blank", "params[0].name"),
        ),
        (
            ["ORD-05/negative", "totalCost", {"total": "{-1}"}],
            ("ORD-05/negative", "ORD-05", "noted", "totalCost {-1} is negative", "totalCost"),
        ),
        (
            ["ORD-05/negative", {"total": "-1"}],
            ("ORD-05/negative", "ORD-05", "noted", "totalCost -1 is negative", "totalCost"),
        ),
        (
            ["ORD-06/order", {"text": "7"}],
            ("ORD-06/order", "ORD-06", "passed", "order 7", "externalOrderId"),
        ),
        (
            "ENV-08/fit",
            ("ENV-08/fit", "ENV-08", "passed", "each name is filled and short enough", "params"),
        ),
        (
            ["ORD-05/of_a_later_version", None, {"total": 5}],
            ("ORD-05/of_a_later_version", "ORD-05", "noted", "ORD-05/of_a_later_version: total 5"),
        ),
        (
            {"rule": "ORD-05", "result": "passed", "message": "as 0.1.0 wrote it", "param": None},
            (None, "ORD-05", "passed", "as 0.1.0 wrote it", None),
        ),
        # Edited by hand: whatever it is, it can be shown.
        (
            ["ORD-05/negative"],
            ("ORD-05/negative", "ORD-05", "noted", "ORD-05/negative", "totalCost"),
        ),
        (
            ["ORD-05/negative", None, {"totl": 1}],
            ("ORD-05/negative", "ORD-05", "noted", "ORD-05/negative: totl 1"),
        ),
        (["ORD-20/kept", 5, 5], ("ORD-20/kept", "ORD-20", "passed")),
        ([], ("None", "None", "noted", "None", None)),
        (7, ("7", "7", "noted", "7", None)),
        ({"message": "text"}, (None, "", "noted", "text", None)),
    ],
)
def test_step_is_put_in_words_when_it_is_read(stored: object, shown: tuple[object, ...]) -> None:
    names = ("finding", "rule", "result", "message", "param")
    read = shown_step(stored)
    assert set(read) == set(names)
    assert tuple(read[name] for name in names)[: len(shown)] == shown
    assert shown_step(read) == read


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("failde missing | a message | a way out", "or a finding"),
        ("failed missing some_code", "not enough values"),
        ("failed | a message", "not enough values"),
    ],
)
def test_row_that_is_no_finding_is_refused(row: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        rule_in(f"ORD-999 A title\nstatement: A statement.\nsources: PROJECT\n{row}")


def test_line_that_is_set_in_deeper_goes_on_with_the_row_above() -> None:
    assert rows("a | b\n    goes on | c\n# a comment\nd\n") == ["a | b goes on | c", "d"]
    assert rows("") == []


# Looking a rule up


@pytest.mark.parametrize("spelling", ["ORD-04", "ord-04", " Ord-04\n"])
def test_rule_is_found_in_any_letter_case(spelling: str) -> None:
    assert rule(spelling) is RULES["ORD-04"]


@pytest.mark.parametrize(
    ("unknown", "near"),
    [("ORD-4", "ORD-04"), ("ord04", "ORD-04"), ("WIRE-1", "WIRE-01"), ("ITEM-01", "ITM-01")],
)
def test_unknown_rule_names_near_ids(unknown: str, near: str) -> None:
    with pytest.raises(UnknownRuleError) as caught:
        rule(unknown)
    assert caught.value.rule_id == unknown
    assert near in caught.value.near
    assert (
        str(caught.value)
        == f"There is no rule {unknown!r}. Did you mean {', '.join(caught.value.near)}?"
    )


@pytest.mark.parametrize("unknown", ["", "?", "contact_not_found"])
def test_unknown_rule_with_nothing_near_says_how_an_id_looks(unknown: str) -> None:
    with pytest.raises(KeyError) as caught:
        rule(unknown)
    message = str(caught.value)
    assert message.startswith(
        f"There is no rule {unknown!r}. Ids look like ORD-01; families are ENV, IDN"
    )


# Codes and verdicts


@every_code
def test_code_is_described_in_full(each: Code) -> None:
    for sentence in (each.meaning, each.way_out):
        assert sentence[0] == "`" or sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
        assert set(RULE_ID.findall(sentence)) <= set(RULES)


@every_code
def test_code_is_given_by_the_rules_it_names_as_what_it_says(each: Code) -> None:
    assert each.rules == tuple(
        r.id for r in RULES.values() if each.code in {*r.reasons, *r.warnings}
    )
    assert each.rules
    given_as = {
        "reason": any(each.code in RULES[rule_id].reasons for rule_id in each.rules),
        "warning": any(each.code in RULES[rule_id].warnings for rule_id in each.rules),
    }
    assert each.kinds == tuple(kind for kind, given in given_as.items() if given)


def test_only_an_unknown_contact_is_a_reason_or_a_warning_by_event_type() -> None:
    both = {each.code for each in CODES.values() if len(each.kinds) == 2}
    assert both == {"contact_not_found", "contact_identifier_missing", "contact_value_invalid"}


def test_code_document_is_json_in_camel_case() -> None:
    assert json.loads(json.dumps(CODES["status_invalid"].to_document())) == {
        "code": "status_invalid",
        "kinds": ["reason"],
        "meaning": "`status` is not one of the five statuses.",
        "wayOut": "Send one of those that ORD-03 lists, in capital letters.",
        "rules": ["ORD-03"],
    }


def test_code_is_put_in_words_also_one_that_nobody_gives() -> None:
    assert code_meaning("status_invalid") == CODES["status_invalid"].to_document()
    assert code_meaning("of_a_later_version")["meaning"] == "of_a_later_version"


def test_every_verdict_is_put_in_words() -> None:
    assert tuple(VERDICT_TEXTS) == VERDICTS
    assert all(each.verdict == key for key, each in VERDICT_TEXTS.items())


# The page


def test_page_in_docs_is_the_generated_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_page.page(), (
        "docs/rules.md is out of date; write it again: python tools/rules_page.py > docs/rules.md"
    )


def test_page_is_written_by_running_its_module() -> None:
    command = [sys.executable, rules_page.__file__]
    written = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert written.stdout.decode("utf-8").replace("\r\n", "\n") == rules_page.page()


def test_page_links_lead_somewhere() -> None:
    page = rules_page.page()
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in page.splitlines()
        if line.startswith("#")
    }
    anchors = re.findall(r'<a id="([^"]+)"></a>', page)
    assert anchors == [rules_page.anchor(rule_id) for rule_id in RULES]
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= {*anchors, *headings}


def test_page_tables_have_whole_rows() -> None:
    width = 0
    for line in rules_page.page().splitlines():
        columns = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert columns in (0, width) or width == 0
        width = columns


def test_page_holds_every_rule_and_every_code() -> None:
    page = rules_page.page()
    for each in RULES.values():
        assert page.count(f"\n### {each.id} · {each.title}\n") == 1
    reasons, warnings = page.split("\n## Reason codes\n")[1].split("\n## Warning codes\n")
    for code in CODES.values():
        assert (f"\n| `{code.code}` |" in reasons) == ("reason" in code.kinds)
        assert (f"\n| `{code.code}` |" in warnings) == ("warning" in code.kinds)


def test_page_lists_every_decision() -> None:
    decisions = rules_page.page().split("\n## Our decisions\n")[1].split("\n## ")[0]
    listed = re.findall(r"^- \[([A-Z]+-\d\d)\]", decisions, flags=re.MULTILINE)
    assert listed == [r.id for r in RULES.values() if r.decision or r.basis == "our decision"]
