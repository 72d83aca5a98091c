"""Orders, and the life of one."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from mock_server import jsonio
from mock_server.emulator import STATUSES, Account, Emulator, EventQuery, NotFoundError
from mock_server.inspector.pages import PAGE_SIZE, account_of, offset
from mock_server.model import Document


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""

    @pages.get("/orders")
    def orders() -> str:
        account = account_of(emulator)
        asked = {
            name: request.args[name].strip() for name in ("q", "status") if request.args.get(name)
        }
        found = account.orders(**asked, limit=PAGE_SIZE, offset=offset())
        wanted = asked.get("q", "")
        # Others may have the text somewhere in them; that must not hide that this one is missing.
        is_missing = bool(wanted) and _order(account, wanted)[0] is None
        attempts = account.events(EventQuery(order=wanted, limit=1)) if is_missing else None
        return render_template(
            "inspector/orders.html",
            page="orders",
            found=found,
            asked=asked,
            attempts=attempts,
            statuses=STATUSES,
            offset=offset(),
            size=PAGE_SIZE,
        )

    @pages.get("/orders/<text:order_id>")
    def order(order_id: str) -> tuple[str, int]:
        account = account_of(emulator)
        life = account.lives.of(order_id)
        found, problem = _order(account, order_id)
        answer = render_template(
            "inspector/order.html",
            page="orders",
            order=found,
            order_id=order_id,
            problem=problem,
            life=life,
            raw=jsonio.pretty(found) if found else "",
        )
        return answer, 200 if found or life else 404


def _order(account: Account, order_id: str) -> tuple[Document | None, str | None]:
    try:
        found = account.order(order_id)
    except NotFoundError as error:
        return None, str(error)
    found.pop("history")
    return found, None
