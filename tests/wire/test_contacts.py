"""/contact, /contact/subscribe and GET /contacts over a real socket, and as clients use them."""

from __future__ import annotations

import pytest

EMAIL = {"type": "email", "value": "mail@example.com"}
WHOLE = {
    "firstName": "John",
    "lastName": "Smith",
    "channels": [EMAIL, {"type": "sms", "value": "380942583691"}],
    "address": {"region": "R", "town": "T", "address": "A", "postcode": "P"},
    "fields": [{"id": 12345, "value": "f"}],
    "addressBookId": 7200,
    "externalCustomerId": "TV12790",
    "contactKey": "key",
    "languageCode": "en",
    "timeZone": "Europe/London",
}


def save(client, contact, **kwargs):
    answer = client.call("POST", "/api/v1/contact", json=contact, **kwargs)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def test_a_contact_is_added_read_updated_and_deleted(client):
    """CON-01, CON-03, CON-04, CON-05."""
    answer = client.call("POST", "/api/v1/contact", json=WHOLE)
    assert (answer.status_code, answer.json()) == (200, {"id": 1})
    assert client.get("/api/v1/contact/1") == {"id": 1, **WHOLE}
    answer = client.call("PUT", "/api/v1/contact/1", json={"firstName": "Jo", "channels": [EMAIL]})
    assert (answer.status_code, answer.text) == (200, "Contact with id='1' has been updated")
    assert client.get("/api/v1/contact/1")["firstName"] == "Jo"
    answer = client.call("DELETE", "/api/v1/contact/1")
    assert (answer.status_code, answer.text) == (200, "Contact with id='1' has been deleted")
    for method in ("GET", "DELETE"):
        answer = client.call(method, "/api/v1/contact/1")
        assert answer.status_code == 404
        assert "not found" in answer.text


def test_a_read_leaves_out_what_is_not_set(client):
    """CON-05."""
    contact_id = save(client, {"externalCustomerId": "A"})
    assert client.get(f"/api/v1/contact/{contact_id}") == {"id": 1, "externalCustomerId": "A"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"channels": EMAIL}, {"channels": [EMAIL]}),
        ({"contact": {"channels": EMAIL}}, {"channels": [EMAIL]}),
        ({"channels": [EMAIL], "groups": None}, {"channels": [EMAIL]}),
        (
            {"channels": [EMAIL, {"type": "sms", "value": ""}, {"type": "sms", "value": None}]},
            {"channels": [EMAIL]},
        ),
        (
            {"channels": [{"type": "sms", "value": 380942583691}], "externalCustomerId": 17},
            {"channels": [{"type": "sms", "value": "380942583691"}], "externalCustomerId": "17"},
        ),
        (
            {"externalCustomerId": "A", "firstName": "", "lastName": " ", "address": None},
            {"externalCustomerId": "A"},
        ),
        (
            {"externalCustomerId": " A ", "address": [], "fields": [], "channels": None},
            {"externalCustomerId": "A"},
        ),
        (
            {"externalCustomerId": "A", "fields": {"id": "55", "value": 7}, "addressBookId": "1"},
            {"externalCustomerId": "A", "fields": [{"id": 55, "value": "7"}], "addressBookId": 1},
        ),
        (
            {"externalCustomerId": "A", "fields": [{"id": 55, "value": ""}], "unknown": 1},
            {"externalCustomerId": "A"},
        ),
        (
            {"channels": [{"type": "mobilepush", "value": "t", "device": {"os": "iOS"}}]},
            {"channels": [{"type": "mobilepush", "value": "t", "device": {"os": "iOS"}}]},
        ),
    ],
)
def test_what_public_clients_send_is_understood(client, sent, kept):
    """CON-09: by POST and, wrapped or not, by PUT."""
    contact_id = save(client, sent)
    assert client.get(f"/api/v1/contact/{contact_id}") == {"id": contact_id, **kept}
    assert client.call("PUT", f"/api/v1/contact/{contact_id}/", json=sent).status_code == 200
    assert client.get(f"/api/v1/contact/{contact_id}") == {"id": contact_id, **kept}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "no channel and no externalCustomerId"),
        ({"firstName": "A"}, "no channel and no externalCustomerId"),
        ({"channels": [{"type": "email", "value": ""}]}, "no channel"),
        ({"channels": 7.5}, "channels: must be an array, not a number"),
        ({"channels": [{"type": "phone", "value": "1"}]}, "channels[0].type: must be one of email"),
        ({"channels": [{"value": "1"}]}, "channels[0].type: must be filled"),
        ({"channels": [{"type": "", "value": "1"}]}, "channels[0].type: must be filled"),
        ({"channels": ["a@b.c"]}, "channels[0]: must be an object"),
        ({"channels": [{"type": "email", "value": {}}]}, "channels[0].value: must be text"),
        ({"externalCustomerId": True}, "externalCustomerId: must be text, not a boolean"),
        ({"externalCustomerId": "A", "firstName": []}, "firstName: must be text, not an array"),
        ({"externalCustomerId": "A", "address": "Kyiv"}, "address: must be an object"),
        ({"externalCustomerId": "A", "fields": [{"value": 1}]}, "fields[0].id: must be filled"),
        ({"externalCustomerId": "A", "fields": [{"id": "x"}]}, "fields[0].id: must be a whole"),
        ({"externalCustomerId": "A", "fields": [{"id": 0}]}, "fields[0].id: must be 1 or more"),
        ({"externalCustomerId": "A", "addressBookId": 1.5}, "addressBookId: must be a whole"),
        (
            {"channels": [{"type": "mobilepush", "value": "t", "device": 7}]},
            "channels[0].device: must be an object, not a number",
        ),
    ],
)
def test_a_bad_contact_is_400_with_the_field_and_changes_nothing(client, sent, told):
    """CON-09."""
    for method, path in (("POST", "contact"), ("POST", "contact/subscribe")):
        body = {"contact": sent} if path.endswith("subscribe") else sent
        answer = client.call(method, f"/api/v1/{path}", json=body)
        assert answer.status_code == 400
        assert told in answer.text
    assert client.get("/_mock/contacts")["total"] == 0
    assert client.get("/_mock/events")["total"] == 0


def test_the_update_of_a_contact_is_refused_where_it_must_be(client):
    """CON-03."""
    save(client, {"externalCustomerId": "A"})
    save(client, {"externalCustomerId": "B"})
    answer = client.call("PUT", "/api/v1/contact/2", json={"externalCustomerId": "A"})
    assert answer.status_code == 400
    assert "belongs to contact 1" in answer.text
    answer = client.call("PUT", "/api/v1/contact/3", json={"firstName": "A"})
    assert answer.status_code == 404
    assert "not found" in answer.text
    entry = client.get("/_mock/requests")["requests"][0]
    assert (entry["status"], entry["reason"]) == (404, "contact_unknown")


def test_the_contacts_are_those_that_events_find(client, example):
    """One account, one state: IDN-03 finds what CON-01 has stored, and deleted ones no more."""
    save(client, {"channels": [{"type": "sms", "value": 380501234567}]})
    assert client.event(example()).headers["X-Mock-Verdict"] == "applied"
    assert client.get("/_mock/orders/12345679")["contactId"] == 1
    client.call("DELETE", "/api/v1/contact/1")
    answer = client.event(example(externalOrderId="other"))
    assert answer.headers["X-Mock-Reasons"] == "contact_not_found"


def test_a_deleted_contact_comes_back_with_its_external_id(client, example):
    """CON-02, CON-04: with everything it had."""
    save(client, {**WHOLE, "channels": [{"type": "sms", "value": "380501234567"}]})
    client.event(example())
    answer = client.call("DELETE", "/api/v1/contact?externalCustomerId=TV12790&erase=false")
    assert answer.text == "Contact with id='1' has been deleted"
    assert client.call("GET", "/api/v1/contacts").headers["TotalCount"] == "0"
    assert client.get("/_mock/events")["total"] == 1
    answer = client.call("POST", "/api/v1/contact", json={"externalCustomerId": "TV12790"})
    assert answer.json() == {"id": 1}
    assert "restored" in answer.headers["X-Mock-Trace"]
    assert client.get("/api/v1/contact/1")["firstName"] == "John"
    assert [each["externalOrderId"] for each in client.get("/_mock/contacts/1")["orders"]]


@pytest.mark.parametrize(
    "path", ["contact/1?erase=true", "contact?externalCustomerId=A&erase=true"]
)
@pytest.mark.parametrize("deleted_before", [False, True])
def test_erasing_removes_all_that_a_contact_left_behind(client, example, path, deleted_before):
    """CON-04: its events, its orders and their history, its places in segments."""
    contact = {"externalCustomerId": "A", "channels": [{"type": "sms", "value": "380501234567"}]}
    client.call("POST", "/api/v1/contact/subscribe", json={"contact": contact, "groups": ["news"]})
    save(client, {"externalCustomerId": "other"})
    client.event(example())
    client.event({"eventTypeKey": "visit", "params": [{"name": "phone", "value": "380501234567"}]})
    client.event(
        {"eventTypeKey": "visit", "params": [{"name": "externalCustomerId", "value": "other"}]}
    )
    if deleted_before:
        client.call("DELETE", "/api/v1/contact/1")
    answer = client.call("DELETE", f"/api/v1/{path}")
    assert (answer.status_code, answer.text) == (200, "Contact with id='1' has been deleted")
    state = client.get("/_mock/state")
    assert [each["contactId"] for each in state["events"].values()] == [2]
    assert [each["id"] for each in state["contacts"].values()] == [2]
    assert not {"orders", "history", "group_members"} & state.keys()
    assert client.call("DELETE", f"/api/v1/{path}").status_code == 404
    assert save(client, {"externalCustomerId": "A"}) == 3, "ids are not given twice"


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("contact/7", 404, "not found"),
        ("contact/7?erase=true", 404, "not found"),
        ("contact?externalCustomerId=7", 404, "not found"),
        ("contact", 400, "externalCustomerId is missing"),
        ("contact?erase=true", 400, "externalCustomerId is missing"),
        ("contact/7?erase=maybe", 404, "not found"),
    ],
)
def test_a_delete_that_finds_nobody_says_so(client, path, status, told):
    """CON-04."""
    answer = client.call("DELETE", f"/api/v1/{path}")
    assert answer.status_code == status
    assert told in answer.text


@pytest.fixture
def three(client):
    save(client, {"firstName": "Ann", "lastName": "A", "channels": [EMAIL]})
    save(client, {"firstName": "Ann", "lastName": "B", "externalCustomerId": "X/1"})
    save(client, {"firstName": "Bob", "channels": {"type": "sms", "value": "380"}})
    return client


@pytest.mark.parametrize(
    ("query", "ids", "total"),
    [
        ("", [3, 2, 1], 3),
        ("firstname=Ann", [2, 1], 2),
        ("firstname=Ann&lastname=A", [1], 1),
        ("email=MAIL@example.com", [1], 1),
        ("sms=380", [3], 1),
        ("sms=380&firstname=Ann", [], 0),
        ("externalCustomerId=X/1", [2], 1),
        ("externalCustomerId=X/1&firstname=Bob", [2], 1),
        ("externalCustomerId=&firstname=Bob", [3], 1),
        ("startindex=2&maxrows=1", [2], 3),
        ("startindex=4", [], 3),
        ("maxrows=100000", [3, 2, 1], 3),
        ("sortBy=contactId", [1, 2, 3], 3),
        ("sortBy=contactId&startindex=2&maxrows=1", [2], 3),
        ("sortBy=contactId&startindex=4", [], 3),
        ("sortBy=contactId&firstname=Ann", [1, 2], 2),
    ],
)
def test_contacts_are_searched(three, query, ids, total):
    """CON-06."""
    answer = three.call("GET", f"/api/v1/contacts?{query}")
    assert [each["id"] for each in answer.json()] == ids
    assert answer.headers["TotalCount"] == str(total)


@pytest.mark.parametrize("query", ["startindex=&maxrows=", "startindex=%20", "email=&maxrows="])
def test_a_blank_condition_or_page_is_none(three, query):
    """CON-06: public clients send blanks for what they do not have."""
    answer = three.call("GET", f"/api/v1/contacts?{query}")
    assert (answer.status_code, answer.headers["TotalCount"]) == (200, "3")


@pytest.mark.parametrize(
    "query", ["startindex=0", "startindex=x", "maxrows=0", "maxrows=-1", "sortBy=name"]
)
def test_a_bad_page_is_400(three, query):
    """CON-06."""
    answer = three.call("GET", f"/api/v1/contacts?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.text


def test_a_subscription_saves_the_contact_and_generates_an_event(client):
    """CON-08."""
    body = {
        "contact": {"firstName": "A", "channels": EMAIL},
        "groups": ["news", "news", "sale"],
        "subscriptions": ["weekly"],
        "formType": "abc",
    }
    answer = client.call("POST", "/api/v1/contact/subscribe", json=body)
    assert answer.json() == {"id": 1, "emailStatus": "NEED_CONFIRMATION", "new": True}
    event = client.get("/_mock/events")["events"][0]
    assert event["eventTypeKey"] == "subscribeFromApi-abc"
    assert (event["verdict"], event["apiVersion"]) == ("recorded", "internal")
    assert (event["keyValue"], event["contactId"]) == ("1", 1)
    assert event["params"] == [
        {"name": "ContactId", "value": "1"},
        {"name": "EmailAddress", "value": "mail@example.com"},
    ]
    assert [each["name"] for each in client.get("/api/v1/contact/1")["groups"]] == ["news", "sale"]
    again = {"contact": {"lastName": "B", "channels": [EMAIL]}, "groups": None, "formType": None}
    answer = client.call("POST", "/api/v1/contact/subscribe/", json=again)
    assert answer.json() == {"id": 1, "emailStatus": "ALREADY_SUBSCRIBED", "new": False}
    assert client.get("/_mock/events")["events"][0]["eventTypeKey"] == "subscribeUpdateFromApi"
    assert client.get("/api/v1/contact/1")["lastName"] == "B"
    assert client.get("/_mock/contacts/1")["subscriptions"] == ["weekly"]


@pytest.mark.parametrize("form_type", ["", " ", None])
def test_a_blank_form_type_is_none(client, form_type):
    """CON-08: public clients send blanks for what they do not have."""
    body = {"contact": {"channels": [EMAIL]}, "formType": form_type}
    assert client.call("POST", "/api/v1/contact/subscribe", json=body).status_code == 200
    (event,) = client.get("/_mock/events")["events"]
    assert event["eventTypeKey"] == "subscribeFromApi"


def test_a_subscription_may_come_without_its_wrapping_and_without_an_email(client):
    """CON-08."""
    bare = {"channels": {"type": "sms", "value": 380}, "formType": "abc"}
    answer = client.call("POST", "/api/v1/contact/subscribe", json=bare)
    assert answer.json() == {"id": 1, "new": True}
    assert client.get("/_mock/events")["events"][0]["eventTypeKey"] == "subscribeFromApi-abc"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"formType": "abc"}, "contact is missing"),
        ({"contact": None}, "contact is missing"),
        ({"contact": "x", "groups": 1}, "contact"),
        ({"contact": {"channels": EMAIL}, "formType": "a|b"}, "formType: has forbidden"),
        ({"contact": {"channels": EMAIL}, "formType": "a" * 78}, "formType: may have 77"),
        ({"contact": {"channels": EMAIL}, "groups": [{}]}, "groups[0]: must be text"),
    ],
)
def test_a_bad_subscription_is_400(client, body, told):
    answer = client.call("POST", "/api/v1/contact/subscribe", json=body)
    assert answer.status_code == 400
    assert told in answer.text
    assert client.get("/_mock/contacts")["total"] == 0


def test_the_notes_go_with_the_explaining_headers(client):
    client.call("PATCH", "/_mock/settings", json={"explain_headers": False})
    answer = client.call("POST", "/api/v1/contact", json=WHOLE)
    assert not [name for name in answer.headers if name.lower().startswith("x-mock")]


def test_contacts_changed_last_come_first(three):
    """CON-06: without conditions; after a restart of the account as well."""
    three.call("PUT", "/api/v1/contact/1", json={"firstName": "Ann"})
    ids = [each["id"] for each in three.get("/api/v1/contacts")]
    assert ids[0] == 1
    state = three.get("/_mock/state")
    assert three.call("PUT", "/_mock/state", json=state).status_code == 200
    assert [each["id"] for each in three.get("/api/v1/contacts")] == ids


@pytest.mark.parametrize(
    ("sent", "warning", "told"),
    [
        ({"firstname": "A"}, "contact_field_unknown", "did you mean firstName?"),
        ({"phone": "380"}, "contact_field_unknown", '[{"type": "sms", "value": "380"}]?'),
        ({"Email": ["x"]}, "contact_field_unknown", '{"type": "email"'),
        ({"zzz": 1}, "contact_field_unknown", '"zzz" is not a field of a contact and was dropped'),
        ({"groups": [{"name": "VIP"}]}, None, None),
        ({}, None, None),
        (
            {"channels": [{"type": "sms", "value": each} for each in "123"]},
            "channels_of_one_type_many",
            'there are 3 channels of the type "sms"',
        ),
    ],
)
def test_what_is_dropped_of_a_contact_is_told(client, sent, warning, told):
    """CON-09 and CON-12: in the header and in the journal, of one contact and of many."""
    body = {"externalCustomerId": "X", "channels": [{"type": "viber", "value": "3"}], **sent}
    bulk = {"dedupeOn": "externalCustomerId", "contacts": [body]}
    subscription = {"contact": body}
    for method, path, whole in (
        ("POST", "/api/v1/contact", body),
        ("PUT", "/api/v1/contact/1", body),
        ("POST", "/api/v1/contact/subscribe", subscription),
        ("POST", "/api/v1/contacts", bulk),
    ):
        answer = client.call(method, path, json=whole)
        assert answer.status_code == 200
        assert answer.headers.get("X-Mock-Warnings") == warning
        notes = client.get("/_mock/requests?limit=1")["requests"][0]["notes"]
        assert (told is None and not notes) or told in notes[0]["message"]
    assert client.get("/_mock/requests?refused=true")["requests"] == []


def test_groups_sent_with_a_contact_are_made_and_joined(client):
    """CON-11."""
    client.call(
        "POST", "/api/v1/contact", json={"externalCustomerId": "a", "groups": {"name": "VIP"}}
    )
    groups = [{"name": "VIP"}, {"name": "New"}]
    client.call("PUT", "/api/v1/contact/1", json={"groups": groups})
    held = client.get("/api/v1/contact/1")["groups"]
    assert [each["name"] for each in held] == ["VIP", "New"]
    bad = client.call(
        "POST", "/api/v1/contact", json={"externalCustomerId": "b", "groups": {"id": 1}}
    )
    assert bad.status_code == 400
    assert "name" in bad.text


def test_subscriptions_of_an_older_state_get_their_categories(client):
    """CON-13."""
    body = {"contact": {"channels": EMAIL}, "subscriptions": ["weekly"]}
    client.call("POST", "/api/v1/contact/subscribe", json=body)
    state = client.get("/_mock/state")
    state.pop("subscriptions")
    assert client.call("PUT", "/_mock/state", json=state).status_code == 200
    assert client.get("/api/v1/contact/1/subscriptions")["key"] == "weekly"
    assert [each["contactsCount"] for each in client.get("/api/v1/subscriptions")] == [1]


def test_a_subscription_warns_of_fields_with_and_without_its_wrapping(client):
    """CON-12: and a warning does not hide another (WIRE-05)."""
    for body in (
        {"channels": EMAIL, "formType": "f", "groups": ["g"], "subscriptions": ["s"]},
        {"channels": EMAIL, "formType": "f", "surname": "B", "ordersInfo": {}},
        {"contact": {"channels": EMAIL, "surname": "B"}},
    ):
        answer = client.call("POST", "/api/v1/contact/subscribe", json=body)
        assert ("X-Mock-Warnings" in answer.headers) == ("surname" in str(body))
    answer = client.call("POST", "/api/v1/contact", data=b'{"externalCustomerId": 1, "city": 1}')
    warned = answer.headers["X-Mock-Warnings"]
    assert set(warned.split(", ")) == set(
        "content_type_missing contact_field_unknown channels_missing".split()
    )


def test_subscription_categories(client):
    """CON-13 and WIRE-10."""
    path = "/api/v1/contact/1/subscriptions"
    assert client.get("/api/v1/subscriptions") == []
    assert client.call("GET", path).status_code == 404
    assert client.call("PUT", path, json={"subscriptions": ["x"]}).status_code == 404
    subscription = {"contact": {"externalCustomerId": "a"}, "subscriptions": ["weekly"]}
    client.call("POST", "/api/v1/contact/subscribe", json=subscription)
    one = {"id": 1, "key": "weekly", "groupId": 1, "name": "weekly"}
    assert client.get(path) == one
    answer = client.call("PUT", path, json={"subscriptions": ["sale", "weekly", "sale"]})
    assert (answer.status_code, answer.text) == (200, "")
    assert [each["key"] for each in client.get(path)] == ["sale", "weekly"]
    assert client.call("PUT", path, json={"subscriptions": []}).status_code == 200
    assert client.get(path) == []
    found = client.get("/api/v1/subscriptions")
    assert [(each["id"], each["key"], each["contactsCount"]) for each in found] == [
        (1, "weekly", 0),
        (2, "sale", 0),
    ]
    assert set(found[0]) == {*one, "contactsCount", "createdDate", "updatedDate"}
    assert client.call("PUT", path, json={}).status_code == 400
