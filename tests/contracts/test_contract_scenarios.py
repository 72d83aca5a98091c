"""Every shipped scenario holds, follows the schema, and every visible rule has one."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mock_server.cli.verify_report import shown
from mock_server.contracts import Runner, Target, read_scenario, shipped_folder
from mock_server.ledger.catalogue import RULES
from tests.conftest import every

ROOT = Path(__file__).parents[2]
FILES = sorted(shipped_folder().glob("*.json"))
SCHEMA: Any = json.loads((ROOT / "fixtures/contract.schema.json").read_text("utf-8"))
NAMED = {file.stem: file for file in FILES}

# Rules without a scenario, and why. This list can only shrink.
WITHOUT: dict[str, tuple[str, ...]] = {
    "it takes a server that was started with --cors-origin": ("WIRE-11",),
    "it takes a disk that is full": ("WIRE-13",),
    "it takes a client that breaks HTTP": ("WIRE-14",),
    "it takes a request to another host, which fetch of Node does not make": ("SITE-05",),
    "it takes a client that stops at the headers": ("WIRE-16",),
}
WITHOUT_IDS = {rule_id for ids in WITHOUT.values() for rule_id in ids}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_emulator_keeps_to_the_scenario(target: Target, runner: Runner, file: Path) -> None:
    result = runner.run(read_scenario(file))
    assert not result.unchecked
    told = [
        f"{each.where}: expected {shown(each.expected)}, was {shown(each.actual)}"
        for each in result.differences
    ]
    assert not told, "\n".join([result.scenario.name, *told])
    assert not crawl(target), "whatever was sent, each page can be read"


LINK = re.compile(r'href="(/_mock/ui/a/[^"#]*)"')
LEFT_OUT = re.compile(r"/export|[?&](?:q|tab|offset|show|example|period)=")
"""A download, and what shows a list that is crawled in another way."""


def crawl(target: Target) -> dict[str, int]:
    """The pages that cannot be read, of all that a link leads to, with their status."""
    waiting, seen, broken = ["/_mock/ui/a/default/"], set[str](), {}
    while waiting:
        page = waiting.pop()
        answer = target.send("GET", page, {}, None)
        if answer.status != 200:
            broken[page] = answer.status
        found = {html.unescape(each) for each in LINK.findall(answer.text)} - seen
        seen |= found
        waiting += [each for each in found if not LEFT_OUT.search(each)]
    return broken


@every(NAMED)
def test_the_scenario_follows_the_schema(file: Path) -> None:
    document = json.loads(file.read_text("utf-8"))
    assert [each.message for each in Draft202012Validator(SCHEMA).iter_errors(document)] == []
    assert (file.parent / document["$schema"]).resolve() == ROOT / "fixtures/contract.schema.json"


@every(NAMED)
def test_the_file_is_named_after_a_rule_it_shows(file: Path) -> None:
    rules = read_scenario(file).rules
    assert re.match(r"[a-z]+-\d\d", file.stem)[0].upper() in rules  # type: ignore[index]  # asserted


def test_every_rule_that_can_be_seen_from_outside_has_a_scenario() -> None:
    shown_rules = {rule for file in FILES for rule in read_scenario(file).rules}
    missing = [each for each in RULES if each not in shown_rules | WITHOUT_IDS]
    assert not missing, f"no scenario shows {missing}"
    assert not WITHOUT_IDS & shown_rules, "take these out of WITHOUT, they have a scenario"
    assert set(RULES) >= WITHOUT_IDS


def test_no_two_scenarios_have_the_same_name() -> None:
    names = [read_scenario(file).name for file in FILES]
    assert len(set(names)) == len(names)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
