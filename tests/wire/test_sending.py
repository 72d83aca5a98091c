"""Messages that calls send: bad input, many recipients, many senders, and what stays (SND)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from mock_server import MockServer

A = "/api/v1"
EMAIL = {"from": "info@shop.example", "subject": "Hello", "htmlText": "<p>Hello</p>"}
STORED = {
    "channel": "email",
    "name": "Order",
    "from": "info@shop.example",
    "subject": "Order",
    "htmlText": "<p>$!data.get('name')</p>",
}


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as mock:
        yield mock


@pytest.fixture
def mock(server: MockServer) -> MockServer:
    server.reset()
    return server


def call(mock: MockServer, method: str, path: str, body: Any = None) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        session.auth = ("shop", mock.api_key)
        return session.request(method, mock.url + path, json=body, timeout=20)


def store(mock: MockServer, **more: Any) -> int:
    answer = call(mock, "POST", "/_mock/messages", {**STORED, **more})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


# Bad input


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/message/email", EMAIL, "emails is missing. Send up to 1,000 in one array."),
        ("/message/email", {**EMAIL, "emails": []}, "emails is empty. Name at least one"),
        ("/message/email", {**EMAIL, "emails": {"a": 1}}, "emails is an object, not an array"),
        ("/message/email", {**EMAIL, "emails": [None]}, "emails[0] must be text, not null"),
        ("/message/email", {**EMAIL, "emails": ["a@b.c"] * 10_000}, "emails has 10,000 elements"),
        ("/message/email", {"emails": ["a@b.c"]}, "from: must be filled; subject: must be filled"),
        ("/message/email", {**EMAIL, "htmlText": 5}, "htmlText: must be text, not a number"),
        ("/message/email", {**EMAIL, "subject": " "}, "subject: must be filled"),
        ("/message/sms", {"from": "Shop", "text": "x"}, "phoneNumbers is missing"),
        ("/message/viber", {"text": "x", "phoneNumbers": ["1"]}, "iosExpirityText: must be filled"),
        ("/message/1/smartsend", {}, "recipients is missing"),
        ("/message/1/smartsend", {"recipients": [{}]}, "recipients[0]: names nobody: send"),
        ("/message/1/smartsend", {"recipients": [{"locator": "a@b.c"}, 5.5]}, "recipients[1]: "),
        ("/message/1/send", {"recipients": []}, "recipients is empty"),
        ("/message/1/send", {"recipients": ["a@b.c"], "params": [{"value": 1}]}, "params[0].key"),
        (
            "/message/1/smartsend",
            {"recipients": [{"locator": "a@b.c"}], "email": False},
            "email is false, but message 1 is of email.",
        ),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_of_it_is_kept(
    mock: MockServer, path: str, body: Any, said: str
) -> None:
    store(mock)
    answer = call(mock, "POST", A + path, body)
    assert answer.status_code == 400, answer.text
    assert said in answer.text
    assert (mock.outbox(), mock.contacts()) == ([], [])
    assert [each["status"] for each in mock.requests(refused=True)] == [400]


def test_an_unknown_message_or_segment_is_404_and_refused(mock: MockServer) -> None:
    body = {"recipients": [{"locator": "a@b.c"}], "email": True}
    answer = call(mock, "POST", f"{A}/message/9/smartsend", body)
    assert answer.text.startswith("Message with id='9' not found. There are none yet.")
    assert answer.status_code == 404
    sms = {"from": "Shop", "text": "x", "groupId": 7}
    assert call(mock, "POST", f"{A}/message/sms", sms).status_code == 404
    assert [each["reason"] for each in mock.requests(refused=True)] == [
        "message_unknown",
        "segment_unknown",
    ]


def test_recipients_fail_one_by_one_and_the_request_says_so(mock: MockServer) -> None:
    store(mock, htmlText="$data.get('items').get(0)")
    recipients = [
        {"locator": "a@b.c", "jsonParam": '{"items": ["Tea"]}'},
        {"locator": "no address", "jsonParam": '{"items": ["Tea"]}'},
        {"locator": "b@b.c", "jsonParam": "{"},
        {"contactId": 77},
        "c@b.c",
    ]
    answer = call(mock, "POST", f"{A}/message/1/smartsend", {"recipients": recipients})
    results = answer.json()["results"]
    assert [each["status"] for each in results] == ["OK", "ERROR", "ERROR", "ERROR", "OK"]
    assert ["requestId" in each for each in results] == [True, False, False, False, True]
    assert [each["status"] for each in mock.outbox()] == [
        *("DELIVERED", "ERROR", "ERROR", "ERROR", "DELIVERED")
    ]
    (refused,) = mock.requests(refused=True)
    assert [each["code"] for each in refused["notes"]] == ["recipient_failed"] * 3
    assert mock.outbox(recipient="c@b.c")[0]["missing"][0]["why"].startswith("there is no items")


def test_templates_that_run_away_end_soon_together(mock: MockServer) -> None:
    endless = "#foreach($i in [1..9999])#foreach($j in [1..9999])x#end#end"
    store(mock, htmlText=endless)
    recipients = [{"locator": f"a{number}@b.c"} for number in range(200)]
    answer = call(mock, "POST", f"{A}/message/1/smartsend", {"recipients": recipients})
    assert {each["status"] for each in answer.json()["results"]} == {"ERROR"}
    assert sum(len(each["text"]) for each in mock.outbox()) < 2_000_000


# Who gets it


def test_a_recipient_becomes_a_contact_once(mock: MockServer) -> None:
    mock.add_contact(email="known@shop.example")
    emails = ["Known@shop.example", "new@shop.example", "new@shop.example"]
    answer = call(mock, "POST", f"{A}/message/email", {**EMAIL, "emails": emails})
    assert [each["locator"] for each in answer.json()["results"]] == emails
    assert [each["contactId"] for each in mock.outbox()] == [1, 2, 2]
    assert len(mock.contacts()) == 2


def test_a_phone_may_be_a_number_and_each_of_the_list_comes_as_the_setting_says(
    mock: MockServer,
) -> None:
    mock.configure(single_element_lists="array")
    body = {"from": "Shop", "text": "x", "phoneNumbers": [380501234567], "externalRequestId": "r1"}
    answer = call(mock, "POST", f"{A}/message/sms", body)
    assert answer.json()["results"][0]["locator"] == "380501234567"
    assert mock.outbox()[0]["externalRequestId"] == "r1"


def test_the_older_call_gives_all_recipients_the_same_parameters(mock: MockServer) -> None:
    store(mock)
    body = {"recipients": ["a@b.c", "b@b.c"], "params": [{"key": "name", "value": "Ann"}]}
    call(mock, "POST", f"{A}/message/1/send", {**body, "email": True, "fromName": "Shop"})
    assert [(each["text"], each["from"]) for each in mock.outbox()] == [
        ("<p>Ann</p>", '"Shop" <info@shop.example>')
    ] * 2


@pytest.mark.parametrize(
    ("channel", "locator", "contact"),
    [("mobilepush", "push-1", 1), ("appinbox", "push-1", 1), ("telegram", "@ann", None)],
)
def test_channels_without_addresses_of_their_own(
    mock: MockServer, channel: str, locator: str, contact: int | None
) -> None:
    mock.add_contact(pushToken="push-1")
    store(mock, channel=channel, title="Hi", text="Hi $!data.get('name')")
    recipients = [{"locator": locator, "jsonParam": {"name": "Ann"}}, {"contactId": 1}]
    call(mock, "POST", f"{A}/message/1/smartsend", {"recipients": recipients, "email": False})
    first, second = mock.outbox()
    assert (first["text"], first["contactId"]) == ("Hi Ann", contact)
    if channel == "telegram":
        assert second["problem"] == "the contact with contactId 1 has no telegram"
    else:
        assert (second["recipient"], second["status"]) == ("push-1", "DELIVERED")


# What a test sees


def test_a_test_waits_for_a_message_and_finds_it_by_its_source(mock: MockServer) -> None:
    mock.add_workflow("paid", "by workflow", recipient="a@b.c")
    event = {"eventTypeKey": "paid", "keyValue": "1", "params": []}
    call(mock, "POST", "/api/v2/event", event)
    call(mock, "POST", f"{A}/message/email", {**EMAIL, "emails": ["a@b.c"]})
    assert mock.wait_for_message(recipient="a@b.c", source="api")["text"] == "<p>Hello</p>"
    assert mock.wait_for_message(contains="by workflow")["source"] == "workflow"
    assert [each["source"] for each in mock.outbox()] == ["workflow", "api"]
    assert mock.assert_message(recipient="a@b.c", contains="Hello")["channel"] == "email"
    with pytest.raises(AssertionError, match=r"No message came in 0 s with recipient 'x'"):
        mock.wait_for_message(recipient="x", timeout=0)
    with pytest.raises(AssertionError, match=r"email to a@b\.c"):
        mock.assert_message(recipient="nobody@b.c")


@pytest.mark.parametrize(
    ("channel", "status", "said"),
    [
        ("email", "READ", None),
        ("email", "EXPIRED", "'EXPIRED' is not a status of email. "),
        ("sms", "EXPIRED", None),
        ("sms", "Delivered", "Did you mean DELIVERED?"),
        ("viber", "READ", None),
    ],
)
def test_a_test_sets_a_status_that_the_channel_can_have(
    mock: MockServer, channel: str, status: str, said: str | None
) -> None:
    numbers = {"text": "x", "iosExpirityText": "x", "from": "Shop", "phoneNumbers": ["38050123456"]}
    body = {**EMAIL, "emails": ["a@b.c"]} if channel == "email" else numbers
    call(mock, "POST", f"{A}/message/{channel}", body)
    answer = call(mock, "PUT", "/_mock/outbox/1", {"status": status})
    assert answer.status_code == (200 if said is None else 400)
    assert said is None or said in answer.json()["message"]
    found = call(mock, "GET", f"{A}/message/{channel}/status?ids=1,x,99999999999999999999")
    assert found.json()["results"]["status"] == (status if said is None else "DELIVERED")
    assert call(mock, "PUT", "/_mock/outbox/9", {"status": status}).status_code == 404


def test_statuses_are_asked_for_by_their_ids(mock: MockServer) -> None:
    assert call(mock, "GET", f"{A}/message/status").status_code == 400
    many = ",".join(["1"] * 1001)
    assert "ids has 1,001 elements" in call(mock, "GET", f"{A}/message/status?ids={many}").text


# What stays


def test_many_send_at_the_same_moment_and_nothing_is_lost(mock: MockServer) -> None:
    def send(number: int) -> list[str]:
        emails = [f"a{number % 5}@b.c", "all@b.c"]
        answer = call(mock, "POST", f"{A}/message/email", {**EMAIL, "emails": emails})
        return [each["requestId"] for each in answer.json()["results"]]

    with ThreadPoolExecutor(8) as pool:
        ids = [each for found in pool.map(send, range(40)) for each in found]
    assert sorted(map(int, ids)) == list(range(1, 81))
    assert len(mock.outbox()) == 80
    assert len(mock.contacts()) == 6


def test_messages_survive_a_restart_an_export_and_a_seed(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with MockServer(state=state) as mock:
        store(mock)
        call(mock, "PUT", f"{A}/messages/email/1/uk", {"subject": "Так", "htmlText": "Так"})
        call(mock, "POST", f"{A}/message/email", {**EMAIL, "emails": ["a@b.c"]})
        call(mock, "PUT", "/_mock/outbox/1", {"status": "READ"})
    with MockServer(state=state) as mock:
        assert call(mock, "GET", f"{A}/messages/email/1").json()["languages"] == ["uk"]
        assert [each["status"] for each in mock.outbox()] == ["READ"]
        exported = call(mock, "GET", "/_mock/state").json()
        assert call(mock, "PUT", "/_mock/state", exported).status_code == 200
        call(mock, "POST", f"{A}/message/email", {**EMAIL, "emails": ["a@b.c"]})
        assert [each["messageId"] for each in mock.outbox()] == [1, 2]
        exported["messages"]["1"]["channel"] = "fax"
        refused = call(mock, "PUT", "/_mock/state", exported)
        said = 'table "messages", document 1: "channel" must be one of email'
        assert said in refused.json()["message"]


def test_a_seed_brings_messages_once_and_a_reset_can_keep_them(mock: MockServer) -> None:
    for _ in range(2):
        mock.seed({"messages": [STORED]})
    assert call(mock, "GET", "/_mock/messages").json()["total"] == 1
    call(mock, "POST", "/_mock/reset", {"keep": ["messages"]})
    assert call(mock, "GET", f"{A}/messages/email/1").status_code == 200
    for wrong, said in (
        ({"channel": "emails"}, "messages[0]: channel is not one that has messages. Did you mean"),
        ({"channel": "sms", "name": "x"}, "messages[0]: from, text must be filled."),
        (5, "messages[0]"),
    ):
        answer = call(mock, "POST", "/_mock/seed", {"messages": [wrong]})
        assert (answer.status_code, said in answer.json()["message"]) == (400, True), answer.text


@pytest.mark.edited_state
def test_messages_of_version_0_2_have_a_source_and_a_status(mock: MockServer) -> None:
    exported = call(mock, "GET", "/_mock/state").json()
    old = {"messageId": 1, "account": "default", "eventId": 1, "channel": "sms", "recipient": "1"}
    exported["outbox"] = {"1": {**old, "problem": "blank"}, "2": {**old, "messageId": 2}}
    assert call(mock, "PUT", "/_mock/state", exported).status_code == 200
    assert [(each["source"], each["status"]) for each in mock.outbox()] == [
        ("workflow", "ERROR"),
        ("workflow", "DELIVERED"),
    ]


# Pages


def test_the_link_of_an_e_mail_leads_to_a_page_that_shows_it(mock: MockServer) -> None:
    store(mock, htmlText="<p>Hi</p><script>x()</script>")
    link = call(mock, "GET", f"{A}/messages/email/1/viewLink").json()["link"]
    page = call(mock, "GET", link.removeprefix(mock.url))
    assert page.status_code == 200
    assert "<p>Hi</p>" in page.text
    assert "<script>" not in page.text
    assert call(mock, "GET", link.removeprefix(mock.url).replace("/1", "/9")).status_code == 404
