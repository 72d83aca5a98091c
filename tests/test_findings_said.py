"""What a whole run is failed for: findings that nothing has brought about."""

from __future__ import annotations

from findings_said import NOT_BY_SCENARIOS, lacking

from mock_server.ledger.findings import FINDINGS

ALL = set(FINDINGS)


def test_nothing_is_lacking_when_scenarios_bring_all_about_that_they_can() -> None:
    assert list(lacking(ALL - set(NOT_BY_SCENARIOS), set(NOT_BY_SCENARIOS))) == []


def test_what_no_test_or_no_scenario_brings_about_is_named() -> None:
    some = {"ORD-03/unknown", "ORD-20/kept"}
    told = set(lacking(ALL - some - set(NOT_BY_SCENARIOS), {"ORD-03/unknown", *NOT_BY_SCENARIOS}))
    assert told == {
        "ORD-03/unknown: by no contract scenario",
        "ORD-20/kept: by no test at all",
    }


def test_an_exception_that_is_none_is_named() -> None:
    told = list(lacking(ALL, ALL))
    assert told == [f"{each}: a scenario brings it about" for each in NOT_BY_SCENARIOS]
