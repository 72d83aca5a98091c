"""CON-15: the values of a contact that are saved, and those that are not."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.rules.contact.checks import (
    check_contact,
    email_problem,
    language_problem,
    name_problem,
    phone_problem,
    time_zone_problem,
)
from mock_server.rules.trace import Trace


@pytest.mark.parametrize(
    ("check", "saved", "not_saved"),
    [
        pytest.param(
            name_problem,
            (
                *("Ann", "О'Ніл", "O’Neil", "Марʼяна", "Anna-Maria", "van der Berg", "李", "देवी"),
                *("J. R. R.", "Dr. House", "Ann 123", "x" * 40),
            ),
            (
                *("12", "1 2", "Ann 1234", "Ann!", "Ann_B", "<b>Ann</b>", "ann@b.c", "x" * 41),
                *("Anna.", "A.B", "-", "'"),
            ),
            id="CON-15 names",
        ),
        pytest.param(
            email_problem,
            ("a@b", "a+b@c.d", "ü@b.c", "a@b@c"[:3]),
            ("a", "@b", "a@", "a@b@c", "a b@c.d", "a@b c", "", 5, None),
            id="CON-15 email",
        ),
        pytest.param(
            phone_problem,
            ("380501234567", "+38 (050) 123-45-67", "+1-541-754.3010", "0955547708", "1"),
            ("call me", "+", "12a", "١٢", "", "++380", "380;5"),
            id="CON-15 phone",
        ),
        pytest.param(
            time_zone_problem,
            ("Europe/Kyiv", "UTC", "Etc/GMT+03", "Etc/GMT-14"),
            ("Kyiv", "europe/kyiv", "GMT+3", "Etc/GMT+15", "", 3),
            id="CON-15 zone",
        ),
        pytest.param(
            language_problem,
            ("uk", "en-GB", "pt_BR", "EN"),
            ("ukr", "e", "en-", "en-GBR", "", 5),
            id="CON-15 language",
        ),
    ],
)
def test_a_value_is_saved_or_the_problem_is_told(check: Any, saved: Any, not_saved: Any) -> None:
    assert {each: check(each) for each in saved} == dict.fromkeys(saved, "")
    assert [each for each in not_saved if not check(each)] == []


def test_the_rest_of_a_contact_is_kept_and_each_value_named() -> None:
    channels = [
        {"type": "email", "value": "a@b.c"},
        {"type": "sms", "value": "call me"},
        {"type": "viber", "value": "me too"},
        {"type": "webpush", "value": "any token"},
    ]
    sent = {"firstName": "1", "lastName": "", "timeZone": "Kyiv", "channels": channels}
    trace = Trace()
    assert check_contact(sent, trace) == {
        "lastName": "",
        "channels": [channels[0], channels[3]],
    }
    assert [step.param for step in trace.steps] == ["firstName", "timeZone", "sms", "viber"]
    assert trace.warnings == ["contact_value_invalid"]
    assert sent["firstName"] == "1", "what was sent is left alone"


# IDN-11


@pytest.mark.parametrize(
    "value", ["0", "-1", "Undefined", "NULL", "none", "NaN", "Guest", "n/a", "-"]
)
def test_a_placeholder_is_taken_with_a_warning(value: str) -> None:
    trace = Trace()
    assert check_contact({"externalCustomerId": value}, trace) == {"externalCustomerId": value}
    assert trace.warnings == ["identifier_placeholder"]


@pytest.mark.parametrize("value", ["00", "1", "guest1", "unknown@shop.test", "na"])
def test_what_may_be_somebody_s_is_not_a_placeholder(value: str) -> None:
    trace = Trace()
    check_contact({"externalCustomerId": value, "contactKey": value}, trace)
    assert trace.warnings == []


def test_an_event_that_names_a_placeholder_is_judged_as_before(case: Any) -> None:
    """ENV-12 sets `null` aside in v2, and that stays."""
    view = case.view({7: {"externalCustomerId": "0", "phone": "380501234567"}})
    for version, value, warnings in (
        ("v2", "0", ["identifier_placeholder"]),
        ("v1", "null", ["identifier_placeholder"]),
        ("v2", "null", []),
        ("v2", "5", []),
    ):
        outcome = case.judge(case.order(externalCustomerId=value), view, version)
        found = [each for each in outcome.warnings if each == "identifier_placeholder"]
        assert (outcome.verdict, found) == ("applied", warnings)


@pytest.mark.parametrize(
    ("emails", "email", "warned"),
    [
        (["a@b.c", "b@b.c", "c@b.c"], "d@b.c", True),
        (["a@b.c", "b@b.c", "c@b.c"], "A@B.C", False),
        (["a@b.c", "b@b.c"], "d@b.c", False),
        (["a@b.c", "b@b.c", "c@b.c", "d@b.c"], "e@b.c", False),
        (["a@b.c", "b@b.c", "c@b.c"], ..., False),
    ],
)
def test_the_fourth_address_in_the_orders_of_a_contact_is_told(
    case: Any, emails: list[str], email: Any, warned: bool
) -> None:
    orders = [case.existing(externalOrderId=str(n), email=each) for n, each in enumerate(emails)]
    outcome = case.judge(case.order(email=email), case.view(orders=orders))
    assert outcome.verdict == "applied"
    assert ("identifier_placeholder" in outcome.warnings) == warned


# IDN-03: several contacts of one address

SHARED = {
    1: {"email": "a@b.c", "externalCustomerId": "1"},
    2: {"email": "A@b.c", "phone": "380501234567"},
    3: {"email": "a@b.c", "externalCustomerId": "3"},
}


@pytest.mark.parametrize(
    ("settings", "sent", "contact", "warnings"),
    [
        ({}, {"email": "a@b.c"}, 3, ["contact_ambiguous"]),
        ({}, {"email": "a@b.c", "externalCustomerId": "1"}, 1, []),
        ({"identifier_priority": "as_sent"}, {"email": "a@b.c", "externalCustomerId": "1"}, 1, []),
        ({"identifier_priority": "as_sent"}, {"email": "a@b.c", "phone": "380501234567"}, 3,
         ["contact_ambiguous", "identifiers_disagree"]),
        ({}, {"email": "a@b.c", "externalCustomerId": "9"}, 3, ["contact_ambiguous"]),
        ({}, {"phone": "380501234567"}, 2, []),
    ],
)  # fmt: skip
def test_of_several_contacts_the_one_named_or_the_one_updated_last_is_meant(
    case: Any, settings: Any, sent: Any, contact: int, warnings: list[str]
) -> None:
    outcome = case.judge(case.event("visit", **sent), case.view(SHARED, **settings))
    assert (outcome.contact_id, outcome.warnings) == (contact, warnings)


def test_five_of_very_many_others_are_named(case: Any) -> None:
    many = {n: {"email": "a@b.c"} for n in range(1, 101)}
    outcome = case.judge(case.event("visit", email="a@b.c"), case.view(many))
    (told,) = [each for each in outcome.trace if each.finding == "IDN-03/ambiguous"]
    assert "100 contacts: 100," in told.message
    assert told.message.endswith("the others are 99, 98, 97, 96, 95 and 94 more")


# ORD-15


@pytest.mark.parametrize(
    ("key", "sent", "verdict", "code"),
    [
        ("orderCreated", {"phone": "380999"}, "ignored", "contact_not_found"),
        ("orderCreated", {"phone": "380501234567"}, "applied", ""),
        ("orderUpdated", {"phone": "380999"}, "applied", "contact_not_found"),
        ("orderUpdated", {"phone": ...}, "applied", "contact_identifier_missing"),
        ("orderDelivered", {"phone": ...}, "applied", "contact_identifier_missing"),
        ("orderCancelled", {"phone": "380999"}, "applied", "contact_not_found"),
    ],
)
def test_what_an_existing_order_asks_of_a_change(
    case: Any, key: str, sent: dict[str, Any], verdict: str, code: str
) -> None:
    existing = case.existing()
    outcome = case.judge(case.order(key, **sent), case.view(orders=[existing]))
    assert outcome.verdict == verdict
    assert not code or code in (outcome.reasons if verdict == "ignored" else outcome.warnings)
    if verdict == "applied":
        after = outcome.effect.after
        assert (after["contactId"], after.get("phone")) == (7, existing["phone"])
    else:
        assert outcome.hint
