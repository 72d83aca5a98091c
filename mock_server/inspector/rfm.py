"""RFM: the grid of contacts by their sales, and the revenue of the account (ORD-19)."""

from __future__ import annotations

from dataclasses import dataclass

from mock_server.inspector.pages import account_here, render, ui
from mock_server.model import Document

SIGNS = {"loyal": "●", "at risk": "▲", "none": "–"}
"""What a cell's colour says, as a shape for people who cannot see the colour."""


@dataclass(frozen=True)
class RfmPage:
    """The grid and the revenue, as the analytics tell them, and a sign for each status."""

    grid: Document
    revenue: Document
    signs: dict[str, str]


@ui.get("/rfm")
def _rfm() -> str:
    analytics = account_here().analytics
    return render("rfm.html", "rfm", RfmPage(analytics.rfm(), analytics.turnover(), SIGNS))
