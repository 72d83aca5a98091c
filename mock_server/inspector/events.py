"""Event history: the list with tabs and search, the chosen event, what to fix first; the start."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request

from mock_server import jsonio
from mock_server.emulator import Account, EventQuery, InvalidError, NotFoundError, Page
from mock_server.emulator.examples import EXAMPLES, demo_shop
from mock_server.emulator.reports.fix_book import span_of
from mock_server.emulator.reports.fixes import Fix
from mock_server.filters import FILTERS
from mock_server.inspector.addresses import to
from mock_server.inspector.event_view import event_view, key_for_examples
from mock_server.inspector.fixes import TIMES, fix_rows, lost_text, most_lost_first, since_asked
from mock_server.inspector.menu import menu_counts
from mock_server.inspector.pages import (
    PAGE_SIZE,
    account_here,
    emulator_here,
    here,
    number_asked,
    offset,
    part,
    render,
    ui,
)
from mock_server.inspector.rows import EventRow, Names, event_row, refused_row
from mock_server.model import LANGUAGES, Document
from mock_server.pages.event_search import EventSearch, read_search
from mock_server.pages.over_time import ACTIVITY, over_time
from mock_server.pages.sentences import grouped
from mock_server.pages.snippets import snippet

_FIRST_FIXES = 4
_TABS = {
    "": "All",
    "dropped": "Dropped",
    "applied": "✓ applied",
    "recorded": "● recorded",
    "warned": "With warnings",
    "refused": "⊘ refused",
}
_FILTERS = {name: each.about for name, each in FILTERS.items() if name != "q"}
_NOTHING = EventSearch(EventQuery())


@dataclass(frozen=True)
class Tab:
    """A tab above the list; `count` is blank where it would take reading every event."""

    key: str
    label: str
    count: str
    is_current: bool


@ui.get("/")
def _history() -> str | Response:
    account = account_here()
    newest = _newest(account)

    def whole() -> str:
        event = _shown(account)
        return render(
            "events.html",
            "events",
            **_list(account, newest),
            event=None if event is None else event_view(account.event(event), account),
            api_url=f"{request.host_url}api/v2/event",
            filters=_FILTERS,
        )

    return here().live.answer(
        newest, whole, lambda: part("event_list.html", **_list(account, newest))
    )


@ui.get("/events/<int:event_id>")
def _show_event(event_id: int) -> str:
    account = account_here()
    view = event_view(account.event(event_id), account)
    older = account.records(EventQuery(until=event_id - 1, limit=1)).items
    newer = event_id + 1 if account.has_event(event_id + 1) else None
    return render(
        "event.html",
        "events",
        event=view,
        older=older[0]["eventId"] if older else None,
        newer=newer,
    )


def _newest(account: Account) -> str:
    """A mark that changes with each event, refused request, reset and import."""
    page = account.records(EventQuery(limit=1))
    at = page.items[0].get("receivedAt") if page.items else ""
    newest = page.items[0]["eventId"] if page.items else 0
    digits = "".join(filter(str.isdigit, str(at)))
    first = "" if page.total else account.counts()["contacts"]
    return f"{newest}.{page.total}.{digits}.{account.journal.refused}.{first}"


def _shown(account: Account) -> int | None:
    number = number_asked(request.args, "show")
    return number if number and account.has_event(number) else None


def _list(account: Account, newest: str) -> dict[str, Any]:
    """The part of the page that renews itself; `newest` changes with what it shows."""
    asked = request.args.get("q", "").strip()
    tab, since = request.args.get("tab", ""), since_asked()
    tab = tab if tab in _TABS else ""
    costs, first_of = account.costs(since), span_of(since, account.clock, account.zone).first
    fixes = most_lost_first(costs.fixes)
    fix = next((each for each in fixes if each.key == request.args.get("fix")), None)
    search, problem = _NOTHING, ""
    try:
        search = read_search(asked, account)
        if first_of and search.query.received_from is None:
            search = replace(search, query=replace(search.query, received_from=first_of))
        page = _page(account, search.query, tab, fix)
    except InvalidError as error:
        problem, page = str(error), Page(0)
    names = Names(account)
    rows = [event_row(each, names) for each in page.items]
    is_start = not (asked or fix is not None or tab or offset())
    if tab == "refused":
        found = account.journal.page(PAGE_SIZE, offset(), refused=True)
        rows, page = [refused_row(each) for each in found["requests"]], Page(found["total"])
    elif not (asked or fix is not None or tab or problem):
        rows = _with_refused(rows, account, is_last=offset() + PAGE_SIZE >= page.total)
    chosen = fix_rows(account, [fix]) if fix else []
    contact = search.contact_id
    whole = EventQuery(received_from=first_of or None)
    return {
        "rows": rows,
        "tabs": _tabs(account, whole if problem else search.query, tab if fix is None else None),
        "total": page.total,
        "complete": page.complete,
        "is_start": is_start,
        "asked": asked,
        "tab": tab,
        "since": since,
        "times": TIMES,
        "activity": over_time(account, ACTIVITY, first_of) if is_start else [],
        "fix": chosen[0] if chosen else None,
        "fixes": fix_rows(account, fixes[:_FIRST_FIXES]),
        "dropped": account.count_by_minutes(replace(whole, group="dropped")),
        "lost": lost_text(costs.whole.lost()),
        "causes": len(fixes),
        "newest": newest,
        "counts": jsonio.text_of(menu_counts(account)),
        "offset": offset(),
        "size": PAGE_SIZE,
        "shown": _shown(account),
        "suggestions": _suggestions(account),
        "contact": None if contact is None else (contact, names.of(contact)),
        "problem": problem,
        "first": _first_run(account),
    }


def _page(account: Account, query: EventQuery, tab: str, fix: Fix | None) -> Page:
    if fix is not None:
        ids = fix.event_ids[::-1]
        found = [_event(account, each) for each in ids[offset() : offset() + PAGE_SIZE]]
        return Page(len(ids), [each for each in found if each is not None])
    if tab == "refused":
        return Page(0)
    # As they are stored: of a trace a row tells what failed, and the rest need not be put in words.
    return account.records(replace(_of_tab(query, tab), limit=PAGE_SIZE, offset=offset()))


def _event(account: Account, event_id: int) -> dict[str, object] | None:
    try:
        return account.event(event_id)
    except NotFoundError:
        return None


def _of_tab(query: EventQuery, tab: str) -> EventQuery:
    if tab in ("dropped", "warned"):
        return replace(query, group="dropped" if tab == "dropped" else "warned")
    return replace(query, verdict=tab) if tab in ("applied", "recorded") else query


def _tabs(account: Account, query: EventQuery, current: str | None) -> list[Tab]:
    """The tabs with their counts, which the indices tell."""
    tabs = []
    for key, label in _TABS.items():
        if key == "refused":
            count = grouped(account.journal.refused)
        elif query.q is not None or query.finding is not None:
            count = ""
        else:
            count = grouped(account.count_by_minutes(_of_tab(query, key)))
        tabs.append(Tab(key, label, count, key == current))
    return tabs


def _with_refused(rows: list[EventRow], account: Account, *, is_last: bool) -> list[EventRow]:
    """A page of events with the refused requests that came between them."""
    oldest = rows[-1].at if rows and not is_last else ""
    newest = rows[0].at if rows and offset() else "\U0010ffff"
    entries = account.journal.page(PAGE_SIZE, refused=True)["requests"]
    between = [refused_row(each) for each in entries if oldest < each["at"] <= newest]
    return sorted([*rows, *between], key=lambda row: row.at, reverse=True) if between else rows


def _suggestions(account: Account) -> list[str]:
    """The filters that the search box offers: those that match, most frequent first."""
    offered = []
    for name in ("type", "reason", "warning"):
        counts = account.event_counts(name)
        frequent = sorted(counts, key=lambda each: -counts[each])[:50]
        offered += [f"{name}:{_quoted(each)}" for each in frequent if each is not None]
    return offered


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _first_run(account: Account) -> Document | None:
    """The steps left until the first order is applied, and code; None once it is."""
    if emulator_here().read_only or account.records(EventQuery(verdict="applied", limit=0)).total:
        return None
    counts, code = account.counts(), []
    if not counts["events"]:
        event, api_url, key = EXAMPLES["orderCreated"], f"{request.host_url}api", key_for_examples()
        code = [(title, snippet(event, each, api_url, key)) for each, title in LANGUAGES.items()]
    steps = [
        ("There is a contact that orders can belong to.", bool(counts["contacts"])),
        ("An event has come in.", bool(counts["events"])),
        ("An order event was applied.", False),
    ]
    return {"steps": steps, "has_contacts": bool(counts["contacts"]), "snippets": code}


@ui.post("/demo")
def _load_demo_shop() -> Response:
    account_here().seed(demo_shop())
    return to("/", "seeded")
