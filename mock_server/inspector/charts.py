"""Event analytics: events over time, and errors split as the vendor splits them."""

from __future__ import annotations

from flask import Blueprint, render_template

from mock_server.emulator import Emulator, EventQuery
from mock_server.emulator.reports.over_time import ERROR_GROUPS, errors_over_time, over_time
from mock_server.inspector.pages import SHAPES, account_of
from mock_server.model import VERDICTS

_NEWEST = 1000
_HEIGHT = 160
# Each group with its title and its shape; the vendor's screen knows the first two.
_GROUPS = {
    "contact not found": ("Contact not found", "▲"),
    "parameter error": ("Parameter errors", "✕"),
    "other error": ("Neither: order not known, or segmentation off", "◆"),
}


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""

    @pages.get("/analytics")
    def analytics() -> str:
        account = account_of(emulator)
        newest = account.events(EventQuery(limit=_NEWEST))
        return render_template(
            "inspector/analytics.html",
            page="analytics",
            events=over_time(newest.items, _HEIGHT),
            errors=errors_over_time(newest.items, _HEIGHT),
            verdict_series=[(each, each, SHAPES[each]) for each in VERDICTS],
            error_series=[(each, *_GROUPS[each]) for each in ERROR_GROUPS],
            height=_HEIGHT,
            shown=len(newest.items),
            total=newest.total,
            verdicts=account.analytics.verdicts(),
            groups=[
                (each["group"], *_GROUPS[each["group"]], each["reasons"])
                for each in account.analytics.errors()
            ],
        )
