"""RFM: the grid of contacts by their sales, and the revenue of the account (ORD-19)."""

from __future__ import annotations

from mock_server.inspector.pages import account_here, render, ui

SIGNS = {"loyal": "●", "at risk": "▲", "none": "–"}
"""What a cell's colour says, as a shape for people who cannot see the colour."""


@ui.get("/rfm")
def _rfm() -> str:
    analytics = account_here().analytics
    return render(
        "rfm.html", "rfm", grid=analytics.rfm(), revenue=analytics.turnover(), signs=SIGNS
    )
