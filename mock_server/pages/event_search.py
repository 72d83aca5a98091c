"""The search box of the event history: words, and filters such as `type:orderCreated`."""

import re
from dataclasses import dataclass, replace

from mock_server.emulator import EventQuery
from mock_server.emulator.account import Account
from mock_server.emulator.event_filters import event_query
from mock_server.filters import FILTERS

_TOKEN = re.compile(r'(?:(\w+):)?("([^"]*)"|\S+)')
_NUMBER = re.compile(r"#(\d{1,11})")
_SHORT = 6  # a number of so few digits rather names an order than a phone


@dataclass(frozen=True)
class EventSearch:
    """A search as a query. `contact_id` is the contact whose address the words are, or None."""

    query: EventQuery
    contact_id: int | None = None
    event_id: int | None = None


def read_search(text: str, account: Account) -> EventSearch:
    """Read what was typed. Raises `InvalidError` for a filter that no event can match."""
    asked: dict[str, str] = {}
    words: list[str] = []
    for name, whole, quoted in _TOKEN.findall(text):
        value = quoted if whole.startswith('"') else whole
        if name in FILTERS:
            asked[name] = value
        else:
            words.append(f"{name}:{value}" if name else value)
    query = event_query(account, asked)
    joined = " ".join(words)
    number = _NUMBER.fullmatch(joined)
    if number:
        event_id = int(number[1])
        return EventSearch(replace(query, since=event_id - 1, until=event_id), None, event_id)
    if not joined:
        return EventSearch(query)
    return EventSearch(replace(query, q=joined), contact_meant(joined, account))


def contact_meant(words: str, account: Account) -> int | None:
    """Find the contact whose address was typed, with or without `+`, blanks and punctuation."""
    for text in (words, re.sub(r"[^\d]", "", words)):
        is_address = len(text) > _SHORT or not text.isdecimal()
        if text and is_address and (found := account.contact_id_of(text)) != -1:
            return found
    return None
