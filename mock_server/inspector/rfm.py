"""RFM: the grid of contacts by their sales, and the revenue of the account (ORD-19)."""

from __future__ import annotations

from flask import Blueprint, render_template

from mock_server.emulator import Emulator
from mock_server.inspector.pages import account_of

# What a cell's colour says, in a shape for whoever does not see it.
_SIGNS = {"loyal": "●", "at risk": "▲", "none": "–"}


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""

    @pages.get("/rfm")
    def rfm() -> str:
        analytics = account_of(emulator).analytics
        return render_template(
            "inspector/rfm.html",
            page="rfm",
            grid=analytics.rfm(),
            revenue=analytics.turnover(),
            signs=_SIGNS,
        )
