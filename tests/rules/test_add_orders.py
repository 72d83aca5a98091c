"""BLK: what one order of Add orders needs, and what it does."""

from __future__ import annotations

import pytest

from mock_server.rules.order.add_orders import add_order
from mock_server.state import AccountState, Store

NOW = "2026-02-01T00:00:00.000Z"
ORDER = {
    "externalOrderId": "100500",
    "externalCustomerId": "12345",
    "totalCost": 1000,
    "status": "INITIALIZED",
    "date": "2017-03-08T09:30:00+02:00",
    "currency": "USD",
    "shipping": 10,
    "items": [{"externalItemId": "200600", "quantity": 1, "cost": 990}],
}


@pytest.fixture
def state() -> AccountState:
    """Contact 1 by external ID, 2 by email; 3 is deleted."""
    state = Store().account()
    state.commit(
        {
            "contacts": [
                {"id": 1, "externalCustomerId": "12345"},
                {"id": 2, "channels": [{"type": "email", "value": "two@x.y"}]},
                {"id": 3, "externalCustomerId": "gone", "deleted": True},
            ]
        }
    )
    return state


def order(**changes: object) -> dict[str, object]:
    return {name: value for name, value in {**ORDER, **changes}.items() if value is not ...}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        *(
            ({name: ...}, f"{name} is missing")
            for name in ("totalCost", "status", "date", "currency")
        ),
        *(({name: " "}, f"{name} is not filled") for name in ("externalOrderId", "currency")),
        ({"externalCustomerId": None}, "none of externalCustomerId, email and phone is filled"),
        ({"externalCustomerId": {}}, "externalCustomerId is an object, not text"),
        ({"externalOrderId": []}, "externalOrderId is an array"),
        ({"status": "initialized"}, "status"),
        ({"date": "08.03.2017"}, "date"),
        ({"date": "2017-02-30"}, "date"),
        ({"date": 20170308}, "date"),
        ({"totalCost": "a lot"}, "totalCost"),
        ({"additionalInfo": "x"}, "additionalInfo is text, not an object"),
        ({"items": "nothing"}, "items"),
        ({"items": [{"quantity": 1}]}, "items[0].externalItemId is missing"),
        ({"items": [{"externalItemId": "1"}]}, "items[0].quantity is missing"),
        ({"items": [{"externalItemId": "1", "quantity": 0}]}, "items[0].quantity"),
        ({"items": [7]}, "items[0] is a number"),
    ],
)
def test_an_order_that_lacks_something_fails_with_its_name_and_the_way_out(state, changes, told):
    """BLK-02, ORD-03 to ORD-06."""
    decision = add_order(order(**changes), state, NOW)
    assert told in decision.error
    assert "would be saved if" in decision.error
    assert decision.request is None
    assert decision.outcome.verdict == "rejected"
    assert decision.contacts == []


@pytest.mark.parametrize("sent", [None, 7, "order", [ORDER]])
def test_what_is_no_object_fails(state, sent):
    """BLK-03."""
    assert "were an object with externalOrderId" in add_order(sent, state, NOW).error


@pytest.mark.parametrize(
    ("date", "kept"),
    [
        ("2022-05-14T10:11:10.7022176+03:00", "2022-05-14T10:11:10.7022176+03:00"),
        ("2022-05-14T10:11:10", "2022-05-14T10:11:10"),
        ("2022-05-14", "2022-05-14T00:00:00"),
        ("2022-05-14T10:11", "2022-05-14T10:11:00"),
    ],
)
def test_a_date_comes_in_every_documented_form(state, date, kept):
    outcome = add_order(order(date=date), state, NOW).outcome
    assert outcome.effect.after["date"] == kept
    assert outcome.warnings == []


def test_what_clients_send_for_lack_of_better_is_understood(state):
    """Numbers as text, ids as numbers, blanks, one item without its array, empty objects as []."""
    sent = order(
        externalOrderId=100500,
        externalCustomerId=12345,
        totalCost="990.00",
        email="",
        phone=None,
        firstName=" ",
        additionalInfo=[],
        items={"externalItemId": 1, "quantity": "2", "cost": "495"},
    )
    after = add_order(sent, state, NOW).outcome.effect.after
    assert after["externalOrderId"] == "100500"
    assert after["externalCustomerId"] == "12345"
    assert after["totalCost"] == "990.00"
    assert after["items"] == [{"externalItemId": 1, "quantity": "2", "cost": "495"}]
    assert not {"email", "phone", "firstName"} & after.keys()
    assert after["additionalInfo"] == {}


def test_a_field_of_the_order_counts_more_than_one_of_that_name_in_additional_info(state):
    """BLK-07."""
    info = {"status": "DELIVERED", "shipping": 5, "discount": 3}
    after = add_order(order(additionalInfo=info), state, NOW).outcome.effect.after
    assert (after["status"], after["shipping"], after["discount"]) == ("INITIALIZED", 10, 3)


def test_of_very_many_faults_twenty_are_told(state):
    error = add_order(order(items=[7] * 22), state, NOW).error
    assert "items[19] is a number, not an object; and 2 more. The order would be" in error


def test_a_new_order_generates_an_event_that_carries_the_effect(state):
    """BLK-05."""
    decision = add_order(order(additionalInfo={"gift": "yes"}, colour="red"), state, NOW)
    outcome, request = decision.outcome, decision.request
    assert (outcome.verdict, request.api_version) == ("recorded", "internal")
    assert (outcome.event_type_key, outcome.key_value) == ("orderINITIALIZED", "100500")
    assert outcome.event_key == outcome.external_order_id == "100500"
    assert outcome.new_event_type["eventTypeKey"] == "orderINITIALIZED"
    assert outcome.effect.change == "created"
    after = outcome.effect.after
    assert (after["contactId"], after["orderId"]) == (1, 1)
    assert after["additionalInfo"] == {"gift": "yes"}
    assert outcome.warnings == ["order_field_unknown"]  # BLK-07: the colour
    assert {"name": "gift", "value": "yes"} in outcome.params
    assert decision.contacts == []


@pytest.mark.parametrize(
    ("whose", "contact_id"),
    [
        ({"externalCustomerId": "12345", "email": "two@x.y"}, 1),
        ({"email": "TWO@x.y"}, 2),
    ],
)
def test_a_known_contact_is_not_changed(state, whose, contact_id):
    """BLK-04: found by external ID, then email, then phone."""
    decision = add_order(order(**{"externalCustomerId": ..., **whose}, firstName="X"), state, NOW)
    assert decision.outcome.contact_id == contact_id
    assert decision.contacts == []


def test_an_unknown_contact_is_created_from_the_order(state):
    """BLK-04."""
    sent = order(externalCustomerId="n", email="n@x.y", phone=380, firstName="N", lastName="M")
    (contact,) = add_order(sent, state, NOW).contacts
    assert contact == {
        "id": 4,
        "source": "Order",
        "createdAt": NOW,
        "updatedAt": NOW,
        "externalCustomerId": "n",
        "firstName": "N",
        "lastName": "M",
        "channels": [{"type": "email", "value": "n@x.y"}, {"type": "sms", "value": "380"}],
    }


def test_a_deleted_contact_comes_back_as_it_was(state):
    """BLK-04, our decision."""
    decision = add_order(order(externalCustomerId="gone", firstName="X"), state, NOW)
    (contact,) = decision.contacts
    assert (contact["id"], contact.get("deleted"), contact.get("firstName")) == (3, None, None)


def test_an_order_that_exists_is_updated_and_keeps_what_is_left_blank(state):
    """BLK-06, ORD-15, ORD-16."""
    state.commit({"orders": [add_order(order(storeId="7"), state, NOW).outcome.effect.after]})
    sent = order(status="DELIVERED", totalCost=5, externalCustomerId=..., email="who@x.y")
    decision = add_order(sent, state, NOW)
    effect = decision.outcome.effect
    assert (effect.change, effect.before["status"]) == ("updated", "INITIALIZED")
    assert (effect.after["status"], effect.after["totalCost"]) == ("DELIVERED", 5)
    assert (effect.after["storeId"], effect.after["contactId"]) == ("7", 1)
    assert decision.outcome.event_type_key == "orderDELIVERED"
    assert "event_type_looks_like_order" not in decision.outcome.warnings
    assert decision.contacts == []
    assert "total_mismatch" in decision.outcome.warnings
    decision = add_order(order(externalCustomerId=..., email="two@x.y"), state, NOW)
    assert "order_contact_differs" in decision.outcome.warnings


def test_items_are_optional(state):
    assert "items" not in add_order(order(items=...), state, NOW).outcome.effect.after


def test_a_value_that_failed_code_left_is_warned_of(state):
    """ENV-21, for Add orders too."""
    outcome = add_order(order(firstName="undefined"), state, NOW).outcome
    assert "value_suspicious" in outcome.warnings
