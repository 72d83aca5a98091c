"""The lines of `serve`: they neither end nor hoard, whatever the output is and the events hold."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from threading import Event
from typing import Any

import click
import pytest
import requests

from mock_server.cli import event_lines
from mock_server.cli.event_lines import EventLines, event_line, hanging

EVENT = {
    "receivedAt": "2026-01-01T00:00:00Z",
    "eventTypeKey": "visit",
    "eventKey": "1",
    "verdict": "recorded",
    "reasons": [],
    "warnings": [],
}


def printed(records: list[Any], monkeypatch: pytest.MonkeyPatch, encoding: str = "utf-8") -> str:
    data = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(data, encoding=encoding))
    with EventLines() as lines:
        for each in records:
            lines.add(each)
    sys.stdout.flush()
    return data.getvalue().decode(encoding, "replace")  # click takes ascii for UTF-8


@pytest.mark.parametrize("encoding", ["cp1251", "cp1252", "cp866", "ascii", "utf-8"])
def test_a_key_that_does_not_fit_the_output_does_not_end_the_lines(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    keys = ("один", "naïve", "🛒", "last")
    text = printed([{**EVENT, "eventKey": key} for key in keys], monkeypatch, encoding)
    assert len(text.splitlines()) == 4
    assert "last" in text


@pytest.mark.parametrize(
    "broken", [{"receivedAt": "no time"}, {"verdict": "unheard of"}, {"reasons": None}]
)
def test_a_line_that_cannot_be_made_is_told_and_the_next_is_printed(
    monkeypatch: pytest.MonkeyPatch, broken: dict[str, Any]
) -> None:
    text = printed([{**EVENT, **broken, "eventId": 7}, EVENT], monkeypatch)
    first, second = text.splitlines()
    assert "visit" in second
    assert first.startswith("7: this line cannot be shown") or broken == {"reasons": None}


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z"])
def test_a_clock_before_1970_is_shown(monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    assert "visit" in printed([{**EVENT, "receivedAt": at}], monkeypatch)


def test_more_than_can_wait_is_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_lines, "_KEPT", 3)
    lines = EventLines()
    for number in range(5):
        lines.add({**EVENT, "eventKey": f"key{number}"})
    data = io.StringIO()
    monkeypatch.setattr(sys, "stdout", data)
    with lines:
        pass
    told = data.getvalue().splitlines()
    assert told[0] == "… 2 lines were left out"
    assert [line.split()[2] for line in told[1:]] == ["key2", "key3", "key4"]


def test_once_nobody_reads_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())
    with EventLines() as lines:
        lines.add(EVENT)
        lines._thread.join(timeout=20)
        assert not lines._thread.is_alive()
        for _ in range(100):
            lines.add(EVENT)
        assert not lines._waiting


def test_serve_prints_on_where_the_output_is_not_utf_8(serve: Any, tmp_path: Path) -> None:
    serving = serve("--in-memory", PYTHONIOENCODING="cp1251", PYTHONUTF8="0")
    for key in ("🛒", "one", "last"):
        event = {"eventTypeKey": "visit", "keyValue": key}
        requests.post(f"{serving.url}/api/v2/event", json=event, auth=("a", "k"), timeout=10)
    assert [serving.read_line().split()[1] for _ in range(3)] == ["visit"] * 3


def test_an_output_that_nobody_takes_from_does_not_hold_up_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, go_on = Event(), Event()

    class Stuck(io.StringIO):
        def write(self, _: str) -> int:
            begun.set()
            go_on.wait(60)
            return 0

    monkeypatch.setattr(event_lines, "_LAST", 0.01)
    monkeypatch.setattr(sys, "stdout", Stuck())
    with EventLines() as lines:
        lines.add(EVENT)
        assert begun.wait(20)
    assert lines._thread.is_alive()  # it was left behind
    go_on.set()
    lines._thread.join(20)


@pytest.mark.parametrize("style", [lambda text: text, lambda text: click.style(text, fg="red")])
def test_a_long_line_hangs_below_what_follows_the_time(style: Any) -> None:
    line = f"12:00:00  visit          1              {style('ignored ')} " + "no contact has x " * 9
    told = hanging(line.strip(), 80).splitlines()
    assert len(told) == 3
    assert max(len(click.unstyle(each)) for each in told) <= 80
    assert [each[:10] for each in told[1:]] == [" " * 10] * 2
    assert " ".join(click.unstyle(" ".join(told)).split()) == " ".join(click.unstyle(line).split())


@pytest.mark.parametrize(("line", "width"), [("short", 80), ("x" * 200, 80), ("a b " * 40, 15)])
def test_what_fits_or_cannot_be_broken_is_left_as_it_is(line: str, width: int) -> None:
    assert hanging(line, width) == line


def test_a_dropped_event_says_what_is_wrong_and_an_applied_one_what_it_is_warned_of() -> None:
    failed = {"rule": "ORD-12", "result": "failed", "message": "order 7 is unknown", "param": None}
    dropped = {**EVENT, "verdict": "ignored", "reasons": ["order_not_found"], "trace": [failed]}
    assert event_line(dropped).endswith(" order 7 is unknown")
    assert event_line({**EVENT, "trace": []}).rstrip().endswith("recorded\x1b[0m")


@pytest.mark.parametrize("verdict", ["applied", "ignored"])
def test_colours_are_for_a_terminal_alone(verdict: str) -> None:
    event = {**EVENT, "verdict": verdict, "warnings": ["a_code"]}
    plain = event_line(event, coloured=False)
    assert "\x1b" not in plain
    assert click.unstyle(event_line(event)) == plain


def test_the_time_of_a_line_is_that_of_its_second() -> None:
    """Whatever stands behind the second, and also where the zone is not UTC."""
    moments = ("12:00:00Z", "12:00:00.000Z", "12:00:00.999Z", "14:00:00.5+02:00")
    lines = {event_line({**EVENT, "receivedAt": f"2026-01-01T{each}"}) for each in moments}
    assert len(lines) == 1
    assert event_line({**EVENT, "receivedAt": "2026-01-01T12:00:01Z"}) not in lines
