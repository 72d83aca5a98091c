"""Reads the filters of events that are asked for, by whichever way, into a query of the state."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mock_server.emulator.account import Account
from mock_server.emulator.clock import iso
from mock_server.emulator.errors import InvalidError
from mock_server.filters import FILTERS
from mock_server.ledger.catalogue import RULES
from mock_server.ledger.codes import CODES, codes_of
from mock_server.ledger.entry import Kind
from mock_server.ledger.findings import FINDINGS
from mock_server.names import way_out
from mock_server.rules.moments import moment_of
from mock_server.state import EventQuery

_AGO = re.compile(r"(\d{1,6})(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_MOST = 2**53


def event_query(account: Account, asked: Mapping[str, Any]) -> EventQuery:
    """The query for filters by name, or `InvalidError` for one that no event can match."""
    query = EventQuery()
    for name, value in asked.items():
        if value is not None:
            query = _READERS[name](query, value, account)
    return query


def _verdict(query: EventQuery, value: str, _: Account) -> EventQuery:
    _check("verdict", value, FILTERS["verdict"].values)
    if value == "dropped":
        return replace(query, group="dropped")
    return replace(query, verdict=value)


def _rule(query: EventQuery, value: str, _: Account) -> EventQuery:
    rule, slash, finding = str(value).partition("/")
    said = f"{rule.upper()}{slash}{finding}"
    _check("rule", said, (*RULES, *FINDINGS))
    return replace(query, finding=said)


def _fix(query: EventQuery, value: str, account: Account) -> EventQuery:
    found = account.of_cause(replace(query, cause=value))
    if not found.only:
        raise InvalidError(f"No event can match fix {value!r}. GET /_mock/fixes lists the causes.")
    return found


_READERS: Mapping[str, Callable[[EventQuery, Any, Account], EventQuery]] = {
    "type": lambda query, value, _: replace(query, type=value),
    "verdict": _verdict,
    "reason": lambda query, value, _: replace(query, reason=_code("reason", value)),
    "warning": lambda query, value, _: replace(query, warning=_code("warning", value)),
    "rule": _rule,
    "contact": lambda query, value, of: replace(query, contact=of.contact_id_of(str(value))),
    "order": lambda query, value, _: replace(query, order=str(value)),
    "q": lambda query, value, _: replace(query, q=value),
    "since": lambda query, value, _: replace(query, since=_event_id("since", "after", value)),
    "until": lambda query, value, _: replace(query, until=_event_id("until", "before", value)),
    "after": lambda query, value, of: replace(query, received_from=_time("after", value, of)),
    "before": lambda query, value, of: replace(query, received_to=_time("before", value, of)),
    "fix": _fix,
}


def _check(name: str, asked: str, known: Iterable[str]) -> None:
    known = tuple(known)
    if asked not in known:
        raise InvalidError(f"No event can match {name} {asked!r}. {way_out(str(asked), known)}")


def _code(name: Kind, asked: str) -> str:
    kinds = CODES[asked].kinds if asked in CODES else ()
    if kinds and name not in kinds:
        raise InvalidError(
            f"No event can match {name} {asked!r}. It is a {kinds[0]}: use that filter."
        )
    _check(name, asked, codes_of(name))
    return asked


def _event_id(name: str, of_time: str, value: str | int) -> int:
    text = str(value)
    if text.isascii() and text.isdigit() and int(text[:18]) < _MOST:
        return int(text[:18])
    raise InvalidError(
        f"The filter {name} takes an event id, and {text[:40]!r} is not one."
        f" For a time, use {of_time}."
    )


def _time(name: str, value: str, account: Account) -> str:
    """Return a time as records have it: of `2h`, the account's clock that long ago."""
    ago = _AGO.fullmatch(value)
    if ago:
        return iso(account.clock.now() - timedelta(seconds=int(ago[1]) * _SECONDS[ago[2]]))
    time = moment_of(value)
    if time is None:
        raise InvalidError(
            f"The filter {name} takes a time, and {value[:40]!r} is not one."
            " Write 30m, 2h, 7d or 2026-11-20T10:00 (in UTC)."
        )
    return iso(time)
