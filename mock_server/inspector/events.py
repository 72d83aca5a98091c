"""Event history: the list with its tabs and search, the chosen event, and what to fix first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Response, request

from mock_server import jsonio
from mock_server.emulator import Account, EventQuery, InvalidError, NotFoundError, Page
from mock_server.emulator.reports.fixes import Fix
from mock_server.filters import FILTERS
from mock_server.inspector.event_view import EventView, event_view
from mock_server.inspector.first_run import FirstRun, first_run
from mock_server.inspector.fixes import FixRow, dropped, fix_rows, lost_text, most_lost_first
from mock_server.inspector.menu import menu_counts
from mock_server.inspector.pages import (
    PAGE_SIZE,
    account_here,
    here,
    number_asked,
    offset,
    part,
    render,
    ui,
)
from mock_server.inspector.rows import EventRow, Names, event_row, refused_row
from mock_server.pages.event_search import EventSearch, read_search

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


@dataclass(frozen=True)
class EventList:
    """The part of the page that is renewed by itself. `newest` changes with whatever it shows.

    `fix` is the cause whose events alone are shown, `contact` whose address was searched for,
    `problem` what is wrong with the search. `counts` are those of the menu, as JSON.
    """

    rows: list[EventRow]
    tabs: list[Tab]
    total: int
    complete: bool
    is_filtered: bool
    asked: str
    tab: str
    fix: FixRow | None
    fixes: list[FixRow]
    dropped: int
    lost: str
    causes: int
    newest: str
    counts: str
    offset: int
    size: int
    shown: int | None
    suggestions: list[str]
    contact: tuple[int, str] | None
    problem: str
    first: FirstRun | None


@dataclass(frozen=True)
class EventsPage(EventList):
    """The whole page: the list, the chosen event if there is one, and the address to send to."""

    event: EventView | None
    api_url: str
    filters: dict[str, str]


@dataclass(frozen=True)
class EventPage:
    """The page of one event; `older` and `newer` are its neighbours in the history."""

    event: EventView
    older: int | None
    newer: int | None


@ui.get("/")
def _history() -> str | Response:
    account = account_here()
    newest = _newest(account)

    def whole() -> str:
        event = _shown(account)
        view = None if event is None else event_view(account.event(event), account)
        held = vars(_list(account, newest))
        url = f"{request.host_url}api/v2/event"
        page = EventsPage(
            **held,
            event=view,
            api_url=url,
            filters=_FILTERS,
        )
        return render("events.html", "events", page)

    return here().live.answer(
        newest, whole, lambda: part("event_list.html", _list(account, newest))
    )


@ui.get("/events/<int:event_id>")
def _show_event(event_id: int) -> str:
    account = account_here()
    view = event_view(account.event(event_id), account)
    older = account.records(EventQuery(until=event_id - 1, limit=1)).items
    newer = account.has_event(event_id + 1)
    page = EventPage(view, older[0]["eventId"] if older else None, event_id + 1 if newer else None)
    return render("event.html", "events", page)


def _newest(account: Account) -> str:
    """A mark that changes with each event, refused request, reset and import."""
    page = account.records(EventQuery(limit=1))
    at = page.items[0].get("receivedAt") if page.items else ""
    newest = page.items[0]["eventId"] if page.items else 0
    digits = "".join(filter(str.isdigit, str(at)))
    first = "" if page.total else account.counts()["contacts"]
    return f"{newest}.{page.total}.{digits}.{account.journal.refused}.{first}"


def _shown(account: Account) -> int | None:
    """Return the chosen event; one that is gone is not shown."""
    number = number_asked(request.args, "show")
    return number if number and account.has_event(number) else None


def _list(account: Account, newest: str) -> EventList:
    """Build the list that the address of the page asks for."""
    asked = request.args.get("q", "").strip()
    tab = request.args.get("tab", "")
    tab = tab if tab in _TABS else ""
    costs = account.costs()
    fixes = most_lost_first(costs.fixes)
    fix = next((each for each in fixes if each.key == request.args.get("fix")), None)
    search, problem = _NOTHING, ""
    try:
        search = read_search(asked, account)
        page = _page(account, search.query, tab, fix)
    except InvalidError as error:
        problem, page = str(error), Page(0)
    names = Names(account)
    rows = [event_row(each, names) for each in page.items]
    is_filtered = bool(asked or fix is not None)
    if tab == "refused":
        found = account.journal.page(PAGE_SIZE, offset(), refused=True)
        rows, page = [refused_row(each) for each in found["requests"]], Page(found["total"])
    elif not (is_filtered or tab or problem):
        rows = _with_refused(rows, account, is_last=offset() + PAGE_SIZE >= page.total)
    chosen = fix_rows(account, [fix]) if fix else []
    contact = search.contact_id
    return EventList(
        rows=rows,
        tabs=_tabs(account, search.query if not problem else EventQuery(), tab),
        total=page.total,
        complete=page.complete,
        is_filtered=is_filtered,
        asked=asked,
        tab=tab,
        fix=chosen[0] if chosen else None,
        fixes=fix_rows(account, fixes[:_FIRST_FIXES]),
        dropped=dropped(account),
        lost=lost_text(costs.whole.lost()),
        causes=len(fixes),
        newest=newest,
        counts=jsonio.text_of(menu_counts(account)),
        offset=offset(),
        size=PAGE_SIZE,
        shown=_shown(account),
        suggestions=_suggestions(account),
        contact=None if contact is None else (contact, names.of(contact)),
        problem=problem,
        first=first_run(account),
    )


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


def _tabs(account: Account, query: EventQuery, current: str) -> list[Tab]:
    """The tabs with their counts, which the indices tell."""
    tabs = []
    for key, label in _TABS.items():
        if key == "refused":
            count = str(account.journal.refused)
        elif not query.is_indexed:
            count = ""
        else:
            count = str(account.records(replace(_of_tab(query, key), limit=0)).total)
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
