"""The report about an account that is there already: a running server's, or that of a state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from mock_server.emulator.errors import InvalidError
from mock_server.emulator.gate.gathering import Gathering
from mock_server.emulator.gate.report import Report
from mock_server.emulator.reports.fixes import Fix
from mock_server.emulator.reports.lost_orders import Damage
from mock_server.model import DROPPED, VERDICTS
from mock_server.state import EventQuery

if TYPE_CHECKING:
    from mock_server.emulator.account import Account

SHOWN = 1000
"""Cases of each kind that the report has, the newest; all are counted."""

_NOTHING = (
    "Nothing was sent to the emulator since its start or its last reset: the base URL of the code"
    " is another one, or the code that sends was not reached."
)


def check(accounts: Sequence[Account], fail_on: Sequence[str], since: int | None = None) -> Report:
    """Report on what these accounts hold; with `since`, on what came after that event.

    The counts come from the indices, so that it costs little at any size. Raises `InvalidError`
    when there is no event `since`.
    """
    found = Gathering(fail_on, nothing=_NOTHING)
    fixes: list[Fix] = []
    lost = Damage()
    for account in accounts:
        _check_since(account, since)
        _count(found.report, account, since)
        _keep_events(found, account, since)
        _add_refused(found, account, since)
        for fault in account.faults.unused():
            found.add_unused(fault)
        costs = account.costs_of(EventQuery(since=since))
        fixes += costs.fixes
        lost.add(costs.whole)
    report = found.finish()
    report.fixes = [each.to_document() for each in sorted(fixes, key=lambda each: -each.count)]
    report.lost = lost.lost()
    report.fixes_total = sum(report.by_verdict[each] for each in DROPPED) + report.refused
    return report


def _check_since(account: Account, since: int | None) -> None:
    if since and not account.events(EventQuery(since=since - 1, limit=0)).total:
        raise InvalidError(
            f"There is no event {since} any more: the emulator was reset or started again since."
            " Leave --since out."
        )


def _total(account: Account, since: int | None, **filters: str) -> int:
    return account.events(EventQuery(**filters, since=since, limit=0)).total  # type: ignore[arg-type]  # names of filters


def _count(report: Report, account: Account, since: int | None) -> None:
    for verdict in VERDICTS:
        report.by_verdict[verdict] += _total(account, since, verdict=verdict)
    report.total = report.by_verdict.total()
    report.warned += _total(account, since, group="warned")
    for key in account.event_counts("type"):
        for verdict in VERDICTS:
            if count := _total(account, since, type=key, verdict=verdict):
                report.by_type.setdefault(key or "-", Counter())[verdict] += count
    for kind, counts in report.codes.items():
        for code in account.event_counts(kind[:-1]):
            with suppress(InvalidError):  # a code of an older version
                counts.update({code: _total(account, since, **{kind[:-1]: code})})
        report.codes[kind] = +counts


def _keep_events(found: Gathering, account: Account, since: int | None) -> None:
    """Make the newest cases, and count those that are older."""
    kinds = found.report.kinds
    queries = [
        EventQuery(verdict=kind, since=since, limit=SHOWN) for kind in kinds if kind in DROPPED
    ]
    total = sum(_total(account, since, verdict=kind) for kind in kinds if kind in DROPPED)
    before = Counter(found.report.fallen), found.report.cases_total
    if "warning" in kinds:
        queries.append(EventQuery(group="warned", since=since, limit=SHOWN))
        total += _total(account, since, group="warned")
        total -= sum(
            _total(account, since, group="warned", verdict=kind)
            for kind in kinds
            if kind in DROPPED
        )
    newest = {each["eventId"]: each for query in queries for each in account.records(query).items}
    for _, event in sorted(newest.items()):
        found.keep_event(event, partial(account.fix_of, event))
    counts, cases = before
    for kind in kinds:
        if kind in DROPPED:
            counts[kind] += _total(account, since, verdict=kind)
        elif kind == "warning":
            counts[kind] += _total(account, since, group="warned")
    found.report.fallen, found.report.cases_total = counts, cases + total


def _add_refused(found: Gathering, account: Account, since: int | None) -> None:
    journal = account.journal
    after = journal.number_of(since) if since else 0
    page = journal.page(limit=SHOWN, refused=True, fixed=True)
    newer = [each for each in page["requests"] if each["requestId"] > after]
    for entry in reversed(newer):
        found.add_refused(entry)
    beyond = page["total"] - SHOWN if len(newer) == SHOWN else 0
    beyond += page.get("droppedAttempts", 0)
    found.add_refused_beyond(beyond)
    if page["dropped"]:
        found.report.notes.append(
            f"{page['dropped']:,} older requests are not in the journal any more;"
            " those of them that were refused are not counted (--max-requests)."
        )
