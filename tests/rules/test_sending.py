"""SND as truth tables: content, data and senders of a message that a call sends."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from mock_server.documents.account_settings import Sender
from mock_server.rules.message.message import Surroundings
from mock_server.rules.message.sending import (
    Content,
    content_of,
    message_data,
    sender_problem,
    sent_message,
    steps_for_all,
)
from mock_server.velocity import TemplateError

AROUND = Surroundings(
    datetime(2026, 1, 2, tzinfo=timezone.utc), is_unsubscribed={"left@example.com"}.__contains__
)


def made(content: Content, address: str | None = "a@example.com", **more: Any) -> dict[str, Any]:
    """The message for one recipient."""
    given = {"contact_id": 5, "data": {"name": "Ann"}, "problems": (), **more}
    with steps_for_all().budget() as budget:
        return sent_message(
            content, address, given["contact_id"], given["data"], AROUND, budget, given["problems"]
        )


# SND-01


@pytest.mark.parametrize(
    ("content", "text", "subject", "missing"),
    [
        (Content("sms", "Hi $data.get('name') ${ContactId}"), "Hi Ann 5", None, []),
        (Content("sms", "$data.get('x')", personal=False), "$data.get('x')", None, []),
        (Content("email", "x", "For $!data.get('name')"), "x", "For Ann", []),
        (Content("email", "x", "$!data.get('y')"), "x", "", ["$!data.get('y')"]),
        (
            Content("email", "$!data.get('y') $!z", "$!data.get('y')"),
            " ",
            "",
            ["$!data.get('y')", "$!z"],
        ),
    ],
)
def test_a_text_is_filled_with_the_data_of_its_recipient(
    content: Content, text: str, subject: str | None, missing: list[str]
) -> None:
    message = made(content)
    assert (message["text"], message["subject"]) == (text, subject)
    assert [each["expression"] for each in message["missing"]] == missing
    assert (message["problem"], message["status"]) == (None, "DELIVERED")


def test_a_contact_that_is_not_known_has_no_id_in_the_text() -> None:
    assert made(Content("telegram", "$!{ContactId}."), contact_id=None)["text"] == "."


# SND-02


@pytest.mark.parametrize(
    ("content", "address", "problems", "problem", "status"),
    [
        (
            Content("sms", "#if(1)"),
            "1",
            (),
            "the template failed: line 1: #if has no #end",
            "ERROR",
        ),
        (
            Content("email", "x", "#if(1)"),
            "a@example.com",
            (),
            "the template failed: line 1: #if has no #end",
            "ERROR",
        ),
        (Content("sms", "x"), None, ("no contact has contactId 9",), None, "ERROR"),
        (Content("email", "x"), "left@example.com", (), "unsubscribed", "UNSUBSCRIBED"),
        (Content("sms", "x"), "left@example.com", (), None, "DELIVERED"),
    ],
)
def test_why_nobody_gets_a_message(
    content: Content, address: str | None, problems: Any, problem: str | None, status: str
) -> None:
    message = made(content, address, problems=problems)
    assert message["problem"] == (problem or "; ".join(problems) or None)
    assert message["status"] == status


@pytest.mark.parametrize(
    ("sent", "data"),
    [
        (None, {}),
        ("", {}),
        ('{"a": {"b": [1]}}', {"a": {"b": [1]}}),
        ({"a": 1}, {"a": 1}),
    ],
)
def test_json_param_is_what_data_holds(sent: Any, data: dict[str, Any]) -> None:
    assert message_data(sent) == data


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ("{", "jsonParam is not JSON: unexpected end of data at line 1 column 2"),
        ("[1]", "jsonParam is an array, not an object"),
        ([1], "jsonParam is an array, not an object"),
        (5, "jsonParam is a number, not an object"),
        ("\ud800", "jsonParam is not JSON: "),
    ],
)
def test_json_param_that_is_not_an_object_is_an_error(sent: Any, error: str) -> None:
    with pytest.raises(TemplateError) as raised:
        message_data(sent)
    assert str(raised.value).startswith(error)


# SND-05

SENDERS = (
    Sender("email", "info@shop.example"),
    Sender("email", '"Shop" <shop@shop.example>'),
    Sender("sms", "Shop"),
)


@pytest.mark.parametrize(
    ("sender", "channel", "is_known"),
    [
        ("info@shop.example", "email", True),
        ("INFO@shop.example", "email", True),
        ('"Our shop" <info@shop.example>', "email", True),
        ("shop@shop.example", "email", True),
        ('"Shop" <shop@shop.example>', "email", True),
        ("other@shop.example", "email", False),
        ("Shop", "email", False),
        ("Shop", "sms", True),
        ("Shops", "sms", False),
        ("anybody", "viber", True),
        (None, "email", True),
    ],
)
def test_who_sends_is_a_sender_of_the_account(
    sender: str | None, channel: str, is_known: bool
) -> None:
    problem = sender_problem(sender, channel, SENDERS)
    assert (problem is None) is is_known
    if problem is not None:
        assert "is not a sender of the account. Senders: " in problem


def test_without_senders_anybody_may_send() -> None:
    assert sender_problem("anybody", "email", ()) is None


# SND-06

STORED = {
    "id": 1,
    "channel": "email",
    "name": "Order",
    "from": '"Shop" <info@shop.example>',
    "subject": "Order",
    "htmlText": "<p>Order</p>",
    "translations": {"uk": {"subject": "Замовлення", "htmlText": "<p>Замовлення</p>"}},
}


@pytest.mark.parametrize(
    ("message", "language", "from_name", "content"),
    [
        ({}, None, None, ("<p>Order</p>", "Order", '"Shop" <info@shop.example>')),
        ({}, "uk", None, ("<p>Замовлення</p>", "Замовлення", '"Shop" <info@shop.example>')),
        ({}, "pl", None, ("<p>Order</p>", "Order", '"Shop" <info@shop.example>')),
        ({}, None, "Ann", ("<p>Order</p>", "Order", '"Ann" <info@shop.example>')),
        ({"from": "a@b.c"}, None, "Ann", ("<p>Order</p>", "Order", '"Ann" <a@b.c>')),
        (
            {"channel": "mobilepush", "title": "T", "text": "x", "subject": None, "from": None},
            None,
            "Ann",
            ("x", None, None),
        ),
        ({"channel": "telegram", "text": 5, "from": 5, "subject": 5}, None, None, ("", None, None)),
    ],
)
def test_the_content_of_a_stored_message_is_that_of_its_language(
    message: dict[str, Any], language: str | None, from_name: str | None, content: Any
) -> None:
    found = content_of({**STORED, **message}, language, from_name)
    assert (found.text, found.subject, found.sender) == content
