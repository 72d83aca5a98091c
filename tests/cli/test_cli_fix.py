"""`yespo-mock explain`: the fix of an event, shown and printed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonpatch

from mock_server.emulator.examples import EXAMPLES

Run = Callable[..., CompletedProcess[str]]
KNOWN = ("explain", "--in-memory", "--contacts", "known")


def event(**changes: Any) -> dict[str, Any]:
    made = copy.deepcopy(EXAMPLES["orderCreated"])
    for each in made["params"]:
        each["value"] = changes.get(each["name"], each["value"])
    return made


BAD = event(status="completed", externalOrderId="2")
ASKS = event(totalCost=None, externalOrderId="3")
GOOD = event(externalOrderId="1")


def test_one_event_is_shown_with_the_lines_to_change(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(json.dumps(BAD))
    shown = run(*KNOWN, "bad.json").stdout
    lines = shown[shown.index("\nfix\n") :].splitlines()
    assert [each.strip() for each in lines if each[:1] == "-"] == ['-      "value": "completed"']
    assert [each.strip() for each in lines if each[:1] == "+"] == ['+      "value": "DELIVERED"']
    assert json.loads(run(*KNOWN, "--json", "bad.json").stdout)["fix"]["complete"] is True


def test_many_are_corrected_one_a_line_and_the_rest_is_said(run: Run, tmp_path: Path) -> None:
    lines = "\n".join(map(json.dumps, (GOOD, BAD, ASKS)))
    (tmp_path / "a.ndjson").write_text(lines)
    fixed = run(*KNOWN, "--fix", "a.ndjson")
    assert fixed.returncode == 1  # one asks the shop
    good, bad, asks = map(json.loads, fixed.stdout.splitlines())
    assert good == GOOD
    assert bad == event(status="DELIVERED", externalOrderId="2")
    assert "a.ndjson:3: Only the shop knows: /params/" in fixed.stderr
    assert json.dumps(asks).count('"\\u2026"') == 1
    again = run(*KNOWN, "-", stdin="\n".join(fixed.stdout.splitlines()[:2]))
    assert again.returncode == 0
    patches = [
        json.loads(x) for x in run(*KNOWN, "--fix-as", "patch", "a.ndjson").stdout.splitlines()
    ]
    assert patches[0] == []
    assert jsonpatch.apply_patch(BAD, patches[1]) == bad
    shown = run(*KNOWN, "--fix-as", "diff", "a.ndjson").stdout
    assert "--- a.ndjson:2\n+++ a.ndjson:2 (fixed)\n" in shown


def test_what_has_to_come_first_is_a_call(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(json.dumps({**GOOD, "keyValue": "1"}))
    fixed = run("explain", "--in-memory", "--fix", "bad.json")
    assert fixed.returncode == 0
    assert "bad.json: First: POST /_mock/contacts {" in fixed.stderr
    assert json.loads(fixed.stdout) == {**GOOD, "keyValue": "1"}


def test_an_order_of_add_orders_is_corrected_too(run: Run, tmp_path: Path) -> None:
    """ENV-20, BLK-02: in a body of its own, which can be sent as it is."""
    order = {"externalOrderId": "1", "totalcost": "1 200,50", "status": "completed"}
    order |= {"date": "30.11.2025", "email": "ann@shop.test", "currency": "UAH"}
    (tmp_path / "bad.json").write_text(json.dumps({"orders": [order]}))
    shown = run(*KNOWN, "bad.json")
    assert shown.returncode == 1
    assert '+      "totalCost": "1200.50",' in shown.stdout
    fixed = run(*KNOWN, "--fix", "bad.json")
    assert (fixed.returncode, fixed.stderr) == (0, "")
    (corrected,) = json.loads(fixed.stdout)["orders"]
    assert (corrected["totalCost"], corrected["status"]) == ("1200.50", "DELIVERED")
    assert run(*KNOWN, "-", stdin=fixed.stdout).returncode == 0
    patch = json.loads(run(*KNOWN, "--fix-as", "patch", "bad.json").stdout)
    assert jsonpatch.apply_patch({"orders": [order]}, patch) == json.loads(fixed.stdout)
    told = json.loads(run(*KNOWN, "--json", "bad.json").stdout)
    assert told["fix"]["patch"] == patch
