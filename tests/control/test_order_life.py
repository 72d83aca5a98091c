"""The life of an order: its changes and the attempts that came to nothing, in order of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from mock_server.emulator import Emulator
from mock_server.rules.outcome import EventRequest

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
SEED = {
    "contacts": [{"phone": "380501234567"}],
    "orders": [
        {
            "externalOrderId": "12345679",
            "phone": "380501234567",
            "totalCost": 1,
            "status": "INITIALIZED",
            "date": "2025-01-01T00:00:00",
            "currency": "UAH",
        }
    ],
}


def steps(emulator: Emulator, order: str = "12345679") -> list[tuple[int | None, str, str | None]]:
    """Event, verdict, and what it changed, for each step."""
    return [
        (each["eventId"], each["verdict"], each["change"] and each["change"]["change"])
        for each in emulator.account().order_life(order)
    ]


def test_what_happens_at_one_moment_is_told_in_the_order_of_events_after_what_a_seed_brought(
    example: Callable[..., Any],
) -> None:
    with Emulator() as emulator:
        account = emulator.account()
        account.clock.freeze(NOON)
        account.seed(SEED)
        for event in (
            example("orderUpdated"),
            example("orderDelivered", phone="1", externalCustomerId=...),
            example("orderDelivered"),
            example(externalOrderId="another"),
        ):
            account.generate_event(EventRequest(event))
        assert steps(emulator) == [
            (None, "applied", "created"),
            (1, "applied", "updated"),
            (2, "applied", "status"),
            (3, "applied", "status"),
        ]
        assert steps(emulator, "another") == [(4, "applied", "created")]
        assert steps(emulator, "unheard-of") == []


def test_a_clock_set_back_puts_what_came_later_first(example: Callable[..., Any]) -> None:
    with Emulator() as emulator:
        account = emulator.account()
        account.clock.freeze(NOON)
        account.generate_event(EventRequest(example()))
        account.clock.freeze(NOON - timedelta(hours=1))
        account.generate_event(EventRequest(example(items=5)))
        assert steps(emulator) == [(2, "ignored", None), (1, "ignored", None)]


def test_a_change_is_told_also_when_its_event_had_to_go(example: Callable[..., Any]) -> None:
    with Emulator(max_events=1, seeds=[SEED]) as emulator:
        for key in ("orderUpdated", "orderDelivered"):
            emulator.account().generate_event(EventRequest(example(key)))
        assert steps(emulator) == [
            (None, "applied", "created"),
            (1, "applied", "updated"),
            (2, "applied", "status"),
        ]


def test_of_very_many_attempts_the_newest_are_told(example: Callable[..., Any]) -> None:
    with Emulator() as emulator:
        for _ in range(201):
            emulator.account().generate_event(EventRequest(example()))
        assert [event for event, *_ in steps(emulator)] == list(range(2, 202))
