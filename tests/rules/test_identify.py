"""IDN-01 to IDN-09 and ENV-12: whom an event belongs to."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from mock_server.documents.account_settings import IdentifierRule
from mock_server.emulator import Emulator
from mock_server.model import IDENTIFIER_KINDS, is_contact_field
from mock_server.rules.contact.identifiers import DEFAULT_NAMES
from mock_server.rules.outcome import EventRequest

ALL = {
    3: {"externalCustomerId": "X3", "email": "Three@Shop.ua", "phone": "333"},
    4: {"pushToken": "T4", "contactKey": "K4", "email": "four@shop.ua"},
}
VALUES = {
    "contactId": ("3", 3),
    "externalCustomerId": ("X3", 3),
    "email": ("Three@Shop.ua", 3),
    "phone": ("333", 3),
    "pushToken": ("T4", 4),
    "contactKey": ("K4", 4),
}


def visit(case: Any, view: Any, version: str = "v2", /, **params: Any) -> Any:
    """The outcome of an event that is no order event."""
    return case.judge(case.event("visit", **params), view, version)


# IDN-01: names


def test_the_documented_names_are_known() -> None:
    """IDN-01: the page names twelve, the guide adds externalCustomerId."""
    assert sorted(name for name, _ in DEFAULT_NAMES) == sorted(
        """ContactId Contact_id Email EmailAddress UserEmail ContactEmail Phone SMS PhoneNumber
        PushToken ContactKey Contact_key externalCustomerId""".split()
    )


@pytest.mark.parametrize("spell", [str, str.lower, str.upper], ids=["as is", "lower", "upper"])
@pytest.mark.parametrize(("name", "kind"), DEFAULT_NAMES, ids=[name for name, _ in DEFAULT_NAMES])
def test_name_identifies_in_any_letter_case(case: Any, name: str, kind: str, spell: Any) -> None:
    """IDN-01."""
    value, contact_id = VALUES[kind]
    outcome = visit(case, case.view(ALL), **{spell(name): value})
    assert (outcome.verdict, outcome.contact_id, outcome.warnings) == ("recorded", contact_id, [])
    (names,) = case.steps(outcome, "IDN-01")
    assert names.startswith(f"passed identifying: {spell(name)}")


RANKED = """ContactId Contact_id externalCustomerId Email EmailAddress UserEmail ContactEmail Phone
    SMS PhoneNumber PushToken ContactKey Contact_key""".split()


@pytest.mark.parametrize(("first", "second"), [*pairwise(RANKED)])
def test_of_two_names_the_one_that_the_rule_names_first_identifies(
    case: Any, first: str, second: str
) -> None:
    """IDN-03, wherever they stand in the event."""
    kinds = ("externalCustomerId", "email", "phone", "pushToken", "contactKey")
    view = case.view({number: dict.fromkeys(kinds, str(number)) for number in (1, 2)})
    assert visit(case, view, **{second: "2", first: "1"}).contact_id == 1


def test_an_account_can_have_the_order_in_which_they_were_sent(case: Any) -> None:
    """IDN-03."""
    people = {1: {"phone": "1"}, 2: {"email": "two@x.y"}, 3: {"externalCustomerId": "3"}}
    as_sent = case.view(people, identifier_priority="as_sent")
    ranked = case.view(people)
    sent = {"phone": "1", "email": "two@x.y", "externalCustomerId": "3"}
    assert visit(case, as_sent, **sent).contact_id == 1
    assert visit(case, as_sent, **dict(reversed(sent.items()))).contact_id == 3
    assert visit(case, ranked, **sent).contact_id == 3


@pytest.mark.parametrize("name", ["e-mail", "mail", "phones", "customerId", "contact id", "id"])
def test_other_names_identify_nobody(case: Any, name: str) -> None:
    """IDN-01, IDN-08."""
    outcome = visit(case, case.view(ALL), **{name: "333"})
    assert (outcome.contact_id, outcome.warnings) == (None, ["contact_identifier_missing"])


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param(333, 3, id="a number, as its text"),
        pytest.param("333", 3, id="text"),
        pytest.param(" 333", None, id="not with a blank"),
    ],
)
def test_value_is_compared_as_text(case: Any, value: Any, found: int | None) -> None:
    """IDN-02."""
    assert visit(case, case.view(ALL), phone=value).contact_id == found


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (None, "phone is not filled: it identifies nobody"),
        ("", "phone is not filled: it identifies nobody"),
        (" \n", "phone is not filled: it identifies nobody"),
        ({"a": 1}, "phone is an object: it identifies nobody"),
        ([1], "phone is an array: it identifies nobody"),
        (True, "phone is a boolean: it identifies nobody"),
    ],
)
def test_unusable_value_is_noted(case: Any, value: Any, seen: str) -> None:
    """IDN-01, IDN-08."""
    outcome = visit(case, None, phone=value)
    assert case.steps(outcome, "IDN-01") == [f"noted {seen}"]
    assert outcome.warnings == ["contact_identifier_missing"]


# ENV-12: external IDs that count as empty


@pytest.mark.parametrize(
    ("version", "value", "found"),
    [
        pytest.param("v2", "null", None, id="ENV-12 v2 the text null"),
        pytest.param("v2", None, None, id="ENV-12 v2 null"),
        pytest.param("v2", "", None, id="ENV-12 v2 empty"),
        pytest.param("v2", "  ", None, id="ENV-12 v2 blank"),
        pytest.param("v2", "NULL", 9, id="ENV-12 v2 capitals are an ID"),
        pytest.param("v1", "null", 8, id="ENV-12 v1 the text null is an ID"),
        pytest.param("v1", None, None, id="ENV-12 v1 null"),
        pytest.param("v1", " ", None, id="ENV-12 v1 blank"),
    ],
)
def test_empty_external_id_does_not_identify(
    case: Any, version: str, value: Any, found: int | None
) -> None:
    view = case.view({8: {"externalCustomerId": "null"}, 9: {"externalCustomerId": "NULL"}})
    outcome = visit(case, view, version, externalCustomerId=value)
    assert outcome.contact_id == found
    assert len(case.steps(outcome, "ENV-12")) == (found is None)


def test_text_null_is_a_value_like_any_other_elsewhere(case: Any) -> None:
    """ENV-12 speaks of external IDs only."""
    assert visit(case, case.view({8: {"phone": "null"}}), phone="null").contact_id == 8


@pytest.mark.parametrize(
    ("version", "kept"),
    [pytest.param("v2", "AV13760", id="ENV-12 v2"), pytest.param("v1", "null", id="ENV-12 v1")],
)
def test_the_text_null_replaces_no_external_id_of_an_order(
    case: Any, version: str, kept: str
) -> None:
    """ENV-12, ORD-10: what is ignored replaces nothing."""
    view = case.view(orders=[case.existing(externalCustomerId="AV13760")])
    outcome = case.judge(case.order("orderUpdated", externalCustomerId="null"), view, version)
    assert outcome.effect.after["externalCustomerId"] == kept


# IDN-02 to IDN-04: comparing and priority


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        pytest.param("email", "THREE@shop.UA", 3, id="IDN-02 email in any letter case"),
        pytest.param("externalCustomerId", "x3", None, id="IDN-02 external ID exactly"),
        pytest.param("pushToken", "t4", None, id="IDN-02 push token exactly"),
        pytest.param("contactKey", "k4", None, id="IDN-02 contact key exactly"),
    ],
)
def test_letter_case_counts_but_for_email(
    case: Any, name: str, value: str, found: int | None
) -> None:
    outcome = visit(case, case.view(ALL), **{name: value})
    assert outcome.contact_id == found
    said = ["passed email addresses are compared without letter case"] if found else []
    assert case.steps(outcome, "IDN-02") == said


@pytest.mark.parametrize("higher", range(len(IDENTIFIER_KINDS) - 1))
def test_priority_of_the_kinds(case: Any, higher: int) -> None:
    """IDN-03 and IDN-04: the higher of two neighbours wins, wherever it stands among the params."""
    one, two = IDENTIFIER_KINDS[higher : higher + 2]
    contacts = {1: {one: "1"}, 2: {two: "2"}}
    outcome = visit(case, case.view(contacts), **{two: "2", one: "1"})
    assert (outcome.contact_id, outcome.warnings) == (1, ["identifiers_disagree"])
    assert case.steps(outcome, "IDN-04") == [
        f'noted {two} "2" belongs to contact 2; contact 1 has priority'
    ]


def test_priority_within_a_kind(case: Any) -> None:
    """IDN-03: as IDN-01 names them."""
    view = case.view({1: {"email": "a@b"}, 2: {"email": "c@d"}, 3: {"email": "e@f"}})
    params = {"ContactEmail": "e@f", "UserEmail": "c@d", "emailaddress": "a@b"}
    outcome = visit(case, view, **params)
    assert outcome.contact_id == 1
    assert case.steps(outcome, "IDN-01") == [
        "passed identifying: emailaddress (email), UserEmail (email), ContactEmail (email)"
    ]


def test_value_that_matches_nobody_falls_through(case: Any) -> None:
    """IDN-03."""
    outcome = visit(case, case.view(ALL), externalCustomerId="X9", phone="333")
    assert (outcome.contact_id, outcome.warnings) == (3, [])
    assert case.steps(outcome, "IDN-03") == [
        'noted externalCustomerId "X9" matches nobody',
        'passed phone "333" belongs to contact 3',
    ]


def test_identifiers_of_one_contact_agree(case: Any) -> None:
    """IDN-04."""
    outcome = visit(case, case.view(ALL), externalCustomerId="X3", phone="333")
    assert (outcome.contact_id, outcome.warnings) == (3, [])
    assert case.steps(outcome, "IDN-06") == ["passed the event belongs to contact 3"]


# IDN-05: the account's own rule


@pytest.mark.parametrize("kind", IDENTIFIER_KINDS)
def test_own_rule_looks_for_its_field(case: Any, kind: Any) -> None:
    """IDN-05: one parameter, in any letter case, and nothing else identifies."""
    value, contact_id = VALUES[kind]
    view = case.view(ALL, identifier_rule=IdentifierRule("UserToken", kind))
    outcome = visit(case, view, usertoken=value, email="four@shop.ua", contactId="4")
    assert (outcome.contact_id, outcome.warnings) == (contact_id, [])
    assert case.steps(outcome, "IDN-05") == [
        f"passed the account identifies contacts by UserToken only ({kind})"
    ]


def test_own_rule_may_look_for_an_additional_field(case: Any) -> None:
    """IDN-05: `field:12345`; and IDN-07 keeps what identified the contact there."""
    rule = IdentifierRule("card", "field:12345")
    view = case.view({5: {"field:12345": "C-7"}}, identifier_rule=rule)
    assert visit(case, view, card="C-7").contact_id == 5
    nobody = visit(case, view, card="C-8")
    assert (nobody.contact_id, nobody.warnings) == (None, ["contact_not_found"])
    view = case.view({}, identifier_rule=rule, create_contacts_from_events=True)
    created = visit(case, view, card="C-8").new_contact
    assert created["fields"] == [{"id": 12345, "value": "C-8"}]


@pytest.mark.parametrize(
    ("field", "is_one"),
    [
        ("email", True),
        ("contactId", True),
        ("field:12345", True),
        ("field:", False),
        ("field:0", False),
        ("field:01", False),
        ("field:x", False),
        ("Email", False),
        (5, False),
        (None, False),
    ],
)
def test_what_an_account_can_identify_contacts_by(field: Any, is_one: bool) -> None:
    """IDN-05."""
    assert is_contact_field(field) is is_one


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        pytest.param(..., "which is missing", id="IDN-05 missing"),
        pytest.param("", "which is not usable", id="IDN-05 not filled"),
        pytest.param([], "which is not usable", id="IDN-05 an array"),
    ],
)
def test_order_is_not_saved_until_the_other_parameter_is_sent(
    case: Any, value: Any, seen: str
) -> None:
    view = case.view(identifier_rule=IdentifierRule("uid", "externalCustomerId"))
    outcome = case.judge(case.order(uid=value), view)
    assert case.say(outcome) == (
        "ignored",
        ["contact_identifier_missing"],
        [],
        [("IDN-05", None)],
        "would be applied if uid held a known contact's externalCustomerId",
    )
    assert case.steps(outcome, "IDN-05") == [
        f"noted the account identifies contacts by uid only (externalCustomerId), {seen}",
        "failed uid, by which alone the account identifies contacts, is not filled",
    ]


def test_other_event_is_recorded_without_the_other_parameter(case: Any) -> None:
    """IDN-05."""
    view = case.view(identifier_rule=IdentifierRule("uid", "phone"))
    assert case.say(visit(case, view, phone="380501234567")) == (
        "recorded",
        [],
        ["contact_identifier_missing"],
        [],
        "would be linked to a contact if uid held a known contact's phone",
    )


# IDN-06 and IDN-08: nobody


def test_order_of_an_unknown_contact_is_ignored(case: Any) -> None:
    """IDN-06."""
    outcome = case.judge(case.order(email="a@b.c"), case.view({}))
    assert case.say(outcome) == (
        "ignored",
        ["contact_not_found"],
        [],
        [("IDN-06", None)],
        'would be applied if a contact with email "a@b.c" or phone "380501234567" existed',
    )


def test_other_event_of_an_unknown_contact_is_recorded(case: Any) -> None:
    """IDN-06."""
    outcome = visit(case, case.view({}), phone="1")
    assert case.say(outcome) == (
        "recorded",
        [],
        ["contact_not_found"],
        [],
        'would be linked to a contact if a contact with phone "1" existed',
    )
    assert case.steps(outcome, "IDN-06") == [
        'noted no contact has phone "1"; recorded without a contact'
    ]


def test_key_value_alone_identifies_nobody(case: Any) -> None:
    """IDN-08, for an order event and for another one."""
    order = {**case.order(phone=..., Email=""), "keyValue": "17"}
    outcome = case.judge(order)
    assert outcome.reasons == ["required_missing", "contact_identifier_missing"]
    assert ("IDN-08", None) in case.say(outcome).failed
    assert outcome.hint == (
        "would be applied if externalCustomerId, email or phone of a known contact were sent"
    )
    outcome = visit(case, None)
    assert (outcome.verdict, outcome.warnings) == ("recorded", ["contact_identifier_missing"])
    assert case.steps(outcome, "IDN-08") == [
        (
            "noted no parameter identifies a contact (keyValue alone does not);"
            " recorded without a contact"
        )
    ]


# IDN-07: creating contacts


@pytest.mark.parametrize(
    ("params", "contact"),
    [
        pytest.param(
            {"phone": "1", "Email": "a@b.c", "UserEmail": "d@e.f", "firstName": "Ann"},
            {
                "channels": [{"type": "email", "value": "a@b.c"}, {"type": "sms", "value": "1"}],
                "firstName": "Ann",
            },
            id="IDN-07 channels, the first of each kind",
        ),
        pytest.param(
            {"externalCustomerId": "x", "contactKey": "k", "pushToken": "t", "lastName": " "},
            {
                "externalCustomerId": "x",
                "contactKey": "k",
                "channels": [{"type": "mobilepush", "value": "t"}],
            },
            id="IDN-07 other identifiers",
        ),
        pytest.param(
            {"contactKey": "k", "lastName": 5}, {"contactKey": "k"}, id="IDN-07 names are text"
        ),
    ],
)
def test_unmatched_event_creates_the_contact(case: Any, params: Any, contact: Any) -> None:
    outcome = visit(case, case.view(create_contacts_from_events=True), **params)
    assert outcome.new_contact == {
        "id": 8,
        **contact,
        "source": "Event",
        "createdAt": case.NOW,
        "updatedAt": case.NOW,
    }
    assert (outcome.contact_id, outcome.warnings, outcome.hint) == (8, [], None)


def test_order_is_applied_to_the_contact_it_creates(case: Any) -> None:
    """IDN-07, ORD-15."""
    outcome = case.judge(case.order(), case.view({}, create_contacts_from_events=True))
    assert (outcome.verdict, outcome.contact_id) == ("applied", 1)
    assert outcome.effect.after["contactId"] == 1


@pytest.mark.parametrize(
    ("settings", "event_types", "params"),
    [
        pytest.param({}, [], {"phone": "1"}, id="IDN-07 off by default"),
        pytest.param(
            {"create_contacts_from_events": True},
            [{"eventTypeKey": "visit", "segmentation": False}],
            {"phone": "1"},
            id="IDN-07 not for a type without segmentation",
        ),
        pytest.param(
            {"create_contacts_from_events": True},
            [],
            {"contactId": "99"},
            id="IDN-07 not with a contact ID",
        ),
        pytest.param(
            {"create_contacts_from_events": True}, [], {}, id="IDN-07 not from a keyValue"
        ),
    ],
)
def test_no_contact_is_created(case: Any, settings: Any, event_types: Any, params: Any) -> None:
    outcome = visit(case, case.view(event_types=event_types, **settings), **params)
    assert (outcome.verdict, outcome.new_contact, outcome.contact_id) == ("recorded", None, None)
    assert len(outcome.warnings) == 1


def test_known_contact_is_not_created_again(case: Any) -> None:
    """IDN-07."""
    view = case.view(create_contacts_from_events=True)
    assert visit(case, view, phone="380501234567").new_contact is None


# IDN-09: near misses


@pytest.mark.parametrize(
    ("contacts", "params", "note", "fix"),
    [
        pytest.param(
            {5: {"phone": "380501234567"}},
            {"phone": "+38 (050) 123-45-67"},
            'near miss: contact 5 has phone "380501234567", which differs from'
            ' phone "+38 (050) 123-45-67" only in punctuation such as +, - or blanks',
            'phone were "380501234567" (contact 5)',
            id="IDN-09 phone but for punctuation",
        ),
        pytest.param(
            {5: {"externalCustomerId": "av1"}},
            {"externalCustomerId": "AV1"},
            'near miss: contact 5 has externalCustomerId "av1", which differs from'
            ' externalCustomerId "AV1" only in letter case',
            'externalCustomerId were "av1" (contact 5)',
            id="IDN-09 letter case",
        ),
        pytest.param(
            {5: {"phone": "1"}},
            {"email": "1"},
            'near miss: email "1" was looked for as email; contact 5 has "1" as phone',
            '"1" were sent as phone (contact 5)',
            id="IDN-09 another kind",
        ),
    ],
)
def test_near_miss_is_told_with_the_way_out(
    case: Any, contacts: Any, params: Any, note: str, fix: str
) -> None:
    outcome = visit(case, case.view(contacts), **params)
    assert case.steps(outcome, "IDN-09") == [f"noted {note}"]
    assert outcome.hint == f"would be linked to a contact if {fix}"


def test_contact_of_another_account_is_a_near_miss(case: Any) -> None:
    """IDN-09."""
    outcome = visit(case, case.view({}, others={"staging": {2: {"phone": "1"}}}), phone="1")
    assert case.steps(outcome, "IDN-09") == [
        'noted near miss: phone "1" belongs to contact 2 of another account, staging'
    ]
    assert outcome.hint == (
        "would be linked to a contact if the event were sent with the API key of account staging"
    )


def test_near_miss_at_home_comes_before_one_elsewhere(case: Any) -> None:
    """IDN-09: the hint is the smallest change, the trace has both."""
    view = case.view({5: {"phone": "+1"}}, others={"staging": {2: {"email": "1@b.c"}}})
    outcome = visit(case, view, email="1@b.c", phone="1")
    assert len(case.steps(outcome, "IDN-09")) == 2
    assert outcome.hint == 'would be linked to a contact if phone were "+1" (contact 5)'


def test_near_miss_of_the_first_identifier_is_the_way_out(case: Any) -> None:
    """IDN-03, IDN-09."""
    view = case.view({5: {"phone": "+1"}, 6: {"email": "a@b.c"}, 8: {"externalCustomerId": "x"}})
    outcome = visit(case, view, phone="1", externalCustomerId="X")
    assert outcome.hint == (
        'would be linked to a contact if externalCustomerId were "x" (contact 8)'
    )


def test_way_out_keeps_to_the_own_rule(case: Any) -> None:
    """IDN-05, IDN-09: another parameter would not be looked at, so it is no way out."""
    view = case.view({5: {"phone": "1"}}, identifier_rule=IdentifierRule("mail", "email"))
    outcome = visit(case, view, mail="1")
    assert len(case.steps(outcome, "IDN-09")) == 1
    assert outcome.hint == 'would be linked to a contact if a contact with mail "1" existed'
    view = case.view({5: {"phone": "+1"}}, identifier_rule=IdentifierRule("uid", "phone"))
    outcome = visit(case, view, uid="1")
    assert outcome.hint == 'would be linked to a contact if uid were "+1" (contact 5)'


def test_near_misses_of_an_identifier_are_five_at_most(case: Any) -> None:
    """IDN-09."""
    view = case.view({number: {"phone": "+" * number + "1"} for number in range(1, 20)})
    assert len(case.steps(visit(case, view, phone="1"), "IDN-09")) == 5


def test_no_near_misses_are_looked_for_when_somebody_matched(case: Any) -> None:
    """IDN-09."""
    view = case.view({5: {"phone": "1"}, 6: {"email": "+1"}})
    outcome = visit(case, view, phone="1", email="1")
    assert outcome.contact_id == 5
    assert case.steps(outcome, "IDN-09") == []


def test_the_winner_is_known_among_very_many_holders_of_the_next_identifier():
    """IDN-04 looks at all who share an address, not only at the newest that a trace names."""
    account = Emulator(None).account()
    account.add_contact({"email": "a@shop.test", "phone": "1234567"})
    for number in range(9):
        account.add_contact({"externalCustomerId": f"x{number}", "phone": "1234567"})
    params = [{"name": "email", "value": "a@shop.test"}, {"name": "phone", "value": "1234567"}]
    body = {"eventTypeKey": "x", "keyValue": "1", "params": params}
    outcome = account.explain(EventRequest(body))
    assert outcome.contact_id == 1
    assert "identifiers_disagree" not in outcome.warnings
