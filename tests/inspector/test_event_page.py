"""The page of one event: the way out and the near misses, before the trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mock_server.emulator import Emulator
from mock_server.frame.app import create_app
from mock_server.model import EventRequest

HEADING = "Way out and near misses"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        emulator.account().add_contact({"phone": "380501234567", "externalCustomerId": "AV13760"})
        yield emulator


def page_of(emulator: Emulator, body: Any) -> str:
    event_id = emulator.account().generate_event(EventRequest(body)).event_id
    return create_app(emulator).test_client().get(f"/_mock/ui/events/{event_id}").text


def test_a_contact_that_almost_matched_is_told_before_the_trace(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    text = page_of(emulator, example(phone="+38 050 123-45-67", externalCustomerId=...))
    section = text[text.index(HEADING) : text.index("</section>", text.index(HEADING))]
    assert "smallest change that would have helped" in section
    assert "contact 1 has phone &#34;380501234567&#34;" in section
    assert "only in punctuation" in section
    assert text.index(HEADING) < text.index("Why: the rules")
    assert text.count("smallest change") == 1


def test_a_misspelt_parameter_is_a_near_miss(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    text = page_of(emulator, example(externalOrderId=..., externalorderid="9"))
    assert "externalorderid → did you mean externalOrderId?" in text[text.index(HEADING) :]


def test_a_way_out_without_near_miss_says_so(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    assert "There was no near miss." in page_of(emulator, example(totalCost=...))


def test_an_event_that_was_applied_needs_no_way_out(
    emulator: Emulator, example: Callable[..., Any]
) -> None:
    assert HEADING not in page_of(emulator, example())
