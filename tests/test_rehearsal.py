"""A rehearsal comes to the same as the events themselves would, one after the other."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_server.emulator import Emulator
from mock_server.emulator.examples import EXAMPLES
from mock_server.rules.outcome import EventRequest

SEED = {
    "contacts": [{"phone": "380501234567"}, {"email": "b@example.com"}],
    "orders": [
        {
            "externalOrderId": "old",
            "totalCost": 1,
            "status": "INITIALIZED",
            "date": "2026-01-01T00:00:00",
            "email": "b@example.com",
        }
    ],
}


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """An order event or another one, of a few orders and people, now and then with a fault."""
    made = copy.deepcopy(EXAMPLES[draw(st.sampled_from(sorted(EXAMPLES)))])
    changes = {
        "externalOrderId": st.sampled_from(["old", "1", "2"]),
        "externalCustomerId": st.sampled_from(["AV1", ""]),
        "phone": st.sampled_from(["380501234567", "new", ""]),
        "status": st.sampled_from(["INITIALIZED", "DELIVERED", "PAID"]),
        "items": st.sampled_from([[], [{"name": "x"}]]),
    }
    for each in made["params"]:
        if each["name"] in changes and draw(st.booleans()):
            each["value"] = draw(changes[each["name"]])
    mails = ["C@D.e", "c@d.e", "straße@d.e", "STRASSE@D.e"]  # two people
    made["params"].append({"name": "email", "value": draw(st.sampled_from(mails))})
    made["eventTypeKey"] = draw(st.sampled_from([made["eventTypeKey"], "custom"]))
    return made


@given(st.lists(events(), max_size=8), st.booleans())
def test_it_comes_to_the_same(sent: list[dict[str, Any]], creates: bool) -> None:
    with Emulator(seeds=[SEED], settings={"create_contacts_from_events": creates}) as emulator:
        account = emulator.account()
        account.clock.freeze(account.clock.now())
        rehearsal = account.rehearsal()
        rehearsed = [rehearsal.judge(EventRequest(each)) for each in sent]
        assert account.counts()["events"] == 0
        happened = [account.generate_event(EventRequest(each)) for each in sent]
    for one, other in zip(rehearsed, happened, strict=True):
        assert one == other


def test_everybody_can_be_taken_for_a_known_contact() -> None:
    with Emulator() as emulator:
        rehearsal = emulator.account().rehearsal(known_contacts=True)
        outcome = rehearsal.judge(EventRequest(EXAMPLES["orderCreated"]))
        assert (outcome.verdict, outcome.contact_id) == ("applied", 1)
        assert "identifiers_disagree" not in outcome.warnings
        assert emulator.account().counts()["orders"] == 0


def test_only_of_addresses_letter_case_does_not_matter() -> None:
    tokens = [{"name": "PushToken", "value": value} for value in ("Tok", "tOK", "Tok")]
    addresses = [{"name": "email", "value": value} for value in ("A@b.c", "a@B.C")]
    sent = [
        {"eventTypeKey": "visit", "keyValue": "1", "params": [each]}
        for each in (*tokens, *addresses)
    ]
    with Emulator(settings={"create_contacts_from_events": True}) as emulator:
        account = emulator.account()
        rehearsal = account.rehearsal()
        rehearsed = [rehearsal.judge(EventRequest(each)).contact_id for each in sent]
        happened = [account.generate_event(EventRequest(each)).contact_id for each in sent]
    assert rehearsed == happened


def test_two_spellings_of_an_address_are_one_person_as_when_sent() -> None:
    """IDN-02: capital letters of "ß" are "SS"."""

    def event(mail: str) -> EventRequest:
        params = [{"name": "EmailAddress", "value": mail}]
        return EventRequest({"eventTypeKey": "signup", "keyValue": mail, "params": params})

    mails = ("straße@shop.test", "STRASSE@shop.test")
    with Emulator(settings={"create_contacts_from_events": True}) as emulator:
        account = emulator.account()
        rehearsal = account.rehearsal()
        assert [rehearsal.judge(event(mail)).contact_id for mail in mails] == [1, 1]
        assert [account.generate_event(event(mail)).contact_id for mail in mails] == [1, 1]


def test_where_everybody_is_known_a_key_value_names_only_an_address():
    """IDN-10: `1` is not taken for the e-mail of somebody; an address in the keyValue is."""
    account = Emulator(None).account()
    for key_value, is_hinted in (("1", False), ("a@shop.test", True), ("380501234567", True)):
        body = {"eventTypeKey": "orderCreated", "keyValue": key_value, "params": []}
        outcome = account.rehearsal(known_contacts=True).judge(EventRequest(body))
        assert any(each.rule == "IDN-10" for each in outcome.trace) is is_hinted
