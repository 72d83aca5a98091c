"""ORD-03 to ORD-08: the parameters of an order, one by one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mock_server.model import ORDER_STATUSES
from mock_server.rules.order.add_orders import add_order
from mock_server.rules.order.fields import KNOWN_FIELDS
from mock_server.rules.order.shop_values import CURRENCIES
from mock_server.state import Store

PHONE = "380501234567"


def stored(case: Any, view: Any = None, /, **changes: Any) -> Any:
    """The order that the example with some changes makes."""
    outcome = case.judge(case.order(**changes), view)
    assert outcome.verdict == "applied", outcome.trace
    return outcome.effect.after


def ignored(case: Any, rule: str, reason: str, param: str, value: Any) -> Any:
    """The outcome of the example with one bad value, which is the only thing that is wrong."""
    outcome = case.judge(case.order(**{param: value}))
    told = case.say(outcome)
    assert told[:4] == ("ignored", [reason], [], [(rule, param)])
    assert outcome.effect is None
    return outcome


# ORD-03


@pytest.mark.parametrize("status", ORDER_STATUSES)
def test_the_five_statuses_are_accepted(case: Any, status: str) -> None:
    """ORD-03."""
    outcome = case.judge(case.order(status=status))
    assert outcome.effect.after["status"] == status
    assert case.steps(outcome, "ORD-03") == [f"passed {status}"]


def test_there_are_five_statuses() -> None:
    """ORD-03."""
    assert ORDER_STATUSES == (
        "INITIALIZED",
        "IN_PROGRESS",
        "DELIVERED",
        "CANCELLED",
        "ABANDONED_SHOPPING_CART",
    )


@pytest.mark.parametrize("status", ["OTHER", 5, True, ["DELIVERED"], {"status": 1}])
def test_other_status_is_invalid(case: Any, status: Any) -> None:
    """ORD-03."""
    outcome = ignored(case, "ORD-03", "status_invalid", "status", status)
    assert outcome.hint == (
        "would be applied if status were one of INITIALIZED, IN_PROGRESS, DELIVERED, CANCELLED"
        " or ABANDONED_SHOPPING_CART"
    )


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("delivered", "DELIVERED"),
        (" DELIVERED", "DELIVERED"),
        ("in progress", "IN_PROGRESS"),
        ("In-Progress", "IN_PROGRESS"),
        ("CANCELED", "CANCELLED"),
        ("INITIALISED", "INITIALIZED"),
        ("ABANDONED_CART_SHOPPING", "ABANDONED_SHOPPING_CART"),
        ("PAID", None),
    ],
)
def test_status_that_is_almost_right_is_a_near_miss(
    case: Any, status: str, meant: str | None
) -> None:
    """ORD-03."""
    outcome = ignored(case, "ORD-03", "status_invalid", "status", status)
    if meant is None:
        assert len(case.steps(outcome, "ORD-03")) == 1
    else:
        assert case.steps(outcome, "ORD-03")[1:] == [
            f'noted near miss: "{status}" → did you mean {meant}?'
        ]
        assert outcome.hint == f"would be applied if status were {meant}"


# ORD-04


@pytest.mark.parametrize(
    "date",
    [
        "2020-05-14T10:11:00",
        "2020-02-29T00:00:00",
        "2000-01-01T00:00:00",
        "2027-01-02T23:59:59",
    ],
)
def test_date_as_documented(case: Any, date: str) -> None:
    """ORD-04."""
    outcome = case.judge(case.order(date=date))
    assert (outcome.verdict, outcome.warnings) == ("applied", [])
    assert outcome.effect.after["date"] == date


@pytest.mark.parametrize(
    "date",
    ["0001-01-01T00:00:00", "1999-12-31T23:59:59", "2027-01-03T00:00:00", "9999-12-31T23:59:59"],
)
def test_date_of_an_unlikely_year(case: Any, date: str) -> None:
    """ORD-04: before 2000, or more than a year ahead."""
    outcome = case.judge(case.order(date=date))
    assert (outcome.verdict, outcome.warnings) == ("applied", ["date_unlikely"])
    assert outcome.effect.after["date"] == date


@pytest.mark.parametrize(
    "date",
    [
        "2020-05-14T10:11:00Z",
        "2020-05-14T10:11:00.5",
        "2020-05-14T10:11:00.123456789",
        "2020-05-14T10:11:00+02:00",
        "2020-05-14T10:11:00-0330",
        "2020-05-14T10:11:00.000Z",
        "2020-05-14T10:11:00+14:00",
    ],
)
def test_date_with_a_fraction_or_an_offset_warns(case: Any, date: str) -> None:
    """ORD-04: kept as sent."""
    outcome = case.judge(case.order(date=date))
    assert (outcome.verdict, outcome.warnings) == ("applied", ["date_not_documented_format"])
    assert outcome.effect.after["date"] == date


@pytest.mark.parametrize(
    ("date", "problem", "wanted"),
    [
        ("2021-02-29T10:11:00", "is not a real date and time", None),
        ("2020-13-01T10:11:00", "is not a real date and time", None),
        ("2020-00-10T10:11:00", "is not a real date and time", None),
        ("0000-01-01T10:11:00", "is not a real date and time", None),
        ("2020-05-14T24:00:00", "is not a real date and time", None),
        ("2020-05-14T10:60:00", "is not a real date and time", None),
        ("2020-05-14T10:11:60", "is not a real date and time", None),
        ("2021-02-29T10:11:00Z", "is not a real date and time", None),
        ("2020-05-14 10:11:00", "is not of the form YYYY-MM-ddTHH:mm:ss", "2020-05-14T10:11:00"),
        ("2020-05-14T10:11", "is not of the form YYYY-MM-ddTHH:mm:ss", "2020-05-14T10:11:00"),
        ("2020-05-14", "is not of the form YYYY-MM-ddTHH:mm:ss", "2020-05-14T00:00:00"),
        ("2021-02-29", "is not of the form YYYY-MM-ddTHH:mm:ss", None),
        ("14.05.2020 10:11", "is not of the form YYYY-MM-ddTHH:mm:ss", "2020-05-14T10:11:00"),
        ("20200514T101100.000", "is not of the form YYYY-MM-ddTHH:mm:ss", None),
        ("2020-05-14T10:11:00 ", "is not of the form YYYY-MM-ddTHH:mm:ss", "2020-05-14T10:11:00"),
        ("2020-05-14T10:11:00\n", "is not of the form YYYY-MM-ddTHH:mm:ss", "2020-05-14T10:11:00"),
        ("2020-05-14t10:11:00", "is not of the form YYYY-MM-ddTHH:mm:ss", "2020-05-14T10:11:00"),
        ("2020-05-14T10:11:00z", "is not of the form YYYY-MM-ddTHH:mm:ss", "2020-05-14T10:11:00"),
        ("2020-05-14T10:11:00+15:00", "is not of the form YYYY-MM-ddTHH:mm:ss", None),
        ("2020-05-14T10:11:00+02", "is not of the form YYYY-MM-ddTHH:mm:ss", None),
        ("٢٠٢٠-05-14T10:11:00", "is not of the form YYYY-MM-ddTHH:mm:ss", None),
        ("now", "is not of the form YYYY-MM-ddTHH:mm:ss", None),
        (1589451060, "is not text as YYYY-MM-ddTHH:mm:ss", "2020-05-14T10:11:00"),
        (True, "is not text as YYYY-MM-ddTHH:mm:ss", None),
        ([], "is not text as YYYY-MM-ddTHH:mm:ss", None),
    ],
)
def test_date_is_invalid(case: Any, date: Any, problem: str, wanted: str | None) -> None:
    """ORD-04: with the date that was probably meant, where there is one."""
    outcome = ignored(case, "ORD-04", "date_invalid", "date", date)
    (step,) = case.steps(outcome, "ORD-04")
    assert step.endswith(f" {problem}")
    assert outcome.hint == (
        f"would be applied if date were {wanted or 'a real date and time as YYYY-MM-ddTHH:mm:ss'}"
    )


# ORD-05


@pytest.mark.parametrize(
    "total", ["990.0", 990, 990.0, " 990 ", "+990", "9.9e2", "990.", Decimal("990"), "0990"]
)
def test_total_cost_is_a_number_and_kept_as_sent(case: Any, total: Any) -> None:
    """ORD-05."""
    outcome = case.judge(case.order(totalCost=total))
    assert (outcome.verdict, outcome.warnings) == ("applied", [])
    kept = outcome.effect.after["totalCost"]
    assert kept == total
    assert type(kept) is type(total)


@pytest.mark.parametrize(
    "total", ["1e999999", "0.1234567890123456789012345678901", Decimal("1e400"), 0, "0", ".5"]
)
def test_total_cost_of_any_size_is_a_number(case: Any, total: Any) -> None:
    """ORD-05."""
    outcome = case.judge(case.order(totalCost=total))
    assert (outcome.verdict, outcome.warnings) == ("applied", ["total_mismatch"])
    assert outcome.effect.after["totalCost"] == total


@pytest.mark.parametrize(
    "total",
    ["NaN", "Infinity", "0x10", "1e", "e5", ".", "١٢", "--1"],
)
def test_total_cost_that_is_no_number_is_invalid(case: Any, total: str) -> None:
    """ORD-05."""
    outcome = ignored(case, "ORD-05", "total_cost_invalid", "totalCost", total)
    assert outcome.hint == "would be applied if totalCost were a number such as 258.0"


@pytest.mark.parametrize("total", [True, [258], {"amount": 258}])
def test_total_cost_of_another_type_is_invalid(case: Any, total: Any) -> None:
    """ORD-05."""
    ignored(case, "ORD-05", "total_cost_invalid", "totalCost", total)


@pytest.mark.parametrize("total", ["-1", -0.5, Decimal("-1e400")])
def test_negative_total_cost_warns(case: Any, total: Any) -> None:
    """ORD-05."""
    outcome = case.judge(case.order(totalCost=total, items=...))
    assert (outcome.verdict, outcome.warnings) == ("applied", ["total_cost_negative"])


# ORD-06


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("A-1", "A-1", id="ORD-06 text"),
        pytest.param(12345679, "12345679", id="ORD-06 a number"),
        pytest.param(0, "0", id="ORD-06 zero is filled"),
        pytest.param(Decimal("123456789012345678901"), "123456789012345678901", id="ORD-06 large"),
    ],
)
def test_external_order_id_is_kept_as_text(case: Any, sent: Any, kept: str) -> None:
    outcome = case.judge(case.order(externalOrderId=sent))
    assert outcome.effect.order == kept
    assert outcome.effect.after["externalOrderId"] == kept
    assert (outcome.external_order_id, outcome.event_key) == (kept, kept)


def test_number_and_text_name_the_same_order_letter_case_does_not(case: Any) -> None:
    """ORD-06."""
    view = case.view(orders=[case.existing(externalOrderId="a1"), case.existing()])
    judged = case.judge(case.order("orderUpdated", externalOrderId=12345679), view)
    assert judged.effect.change == "updated"
    assert case.judge(case.order(externalOrderId="A1"), view).effect.change == "created"


@pytest.mark.parametrize("value", [True, ["1"], {"id": "1"}])
@pytest.mark.parametrize("key", ["orderCreated", "orderUpdated", "orderDelivered"])
def test_external_order_id_cannot_be_nested(case: Any, key: str, value: Any) -> None:
    """ORD-06."""
    told = case.told(case.order(key, externalOrderId=value))
    assert told == (
        "ignored",
        ["external_order_id_invalid"],
        [],
        [("ORD-06", "externalOrderId")],
        "would be applied if externalOrderId were text or a number",
    )


# ORD-07


@pytest.mark.parametrize(
    ("currency", "warnings"),
    [
        ("USD", []),
        ("EUR", []),
        ("UAH", []),
        (..., []),
        (None, []),
        (" ", []),
        ("PLN", ["currency_unsupported"]),
        ("XXX", ["currency_unsupported"]),
        ("uah", ["currency_unknown"]),
        ("грн", ["currency_unknown"]),
        (980, ["currency_unknown"]),
        (["UAH"], ["currency_unknown"]),
        ({"code": "UAH"}, ["currency_unknown"]),
    ],
)
def test_currency_warns_and_never_ignores(case: Any, currency: Any, warnings: list[str]) -> None:
    """ORD-07."""
    outcome = case.judge(case.order(currency=currency))
    assert (outcome.verdict, outcome.warnings) == ("applied", warnings)


@pytest.mark.parametrize("is_bulk", [False, True], ids=["event", "Add orders"])
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("UAH", "UAH"),
        ("грн", "грн"),
        *[(value, None) for value in (5, 9.8, True, False, [], ["UAH"], {}, {"code": "UAH"})],
    ],
)
@pytest.mark.parametrize("before", [None, "EUR"], ids=["new", "existing"])
def test_a_currency_that_is_not_text_is_not_kept(
    case: Any, before: str | None, sent: Any, kept: str | None, is_bulk: bool
) -> None:
    """ORD-07; an order that exists keeps the currency it has."""
    account, event = Store().account(), case.order(currency=sent)
    values = {each["name"]: each["value"] for each in event["params"]}
    account.commit({"contacts": [{"id": 1, "channels": [{"type": "sms", "value": PHONE}]}]})
    if before:
        account.commit({"orders": [{**values, "contactId": 1, "currency": before}]})
    if is_bulk:
        outcome = add_order(values, account, case.NOW).outcome
    else:
        outcome = case.judge(event, account)
    order = outcome.effect.after
    assert order.get("currency") == (kept or before)
    assert ("currency" in order) is bool(kept or before)
    warned = [each for each in outcome.warnings if each.startswith("currency")]
    assert warned == ([] if sent == "UAH" else ["currency_unknown"])
    steps = [each.finding for each in outcome.trace if each.rule == "ORD-07"]
    last = ["ORD-07/not_kept"] if kept is None else []
    assert steps == (["ORD-07/currency"] if sent == "UAH" else ["ORD-07/unknown", *last])


def test_currencies_are_codes_of_three_letters() -> None:
    """ORD-07."""
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CURRENCIES)


# ORD-08


def test_known_fields_are_kept_by_name(case: Any) -> None:
    """ORD-08."""
    optional = """currency firstName lastName shipping discount taxes restoreUrl statusDescription
        storeId source deliveryMethod paymentMethod deliveryAddress""".split()
    assert set(optional) < KNOWN_FIELDS
    values = {name: f"of {name}" for name in optional}
    order = stored(case, **values)
    assert {name: order[name] for name in optional} == values
    assert order["additionalInfo"] == {}


def test_identifiers_are_kept_by_name_in_any_letter_case(case: Any) -> None:
    """ORD-08, IDN-01; but `contactId` is the order's own field, the contact it belongs to."""
    order = stored(case, SMS="1", ContactKey="k", email="a@b.c", externalCustomerId="x")
    assert (order["SMS"], order["ContactKey"], order["email"]) == ("1", "k", "a@b.c")
    assert order["additionalInfo"] == {}
    order = stored(case, contactId="7")
    assert (order["contactId"], order["additionalInfo"]) == (7, {"contactId": "7"})


def test_every_other_parameter_is_an_additional_field(case: Any) -> None:
    """ORD-08."""
    extra = {"coupon": "X", "gift": True, "tags": ["a"], "orderId": 99, "createdAt": "never"}
    outcome = case.judge(case.order(**extra))
    order = outcome.effect.after
    assert order["additionalInfo"] == extra
    assert (order["orderId"], order["createdAt"]) == (1, case.NOW)
    assert case.steps(outcome, "ORD-08") == [
        "passed kept as additional fields: coupon, gift, tags, orderId and createdAt"
    ]


def test_what_is_not_filled_is_not_kept(case: Any) -> None:
    """ORD-08."""
    order = stored(case, coupon=None, gift="", storeId=" ", source=None)
    assert order["additionalInfo"] == {}
    assert not {"storeId", "source"} & set(order)


def test_additional_field_that_looks_known_is_noted(case: Any) -> None:
    """ORD-02, ORD-08."""
    outcome = case.judge(case.order(Store_Id="1", currency=..., Currency="UAH"))
    assert outcome.effect.after["additionalInfo"] == {"Store_Id": "1", "Currency": "UAH"}
    assert case.steps(outcome, "ORD-02")[1:] == [
        "noted Store_Id is kept as an additional field; did you mean storeId?",
        "noted Currency is kept as an additional field; did you mean currency?",
    ]


def test_list_of_very_many_fields_is_cut(case: Any) -> None:
    """ORD-08: the order has them all, the message the first ten."""
    outcome = case.judge(case.order(**{f"field{number}": 1 for number in range(50)}))
    assert len(outcome.effect.after["additionalInfo"]) == 50
    assert case.steps(outcome, "ORD-08")[0].endswith(", field9 and 40 more")
