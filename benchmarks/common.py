"""What the benchmarks share: the event they send, filling an account, timing, tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

from mock_server.emulator.account import Account
from mock_server.rules.outcome import EventRequest

CONSOLE = Console(width=100, highlight=False)
KEY_HEADER = "Basic YmVuY2g6YmVuY2g="  # bench:bench
EMAIL = "buyer@example.com"
ORDER = "@@ORDER@@"
"""Stands in a body template for the id of the order, which is another in each request."""

Result = dict[str, Any]


def order_event(order: str, padding: int = 0) -> dict[str, Any]:
    """An `orderCreated` with one item; `padding` characters more in its description."""
    item = {
        "externalItemId": "200600",
        "name": "Kettle",
        "category": "kitchen",
        "quantity": 1,
        "cost": 100,
        "url": "https://shop.example.com/200600",
        "imageUrl": "https://shop.example.com/200600.png",
        "description": "x" * (12 + padding),
    }
    params: dict[str, Any] = {
        "externalOrderId": order,
        "externalCustomerId": "buyer",
        "email": EMAIL,
        "totalCost": "100",
        "status": "INITIALIZED",
        "date": "2026-11-23T12:00:00",
        "currency": "UAH",
        "items": [item],
    }
    return {
        "eventTypeKey": "orderCreated",
        "keyValue": EMAIL,
        "params": [{"name": name, "value": value} for name, value in params.items()],
    }


def body_template() -> str:
    """The body of an event as it is sent, with `ORDER` for the id of its order."""
    return json.dumps(order_event(ORDER))


def add_buyer(account: Account) -> None:
    """Add the contact that the orders belong to; without it they would be dropped."""
    account.add_contact({"email": EMAIL, "externalCustomerId": "buyer"})


def fill(account: Account, count: int, padding: int = 0) -> None:
    """Put `count` applied events into an account."""
    add_buyer(account)
    for number in range(count):
        outcome = account.generate_event(EventRequest(order_event(f"f{number}", padding)))
        if outcome.verdict != "applied":
            raise RuntimeError(f"the event was {outcome.verdict}: {outcome.reasons}")


def timed(call: Callable[[], object]) -> float:
    """How long a call takes, in microseconds."""
    begin = perf_counter()
    call()
    return (perf_counter() - begin) * 1e6


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return median(values)


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; all columns but the first are figures."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    CONSOLE.print(table)


def figure(value: float) -> str:
    """A figure with three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
