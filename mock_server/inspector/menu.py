"""The menu: four groups of pages, with what there is to see on them."""

from dataclasses import dataclass

from mock_server.emulator import Account
from mock_server.ledger.catalogue import RULES
from mock_server.pages.sentences import grouped

Menu = list[tuple[str, list["MenuEntry"]]]
"""Groups by their titles."""


@dataclass(frozen=True)
class MenuEntry:
    """A line of the menu. `count` is shown next to it, loudly where it `is_hot`."""

    key: str
    name: str
    path: str
    count: str = ""
    is_hot: bool = False


def menu_of(account: Account) -> Menu:
    """Build the menu of the pages of an account."""
    counts = account.counts()
    dropped = account.event_counts("group").get("dropped", 0)
    to_mend = account.fix_book.causes or 0
    armed = sum(each["left"] != 0 for each in account.faults.documents())
    exercised = len(account.exercised_rules())
    return [
        (
            "Watch",
            [
                MenuEntry("events", "Event history", "/", _count(dropped), is_hot=True),
                MenuEntry("orders", "Orders", "/orders", _count(counts["orders"])),
                MenuEntry("contacts", "Contacts", "/contacts", _count(counts["contacts"])),
                MenuEntry("messages", "Messages", "/messages", _count(counts["outbox"])),
                MenuEntry("requests", "Requests", "/requests"),
            ],
        ),
        (
            "Understand",
            [
                MenuEntry("fixes", "Fix first", "/fixes", _count(to_mend), is_hot=True),
                MenuEntry("analytics", "Event analytics", "/analytics"),
                MenuEntry("rfm", "RFM", "/rfm"),
                MenuEntry("rules", "Rules", "/rules", f"{exercised}/{len(RULES)}"),
            ],
        ),
        (
            "Do",
            [
                MenuEntry("try", "Try it", "/try"),
                MenuEntry("preview", "Preview", "/preview"),
                MenuEntry("event-types", "Event types", "/event-types"),
            ],
        ),
        (
            "Simulate",
            [
                MenuEntry("clock", "Clock", "/clock"),
                MenuEntry("faults", "Faults", "/faults", _count(armed), is_hot=True),
                MenuEntry("workflows", "Workflows", "/workflows", _count(counts["workflows"])),
                MenuEntry("settings", "Settings", "/settings"),
            ],
        ),
    ]


def menu_counts(account: Account) -> dict[str, str]:
    """The counts of the menu by the keys of their pages, for lists that keep them up to date."""
    entries = (each for _, group in menu_of(account) for each in group)
    return {each.key: each.count for each in entries}


def _count(number: int) -> str:
    return grouped(number) if number else ""
