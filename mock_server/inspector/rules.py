"""The rules, and the requests that came in."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from mock_server.emulator import Emulator, catalogue
from mock_server.inspector.pages import PAGE_SIZE, account_of, offset
from mock_server.ledger.codes import CODES


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""

    @pages.get("/rules")
    def rules() -> str:
        return render_template(
            "inspector/rules.html",
            page="rules",
            families=catalogue.families(),
            exercised=account_of(emulator).exercised_rules(),
            codes=[each.to_document() for each in CODES.values()],
        )

    @pages.get("/requests")
    def requests() -> str:
        found = account_of(emulator).journal.page(PAGE_SIZE, offset())
        return render_template(
            "inspector/requests.html",
            page="requests",
            found=found,
            offset=offset(),
            size=PAGE_SIZE,
            expanded=request.args.get("show"),
        )
