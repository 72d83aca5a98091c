"""Messages previewed over HTTP, in Python and on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from mock_server import MockServer, NotFoundError
from mock_server.emulator.examples import EXAMPLES

EXAMPLE_FILES = Path(__file__).parents[2] / "fixtures" / "examples"
CONFIRMATION = (EXAMPLE_FILES / "order-confirmation.html").read_text("utf-8")


@pytest.fixture(scope="module")
def mock():
    with MockServer() as mock, requests.Session() as session:
        session.trust_env = False
        mock.add_contact(phone="380501234567")
        session.auth = ("shop", mock.api_key)
        for body in (EXAMPLES["orderCreated"], {"eventTypeKey": "", "params": []}):
            session.post(f"{mock.api_url}/v2/event", json=body, timeout=10)
        yield mock


def ask(mock: MockServer, **body: object) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.post(f"{mock.url}/_mock/messages/preview", json=body, timeout=10)


def test_a_shop_asserts_on_the_confirmation_of_its_order(mock):
    message = mock.assert_message(CONFIRMATION, 1, contains="1. Super Device, 1 × 258")
    assert "Total: 258.00 UAH" in message.text
    assert mock.preview("${orderId} ${eventKey}", 1).text == "1 12345679"


def test_an_assertion_fails_with_what_is_missing(mock):
    template = "#foreach($item in $data.get('items'))$item.get('ImageUrl')#end"
    with pytest.raises(AssertionError) as failed:
        mock.assert_message(template, 1, contains="Super Device")
    said = str(failed.value)
    assert "does not contain 'Super Device'" in said
    assert "$item.get('ImageUrl'): imageUrl is there: names count letter case" in said


def test_a_preview_of_a_rejected_or_unknown_event_says_so(mock):
    assert mock.preview("x", 2).errors == ["the event was rejected: no message comes of it"]
    with pytest.raises(NotFoundError):
        mock.preview("x", 99)


def test_an_event_that_was_never_sent_is_previewed_and_changes_nothing(mock):
    before = len(mock.events())
    found = ask(mock, template="$data.get('page') $!x #if", event=EXAMPLES["pageViewed"])
    assert found.status_code == 200
    assert found.json()["errors"] == ["line 1: #if needs ( here, not the end"]
    mock.assert_message("${eventKey}", json.dumps(EXAMPLES["pageViewed"]))
    assert len(mock.events()) == before


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"template": "x"}, 400, "give either eventId"),
        ({"template": "x", "eventId": 1, "event": {}}, 400, "give either eventId"),
        ({"eventId": 1}, 400, "template: Missing data"),
        ({"template": 1, "eventId": 1}, 400, "template: Not a valid string"),
        ({"template": "x", "eventId": 1, "jsn": ""}, 400, "Known fields: template, json"),
        ({"template": "x", "eventId": 99}, 404, "There is no event 99"),
    ],
)
def test_a_broken_request_is_told_what_is_wrong(mock, body, status, said):
    answer = ask(mock, **body)
    assert answer.status_code == status
    assert said in answer.json()["message"]


def preview(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mock_server", "preview", *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_command_line_previews_an_event_of_a_file_or_of_a_server(mock):
    template = str(EXAMPLE_FILES / "order-confirmation.html")
    for event in (("1", "--url", mock.url), (str(EXAMPLE_FILES / "order-created.json"),)):
        done = preview(template, "--event", *event)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Super Device" in done.stdout
    done = preview(template, "--event", "99", "--url", mock.url)
    assert (done.returncode, "There is no event 99" in done.stderr) == (2, True)
    done = preview("no.html", "--event", "1")
    assert (done.returncode, "no.html cannot be read" in done.stderr) == (2, True)
