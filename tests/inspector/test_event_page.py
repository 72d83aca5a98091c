"""The page of one event: the sentence, the way out and the near misses, before the trace."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from werkzeug.test import Client

from mock_server.emulator import Emulator
from mock_server.frame.app import Doors
from mock_server.rules.outcome import EventRequest


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        emulator.account().add_contact({"phone": "380501234567", "externalCustomerId": "AV13760"})
        yield emulator


def page_of(emulator: Emulator, body: Any) -> str:
    event_id = emulator.account().generate_event(EventRequest(body)).event_id
    return Client(Doors(emulator)).get(f"/_mock/ui/a/default/events/{event_id}").text


def said(text: str) -> str:
    """What the page says before everything else."""
    start = text.index('<div class="say')
    return text[start : text.index("</div>", start)]


def test_a_contact_that_almost_matched_is_told_before_the_trace(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    text = page_of(emulator, example(phone="+38 050 123-45-67", externalCustomerId=...))
    assert "Way out:" in said(text)
    assert "contact 1 has phone &#34;380501234567&#34;" in said(text)
    assert "only in punctuation" in said(text)
    assert text.index('<div class="say') < text.index("Why: the rules")


def test_a_misspelt_parameter_is_a_near_miss(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    text = page_of(emulator, example(externalOrderId=..., externalorderid="9"))
    assert "externalorderid → did you mean externalOrderId?" in said(text)


def test_an_event_that_was_applied_needs_no_way_out(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    text = page_of(emulator, example())
    assert "created, INITIALIZED, 1 item, 258.00 UAH" in " ".join(said(text).split())
    assert "Way out" not in text


def test_the_place_that_failed_is_marked_in_the_body(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    item = {"externalItemId": "1", "name": "Tea", "quantity": 1, "cost": "x", "url": "http://a/"}
    text = page_of(emulator, example(items=[item], date="yesterday"))
    marks = re.findall(r"<mark>\s*(.*?)<span", text)
    assert marks[: len(marks) // 2] == [
        "&#34;value&#34;: &#34;yesterday&#34;",
        "&#34;imageUrl&#34;",
        "&#34;cost&#34;: &#34;x&#34;,",
    ]


def test_a_body_stands_line_by_line_as_it_was_sent(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    text = page_of(emulator, example())
    body = text[text.index('<pre class="body"') :].partition(">")[2].partition("</pre>")[0]
    assert json.loads(unescape(body)) == example()
    assert body.startswith("{\n  &#34;eventTypeKey")


def test_a_comma_more_is_no_difference_of_a_line(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    item = {"externalItemId": "1", "name": "Tea", "quantity": 1, "cost": 1, "url": "https://a/"}
    text = unescape(page_of(emulator, example(items=[item])))
    assert "<del>" not in text
    changed = re.findall(r"<ins>\+ +(.*?)</ins>", text)
    assert [each.split(":")[0] for each in changed] == ['"imageUrl"']
