"""What is explained is what happens, whatever contacts, orders and events came before.

Random sequences of requests go to one account. Before each event it is explained, and rehearsed
together with the events that follow it; and no request takes from a contact what identifies it,
unless it names that very contact.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.emulator import Account, Emulator, InvalidError, RefusedError
from mock_server.emulator.resources.bulk import ImportItem, ImportJob
from mock_server.rules.contact.bulk import ImportOptions
from mock_server.rules.outcome import EventRequest, Outcome

Step = tuple[str, dict[str, Any]]

_IDS = st.sampled_from(["1", "2", "0"])
_EMAILS = st.sampled_from(["a@b.c", "A@B.C", "straße@b.c", "x", "d@b.c"])
_PHONES = st.sampled_from(["380", "+380", "call me"])
_WHOSE = st.fixed_dictionaries(
    {}, optional={"externalCustomerId": _IDS, "email": _EMAILS, "phone": _PHONES}
)
_NUMBERS = st.integers(1, 4)


@st.composite
def contacts(draw: st.DrawFn) -> dict[str, Any]:
    """A contact as it comes from the wire, read."""
    whose = draw(_WHOSE)
    types = (("email", "email"), ("sms", "phone"))
    channels = [{"type": type_, "value": whose[name]} for type_, name in types if name in whose]
    named = {name: whose[name] for name in ("externalCustomerId",) if name in whose}
    return {**named, "channels": channels} if channels else named


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    """An order of Add orders."""
    return {
        "externalOrderId": draw(st.sampled_from(["o1", "o2"])),
        "totalCost": 1,
        "status": draw(st.sampled_from(["INITIALIZED", "DELIVERED"])),
        "date": "2026-01-01T00:00:00",
        "currency": "UAH",
        **draw(_WHOSE),
    }


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """An order event, or a visit."""
    keys = ("orderCreated", "orderUpdated", "orderDelivered", "orderCancelled", "visit")
    order = draw(orders())
    order.update(draw(st.fixed_dictionaries({}, optional={"ContactId": st.just("1")})))
    params = [{"name": name, "value": value} for name, value in order.items()]
    key_value = draw(st.sampled_from(["k", "a@b.c"]))
    return {"eventTypeKey": draw(st.sampled_from(keys)), "keyValue": key_value, "params": params}


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("event"), events()),
        st.tuples(st.just("event"), events()),
        st.tuples(st.sampled_from(["post", "subscribe", "bulk", "put"]), contacts()),
        st.tuples(st.just("order"), orders()),
        st.tuples(st.sampled_from(["delete", "erase"]), st.just({})),
        st.tuples(st.just("short"), _WHOSE),
    ),
    max_size=14,
)
_SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "create_contacts_from_events": st.just(True),
        "identifier_priority": st.just("as_sent"),
    },
)


def request(account: Account, kind: str, sent: dict[str, Any], number: int) -> None:
    """Make one request; one that is refused changes nothing."""
    book = account.resources.contacts
    if kind == "post":
        book.save(sent)
    elif kind == "subscribe":
        book.subscribe(sent, (), (), None)
    elif kind == "put":
        book.update(number, sent)
    elif kind == "bulk":
        job = ImportJob([ImportItem(sent, sent)], ImportOptions("email", restore_deleted=True))
        account.resources.imports.run(job)
    elif kind == "order":
        account.resources.orders.add([sent])
    elif kind == "short":
        account.add_contact(sent)
    else:
        book.delete(number, erase=kind == "erase")


def held(account: Account) -> dict[int, Any]:
    return {each["id"]: each for each in account.contacts(limit=1000).items}


def check(steps: list[Step], number: int, **switches: Any) -> None:
    with Emulator(settings=switches) as emulator:
        account = emulator.account()
        account.clock.freeze(account.clock.now())
        for is_event, run in groupby(steps, key=lambda each: each[0] == "event"):
            if is_event:
                _agree(account, [EventRequest(body) for _, body in run])
                continue
            for kind, sent in run:
                before = held(account)
                try:
                    request(account, kind, sent, number)
                except (RefusedError, InvalidError):
                    assert held(account) == before
                _nobody_loses(before, held(account), kind, number)


def _agree(account: Account, sent: list[EventRequest]) -> None:
    rehearsal = account.rehearsal()
    rehearsed = [rehearsal.judge(each) for each in sent]
    for each, foreseen in zip(sent, rehearsed, strict=True):
        before = held(account)
        explained = account.explain(each)
        happened = account.generate_event(each)
        assert replace(explained, event_id=None) == replace(happened, event_id=None)
        assert _unnumbered(foreseen) == _unnumbered(happened)
        _nobody_loses(before, held(account), "event", 0)


def _unnumbered(outcome: Outcome) -> Outcome:
    """An outcome without ids of events: those of a rehearsal count from 1."""
    trace = [
        replace(each, args={name: it for name, it in (each.args or {}).items() if name != "event"})
        for each in outcome.trace
    ]
    hint = outcome.hint and re.sub(r"event [0-9]+", "event", outcome.hint)
    caused_by = outcome.caused_by and 1
    return replace(outcome, event_id=None, caused_by=caused_by, hint=hint, trace=trace)


def _nobody_loses(before: dict[int, Any], after: dict[int, Any], kind: str, number: int) -> None:
    changed = {each for each in before if before[each] != after.get(each)}
    assert len(changed) <= 1, "a request changes one contact"
    ids = [each["externalCustomerId"] for each in after.values() if "externalCustomerId" in each]
    assert len(ids) == len(set(ids))
    for contact_id in changed:
        if kind in ("put", "delete", "erase"):
            assert contact_id == number
            continue
        was, now = before[contact_id], after[contact_id]
        assert now.get("externalCustomerId") == was.get(
            "externalCustomerId", now.get("externalCustomerId")
        )
        types = {each["type"] for each in was.get("channels", ())}
        assert types <= {each["type"] for each in now.get("channels", ())}


@given(_STEPS, _NUMBERS, _SETTINGS)
def test_what_is_explained_happens(
    steps: list[Step], number: int, switches: dict[str, Any]
) -> None:
    check(steps, number, **switches)


@pytest.mark.full
@pytest.mark.timeout(1800)
@settings(max_examples=10_000)
@given(_STEPS, _NUMBERS, _SETTINGS)
def test_what_is_explained_happens_in_ten_thousand_sequences(
    steps: list[Step], number: int, switches: dict[str, Any]
) -> None:
    check(steps, number, **switches)
