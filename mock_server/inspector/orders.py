"""Orders, and the life of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from mock_server import jsonio
from mock_server.emulator import (
    Account,
    EventQuery,
    InvalidError,
    NotFoundError,
)
from mock_server.inspector.pages import PAGE_SIZE, account_here, offset, render, ui
from mock_server.inspector.rows import (
    SHAPES,
    EventLink,
    EventRow,
    Names,
    OrderRow,
    cell_text,
    event_link,
    event_row,
    list_of,
    order_row,
)
from mock_server.model import ORDER_STATUSES, Document
from mock_server.pages.sentences import sentence

_MENTIONS = 20


@dataclass(frozen=True)
class OrdersPage:
    """The list of orders; `attempts` counts the events that named an order which is not there."""

    rows: list[OrderRow]
    total: int
    asked: str
    status: str
    statuses: tuple[str, ...]
    attempts: int
    problem: str
    offset: int
    size: int


@dataclass(frozen=True)
class ItemRow:
    """An item of an order."""

    item_id: str
    name: str
    quantity: str
    cost: str
    total: str
    url: str
    image_url: str


@dataclass(frozen=True)
class LifeStep:
    """A step in an order's life: what an event changed, or why it changed nothing."""

    verdict: str
    shape: str
    type: str
    event: EventLink | None
    at: str
    sentence: str
    hint: str


@dataclass(frozen=True)
class OrderPage:
    """One order. `mentions` are events that hold its id somewhere, and were not about it."""

    order: OrderRow | None
    order_id: str
    problem: str
    items: list[ItemRow]
    life: list[LifeStep]
    mentions: list[EventRow]
    raw: str


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
    page = OrdersPage(
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
    return render("orders.html", "orders", page)


@ui.get("/orders/<text:order_id>")
def _show_order(order_id: str) -> tuple[str, int]:
    return _page(account_here(), order_id)


@ui.get("/order")
def _order_by_query() -> tuple[str, int]:
    return _page(account_here(), request.args.get("id", ""))


def _page(account: Account, order_id: str) -> tuple[str, int]:
    life = account.lives.of(order_id)
    found, problem = _order(account, order_id)
    names = Names(account)
    told = {each["eventId"] for each in life}
    mentions = [event_row(each, names) for each in _mentions(account, order_id, told)]
    page = OrderPage(
        order=None if found is None else order_row(found, names),
        order_id=order_id,
        problem=problem,
        items=[_item(each, account) for each in list_of((found or {}).get("items"))],
        life=[_step(each, account) for each in life],
        mentions=mentions,
        raw=jsonio.pretty(found) if found else "",
    )
    return render("order.html", "orders", page), 200 if found or life or mentions else 404


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


def _step(step: Document, account: Account) -> LifeStep:
    change = step.get("change")
    verdict = cell_text(step.get("verdict"))
    told = {**step, "effect": change, "trace": []}
    if change is None and step.get("eventId"):
        told = account.event(step["eventId"])
    return LifeStep(
        verdict=verdict,
        shape=SHAPES.get(verdict, "?"),
        type=cell_text(step.get("eventTypeKey")),
        event=event_link(step.get("eventId"), account),
        at=cell_text(step.get("at")),
        sentence=sentence(told),
        hint=cell_text(step.get("hint")),
    )


def _item(item: Any, account: Account) -> ItemRow:
    held = item if isinstance(item, dict) else {"name": item}
    return ItemRow(
        item_id=cell_text(held.get("externalItemId")),
        name=cell_text(held.get("name")),
        quantity=cell_text(held.get("quantity")),
        cost=cell_text(held.get("cost")),
        total=account.analytics.item_sum(held) or "",
        url=_address(held.get("url")),
        image_url=_address(held.get("imageUrl")),
    )


def _address(value: Any) -> str:
    """An address that a link may lead to; nothing else becomes one."""
    text = cell_text(value)
    return text if text.startswith(("https://", "http://")) else ""
