"""Event analytics: events over time, and errors split as the vendor splits them."""

from __future__ import annotations

from flask import Blueprint, render_template

from mock_server.emulator import Emulator, EventQuery
from mock_server.emulator.over_time import over_time
from mock_server.inspector.pages import account_of

_NEWEST = 1000
_HEIGHT = 160


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""

    @pages.get("/analytics")
    def analytics() -> str:
        account = account_of(emulator)
        newest = account.events(EventQuery(limit=_NEWEST))
        summary = account.summary()
        lost = {name: n for name, n in summary["byReason"].items() if _is_contact(name)}
        other = {name: n for name, n in summary["byReason"].items() if not _is_contact(name)}
        return render_template(
            "inspector/analytics.html",
            page="analytics",
            bars=over_time(newest.items, _HEIGHT),
            height=_HEIGHT,
            shown=len(newest.items),
            total=newest.total,
            summary=summary,
            groups=(("Contact not found", lost), ("Parameter errors", other)),
        )


def _is_contact(reason: str) -> bool:
    return reason.startswith(("contact_", "identifier_"))
