"""The control API: which rules the traffic has exercised."""

from __future__ import annotations


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
