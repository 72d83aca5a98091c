"""The requests that came in, also those that never became an event."""

from flask import request

from mock_server import jsonio
from mock_server.emulator import Account
from mock_server.inspector.fix_view import FixView, fix_view
from mock_server.inspector.pages import PAGE_SIZE, account_here, number_asked, offset, render, ui
from mock_server.inspector.rows import event_link
from mock_server.ledger.codes import code_meaning
from mock_server.model import Document


@ui.get("/requests")
def _requests() -> str:
    account = account_here()
    journal = account.journal
    shown = number_asked(request.args, "show")
    only_refused = "refused" in request.args
    start = offset()
    if shown and "offset" not in request.args:
        newest = journal.page(1)["requests"]
        behind = newest[0]["requestId"] - shown if newest else 0
        start = max(behind, 0) // PAGE_SIZE * PAGE_SIZE
    found = journal.page(PAGE_SIZE, start, refused=only_refused or None)
    return render(
        "requests.html",
        "requests",
        rows=[_row(each, account, shown) for each in found["requests"]],
        total=found["total"],
        dropped=found["dropped"],
        only_refused=only_refused,
        offset=start,
        size=PAGE_SIZE,
    )


def _row(entry: Document, account: Account, shown: int) -> Document:
    """A request and its answer; the fix of the chosen one, and if others have one."""
    reason, is_shown = entry["reason"] or "", entry["requestId"] == shown
    has_hint = any("hint" in note for note in entry["notes"])
    return {
        **entry,
        "event": event_link(entry["eventId"], account),
        "meaning": code_meaning(reason)["meaning"] if reason else "",
        "is_shown": is_shown,
        "has_hint": has_hint,
        "fix": _fix(entry, account) if has_hint and is_shown else None,
    }


def _fix(entry: Document, account: Account) -> FixView | None:
    try:
        sent = jsonio.loads((entry["body"] or "").encode())
    except ValueError:
        sent = entry["body"]
    return fix_view(sent, account.journal.fix_of(entry["requestId"]))
