"""Event analytics: charts that can be read as tables, errors split as the vendor does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from mock_server.emulator import Emulator
from mock_server.frame.app import Doors
from mock_server.rules.outcome import EventRequest
from tests.inspector.conftest import squeezed

PAGE = "/_mock/ui/a/default/analytics"


@pytest.fixture
def emulator(example: Callable[..., Any]) -> Iterator[Emulator]:
    """One event applied, three lost: no contact, an invalid status, no identifier at all."""
    with Emulator() as emulator:
        account = emulator.account()
        account.add_contact({"phone": "380501234567", "externalCustomerId": "AV13760"})
        account.generate_event(EventRequest(example()))
        stranger = example(externalOrderId="2", phone="1", externalCustomerId=...)
        account.generate_event(EventRequest(stranger))
        account.generate_event(EventRequest(example(status="SENT")))
        account.generate_event(EventRequest({"eventTypeKey": "visit", "params": []}))
        yield emulator


@pytest.fixture
def web(emulator: Emulator) -> FlaskClient:
    return Client(Doors(emulator))


def group(text: str, title: str) -> str:
    start = text.index(f'aria-label="{title}')
    return text[start : text.index("</section>", start)]


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("Contact not found", ["contact_not_found"]),
        ("Parameter errors", ["identifier_missing", "status_invalid"]),
        ("Neither", []),
    ],
)
def test_each_reason_stands_under_its_kind_of_error(
    web: FlaskClient, title: str, codes: list[str]
) -> None:
    section = group(web.get(PAGE).text, title)
    assert re.findall(r"\?q=reason:(\w+)", section) == codes


def test_a_reason_leads_to_the_events_that_have_it(web: FlaskClient) -> None:
    section = group(web.get(PAGE).text, "Contact not found")
    link = re.search(r'href="([^"]*)">1\s+event<', section)
    assert link is not None
    found = web.get(link[1]).text
    assert re.findall(r'id="event-row-(\d+)"', found) == ["2"]


def test_a_chart_says_in_words_what_it_shows(web: FlaskClient) -> None:
    text = web.get(PAGE).text
    charts = (("events", "Events over time", 4), ("errors", "Errors over time", 3))
    for name, title, total in charts:
        chart = text[text.index(f'aria-labelledby="{name}-title {name}-desc"') :]
        assert f'<title id="{name}-title">{title}</title>' in chart
        assert f'<desc id="{name}-desc">{total} in all' in chart
        rows = chart[chart.index("<tbody>") : chart.index("</tbody>")]
        numbers = [int(each) for each in re.findall(r'class="number">(\d+)<', rows)]
        assert sum(numbers) == total


def test_without_errors_no_chart_of_them_is_drawn(example: Callable[..., Any]) -> None:
    with Emulator() as emulator:
        web = Client(Doors(emulator))
        assert "No events yet" in web.get(PAGE).text
        emulator.account().generate_event(EventRequest({"eventTypeKey": "x", "keyValue": "1"}))
        text = squeezed(web.get(PAGE).text)
        assert "nothing was ignored or rejected" in text
        assert "errors-title" not in text


def test_a_bar_leads_to_the_events_of_its_time(web: FlaskClient) -> None:
    text = web.get(PAGE).text
    chart = text[text.index('aria-labelledby="errors-title') :]
    chart = chart[: chart.index("</svg>")]
    links = re.findall(r'<a href="([^"]*after[^"]*)"', chart)
    pages = [web.get(each.replace("&amp;", "&")).text for each in links]
    found = [event for page in pages for event in re.findall(r'id="event-row-(\d+)"', page)]
    assert sorted(found) == ["2", "3", "4"]  # each once, though a second may begin between them
    ticks = re.findall(r'text-anchor="end">(\d+)<', chart)
    assert ticks[-1] == "0"
    assert int(ticks[0]) >= 3
