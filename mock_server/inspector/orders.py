"""Orders, and the life of one."""

from typing import Any

from flask import request

from mock_server import jsonio
from mock_server.emulator import (
    Account,
    EventQuery,
    InvalidError,
    NotFoundError,
)
from mock_server.inspector.pages import PAGE_SIZE, account_here, number_asked, offset, render, ui
from mock_server.inspector.rows import (
    Names,
    cell_text,
    event_row,
    list_of,
    order_row,
)
from mock_server.inspector.timeline import compared, life_of, order_as_of
from mock_server.model import ORDER_STATUSES, Document
from mock_server.pages.sentences import money

_MENTIONS = 20


@ui.get("/orders")
def _orders() -> str:
    account = account_here()
    asked = request.args.get("q", "").strip()
    status = request.args.get("status", "").strip()
    problem, rows, total = "", [], 0
    names = Names(account)
    try:
        found = account.orders(
            q=asked or None, status=status or None, limit=PAGE_SIZE, offset=offset()
        )
        rows, total = [order_row(each, names) for each in found.items], found.total
    except InvalidError as error:
        problem = str(error)
    # Others may have the text somewhere in them; that must not hide that this one is missing.
    is_missing = bool(asked) and _order(account, asked)[0] is None
    return render(
        "orders.html",
        "orders",
        rows=rows,
        total=total,
        asked=asked,
        status=status,
        statuses=ORDER_STATUSES,
        attempts=len(_mentions(account, asked, set())) if is_missing else 0,
        problem=problem,
        offset=offset(),
        size=PAGE_SIZE,
    )


@ui.get("/orders/<text:order_id>")
def _show_order(order_id: str) -> tuple[str, int]:
    return _page(account_here(), order_id)


@ui.get("/order")
def _order_by_query() -> tuple[str, int]:
    return _page(account_here(), request.args.get("id", ""))


def _page(account: Account, order_id: str) -> tuple[str, int]:
    """One order, now or as of an event, and `mentions` by events of others."""
    life = life_of(account, order_id, with_messages=True)
    found, problem = _order(account, order_id)
    names = Names(account)
    events = [each.event.number for each in life if each.event is not None]
    as_of, left, right = (number_asked(request.args, name) for name in ("at", "left", "right"))
    then = order_as_of(account, life, as_of) if as_of in events else found
    mentions = [event_row(each, names) for each in _mentions(account, order_id, {*events})]
    text = render(
        "order.html",
        "orders",
        order=None if then is None else order_row(then, names),
        order_id=order_id,
        problem=problem,
        is_there=found is not None,
        as_of=as_of if as_of in events else 0,
        events=events,
        compared=compared(account, life, left, right),
        items=[_item(each, account) for each in list_of((then or {}).get("items"))],
        life=life,
        mentions=mentions,
        raw=jsonio.pretty(then) if then else "",
    )
    return text, 200 if found or life or mentions else 404


def _order(account: Account, order_id: str) -> tuple[Document | None, str]:
    try:
        found = account.order(order_id)
    except NotFoundError as error:
        return None, str(error)
    found.pop("history")
    return found, ""


def _mentions(account: Account, order_id: str, told: set[Any]) -> list[Document]:
    """Events that hold this id anywhere in what was sent, and are not among those `told`."""
    if not order_id.strip():
        return []
    found = account.records(EventQuery(q=order_id, limit=_MENTIONS + len(told))).items
    return [each for each in found if each.get("eventId") not in told][:_MENTIONS]


def _item(item: Any, account: Account) -> Document:
    held = item if isinstance(item, dict) else {"name": item}
    return {
        **{name: cell_text(held.get(name)) for name in ("externalItemId", "name", "quantity")},
        "cost": money(held.get("cost")),
        "total": money(account.analytics.item_sum(held)),
        "url": _address(held.get("url")),
        "image_url": _address(held.get("imageUrl")),
    }


def _address(value: Any) -> str:
    """An address that a link may lead to; nothing else becomes one."""
    text = cell_text(value)
    return text if text.startswith(("https://", "http://")) else ""
