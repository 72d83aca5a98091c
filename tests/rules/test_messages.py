"""MSG-01 to MSG-04 as truth tables: what a template shows of an event, and why it shows nothing."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from mock_server.rules.message import message as message_module
from mock_server.rules.message.data import data, fill_field, workflow_variables
from mock_server.rules.message.message import Message, Surroundings, compose
from mock_server.rules.message.workflow import all_outgoing, outgoing, starts
from mock_server.velocity import TemplateError

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
AROUND = Surroundings(NOW, 7)
CART = {
    "apiVersion": "v2",
    "eventKey": "2424925572",
    "params": [
        {"name": "emailAddress", "value": "user@example.com"},
        {"name": "emailAddress", "value": "second@example.com"},
        {"name": "blank", "value": " "},
        {"name": "nothing", "value": None},
        {"name": "promo", "value": "SALE"},
        {"name": "count", "value": 3},
        {
            "name": "cartItems",
            "value": [
                {"name": "Conditioner", "price": "341", "imageUrl": "u", "size": {"ml": 250}},
                {"name": "Perfume", "price": "2341", "imageUrl": "u", "tags": ["a"]},
            ],
        },
        {"name": "array", "value": {"array_items": [{"title": "Black Tea", "price": "$11.05"}]}},
        {"name": "gaps", "value": {"0": {"name": "a"}, "1": {"name": "b"}}},
        {"name": "escaped", "value": '[{"name": "a"}]'},
        {"name": "broken", "value": "[{"},
        {"name": "items", "value": '[{"name": "a", "size": {"ml": 250}, "tags": ["a"]}]'},
        {"name": 7, "value": 7},
        "no parameter",
    ],
}


def message(template: str, json_field: str | None = None, **event: Any) -> Message:
    """What the template makes of the abandoned cart, with some of its fields changed."""
    return compose(template, {**CART, **event}, AROUND, json_field)


# The table of the vendor's guides, row by row
@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$!data.get('emailAddress')", "user@example.com"),
        ("[$!data.get('x')]", "[]"),
        ("$data.get('x')", "$data.get('x')"),
        ("$!data.get('cartItems').get(0).get('name')", "Conditioner"),
        ("$!data.get('cartItems').size()", "2"),
        (
            "#foreach($item in $data.get('cartItems'))$velocityCount $item.get('name');#end",
            "1 Conditioner;2 Perfume;",
        ),
        ("#foreach($i in $data.get('cartItems'))$i.get('name')#break#end!", "Conditioner!"),
        ("<!-- #foreach($i in $data.cartItems) -->$i.name<!-- #end -->", None),
        ("#if($data.get('promo')=='SALE')a#elseif($data.get('promo')=='x')b#else c#end", "a"),
        ("#if($data.get('promo')=='x')a#elseif($data.get('promo')=='SALE')b#else c#end", "b"),
        ("#if($data.get('x'))a#{else}c#end", "c"),
        ("#if($data.get('count') gt 2 and not ($data.get('count') ge 4))yes#end", "yes"),
        ("#if($data.get('count') lt 2 or $data.get('count') le 3)yes#end", "yes"),
        ("#if($data.get('promo').equals('SALE'))yes#end", "yes"),
        ("#if($data.get('promo').equalsIgnoreCase('sale'))yes#end", "yes"),
        ("#set($v='x')$v", "x"),
        ("$mathTool.add(1,2) $mathTool.sub(1,'2') $mathTool.mul(2,1.5)", "3 -1 3"),
        ("$mathTool.div(7,2) $numberTool.integer('7.9')", "3.5 7"),
        ("$!numberTool.format('#.00', 7.125) $numberTool.format('#,##0.##', '1234.5')", None),
        ("$!dateTool.currentDate('dd.MM.yyyy HH:mm:ss','GMT+3')", "02.01.2026 06:04:05"),
        ("$!dateTool.currentTimeStamp()", "1767323045000"),
        ("$!dateTool.formatDate('dd.MM.yyyy', 1767323045000)", "02.01.2026"),
        ("${eventKey} ${orderId}", "2424925572 7"),
        ("#foreach($i in $data.get('items'))$i.get('name')#end", "a"),
        ("#foreach($i in $data.get('array').get('array_items'))$i#end", None),
        ("$!data.get('cartItems').get(0).get('size').get('ml')", "250"),
        ("#foreach($t in $data.get('cartItems').get(1).get('tags'))$t#end", "a"),
        ("$!data.get('items').get(0).get('size')", '{"ml":250}'),
    ],
)
def test_a_template_shows_what_the_guides_say(template: str, text: str | None) -> None:
    """MSG-01, MSG-03, MSG-04."""
    shown = {
        "<!-- #foreach($i in $data.cartItems) -->$i.name<!-- #end -->": (
            "<!--  -->Conditioner<!--  -->Perfume<!--  -->"
        ),
        "$!numberTool.format('#.00', 7.125) $numberTool.format('#,##0.##', '1234.5')": (
            "7.12 1,234.5"
        ),
        "#foreach($i in $data.get('array').get('array_items'))$i#end": (
            "{title=Black Tea, price=$11.05}"
        ),
    }
    found = message(template)
    assert (found.text, list(found.errors)) == (shown.get(template, text), [])


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("$!data.get('EmailAddress')", "emailAddress is there: names count letter case"),
        ("$!data.get('email_address')", "emailAddress is there: names count every character"),
        ("$!data.get('promos')", "there is no promos; did you mean promo?"),
        ("$!data.get('zzzz')", "there is no zzzz; there is emailAddress, "),
        ("$!data.get('blank')", "it is there, but blank"),
        ("$!data.get('nothing')", "it is there, but null"),
        ("$!data.get('items').get(0).get('size').get('ml')", "it lies below the second level"),
        ("#foreach($t in $data.get('items').get(0).get('tags'))x#end", "it lies below"),
        ("#foreach($i in $data.get('escaped'))x#end", "it was sent as text that holds JSON"),
        ("#foreach($i in $data.get('promo'))x#end", "it is text, not a list or an object"),
        ("#foreach($i in $data.get('wishes'))x#end", "there is no wishes; there is"),
        ("#foreach($i in $data.get('gaps'))$i.name#end", "an object with the keys 0, 1, "),
        ("#foreach($i in 5)x#end", "it is not a list"),
        ("$!emailAddress", "there is no variable emailAddress; there is "),
        ("$!data.get('promo').getBytes()", "it is text, not a list or an object"),
        ("$!data.get('count').get('x')", "a number has no get; it has equals, toString"),
        ("$!mathTool.add('a', 1)", "what it is given is not a number"),
        ("#set($v = $data.get('wishes'))", "there is no wishes; there is"),
    ],
)
def test_what_gave_nothing_says_why(template: str, why: str) -> None:
    """MSG-01, MSG-03: the message would show nothing, or the expression itself."""
    found = message(template)
    assert not found.errors
    assert [each.why[: len(why)] for each in found.missing] == [why]


def test_an_index_out_of_range_is_an_error_when_sending() -> None:
    found = message("Hello $!data.get('cartItems').get(2).get('name')")
    assert found.text == "Hello "
    assert list(found.errors) == ["line 1: index 2 is out of range: there are 2 elements"]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("${array}", (["array_items"], "")),
        ("", (None, "")),
        ("  ", (None, "")),
        ("${Array}", ([], "the JSON field ${Array}: array is there: names count letter case")),
        ("${cartItems}", ([], "the JSON field ${cartItems} needs an object, or JSON text of one")),
        ("${broken}", ([], "the JSON field ${broken} needs an object, or JSON text of one")),
        ("${promo}", ([], "the JSON field ${promo} needs an object, or JSON text of one")),
        ("array", ([], "the JSON field names one parameter, such as ${array}")),
    ],
)
def test_the_json_field_chooses_what_data_is(field: str, expected: Any) -> None:
    """MSG-02: a parameter that is not there leaves `$data` empty."""
    names, error = expected
    found = message("$data.keySet()", field)
    if names is None:
        assert "emailAddress" in found.text
    else:
        assert found.text == f"[{', '.join(names)}]"
    assert list(found.errors) == ([error] if error else [])


def test_the_json_field_takes_json_text_of_an_object_too() -> None:
    event = {"apiVersion": "v2", "params": [{"name": "array", "value": '{"a": [{"b": {"c": 1}}]}'}]}
    assert data(event, "${array}") == {"a": [{"b": {"c": 1}}]}


def test_text_of_v1_is_read_once() -> None:
    """MSG-03: v1 has only text; v2 and v3 could have sent the array itself."""
    assert message("$!data.get('escaped').size()", apiVersion="v1").text == "1"
    assert message("$!data.get('escaped').size()", apiVersion="v3").text == ""
    assert message("$!data.get('broken')", apiVersion="v1").text == "[{"


def test_events_of_add_orders_have_more_variables() -> None:
    params = [{"name": "contactId", "value": 5}, {"name": "orderId", "value": 3}]
    params.append({"name": "SMS", "value": "380501234567"})
    template = "${contactId} ${orderId} ${SMS}"
    assert message(template, params=params, apiVersion="internal").text == "5 3 380501234567"
    assert message("${orderId} ${SMS}", params=params).text == "3 ${SMS}"


def test_an_event_without_key_order_or_parameters_has_no_variables() -> None:
    assert workflow_variables({"params": None}, None) == {}


def test_a_rejected_event_makes_no_message() -> None:
    found = message("x", verdict="rejected")
    assert found.to_document() == {
        "text": "",
        "missing": [],
        "errors": ["the event was rejected: no message comes of it"],
    }


@pytest.mark.parametrize(
    ("field", "filled", "error"),
    [
        ("${email}", "a@b.c", None),
        ("Order ${ orderId }: $5", "Order 7: $5", None),
        ("${Email}", None, "${Email}: email is there: names count letter case"),
        ("${list}", None, "${list}: the parameter is neither text nor a number"),
    ],
)
def test_a_field_of_the_block_takes_variables(
    field: str, filled: str | None, error: str | None
) -> None:
    """MSG-04: a variable is named exactly as the parameter is sent."""
    known = {"email": "a@b.c", "orderId": 7, "list": []}
    if error is None:
        assert fill_field(field, known) == filled
        return
    with pytest.raises(TemplateError) as raised:
        fill_field(field, known)
    assert str(raised.value) == error


WORKFLOW = {
    "eventTypeKey": "AbandonedCart",
    "channel": "email",
    "recipient": "${emailAddress}",
    "subject": "Order ${orderId}",
    "template": "$!data.get('promo')",
}
SENT = {
    **CART,
    "eventTypeKey": "AbandonedCart",
    "verdict": "recorded",
    "occurred": None,
    "contactId": 5,
}


@pytest.mark.parametrize(
    ("event", "started"),
    [
        ({}, True),
        ({"verdict": "ignored"}, True),
        ({"verdict": "applied"}, True),
        ({"verdict": "rejected"}, False),
        ({"occurred": "2026-01-01T00:00:00"}, False),
        ({"eventTypeKey": "abandonedCart"}, False),
    ],
)
def test_an_accepted_event_of_its_type_starts_a_workflow(
    event: dict[str, Any], started: bool
) -> None:
    """MSG-05; PST-05."""
    assert starts(WORKFLOW, {**SENT, **event}) is started


@pytest.mark.parametrize("enabled", [True, False])
def test_a_workflow_that_is_switched_off_is_not_started(*, enabled: bool) -> None:
    assert starts({**WORKFLOW, "enabled": enabled}, SENT) is enabled


@pytest.mark.parametrize(
    ("workflow", "event", "problem"),
    [
        ({}, {}, None),
        ({"subject": None}, {}, None),
        (
            {"recipient": "${emailaddress}"},
            {},
            "the recipient ${emailaddress}: emailAddress is there: names count letter case",
        ),
        ({"recipient": "${blank}"}, {}, "the recipient ${blank} is blank"),
        ({"template": "a#if(1)"}, {}, "the template failed: line 1: #if has no #end"),
        (
            {"template": "#if(1)", "recipient": "${blank}"},
            {},
            "the recipient ${blank} is blank; the template failed: line 1: #if has no #end",
        ),
        ({"subject": "${array}"}, {}, None),
    ],
)
def test_the_outbox_says_why_nobody_gets_a_message(
    workflow: dict[str, Any], event: dict[str, Any], problem: str | None
) -> None:
    """MSG-06."""
    made = outgoing({**WORKFLOW, **workflow}, {**SENT, **event}, AROUND)
    if workflow.get("subject") == "${array}":
        problem = "the subject ${array}: the parameter is neither text nor a number"
    assert made["problem"] == problem
    assert made["status"] == ("DELIVERED" if problem is None else "ERROR")
    if not workflow and not event:
        expected = ("user@example.com", "Order 7", "SALE", [])
        assert (made["recipient"], made["subject"], made["text"], made["missing"]) == expected


def test_workflows_that_run_away_end_soon_together_and_spoil_no_other() -> None:
    endless = {
        **WORKFLOW,
        "template": "#foreach($i in [1..9999])#foreach($j in [1..9999])x#end#end",
    }
    made = all_outgoing([endless, WORKFLOW, *[endless] * 9], SENT, AROUND)
    problems = [message["problem"] for _, message in made]
    assert problems[1] is None
    assert all("the template does too much" in each for each in problems if each is not None)
    lengths = [len(message["text"]) for _, message in made]
    assert lengths[0] > 1_000
    assert lengths[-1] < 10


@pytest.mark.parametrize(
    ("contact_id", "text", "notes"),
    [(5, "5 5", []), (None, "${ContactId} ", ["contact_unknown"])],
)
def test_a_recipient_need_not_be_a_contact(
    contact_id: int | None, text: str, notes: list[str]
) -> None:
    """MSG-07."""
    workflow = {**WORKFLOW, "template": "${ContactId} $!{ContactId}"}
    made = outgoing(workflow, {**SENT, "contactId": contact_id}, AROUND)
    assert (made["text"], made["problem"], made["notes"]) == (text, None, notes)
    assert made["status"] == "DELIVERED"


@pytest.mark.parametrize(
    ("workflow", "problem", "status"),
    [
        ({}, "unsubscribed", "UNSUBSCRIBED"),
        ({"obligatory": False}, "unsubscribed", "UNSUBSCRIBED"),
        ({"obligatory": True}, None, "DELIVERED"),
        ({"recipient": "other@example.com"}, None, "DELIVERED"),
        (
            {"template": "#if(1)"},
            "the template failed: line 1: #if has no #end; unsubscribed",
            "ERROR",
        ),
    ],
)
def test_an_address_that_unsubscribed_gets_only_what_is_obligatory(
    workflow: dict[str, Any], problem: str | None, status: str
) -> None:
    """MSG-08."""
    around = Surroundings(NOW, 7, is_unsubscribed={"user@example.com"}.__contains__)
    made = outgoing({**WORKFLOW, **workflow}, SENT, around)
    assert (made["problem"], made["status"]) == (problem, status)


def test_whatever_goes_wrong_in_a_message_is_a_problem_of_that_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """MSG-06."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(message_module, "parse", broken)
    made = outgoing(WORKFLOW, SENT, AROUND)
    said = "the template failed: the emulator failed with ZeroDivisionError: a fault of ours"
    assert (made["problem"], made["status"]) == (said, "ERROR")
    assert made["recipient"] == "user@example.com"
