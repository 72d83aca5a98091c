"""What is kept of a body: all of it, or its beginning where it is no event."""

from __future__ import annotations

import pytest

from mock_server.emulator import Emulator
from mock_server.emulator.event_bodies import KEPT_TEXT, body_text, is_beginning, read_event

MOST = 64 * 1024


@pytest.mark.parametrize(("size", "is_parsed"), [(MOST, True), (MOST + 1, False)])
def test_a_body_of_up_to_64_kilobytes_is_parsed(size: int, is_parsed: bool) -> None:
    text = "x" * (size - 2)
    event = read_event(f'"{text}"'.encode(), "v2")
    assert event.size == size
    assert event.body == (text if is_parsed else None)
    assert event.text == (None if is_parsed else f'"{text}'[:KEPT_TEXT])


@pytest.mark.parametrize(
    ("sent", "kept", "is_cut"),
    [
        (b'"a text"', '"a text"', False),
        (b"a text", "a text", False),
        (b"", "", False),
        (b"x" * (KEPT_TEXT - 1), "x" * (KEPT_TEXT - 1), False),
        (b"x" * (KEPT_TEXT + 1), "x" * KEPT_TEXT, True),
    ],
)
def test_a_body_that_is_no_object_is_shown_as_it_was_sent(
    sent: bytes, kept: str, is_cut: bool
) -> None:
    with Emulator() as emulator:
        account = emulator.account()
        event = account.event(account.generate_event(read_event(sent, "v2")).event_id or 0)
    assert body_text(event) == kept
    assert is_beginning(event) is is_cut
