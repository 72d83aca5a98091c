"""RFM: the grid of contacts by their sales, and the revenue of the account (ORD-19)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint

from mock_server.emulator import Emulator
from mock_server.inspector.pages import account_of, render
from mock_server.model import Document

SIGNS = {"loyal": "●", "at risk": "▲", "none": "–"}
"""What a cell's colour says, as a shape for people who cannot see the colour."""


@dataclass(frozen=True)
class RfmPage:
    """The grid and the revenue, as the analytics tell them, and a sign for each status."""

    grid: Document
    revenue: Document
    signs: dict[str, str]


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add this page."""

    @pages.get("/rfm")
    def rfm() -> str:
        analytics = account_of(emulator).analytics
        return render("rfm.html", "rfm", RfmPage(analytics.rfm(), analytics.turnover(), SIGNS))
