"""`yespo-mock explain` on many events: the forms they come in, what is told, and as data."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema
import pytest

from mock_server.emulator.examples import EXAMPLES

Run = Callable[..., CompletedProcess[str]]
KNOWN = ("--in-memory", "--contacts", "known")


def event(key: str = "orderCreated", **changes: Any) -> dict[str, Any]:
    made = copy.deepcopy(EXAMPLES[key])
    for each in made["params"]:
        if each["name"] in changes:
            each["value"] = changes[each["name"]]
    return made


def no_picture(order: str) -> dict[str, Any]:
    made = event(externalOrderId=order)
    items = next(each["value"] for each in made["params"] if each["name"] == "items")
    items[0]["imageUrl"] = ""
    return made


GOOD = event(externalOrderId="1")
BAD = no_picture("2")
LATER = event("orderDelivered", externalOrderId="1")
LOST = event("orderDelivered", externalOrderId="2")
ALL = [GOOD, BAD, LATER, LOST]


def har(*requests: tuple[str, str, Any]) -> dict[str, Any]:
    entries = [
        {"request": {"method": method, "url": url, "postData": {"text": json.dumps(body)}}}
        for method, url, body in requests
    ]
    return {"log": {"version": "1.2", "entries": [*entries, {"request": {"method": "GET"}}]}}


FORMS: dict[str, tuple[str, str]] = {
    "lines": ("a.ndjson", "\n".join(map(json.dumps, ALL)) + "\n"),
    "lines of another name": ("a.json", "\n\n".join(map(json.dumps, ALL)).replace("\n\n", "\n")),
    "a log": ("a.log", "".join(f"2026-11-26 12:00 POST {json.dumps(each)}\n" for each in ALL)),
    "an access log": ("a.jsonl", "".join(json.dumps({"body": each}) + "\n" for each in ALL)),
    "a list": ("a.json", json.dumps(ALL)),
    "a list over lines": ("a.json", json.dumps(ALL, indent=2)),
    "past events": ("a.json", json.dumps({"events": ALL})),
    "an export": ("a.json", json.dumps({"events": {str(n): each for n, each in enumerate(ALL)}})),
    "a har": (
        "a.har",
        json.dumps(
            har(
                ("POST", "https://esputnik.com/api/v1/event", GOOD),
                ("POST", "https://yespo.io/api/v2/past_events", {"events": [BAD, LATER]}),
                ("GET", "https://yespo.io/api/v2/event", BAD),
                ("POST", "https://yespo.io/api/v1/contact", {"x": 1}),
                ("POST", "https://yespo.io/api/v3/event/?a=b", LOST),
            )
        ),
    ),
}


@pytest.mark.parametrize(
    ("form", "bom"),
    [*((form, b"") for form in FORMS), ("lines", b"\xef\xbb\xbf"), ("a list", b"\xef\xbb\xbf")],
)
def test_every_form_gives_the_same_events_one_after_the_other(
    run: Run, tmp_path: Path, form: str, bom: bytes
) -> None:
    name, text = FORMS[form]
    (tmp_path / name).write_bytes(bom + text.encode())
    told = run("explain", *KNOWN, "--json", name)
    found = json.loads(told.stdout)
    assert told.returncode == 1
    assert [(each["eventKey"], each["verdict"]) for each in found["events"]] == [
        ("1", "applied"),
        ("2", "ignored"),
        ("1", "applied"),
        ("2", "ignored"),
    ]
    assert found["byVerdict"] == {"applied": 2, "recorded": 0, "ignored": 2, "rejected": 0}
    assert (
        "because its orderCreated (event 2) was ignored"
        in found["events"][3]["steps"][0]["message"]
    )
    assert found["unread"] == 0


def test_folders_patterns_and_standard_input_are_read_in_that_order(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.json").write_text(json.dumps(BAD))
    (tmp_path / "in" / "a.json").write_text(json.dumps(GOOD))
    (tmp_path / "in" / "notes.md").write_text("no events")
    (tmp_path / "c.ndjson").write_text(json.dumps(LATER))
    told = run("explain", *KNOWN, "--json", "in", "*.ndjson", "-", stdin=json.dumps(LOST))
    places = [Path(each["where"]).as_posix() for each in json.loads(told.stdout)["events"]]
    assert places == ["in/a.json", "in/b.json", "c.ndjson:1", "standard input"]


def test_many_events_are_told_as_a_table_with_what_to_mend_first(run: Run, tmp_path: Path) -> None:
    lines = [json.dumps(no_picture(str(number))) for number in range(120)]
    lines += ["no event at all", json.dumps(GOOD)]
    (tmp_path / "month.ndjson").write_text("\n".join(lines))
    told = run("explain", *KNOWN, "month.ndjson")
    assert told.returncode == 1
    shown = told.stdout.splitlines()
    assert max(map(len, shown)) <= 80
    assert any(line.startswith("1     orderCreated") for line in shown)
    assert "and 70 more" in told.stdout
    assert "121 events: 1 applied, 120 ignored" in told.stdout
    assert "  120  ITM-02  items[].imageUrl is not filled" in told.stdout
    assert "No event in month.ndjson:121." in told.stderr


def test_contacts_come_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text(json.dumps([GOOD, BAD]))
    (tmp_path / "contacts.json").write_text(json.dumps([{"phone": "380501234567"}]))
    told = run("explain", "--in-memory", "--contacts", "contacts.json", "--json", "all.json")
    assert [each["verdict"] for each in json.loads(told.stdout)["events"]] == ["applied", "ignored"]
    told = run("explain", "--in-memory", "--json", "all.json")
    events = json.loads(told.stdout)["events"]
    assert all("contact_not_found" in each["reasons"] for each in events)
    (tmp_path / "contacts.json").write_text(json.dumps([{"mail": "x"}]))
    told = run("explain", "--in-memory", "--contacts", "contacts.json", "all.json")
    assert (told.returncode, "contacts.json: contacts[0].mail: Unknown field" in told.stderr) == (
        2,
        True,
    )


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 1),
        (("--fail-on", "rejected"), 0),
        (("--fail-on", "ignored"), 1),
        (("--fail-on", ""), 0),
        (("--fail-on", "dropped"), 2),
    ],
)
def test_what_makes_it_fail_is_chosen(
    run: Run, tmp_path: Path, options: tuple[str, ...], code: int
) -> None:
    (tmp_path / "all.json").write_text(json.dumps([GOOD, BAD]))
    assert run("explain", *KNOWN, *options, "all.json").returncode == code
    (tmp_path / "warned.json").write_text(json.dumps([event("orderDelivered")] * 2))
    warned = run("explain", *KNOWN, "--fail-on", "warning", "warned.json", "all.json")
    assert warned.returncode in (0, 1)


def test_sarif_names_each_broken_rule_with_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "all.ndjson").write_text("\n".join(map(json.dumps, ALL)))
    told = json.loads(run("explain", *KNOWN, "--sarif", "all.ndjson").stdout)
    jsonschema.validate(told, SARIF)
    (one,) = told["runs"]
    errors = [each for each in one["results"] if each["level"] == "error"]
    assert [each["ruleId"] for each in errors] == ["ITM-02", "ORD-12"]
    place = errors[0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "all.ndjson"}, "region": {"startLine": 2}}
    assert {each["id"] for each in one["tool"]["driver"]["rules"]} >= {"ITM-02", "ORD-12"}


@pytest.mark.parametrize("spread", [False, True])
def test_sarif_has_the_fix_as_a_change_of_the_file(run: Run, tmp_path: Path, spread: bool) -> None:
    wrong = event(externalOrderId="2", status="completed")
    lost = no_picture("3")  # only the shop knows its picture
    held = [json.dumps(each, indent=2 if spread else None) for each in (GOOD, wrong, lost)]
    text = "\n".join([*held, f"12:00 POST {json.dumps(wrong)}"])
    (tmp_path / "all.ndjson").write_text(text)
    told = json.loads(run("explain", *KNOWN, "--sarif", "all.ndjson").stdout)
    jsonschema.validate(told, SARIF)
    results = told["runs"][0]["results"]
    found = [each for each in results if each["ruleId"] == "ORD-03"]
    at = [each["name"] for each in wrong["params"]].index("status")
    fix = f'fix: replace /params/{at}/value "DELIVERED"'
    assert [fix in each["message"]["text"] for each in found] == [True, True]
    # The last one stands behind a time and a method: nothing but its body could be replaced.
    assert ["fixes" in each for each in found] == [True, False]
    missing = next(each for each in results if each["ruleId"] == "ITM-02")
    assert "fixes" not in missing
    assert "only the shop knows: /params/" in missing["message"]["text"]

    (change,) = found[0]["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "all.ndjson"}
    (replacement,) = change["replacements"]
    region, lines = replacement["deletedRegion"], text.splitlines()
    lines[region["startLine"] - 1 : region["endLine"]] = [replacement["insertedContent"]["text"]]
    (tmp_path / "all.ndjson").write_text("\n".join(lines))
    events = json.loads(run("explain", *KNOWN, "--json", "all.ndjson").stdout)["events"]
    assert [each["verdict"] for each in events] == ["applied", "applied", "ignored", "ignored"]


@pytest.mark.parametrize("name", ["a.csv", "a.json.gz", "-"])
def test_sarif_changes_no_file_in_which_the_body_is_written_otherwise(
    run: Run, tmp_path: Path, name: str
) -> None:
    body = json.dumps(event(status="completed"))
    quoted = body.replace('"', '""')
    packed = gzip.compress(body.encode()) if name.endswith(".gz") else f'b\n"{quoted}"\n'.encode()
    (tmp_path / name).write_bytes(packed)
    told = json.loads(run("explain", *KNOWN, "--sarif", name, stdin=body).stdout)
    results = told["runs"][0]["results"]
    assert any("DELIVERED" in each["message"]["text"] for each in results)
    assert not any("fixes" in each for each in results)


# What readers of SARIF 2.1.0 need of a log, after its specification.
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {"properties": {"driver": {"required": ["name", "rules"]}}},
                    "results": {
                        "items": {
                            "required": ["ruleId", "level", "message", "locations"],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"required": ["text"]},
                                "fixes": {
                                    "minItems": 1,
                                    "items": {
                                        "required": ["artifactChanges"],
                                        "properties": {
                                            "artifactChanges": {
                                                "minItems": 1,
                                                "items": {
                                                    "required": [
                                                        "artifactLocation",
                                                        "replacements",
                                                    ],
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        }
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("nothing-*.json", None, "There is no file nothing-*.json."),
        ("empty", "", "holds no file of events"),
        ("a.json", "{}".encode("utf-16").decode("latin-1"), "is UTF-16"),
    ],
)
def test_what_holds_no_event_is_refused(
    run: Run, tmp_path: Path, name: str, content: str | None, told: str
) -> None:
    if content == "":
        (tmp_path / name).mkdir()
    elif content is not None:
        (tmp_path / name).write_bytes(content.encode("latin-1"))
    ended = run("explain", *KNOWN, name)
    assert (ended.returncode, told in ended.stderr) == (2, True)
    assert "Traceback" not in ended.stderr


def test_a_state_file_that_the_environment_names_need_not_be_there(
    run: Run, tmp_path: Path
) -> None:
    """As in the image, where `serve` would keep its state there."""
    (tmp_path / "a.json").write_text(json.dumps(GOOD))
    arguments = ("explain", "--contacts", "known", "a.json")
    ended = run(*arguments, env={"YESPO_MOCK_STATE": "later.json"})
    assert (ended.returncode, ended.stdout.splitlines()[0]) == (0, "applied")
    ended = run(*arguments, "--state", "later.json")
    assert (ended.returncode, "There is no file later.json." in ended.stderr) == (2, True)
