"""WIRE-13: what cannot be written down is answered 507, and nothing of it is kept."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings
from mock_server.state.files import log

EVENT = {"eventTypeKey": "visit", "keyValue": "1"}
PAST = {**EVENT, "occurred": "2026-01-01"}
ORDER = {
    "externalOrderId": "1",
    "totalCost": 1,
    "status": "DELIVERED",
    "currency": "UAH",
    "date": "2026-01-01T00:00:00",
    "email": "a@b.c",
}
CONTACT = {"channels": [{"type": "email", "value": "a@b.c"}]}


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def full(
    tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[HostedEmulator]:
    """A server whose disk is full from now on."""
    settings = ServerSettings(port=0, state=tmp_path / "state.json")
    with HostedEmulator(settings, warn=told.append) as hosted:
        with monkeypatch.context() as patched:
            patched.setattr(log.os, "write", no_room)
            yield hosted
        told.clear()


def no_room(*_: Any) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def call(hosted: HostedEmulator, method: str, path: str, body: Any) -> requests.Response:
    url = f"{hosted.url}{path}"
    return requests.request(method, url, json=body, auth=("shop", "key"), timeout=10)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v2/event", EVENT),
        ("POST", "/api/v1/event", EVENT),
        ("POST", "/api/v1/contact", CONTACT),
        ("POST", "/api/v1/contact/subscribe", {"contact": CONTACT}),
        ("POST", "/api/v1/auth/token", {}),
    ],
)
def test_the_answer_is_507_with_a_short_text_and_nothing_is_kept(
    full: HostedEmulator, told: list[str], method: str, path: str, body: Any
) -> None:
    answers = [call(full, method, path, body) for _ in range(2)]
    for answer in answers:
        assert answer.status_code == 507
        assert len(answer.text.partition(". ")[0]) < 100
        assert "No space left on device" in answer.text
        assert "X-Mock-Verdict" not in answer.headers
    held = full.emulator.health()
    assert (held["events"], held["contacts"]) == (0, 0)
    entries = requests.get(f"{full.url}/_mock/requests?refused=true", timeout=10).json()
    assert [each["reason"] for each in entries["requests"]] == ["state_unwritable"] * 2
    assert len([each for each in told if "No space left" in each]) == 1


def test_batches_say_what_was_not_stored(full: HostedEmulator) -> None:
    orders = call(full, "POST", "/api/v1/orders", {"orders": [ORDER]}).json()
    assert "cannot be stored" in orders["failedOrders"][0]["error"]
    past = call(full, "POST", "/api/v1/past_events", {"events": [PAST]}).json()
    assert past["results"][0]["status"] == "SERVER_ERROR"
    assert past["errorCount"] == 1
    bulk = {"contacts": [CONTACT], "dedupeOn": "email"}
    contacts = call(full, "POST", "/api/v1/contacts", bulk).json()
    assert "cannot be stored" in contacts["failedContacts"]["error"]
    held = full.emulator.health()
    assert (held["events"], held["orders"], held["contacts"]) == (0, 0, 0)


def test_the_control_api_says_so_too(full: HostedEmulator) -> None:
    answer = call(full, "POST", "/_mock/contacts", {"email": "a@b.c"})
    assert (answer.status_code, answer.json()["error"]) == (507, "state_unwritable")


def test_it_goes_on_once_there_is_room_again(
    full: HostedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(full, "POST", "/api/v2/event", EVENT).status_code == 507
    with monkeypatch.context() as patched:
        patched.setattr(log.os, "write", _write)
        assert call(full, "POST", "/api/v2/event", EVENT).status_code == 200


_write = os.write
