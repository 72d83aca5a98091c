"""CON-07: how a contact of a bulk request is found, and which of its fields are updated."""

from __future__ import annotations

import pytest

from mock_server.rules.contact.bulk import ImportOptions, import_contact
from mock_server.state import AccountState, Store

NOW = "2026-02-01T00:00:00.000Z"
ONE = {
    "id": 1,
    "externalCustomerId": "A",
    "firstName": "A",
    "lastName": "A",
    "channels": [{"type": "email", "value": "one@x.y"}, {"type": "sms", "value": "1"}],
    "address": {"town": "Kyiv", "region": "K"},
    "fields": [{"id": 7, "value": "seven"}, {"id": 8, "value": "eight"}],
}


@pytest.fixture
def state() -> AccountState:
    """Contact 1 has everything, 2 a push token, 3 is deleted."""
    state = Store().account()
    push = [{"type": "webpush", "value": "token"}]
    gone = [{"type": "email", "value": "gone@x.y"}]
    state.commit(
        {
            "contacts": [
                ONE,
                {"id": 2, "channels": push},
                {"id": 3, "deleted": True, "channels": gone},
            ]
        }
    )
    return state


def email(value: str) -> list[dict[str, str]]:
    return [{"type": "email", "value": value}]


def sms(value: str) -> list[dict[str, str]]:
    return [{"type": "sms", "value": value}]


@pytest.mark.parametrize(
    ("dedupe_on", "sent", "contact_id", "value"),
    [
        ("email", {"channels": email("ONE@x.y")}, 1, "ONE@x.y"),
        ("email", {"channels": email("new@x.y")}, 4, "new@x.y"),
        ("sms", {"channels": sms("1")}, 1, "1"),
        ("sms", {"channels": [*email("one@x.y"), *sms("2")]}, 4, "2"),
        ("push", {"channels": [{"type": "mobilepush", "value": "token"}]}, 2, "token"),
        ("email_or_sms", {"channels": [*sms("1"), *email("one@x.y")]}, 1, "one@x.y"),
        ("email_or_sms", {"channels": sms("1")}, 1, "1"),
        ("id", {"id": 1}, 1, "1"),
        ("externalCustomerId", {"externalCustomerId": "A"}, 1, "A"),
        ("fieldId", {"fields": [{"id": 7, "value": "seven"}]}, 1, "seven"),
        ("fieldId", {"fields": [{"id": 7, "value": "other"}], "channels": sms("5")}, 4, "other"),
        # An external ID beats dedupeOn, whether it finds anybody or not.
        ("email", {"externalCustomerId": "A"}, 1, "A"),
        ("sms", {"externalCustomerId": "B", "channels": sms("1")}, 4, "B"),
        ("fieldId", {"externalCustomerId": "B", "channels": sms("9")}, 4, "B"),
        ("id", {"externalCustomerId": "B", "channels": sms("9")}, 4, "B"),
    ],
)
def test_a_contact_is_found_by_what_dedupe_on_names(state, dedupe_on, sent, contact_id, value):
    options = ImportOptions(dedupe_on, field_id=7)
    decision = import_contact(sent, options, state, NOW)
    assert decision.refusal is None
    assert (decision.contact["id"], decision.dedupe_value) == (contact_id, value)
    assert decision.is_new == (contact_id == 4)


@pytest.mark.parametrize(
    ("dedupe_on", "sent", "told"),
    [
        ("email", {"channels": sms("1")}, "email is not filled"),
        ("email_or_sms", {"firstName": "A"}, "email or sms is not filled"),
        ("externalCustomerId", {"channels": sms("1")}, "externalCustomerId is not filled"),
        ("id", {"channels": sms("1")}, "id is not filled"),
        ("id", {"id": 99}, "not found"),
        ("fieldId", {"fields": [{"id": 8, "value": "x"}]}, "field 7 is not filled"),
        ("email", {"channels": email("gone@x.y")}, "restoreDeleted"),
        ("id", {"id": 3}, "restoreDeleted"),
        # CON-09 holds for imports as well.
        ("fieldId", {"fields": [{"id": 7, "value": "x"}]}, "no channel and no externalCustomerId"),
    ],
)
def test_a_contact_that_cannot_be_imported_is_told_why(state, dedupe_on, sent, told):
    options = ImportOptions(dedupe_on, field_id=7)
    assert told in import_contact(sent, options, state, NOW).refusal.text


@pytest.mark.parametrize("dedupe_on", ["id", "externalCustomerId", "email"])
def test_what_is_missing_is_told_with_the_way_out(state, dedupe_on):
    told = import_contact({}, ImportOptions(dedupe_on), state, NOW).refusal.text
    ways = "it" if dedupe_on == "externalCustomerId" else "it, or an externalCustomerId"
    assert told == f"{dedupe_on} is not filled, and dedupeOn is {dedupe_on}; send {ways}"


def test_an_update_must_leave_something_to_find_the_contact_by(state):
    """CON-09, as PUT /contact/{id} has it."""
    options = ImportOptions("id", contact_fields=("webpush",))
    decision = import_contact({"id": 2}, options, state, NOW)
    assert "no channel and no externalCustomerId" in decision.refusal.text


@pytest.mark.parametrize("dedupe_on", ["email", "id"])
def test_a_deleted_contact_is_restored_when_asked_for(state, dedupe_on):
    options = ImportOptions(dedupe_on, restore_deleted=True)
    decision = import_contact({"id": 3, "channels": email("gone@x.y")}, options, state, NOW)
    assert decision.restored
    assert decision.contact["id"] == 3


def test_all_sent_fields_are_updated_without_a_list(state):
    sent = {"channels": [*email("one@x.y"), *sms("2")], "lastName": "B", "addressBookId": 1}
    contact = import_contact(sent, ImportOptions("email"), state, NOW).contact
    assert contact["channels"] == [*email("one@x.y"), *sms("2")]
    assert (contact["firstName"], contact["lastName"], contact["addressBookId"]) == ("A", "B", 1)


def test_only_listed_fields_are_updated_and_those_not_sent_become_null(state):
    sent = {
        "channels": [*email("one@x.y"), *sms("2"), {"type": "viber", "value": "3"}],
        "firstName": "B",
        "lastName": "B",
        "address": {"town": "Lviv", "postcode": "79000"},
        "fields": [{"id": 7, "value": "changed"}],
    }
    options = ImportOptions("email", contact_fields=("lastName", "contactKey", "town", "region"))
    contact = import_contact(sent, options, state, NOW).contact
    assert (contact["firstName"], contact["lastName"]) == ("A", "B")
    assert contact["address"] == {"town": "Lviv"}
    assert contact["fields"] == ONE["fields"]
    assert contact["channels"] == [
        *email("one@x.y"),
        *sms("1"),
        {"type": "viber", "value": "3"},
    ]


def test_a_listed_channel_that_is_not_sent_goes_but_never_the_one_of_dedupe_on(state):
    options = ImportOptions("email", contact_fields=("email", "sms", "region", "town"))
    contact = import_contact({"channels": email("ONE@x.y")}, options, state, NOW).contact
    assert contact["channels"] == email("one@x.y")
    assert "address" not in contact


def test_a_part_of_the_address_that_is_not_listed_stays(state):
    options = ImportOptions("email", contact_fields=("region",))
    contact = import_contact({"channels": email("one@x.y")}, options, state, NOW).contact
    kept = {name: value for name, value in ONE["address"].items() if name != "region"}
    assert contact["address"] == kept


@pytest.mark.parametrize(
    ("custom", "sent", "kept"),
    [
        (None, [{"id": 8, "value": "new"}], {7: "seven", 8: "eight"}),
        ((8,), [{"id": 8, "value": "new"}], {7: "seven", 8: "new"}),
        ((8,), [{"id": 9, "value": "new"}], {7: "seven"}),
        ((7, 8), [], {7: "seven"}),
    ],
)
def test_custom_fields_are_updated_when_their_ids_are_listed(state, custom, sent, kept):
    options = ImportOptions("fieldId", 7, custom_fields=custom)
    sent = {"fields": [{"id": 7, "value": "seven"}, *sent]}
    contact = import_contact(sent, options, state, NOW).contact
    assert {each["id"]: each["value"] for each in contact["fields"]} == kept


def test_a_list_of_fields_keeps_what_it_does_not_name_but_for_the_catalogue(state):
    sent = {"channels": email("one@x.y"), "firstName": "B", "lastName": "B", "addressBookId": 1}
    options = ImportOptions("email", contact_fields=("lastName",))
    contact = import_contact(sent, options, state, NOW).contact
    assert (contact["firstName"], contact["lastName"], contact["addressBookId"]) == ("A", "B", 1)


def test_a_custom_field_that_is_not_listed_stays(state):
    options = ImportOptions("email", custom_fields=(8,))
    contact = import_contact({"channels": email("one@x.y")}, options, state, NOW).contact
    assert contact["fields"] == [{"id": 7, "value": "seven"}]


def test_custom_fields_may_all_become_null(state):
    options = ImportOptions("email", custom_fields=(7, 8))
    contact = import_contact({"channels": email("one@x.y")}, options, state, NOW).contact
    assert "fields" not in contact
    options = ImportOptions("push", custom_fields=(7, 8))
    sent = {"channels": [{"type": "webpush", "value": "token"}]}
    assert "fields" not in import_contact(sent, options, state, NOW).contact
