"""The search box of the event history: words, and filters such as `type:orderCreated`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from mock_server.emulator import EventQuery
from mock_server.emulator.account import Account
from mock_server.emulator.clock import iso
from mock_server.emulator.errors import InvalidError
from mock_server.rules.moments import moment_of

FILTERS: Mapping[str, str] = {
    "type": "an event type, as in type:orderCreated",
    "verdict": "applied, recorded, ignored or rejected",
    "reason": "a code of what went wrong, as in reason:contact_not_found",
    "warning": "a code of a warning",
    "rule": "a rule, or one of its findings, as in rule:ITM-02",
    "order": "an order's id",
    "contact": "a contact's id, e-mail, phone or external ID",
    "since": "a time, or how long ago: since:2h, since:2026-11-20T10:00",
    "until": "a time, or how long ago",
}
"""What can stand before a colon, and what after it."""

_TOKEN = re.compile(r'(?:(\w+):)?("([^"]*)"|\S+)')
_NUMBER = re.compile(r"#(\d{1,11})")
_SHORT = 6  # digits that rather belong to an order than to a phone
_AGO = re.compile(r"(\d{1,6})(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class EventSearch:
    """What was typed, as a query. `contact_id`: whose address the words are, if anybody's."""

    query: EventQuery
    contact_id: int | None = None
    event_id: int | None = None


def read_search(text: str, account: Account) -> EventSearch:
    """Read what was typed. Raises `InvalidError` for a filter that is none or never can match."""
    asked: dict[str, str] = {}
    words: list[str] = []
    for name, whole, quoted in _TOKEN.findall(text):
        value = quoted if whole.startswith('"') else whole
        if name in FILTERS:
            asked[name] = value
        else:
            words.append(f"{name}:{value}" if name else value)
    query = EventQuery()
    for name, value in asked.items():
        query = _narrowed(query, name, value, account)
    joined = " ".join(words)
    number = _NUMBER.fullmatch(joined)
    if number:
        event_id = int(number[1])
        return EventSearch(replace(query, since=event_id - 1, until=event_id), None, event_id)
    if not joined:
        return EventSearch(query)
    return EventSearch(replace(query, q=joined), _whose(joined, account))


def _narrowed(query: EventQuery, name: str, value: str, account: Account) -> EventQuery:
    if name == "rule":
        return replace(query, finding=value.upper() if "/" not in value else value)
    if name == "contact":
        return replace(query, contact=account.contact_id_of(value))
    if name == "since":
        return replace(query, received_from=_time(value, account))
    if name == "until":
        return replace(query, received_to=_time(value, account))
    of_text: dict[str, Any] = {name: value}
    return replace(query, **of_text)


def _time(value: str, account: Account) -> str:
    """A time as records have it: of `2h`, the account's clock that long ago."""
    ago = _AGO.fullmatch(value)
    if ago:
        return iso(account.clock.now() - timedelta(seconds=int(ago[1]) * _SECONDS[ago[2]]))
    time = moment_of(value)
    if time is None:
        raise InvalidError(f"{value} is no time: write 30m, 2h, 7d or 2026-11-20T10:00 (in UTC).")
    return iso(time)


def _whose(words: str, account: Account) -> int | None:
    """The contact whose address was typed, with or without `+`, blanks and punctuation."""
    for text in (words, re.sub(r"[^\d]", "", words)):
        is_address = len(text) > _SHORT or not text.isdecimal()
        if text and is_address and (found := account.contact_id_of(text)) != -1:
            return found
    return None
