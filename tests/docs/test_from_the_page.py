"""The vendor's page, statement by statement: each leads to a rule and a scenario, or to a reason.

That the scenarios pass is tested where they are run: `tests/contracts`.
"""

from __future__ import annotations

import json
import re

from documents import DOCS, ROOT, tables

from mock_server.ledger.catalogue import RULES
from tests.conftest import every

PAGE = DOCS / "from-the-page.md"
ROWS = [row for table in tables(PAGE) for row in table]


def test_the_page_is_gone_through_whole() -> None:
    assert len(ROWS) > 70


@every({row[0]: row for row in ROWS})
def test_a_statement_has_its_rule_and_scenario_or_a_reason(row: list[str]) -> None:
    _, rules, scenarios = row
    if rules == "not emulated":
        assert "limits.md" in scenarios
        return
    named = re.findall(r"\[([A-Z]+-\d\d)\]", rules)
    assert named
    assert set(named) <= set(RULES)
    shown: set[str] = set()
    for path in re.findall(r"\(\.\./(fixtures/contracts/[\w-]+\.json)\)", scenarios):
        shown.update(json.loads((ROOT / path).read_text("utf-8"))["rules"])
    assert shown & set(named), "the scenarios show another rule"
