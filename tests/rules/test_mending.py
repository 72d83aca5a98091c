"""The draft of a corrected body: what is proposed is done, and what has no place is left alone."""

from __future__ import annotations

import copy

import pytest

from mock_server.emulator import Emulator
from mock_server.emulator.event_bodies import read_event
from mock_server.rules import fix
from mock_server.rules.mending import UNKNOWN, Draft, unknown_field
from mock_server.rules.outcome import EventRequest

PAIRS = {"params": [{"name": "a", "value": 1}, {"name": "b", "value": None}, 7]}
OBJECT = {"params": {"a": 1, "b": None}}
TEXT = {"params": [{"name": "items", "value": '[{"link": "x"}]'}]}


@pytest.mark.parametrize(
    ("body", "change", "wanted"),
    [
        (PAIRS, lambda draft: draft.remove("a"), {"params": PAIRS["params"][1:]}),
        (OBJECT, lambda draft: draft.remove("a"), {"params": {"b": None}}),
        (OBJECT, lambda draft: draft.add("c", 2), {"params": {"a": 1, "b": None, "c": 2}}),
        (OBJECT, lambda draft: draft.rename("a", "b"), {"params": {"b": 1}}),
        (
            PAIRS,
            lambda draft: draft.rename("a", "b"),
            {"params": [{"name": "b", "value": 1}, 7]},
        ),
        (
            TEXT,
            lambda draft: draft.rename("items[0].link", "url"),
            {"params": [{"name": "items", "value": '[{"url":"x"}]'}]},
        ),
        (
            TEXT,
            lambda draft: draft.set("items[0].url", "y"),
            {"params": [{"name": "items", "value": '[{"link":"x","url":"y"}]'}]},
        ),
        (PAIRS, lambda draft: draft.put("params[0].name", "z"), None),
        # What is not there is left alone.
        (PAIRS, lambda draft: draft.put("params[9].name", "z"), PAIRS),
        (PAIRS, lambda draft: draft.put("eventTypeKey.name", "z"), PAIRS),
        (PAIRS, lambda draft: draft.rename("c", "d"), PAIRS),
        (PAIRS, lambda draft: draft.set("a[0].b", "z"), PAIRS),
        (TEXT, lambda draft: draft.set("items[5].url", "z"), TEXT),
        ({"params": 7}, lambda draft: draft.add("a", 1), {"params": PAIRS["params"][:1]}),
        ({"a": 1}, lambda draft: draft.rename_field("b", "c"), {"a": 1}),
        ({"a": 1}, lambda draft: draft.rename_field("a", "c"), {"c": 1}),
        ({"a": 1}, lambda draft: unknown_field("a")(draft), {"a": UNKNOWN}),
    ],
)
def test_a_draft_does_what_is_proposed(body, change, wanted):
    sent = copy.deepcopy(body)
    draft = Draft(body)
    change(draft)
    if wanted is not None:
        assert draft.body == wanted
    assert body == sent  # the body that was sent stays


def test_a_fix_that_takes_too_many_rounds_ends_with_what_it_has(monkeypatch):
    """Each round judges once more; a bound keeps proposals that undo each other from looping."""
    account = Emulator(None).account()
    account.add_contact({"email": "a@shop.test"})
    params = {"externalOrderId": "1", "email": "a@shop.test", "status": "completed"}
    params |= {"date": "2026-01-01T00:00:00"}
    listed = [{"name": name, "value": value} for name, value in params.items()]
    request = EventRequest({"eventTypeKey": "orderCreated", "keyValue": "1", "params": listed})
    whole = fix.mend(request, account.view, "2026-01-02T00:00:00Z")
    monkeypatch.setattr(fix, "_ROUNDS", 1)
    cut = fix.mend(request, account.view, "2026-01-02T00:00:00Z")
    assert not cut.complete
    assert cut.body != whole.body


def test_one_param_in_place_of_the_list_becomes_a_list_of_one():
    account = Emulator(None).account()
    body = b'{"eventTypeKey": "x", "keyValue": "1", "params": {"name": "a", "value": 1}}'
    told = account.fix(read_event(body, "v2"))
    assert told["body"]["params"] == [{"name": "a", "value": 1}]
