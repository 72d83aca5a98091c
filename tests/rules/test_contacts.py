"""CON: which contact is meant, what becomes of it, and of its channels."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.rules.contact.contacts import save_contact, subscribe_contact, update_contact
from mock_server.state import AccountState, Store

NOW, BEFORE = "2026-02-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"


def channels(**values: str) -> list[dict[str, str]]:
    return [{"type": name, "value": value} for name, value in values.items()]


@pytest.fixture
def state() -> AccountState:
    """Contact 1 has everything, 2 an email, 3 is deleted with external ID, email and sms."""
    state = Store().account()
    everything = channels(email="one@x.y", sms="1", mobilepush="token")
    state.commit(
        {
            "contacts": [
                {"id": 1, "createdAt": BEFORE, "externalCustomerId": "A", "channels": everything},
                {"id": 2, "createdAt": BEFORE, "channels": channels(email="two@x.y")},
                {
                    "id": 3,
                    "deleted": True,
                    "deletedAt": BEFORE,
                    "externalCustomerId": "C",
                    "channels": channels(email="three@x.y", sms="3", viber="3"),
                },
            ]
        }
    )
    return state


@pytest.mark.parametrize(
    ("sent", "contact_id"),
    [
        ({"externalCustomerId": "A"}, 1),
        ({"channels": channels(email="ONE@X.Y")}, 1),
        ({"channels": channels(sms="1")}, 1),
        ({"channels": channels(webpush="token")}, 1),
        ({"externalCustomerId": "A", "channels": channels(email="two@x.y")}, 1),
        ({"externalCustomerId": "unknown", "channels": channels(email="two@x.y")}, 2),
        ({"channels": channels(sms="1", email="two@x.y")}, 2),
        ({"externalCustomerId": "a"}, 4),
        ({"channels": channels(viber="1")}, 4),
        ({"channels": channels(email="three@x.y")}, 4),
        ({"externalCustomerId": "C"}, 3),
    ],
)
def test_a_contact_is_found_by_the_first_identifier_that_finds_one(state, sent, contact_id):
    """CON-01, CON-02: a deleted contact is found by its external ID only."""
    decision = save_contact(sent, state, NOW)
    assert decision.refusal is None
    assert decision.contact["id"] == contact_id
    assert decision.is_new == (contact_id == 4)
    assert decision.restored == (contact_id == 3)
    assert decision.contact["updatedAt"] == NOW


def test_what_is_sent_replaces_and_the_rest_stays(state):
    first = {
        "channels": channels(email="new@x.y"),
        "firstName": "A",
        "address": {"town": "Kyiv", "region": "K"},
        "fields": [{"id": 1, "value": "a"}, {"id": 2, "value": "b"}],
        "externalCustomerId": "N",
    }
    state.commit({"contacts": [save_contact(first, state, BEFORE).contact]})
    second = {
        "externalCustomerId": "N",
        "lastName": "B",
        "channels": channels(sms="9"),
        "address": {"town": "Lviv"},
        "fields": [{"id": 2, "value": "c"}],
    }
    contact = save_contact(second, state, NOW).contact
    assert contact == {
        "id": 4,
        "source": "API",
        "createdAt": BEFORE,
        "updatedAt": NOW,
        "externalCustomerId": "N",
        "firstName": "A",
        "lastName": "B",
        "address": {"town": "Lviv", "region": "K"},
        "fields": [{"id": 1, "value": "a"}, {"id": 2, "value": "c"}],
        "channels": channels(email="new@x.y", sms="9"),
    }


def test_an_address_of_another_contact_is_shared_and_nobody_loses_it(state):
    """CON-14."""
    sent = {"externalCustomerId": "A", "channels": channels(email="TWO@x.y", sms="1")}
    decision = save_contact(sent, state, NOW)
    assert [each["value"] for each in decision.contact["channels"]] == ["token", "TWO@x.y", "1"]
    assert [step.message for step in decision.trace.steps] == [
        "contact 1 is found by externalCustomerId",
        'email "TWO@x.y" is also of contact 2',
    ]
    assert list(decision.trace.remarks()) == [
        ("channel_shared", 'email "TWO@x.y" is also of contact 2', False)
    ]


def test_a_restored_contact_comes_back_with_an_address_that_others_have(state):
    """CON-02, CON-14."""
    state.commit({"contacts": [{"id": 2, "channels": channels(email="three@x.y")}]})
    decision = save_contact({"externalCustomerId": "C", "firstName": "Cy"}, state, NOW)
    assert decision.contact["channels"] == channels(email="three@x.y", sms="3", viber="3")
    assert not {"deleted", "deletedAt"} & decision.contact.keys()
    assert [code for code, *_ in decision.trace.remarks()] == ["channels_missing", "channel_shared"]


def test_a_restored_contact_may_have_had_no_channels(state):
    state.commit({"contacts": [{"id": 9, "deleted": True, "externalCustomerId": "Z"}]})
    assert save_contact({"externalCustomerId": "Z"}, state, NOW).contact["id"] == 9


@pytest.mark.parametrize("decide", [save_contact, subscribe_contact])
@pytest.mark.parametrize("sent", [{}, {"firstName": "A"}, {"channels": []}, {"contactKey": "k"}])
def test_a_contact_needs_a_channel_or_an_external_id(state, decide, sent):
    """CON-09."""
    refusal = decide(sent, state, NOW).refusal
    assert refusal.status == 400
    assert "channel" in refusal.text


@pytest.mark.parametrize(
    ("contact_id", "sent", "status", "told"),
    [
        (99, {"firstName": "A"}, 404, "not found"),
        (2, {"externalCustomerId": "A"}, 400, "belongs to contact 1"),
        (2, {"externalCustomerId": "C"}, 400, "belongs to contact 3"),
    ],
)
def test_an_update_that_cannot_be_is_refused(state, contact_id, sent, status, told):
    """CON-03."""
    refusal = update_contact(contact_id, sent, state, NOW).refusal
    assert refusal.status == status
    assert told in refusal.text


def test_an_update_needs_a_contact_that_can_be_found(state):
    """CON-09, for a contact that had nothing before either."""
    state.commit({"contacts": [{"id": 5, "firstName": "A"}]})
    assert update_contact(5, {"lastName": "B"}, state, NOW).refusal.status == 400


def test_an_update_may_repeat_the_external_id_and_restores(state):
    """CON-03, CON-02."""
    decision = update_contact(1, {"externalCustomerId": "A", "firstName": "A"}, state, NOW)
    assert decision.contact["firstName"] == "A"
    decision = update_contact(3, {"firstName": "C"}, state, NOW)
    assert decision.restored


def test_subscribing_keeps_the_channels_a_contact_has(state):
    """CON-08: those of the types it lacks are added."""
    sent: dict[str, Any] = {
        "externalCustomerId": "A",
        "channels": channels(email="other@x.y", viber="5"),
        "firstName": "A",
    }
    contact = subscribe_contact(sent, state, NOW).contact
    assert contact["firstName"] == "A"
    assert contact["channels"] == channels(email="one@x.y", sms="1", mobilepush="token", viber="5")


def test_subscribing_does_not_look_for_push_tokens(state):
    """CON-08: external ID, then email, then phone."""
    decision = subscribe_contact({"channels": channels(webpush="token")}, state, NOW)
    assert decision.is_new


_SOME = st.sampled_from(["a", "b", "A", "c"])
_SENT = st.fixed_dictionaries(
    {},
    optional={
        "externalCustomerId": _SOME,
        "channels": st.lists(
            st.fixed_dictionaries(
                {"type": st.sampled_from(["email", "sms", "webpush"]), "value": _SOME}
            ),
            min_size=1,
            max_size=3,
        ),
    },
)


@given(st.lists(st.tuples(st.sampled_from([save_contact, subscribe_contact]), _SENT), max_size=8))
def test_nobody_ever_loses_what_identified_them(requests):
    """CON-14, whatever comes in whatever order; and what was sent finds its contact again."""
    state = Store().account()
    for decide, sent in requests:
        before = {each["id"]: each for each in state.rows("contacts")}
        decision = decide(sent, state, NOW)
        if decision.refusal is not None:
            continue
        state.commit({"contacts": [decision.contact]})
        if decide is save_contact:
            assert save_contact(sent, state, NOW).contact["id"] == decision.contact["id"]
        after = {each["id"]: each for each in state.rows("contacts")}
        changed = {each for each in before if before[each] != after[each]}
        assert changed <= {decision.contact["id"]}
        ids = [each.get("externalCustomerId") for each in after.values()]
        held = [each for each in ids if each is not None]
        assert len(held) == len(set(held))
        for contact_id, contact in before.items():
            if "externalCustomerId" in contact:
                assert after[contact_id]["externalCustomerId"] == contact["externalCustomerId"]


def test_a_contact_that_two_identifiers_find_is_told_once(state):
    """CON-01: only another contact is one too many."""
    sent = {"externalCustomerId": "A", "channels": channels(email="one@x.y")}
    notes = [step.message for step in save_contact(sent, state, NOW).trace.steps]
    assert [each for each in notes if "contact 1" in each] == [
        "contact 1 is found by externalCustomerId"
    ]


def test_a_new_contact_is_told(state):
    """CON-01."""
    decision = save_contact({"externalCustomerId": "N"}, state, NOW)
    findings = [step.finding for step in decision.trace.steps]
    assert findings == ["CON-09/no_channels", "CON-01/new"]


def test_an_address_whose_parts_are_all_cleared_goes(state):
    """CON-01: a blank clears a text field; nothing is left of the address then."""
    first = {"externalCustomerId": "N", "address": {"town": "Kyiv"}}
    state.commit({"contacts": [save_contact(first, state, BEFORE).contact]})
    second = {"externalCustomerId": "N", "address": {"town": ""}}  # as a blank is read
    assert "address" not in save_contact(second, state, NOW).contact
