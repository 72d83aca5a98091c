"""What to fix first: dropped events and refused requests, grouped by what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint

from mock_server.emulator import Account, Emulator, EventQuery
from mock_server.emulator.reports.fixes import Fix
from mock_server.inspector.pages import account_of, render


@dataclass(frozen=True)
class FixRow:
    """A thing to mend first. `share` is its part of all that is wrong, in tenths."""

    key: str
    message: str
    rule: str
    example: str
    hint: str
    count: int
    share: int
    has_events: bool
    last_event_id: int | None


@dataclass(frozen=True)
class FixesPage:
    """All that there is to mend."""

    fixes: list[FixRow]
    dropped: int


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add this page."""

    @pages.get("/fixes")
    def fixes() -> str:
        account = account_of(emulator)
        rows = fix_rows(account.fix_book.fixes())
        return render("fixes.html", "fixes", FixesPage(rows, dropped(account)))


def fix_rows(fixes: list[Fix]) -> list[FixRow]:
    """Things to mend as rows."""
    total = sum(each.count for each in fixes) or 1
    return [
        FixRow(
            key=each.key,
            message=each.message,
            rule=each.rule or "",
            example=each.example,
            hint=each.hint or "",
            count=each.count,
            share=-(-10 * each.count // total),
            has_events=bool(each.event_ids),
            last_event_id=each.last_event_id,
        )
        for each in fixes
    ]


def dropped(account: Account) -> int:
    """How many events were ignored or rejected."""
    return account.records(EventQuery(group="dropped", limit=0)).total
