"""The control API: which rules the traffic has exercised."""

from __future__ import annotations

from mock_server.emulator.reports.summary import coverage_lines


def test_coverage_names_the_rules_with_their_results_and_the_others(client, example):
    assert client.get("/_mock/coverage")["exercised"] == {}
    rules = client.get("/_mock/rules")["total"]
    client.event(example("orderDelivered"))
    coverage = client.get("/_mock/coverage")
    assert coverage["exercised"]["ORD-12"] == ["failed"]
    assert "ORD-13" in coverage["never"]
    assert len(coverage["exercised"]) + len(coverage["never"]) == rules
    client.call("POST", "/_mock/reset")
    assert client.get("/_mock/coverage")["exercised"] == {}


def test_in_words_a_family_tells_what_was_broken_and_what_was_never_met():
    """And of one that nothing was heard of only how many rules it has."""
    lines = coverage_lines({"SEG-01": ["passed"], "SEG-02": ["noted", "failed"]})
    assert lines[0].startswith("2 of ")
    start = next(place for place, line in enumerate(lines) if line.startswith("SEG "))
    assert lines[start].startswith("SEG    2 of 3 ")
    assert lines[start + 1 : start + 3] == ["      broken: SEG-02", "      never:  SEG-03"]
    others = [*lines[2:start], *lines[start + 3 :]]
    assert all("  0 of " in line for line in others)
