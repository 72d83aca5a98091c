"""Contacts: whom events can belong to; what one bought; one added by hand, one deleted."""

from collections.abc import Callable

from flask import Response, request

from mock_server import jsonio
from mock_server.emulator import Account, InvalidError, NotFoundError
from mock_server.inspector.addresses import to
from mock_server.inspector.fixes import lost_text
from mock_server.inspector.pages import PAGE_SIZE, account_here, confirmed, offset, render, ui
from mock_server.inspector.rows import (
    Names,
    cell_text,
    contact_label,
    list_of,
    order_row,
    with_others,
)
from mock_server.inspector.timeline import NEWEST, Moment, timeline_of
from mock_server.model import Document
from mock_server.pages.sentences import money

_FIELDS = tuple("email phone externalCustomerId contactKey pushToken firstName lastName".split())
# Text to search for, and the row and the column of a cell of the RFM grid.
_FILTERS = ("q", "sales", "since")
_PERIODS = ("7", "30", "")
# The tabs above the timeline, each with its name and what it shows.
_KINDS: dict[str, tuple[str, Callable[[Moment], bool]]] = {
    "": ("Everything", lambda _: True),
    "orders": ("Orders", lambda each: each.kind == "order"),
    "messages": ("Messages", lambda each: each.message is not None),
    "unsent": ("Not sent", lambda each: each.message is not None and bool(each.message.problem)),
    "lost": ("Lost", lambda each: each.is_lost),
}


@ui.get("/contacts")
def _contacts() -> tuple[str, int]:
    account = account_here()
    q, sales, since = (request.args.get(name, "").strip() for name in _FILTERS)
    problem = ""
    only: list[int] | None = None
    try:
        if sales or since:
            only = account.analytics.rfm_contacts(sales or None, since or None)
    except InvalidError as error:
        problem, only = str(error), []
    found = account.contacts(q or None, limit=PAGE_SIZE, offset=offset(), only=only)
    numbers = account.analytics.contacts(each["id"] for each in found.items)
    return render(
        "contacts.html",
        "contacts",
        rows=[
            _row(each, numbers[each["id"]], account.shared_addresses(each)) for each in found.items
        ],
        total=found.total,
        asked=q,
        sales=sales,
        since=since,
        gone=0 if only is None or q else len(only) - found.total,
        fields=_FIELDS,
        problem=problem,
        offset=offset(),
        size=PAGE_SIZE,
    ), 400 if problem else 200


@ui.get("/contacts/<int:contact_id>")
def _contact(contact_id: int) -> str:
    return _page(account_here(), contact_id)


@ui.post("/contacts")
def _add_contact() -> Response:
    short = {name: request.form[name] for name in _FIELDS if request.form.get(name, "").strip()}
    added = account_here().add_contact(short)["id"]
    back = request.form.get("back", "")
    # Only to where an event can be tried again: what was sent is not an address to be led to.
    is_event = back.removeprefix("/try?event=").isdecimal()
    return to(back if is_event else f"/contacts/{added}", "added")


@ui.post("/contacts/<int:contact_id>/delete")
def _delete_contact(contact_id: int) -> Response:
    confirmed("deleted", "Yes, delete it")
    erase = request.form.get("erase") == "yes"
    account_here().resources.contacts.delete(contact_id, erase=erase)
    return to("/contacts", "deleted")


def _row(contact: Document, numbers: Document, shared: dict[str, int]) -> Document:
    names = (cell_text(contact.get(each)) for each in ("firstName", "lastName"))
    addresses = (with_others(value, shared.get(value, 0)) for _, value in _channels(contact))
    return {
        "contact_id": contact["id"],
        "is_deleted": bool(contact.get("deleted")),
        "name": " ".join(filter(None, names)),
        "external_id": cell_text(contact.get("externalCustomerId")),
        "addresses": ", ".join(addresses),
        "orders": numbers["orders"],
        "spend": spend(numbers["spend"]),
        "events": numbers["events"],
    }


def _channels(contact: Document) -> list[tuple[str, str]]:
    return [
        (cell_text(each.get("type")), cell_text(each.get("value")))
        for each in list_of(contact.get("channels"))
        if isinstance(each, dict)
    ]


def spend(totals: list[Document]) -> str:
    """Sums by currency as one text; `≈` where one had to be rounded."""
    return ", ".join(
        f"{'' if each['exact'] else '≈ '}{money(each['revenue'], each['currency'])}"
        for each in totals
    )


def _page(account: Account, contact_id: int) -> str:
    """One contact: its timeline, and what it bought in the last days that were asked for."""
    found = account.contact_fields(contact_id)
    if found is None:
        raise NotFoundError(f"There is no contact {contact_id}.")
    shared = account.shared_addresses(found)
    numbers = account.analytics.contacts([contact_id])[contact_id]
    days = request.args.get("days", "")
    days = days if days in _PERIODS else ""
    orders, sums = account.analytics.bought(contact_id, int(days) if days else None)
    names = Names(account)
    timeline, all_events, all_messages = timeline_of(account, contact_id)
    of_kind = {
        key: [each for each in timeline if wanted(each)] for key, (_, wanted) in _KINDS.items()
    }
    kind = request.args.get("kind", "")
    kind = kind if kind in _KINDS else ""
    external_id = cell_text(found.get("externalCustomerId")) or "–"
    return render(
        "contact.html",
        "contacts",
        contact_id=contact_id,
        name=contact_label(found),
        is_deleted=bool(found.get("deleted")),
        facts=[
            ("External ID", external_id),
            *(
                (type_, with_others(value, shared.get(value, 0)))
                for type_, value in _channels(found)
            ),
        ],
        spend=spend(numbers["spend"]),
        lost=lost_text(account.fix_book.lost_of(contact_id).lost()),
        sales=numbers["sales"],
        last_sale=cell_text(numbers["lastSale"]),
        days=days,
        periods=_PERIODS,
        orders=[order_row(each, names) for each in orders],
        all_orders=numbers["orders"],
        sums=spend(sums),
        kind=kind,
        kinds=[(key, name, len(of_kind[key])) for key, (name, _) in _KINDS.items()],
        moments=of_kind[kind],
        all_events=all_events,
        all_messages=all_messages,
        newest=NEWEST,
        raw=jsonio.pretty(found),
    )
