"""POST /contacts, GET /importstatus and GET /contacts/email over a real socket (CON-07)."""

from __future__ import annotations

import pytest


def contact(number, **more):
    return {"channels": [{"type": "email", "value": f"c{number}@x.y"}], **more}


def add(client, contacts, **options):
    body = {"contacts": contacts, "dedupeOn": "email", **options}
    answer = client.call("POST", "/api/v1/contacts", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_contacts_are_there_at_once_while_the_status_walks(client):
    told = add(client, [contact(1, firstName="A"), contact(2)])
    assert (told["id"], told["failedContacts"]) == (0, [])
    assert client.call("GET", "/api/v1/contacts").headers["TotalCount"] == "2"
    path = f"/api/v1/importstatus/{told['asyncSessionId']}"
    seen = [client.get(path) for _ in range(4)]
    assert [each["status"] for each in seen] == ["STARTED", "IMPORTING", "FINISHED", "FINISHED"]
    assert all(each["timestamp"] for each in seen)
    assert seen[-1]["mapping"] == [
        {"dedupeValue": "c1@x.y", "contactId": 1},
        {"dedupeValue": "c2@x.y", "contactId": 2},
    ]


def test_bad_contacts_come_back_with_their_errors_and_the_good_ones_go_in(client):
    bad = {"channels": [{"type": "phone", "value": "1"}], "firstName": "B"}
    told = add(client, [contact(1), bad, {"firstName": "C"}, 7, contact(2)])
    first, second, third = told["failedContacts"]
    assert first["firstName"] == "B"
    assert "channels[0].type: must be one of" in first["error"]
    assert "email is not filled" in second["error"]
    assert third == {"contact": 7, "error": "must be an object."}
    assert client.call("GET", "/api/v1/contacts").headers["TotalCount"] == "2"


def test_an_import_that_failed_altogether_is_an_error(client):
    told = add(client, [{"firstName": "A"}])
    path = f"/api/v1/importstatus/{told['asyncSessionId']}"
    assert [client.get(path)["status"] for _ in range(3)][-1] == "ERROR"
    assert client.get(path)["description"]


def test_an_unknown_session_is_404(client):
    answer = client.call("GET", "/api/v1/importstatus/nothing")
    assert answer.status_code == 404
    assert "not found" in answer.text


def test_segments_and_events_of_new_contacts(client):
    add(client, [contact(1)], groupNames=["a", "b"])
    add(
        client,
        [contact(1), contact(2)],
        groupNames=["b", "c"],
        groupNamesExclude=["a", "c"],
        eventKeyForNewContacts="newContact",
    )
    groups = [
        [each["name"] for each in client.get(f"/api/v1/contact/{number}").get("groups", [])]
        for number in (1, 2)
    ]
    assert groups == [["b"], ["b"]]
    page = client.get("/_mock/events")
    assert [(each["eventTypeKey"], each["contactId"]) for each in page["events"]] == [
        ("newContact", 2)
    ]
    assert page["events"][0]["apiVersion"] == "internal"


@pytest.mark.parametrize("key", ["", " ", None])
def test_a_blank_event_key_for_new_contacts_is_none(client, key):
    assert add(client, [contact(1)], eventKeyForNewContacts=key)["failedContacts"] == []
    assert client.get("/_mock/events")["total"] == 0


def test_fields_are_updated_as_listed(client):
    add(client, [contact(1, firstName="A", lastName="A")])
    add(client, [contact(1, firstName="B")], contactFields=["lastName"])
    assert client.get("/api/v1/contact/1") == {"id": 1, **contact(1), "firstName": "A"}


def test_dedupe_on_an_additional_field(client):
    field = {"fields": [{"id": 7, "value": "x"}]}
    add(client, [contact(1, **field), contact(2, **field)], dedupeOn="fieldId", fieldId="7")
    assert client.call("GET", "/api/v1/contacts").headers["TotalCount"] == "1"
    told = add(client, [{**field, "firstName": "A"}], dedupeOn="fieldId", fieldId=7)
    assert told["failedContacts"] == []
    assert client.get("/api/v1/contact/1")["firstName"] == "A"


def test_a_deleted_contact_is_restored_only_when_asked_for(client):
    add(client, [contact(1)])
    client.call("DELETE", "/api/v1/contact/1")
    assert "restoreDeleted" in add(client, [contact(1)])["failedContacts"]["error"]
    assert client.call("GET", "/api/v1/contact/1").status_code == 404
    assert add(client, [contact(1)], restoreDeleted="true")["failedContacts"] == []
    assert client.get("/api/v1/contact/1")["id"] == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"dedupeOn": "email"}, "contacts is missing"),
        ({"contacts": "x", "dedupeOn": "email"}, "contacts is text, not an array"),
        ({"contacts": []}, "dedupeOn: must be filled"),
        ({"contacts": [], "dedupeOn": "name"}, "dedupeOn: must be one of email, sms"),
        ({"contacts": [], "dedupeOn": "fieldId"}, "fieldId is missing"),
        ({"contacts": [], "dedupeOn": "email", "contactFields": ["x"]}, "contactFields[0]: must"),
        ({"contacts": [], "dedupeOn": "email", "customFieldsIDs": ["x"]}, "customFieldsIDs[0]"),
        (
            {"contacts": [], "dedupeOn": "email", "eventKeyForNewContacts": "a?"},
            "eventKeyForNewContacts: has forbidden characters: ?",
        ),
    ],
)
def test_a_bad_request_is_400(client, body, told):
    answer = client.call("POST", "/api/v1/contacts", json=body)
    assert answer.status_code == 400
    assert told in answer.text


def test_more_places_in_groups_than_others_can_wait_for_are_refused(client):
    """CON-07; our decision."""
    contacts = [{"externalCustomerId": str(number)} for number in range(301)]
    names = [f"g{number}" for number in range(100)]
    body = {"dedupeOn": "externalCustomerId", "contacts": contacts, "groupNames": names}
    answer = client.call("POST", "/api/v1/contacts", json=body)
    assert (answer.status_code, "30,000 places" in answer.text) == (400, True)
    assert client.get("/_mock/contacts")["total"] == 0
    body["contacts"] = contacts[:1]
    assert client.call("POST", "/api/v1/contacts", json=body).status_code == 200


def test_3000_contacts_go_in_and_3001_are_refused_whole(client):
    contacts = [contact(number) for number in range(3001)]
    answer = client.call(
        "POST", "/api/v1/contacts", json={"contacts": contacts, "dedupeOn": "email"}
    )
    assert answer.status_code == 400
    assert "3,001" in answer.text
    assert client.get("/_mock/contacts")["total"] == 0
    assert add(client, contacts[:3000])["failedContacts"] == []
    assert client.get("/_mock/contacts")["total"] == 3000


def test_one_contact_may_come_without_its_array(client):
    assert add(client, contact(1))["failedContacts"] == []
    assert client.get("/api/v1/contact/1")["id"] == 1


def test_email_addresses_by_contact_id(client):
    add(client, [contact(1), contact(2)])
    client.add_contact(phone="380")
    assert client.get("/api/v1/contacts/email?ids=2, 1,3,99,2") == {
        "results": [
            {"contactId": 2, "email": "c2@x.y"},
            {"contactId": 1, "email": "c1@x.y"},
        ]
    }
    assert client.get("/api/v1/contacts/email?ids=1") == {
        "results": {"contactId": 1, "email": "c1@x.y"}
    }
    for query in ("", "?ids=", "?ids=a", "?ids=1;2"):
        assert client.call("GET", f"/api/v1/contacts/email{query}").status_code == 400
