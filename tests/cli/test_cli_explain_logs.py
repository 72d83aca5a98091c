"""`yespo-mock explain` on real logs: how events stand in them, and what is said of the rest."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from mock_server.cli.log_lines import in_line

KNOWN = ("--in-memory", "--contacts", "known", "--orders", "known")


def event(order: str) -> dict[str, Any]:
    params = {"externalOrderId": order, "phone": "380501234567", "note": 'Зоя said "{hi}" \\'}
    return {
        "eventTypeKey": "orderDelivered",
        "keyValue": order,
        "params": [{"name": name, "value": value} for name, value in params.items()],
    }


def text(order: str) -> str:
    return json.dumps(event(order), ensure_ascii=False)


def x22(body: str) -> str:
    """As nginx writes the body of a request: with escapes for quotes, backslashes and non-ASCII."""
    safe = range(0x20, 0x7F)
    return "".join(
        chr(each) if each in safe and each not in b'"\\' else f"\\x{each:02X}"
        for each in body.encode()
    )


FORMS: dict[str, tuple[Callable[[str], str], str]] = {
    "alone": (lambda body: body, ""),
    "text before": (lambda body: f"12:00 INFO {body}", "as JSON at the end"),
    "text after": (lambda body: f"12:00 {body} took 12 ms", "as JSON with text after it"),
    "nested": (
        lambda body: json.dumps({"ts": 1, "request": {"json": [json.loads(body)]}}),
        "nested in JSON",
    ),
    "escaped in JSON": (
        lambda body: json.dumps({"msg": "sent", "ctx": {"body": body}}),
        "as escaped JSON",
    ),
    "text around it in JSON": (
        lambda body: json.dumps({"message": f"POST /api/v2/event {body} in 3 ms"}),
        "as escaped JSON",
    ),
    "escaped twice": (
        lambda body: json.dumps({"line": json.dumps({"body": body})}),
        "as escaped JSON",
    ),
    "escaped in text": (
        lambda body: f"level=info body={json.dumps(body)}",
        "as escaped JSON at the end",
    ),
    "nginx": (
        lambda body: f'192.0.2.1 - - [x] "POST /api/v2/event HTTP/1.1" 200 0 "{x22(body)}"',
        "as JSON escaped with \\x22 at the end",
    ),
    "apache": (
        lambda body: f'"POST /api/v2/event" 200 {json.dumps(body)} 17',
        "as escaped JSON with text after it",
    ),
    "percent-encoded": (
        lambda body: f"body={quote_plus(body)}",
        "percent-encoded at the end",
    ),
    "braces before": (lambda body: f"{{x}} {{'a': 1}} {{ {body}", "as JSON at the end"),
}


@pytest.mark.parametrize("form", FORMS)
def test_an_event_is_found_however_it_stands_in_a_line(run, tmp_path: Path, form: str) -> None:
    write, told = FORMS[form]
    lines = [write(text("1")), "GET / 200", write(text("2"))]
    (tmp_path / "app.log").write_text("\n".join(lines) + "\n", "utf-8")
    ended = run("explain", *KNOWN, "--json", "app.log")
    found = json.loads(ended.stdout)
    assert [(each["line"], each["eventKey"]) for each in found["events"]] == [(1, "1"), (3, "2")]
    assert [each["verdict"] for each in found["events"]] == ["applied"] * 2
    assert (ended.returncode, found["unread"]) == (0, 1)
    said = f"2 of 3 lines held an event, {told}." if told else "2 of 3 lines held an event."
    assert said in run("explain", *KNOWN, "app.log").stderr


@pytest.mark.parametrize("form", FORMS)
def test_what_is_judged_is_what_was_sent(form: str) -> None:
    (found,) = in_line(FORMS[form][0](text("1")).encode())
    assert json.loads(found.body) == event("1")


def indented(order: str) -> str:
    return json.dumps(event(order), indent=2, ensure_ascii=False)


def columns(separator: str) -> str:
    file = io.StringIO()
    rows = csv.writer(file, delimiter=separator)
    rows.writerow(("at", "body", "status"))
    for order in ("1", "2"):
        rows.writerow(("12:00", indented(order), "200"))
    rows.writerow(("12:01", "-", "200"))
    return file.getvalue()


def har() -> str:
    order = {
        "externalOrderId": "1", "externalCustomerId": "c", "totalCost": 1, "status": "DELIVERED",
        "date": "2026-11-01T10:00:00", "currency": "UAH",
    }  # fmt: skip
    bodies = [{"orders": [order, {"externalOrderId": "2"}]}]
    entries = [
        {
            "request": {
                "method": "POST",
                "url": "https://yespo.io/api/v1/orders",
                "postData": {"text": json.dumps(body)},
            }
        }
        for body in bodies
    ]
    return json.dumps({"log": {"entries": entries}})


@pytest.mark.parametrize(
    ("name", "content", "keys", "told"),
    [
        (
            "spread.log",
            f"12:00 sending {indented('1')}\n200 in 3 ms\n{indented('2')}\n",
            ["1", "2"],
            "2 of 3 lines held an event, as JSON at the end.",
        ),
        ("c.csv", columns(","), ["1", "2"], "2 of 3 lines held an event, in a column of CSV."),
        ("c.tsv", columns("\t"), ["1", "2"], "2 of 3 lines held an event, in a column of CSV."),
        ("c.csv.gz", columns(";"), ["1", "2"], "2 of 3 lines held an event, in a column of CSV."),
        ("a.log.gz", f"x {text('1')}\n{text('2')}\n", ["1", "2"], "2 of 2 lines held an event"),
        ("rotated.1", f"x {text('1')}\ny {text('2')}\n", ["1", "2"], "as JSON at the end"),
        ("a.har", har(), ["1", "2"], ""),
        ("open.log", f"begin {{\n{text('1')}\n{text('2')}\n", ["1", "2"], "2 of 3 lines held"),
    ],
)
def test_files_of_many_forms_are_read(run, tmp_path, name, content, keys, told):
    data = content.encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    found = json.loads(run("explain", *KNOWN, "--json", name).stdout)
    assert [each["eventKey"] for each in found["events"]] == keys
    ended = run("explain", *KNOWN, name)
    assert told in ended.stderr
    if name == "a.har":
        assert [each["verdict"] for each in found["events"]] == ["recorded", "rejected"]
        assert "totalCost is missing" in " ".join(ended.stdout.split())


@pytest.mark.parametrize(
    ("content", "nearest"),
    [
        ("GET / 200\nGET /x 200\n", "a.log:1: text without a JSON object"),
        ('x\n{"level": "info", "ts": 1}\n', "a.log:2: a JSON object with level, ts"),
        (
            '{"a": 1}\n{"event_type_key": "x"}\n',
            "a.log:2: a JSON object with event_type_key, but no eventTypeKey",
        ),
        ('{"eventTypeKey": "x", "par\n', "a.log:1: eventTypeKey, but not whole JSON around it"),
        ("", ""),
    ],
)
def test_a_log_without_events_is_a_failure_that_says_what_was_expected(
    run, tmp_path, content, nearest
):
    (tmp_path / "a.log").write_text(content, "utf-8")
    ended = run("explain", *KNOWN, "--fail-on", "", "a.log")
    assert ended.returncode == 1
    assert "No event was found. Expected is a JSON object with eventTypeKey" in ended.stderr
    assert nearest in ended.stderr
    checked = run("check", "a.log")
    assert (checked.returncode, "nothing came in" in checked.stdout) == (3, True)


def test_a_share_that_was_not_read_makes_it_red_when_asked_for(run, tmp_path):
    (tmp_path / "a.log").write_text(f"{text('1')}\nnothing\n", "utf-8")
    assert run("explain", *KNOWN, "a.log").returncode == 0
    assert run("explain", *KNOWN, "--fail-on", "unread", "a.log").returncode == 1
    ended = run("check", "--fail-on", "unread", "a.log")
    assert ended.returncode == 3
    assert "1 line held no event: a.log:2" in ended.stdout
    (tmp_path / "a.log").write_text(f"{text('1')}\n\n", "utf-8")
    assert run("check", "--fail-on", "unread", "a.log").returncode == 0


def packed(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), data)  # without the time of now
    return file.getvalue()


PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ")
CUT_OFF = gzip.compress(text("1").encode(), mtime=0)[:-9]


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.json", PICTURE, "a.json is binary"),
        ("a.log.gz", CUT_OFF, "a.log.gz is not a whole .gz file"),
        ("a.log.gz", gzip.compress(PICTURE, mtime=0), "a.log.gz is binary"),
        ("a.log.gz", packed("a.log", b"x"), "a.log.gz is a zip archive"),
        ("a.log", b"\x1f\x8bnonsense", "a.log is not a whole .gz file"),
    ],
)
def test_what_is_not_a_log_is_named_and_not_judged(run, tmp_path, name, data, what):
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.log").write_text(text("1"), "utf-8")
    ended = run("explain", *KNOWN, name)
    assert ended.returncode == 1
    assert f"{what}: it was not read." in ended.stderr
    assert "malformed_body" not in ended.stdout
    assert run("explain", *KNOWN, name, "good.log").returncode == 0
    assert run("explain", *KNOWN, "--fail-on", "unread", name, "good.log").returncode == 1


HOSTILE = {
    "objects without an end": b'{"a":' * 100_000,
    "events without an end": b'{"eventTypeKey":' * 60_000,
    "texts without an end": b'{"eventTypeKey": "x' * 60_000,
    "escapes": b'\\"{\\"' * 100_000 + b"eventTypeKey",
    "escapes of nginx": b"{\\x22eventTypeKey\\x22:" * 40_000,
    "lists": b"[" * 100_000 + b'"eventTypeKey"',
    "doubled quotes": b'""{""eventTypeKey"" ' * 40_000,
    "backslashes": b'{"eventTypeKey": "' + b"\\" * 500_001,
    "many events": b'{"x":{"eventTypeKey":"a"}} ' * 20_000,
    "half of a pair": b'{"x": {"eventTypeKey": "\\ud800"}}',
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_line_costs_little(run, tmp_path, line):
    began = time.perf_counter()
    in_line(line)
    assert time.perf_counter() - began < 5
    (tmp_path / "a.log").write_bytes(line[:2000] + b"\n" + text("1").encode() + b"\n")
    ended = run("explain", *KNOWN, "--json", "a.log")
    assert "1" in [each["eventKey"] for each in json.loads(ended.stdout)["events"]]
