"""The command bar: a word leads to an order, contact, event, rule, page or action."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request

from mock_server.emulator import Account
from mock_server.inspector.addresses import order_path
from mock_server.inspector.menu import menu_of
from mock_server.inspector.pages import account_here, part, ui
from mock_server.inspector.rows import Names
from mock_server.ledger.catalogue import RULES
from mock_server.names import folded
from mock_server.pages.event_search import contact_meant

_MOST = 5


@dataclass(frozen=True)
class JumpTarget:
    """The target of a choice: its `kind`, its name, and its path below the account's."""

    kind: str
    name: str
    path: str


@ui.get("/jump")
def _jump() -> str:
    asked = request.args.get("q", "").strip()
    targets = list(_targets(asked, account_here()))
    return part("jump.html", targets=targets, asked=asked)


def _targets(asked: str, account: Account) -> Iterator[JumpTarget]:
    """Find what a word may mean; without one, all pages."""
    if asked:
        yield from _things(asked, account)
    wanted = folded(asked)
    for _, entries in menu_of(account):
        for each in entries:
            if wanted in folded(each.name):
                yield JumpTarget("page", each.name, each.path)
    if asked:
        yield JumpTarget("search", f"Search events for “{asked}”", "/?q=")


def _things(asked: str, account: Account) -> Iterator[JumpTarget]:
    number = asked.removeprefix("#")
    if number.isdecimal() and len(number) < 12 and account.has_event(int(number)):
        yield JumpTarget("event", f"Event {int(number)}", f"/events/{int(number)}")
    names = Names(account)
    meant = contact_meant(asked, account)
    if meant is not None:
        yield JumpTarget("contact", names.of(meant), f"/contacts/{meant}")
    for order in account.orders(q=asked, limit=_MOST).items:
        order_id = order["externalOrderId"]
        yield JumpTarget("order", f"Order {order_id}", order_path(order_id))
    for contact in account.contacts(q=asked, limit=_MOST).items:
        if contact["id"] != meant:
            yield JumpTarget("contact", names.of(contact["id"]), f"/contacts/{contact['id']}")
    wanted = folded(asked)
    matching = (
        each
        for each in RULES.values()
        if wanted in folded(each.id) or wanted in folded(f"{each.reasons}{each.warnings}")
    )
    for rule, _ in zip(matching, range(_MOST), strict=False):
        yield JumpTarget("rule", f"{rule.id} {rule.title}", f"/rules#{rule.id}")
