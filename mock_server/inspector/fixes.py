"""The page Fix first: dropped events and refused requests, grouped by what is wrong with them."""

from flask import request

from mock_server import jsonio
from mock_server.emulator import Account
from mock_server.emulator.reports.causes import cause_documents
from mock_server.emulator.reports.fix_book import SINCE, Since
from mock_server.emulator.reports.fixes import Fix
from mock_server.inspector.pages import account_here, render, ui
from mock_server.model import Document, currency_in_words
from mock_server.pages.sentences import counted, money

_SHOWN = 100
TIMES: dict[Since, str] = {
    "reset": "Since the reset",
    "1h": "1 h",
    "today": "Today",
    "all": "All",
}
"""The times that the pages offer, with their names."""


@ui.get("/fixes")
def _fixes() -> str:
    account = account_here()
    costs = account.costs(since_asked())
    return render(
        "fixes.html",
        "fixes",
        fixes=fix_rows(account, most_lost_first(costs.fixes)[:_SHOWN]),
        causes=len(costs.fixes),
        lost=lost_text(costs.whole.lost()),
        since=since_asked(),
        times=TIMES,
    )


def since_asked() -> Since:
    """Return the time that the address asks for."""
    asked = request.args.get("since")
    return next((each for each in SINCE if each == asked), "all")


def most_lost_first(fixes: list[Fix]) -> list[Fix]:
    """Sort causes by the orders they have cost, then by how often they came up."""
    return sorted(fixes, key=lambda each: (-each.cost.orders, -each.count))


def fix_rows(account: Account, fixes: list[Fix]) -> list[Document]:
    """Causes as rows: `share` of all that is wrong in hundredths, what is lost, what mends it."""
    total = sum(each.count for each in fixes) or 1
    return [
        {
            **told,
            "share": round(100 * each.count / total),
            "has_events": bool(each.event_ids),
            "lost": lost_text(told),
            **_remedy(told),
        }
        for each, told in zip(fixes, cause_documents(account, fixes), strict=True)
    ]


def _remedy(told: Document) -> Document:
    fix = (told["state"] != "fixed" and told["fix"]) or {"patch": [], "arrange": []}
    contacts = [each["body"] for each in fix["arrange"] if each["path"] == "/_mock/contacts"]
    is_one = bool(contacts) and "…" not in told["message"]
    patch = jsonio.pretty(fix["patch"]) if fix["patch"] else ""
    return {"contact": contacts[0] if is_one else None, "patch": patch}


def lost_text(told: Document) -> str:
    """Say what was lost: `12 orders, 9 800.00 UAH`; "" for nothing."""
    count = told["ordersLost"]
    if not count:
        return ""
    amounts = (money(each, currency_in_words(code)) for code, each in told["moneyLost"].items())
    return ", ".join([counted(count, "order"), *amounts])
