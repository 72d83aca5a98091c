"""Static segments, unsubscribed addresses, balance and additional fields over a real socket."""

from __future__ import annotations

import pytest


@pytest.fixture
def shop(client):
    """Contacts 1 to 3 with external IDs a, b and c; the segments "News" (1, 2) and "Sale" (1)."""
    for names, groups in (("ab", ["News"]), ("a", ["Sale"]), ("c", [])):
        body = {
            "contacts": [{"externalCustomerId": each} for each in names],
            "dedupeOn": "externalCustomerId",
            "groupNames": groups,
        }
        assert client.call("POST", "/api/v1/contacts", json=body).status_code == 200
    return client


def members(client, group_id):
    return [each["id"] for each in client.get(f"/api/v1/group/{group_id}/contacts")]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["News", "Sale"]),
        ("?name=sal", ["Sale"]),
        ("?name=x", []),
        ("?startindex=2", ["Sale"]),
        ("?maxrows=1", ["News"]),
    ],
)
def test_segments_are_listed(shop, query, names):
    found = shop.get(f"/api/v1/groups{query}")
    assert [each["name"] for each in found] == names
    assert all(each["type"] == "Static" for each in found)


def test_the_contacts_of_a_segment(shop):
    assert members(shop, 1) == [1, 2]
    answer = shop.call("GET", "/api/v1/group/1/contacts?startindex=2&maxrows=5")
    assert [each["externalCustomerId"] for each in answer.json()] == ["b"]
    assert answer.json()[0]["groups"] == [{"id": 1, "name": "News", "type": "Static"}]
    shop.call("DELETE", "/api/v1/contact/1")
    assert members(shop, 1) == [2]
    shop.call("POST", "/api/v1/contact", json={"externalCustomerId": "a"})
    assert members(shop, 1) == [1, 2]


def test_contacts_are_attached_and_detached(shop):
    path = "/api/v1/group/2/contacts"
    body = {"contactIds": [3, "2", 99], "externalCustomerIds": ["a", "x"]}
    answer = shop.call("POST", f"{path}/attach", json=body)
    assert answer.status_code == 200
    assert answer.text.endswith("2; not found: 99, x")
    assert members(shop, 2) == [1, 2, 3]
    body = {"contactIds": 3, "externalCustomerIds": "c"}
    answer = shop.call("POST", f"{path}/detach/", json=body)
    assert (answer.status_code, members(shop, 2)) == (200, [1, 2])
    assert shop.call("POST", f"{path}/detach", json={}).status_code == 200
    assert members(shop, 2) == []
    assert members(shop, 1) == [1, 2]


@pytest.mark.parametrize("action", ["attach", "detach"])
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"contactIds": list(range(1, 502))}, "501"),
        ({"externalCustomerIds": ["a"] * 501}, "501"),
        ({"contactIds": [1] * 300, "externalCustomerIds": ["a"] * 201}, "501"),
        ({"contactIds": ["x"]}, "contactIds[0]: must be a whole number"),
        ({"contactIds": 1.5}, "contactIds: must be an array"),
        ({"contactIds": [None, ""], "externalCustomerIds": [" "]}, "only blanks"),
    ],
)
def test_a_bad_list_of_contacts_is_refused_whole(shop, action, body, told):
    answer = shop.call("POST", f"/api/v1/group/1/contacts/{action}", json=body)
    assert answer.status_code == 400
    assert told in answer.text
    assert members(shop, 1) == [1, 2]


def test_attaching_nobody_is_400(shop):
    answer = shop.call("POST", "/api/v1/group/1/contacts/attach", json={"contactIds": []})
    assert answer.status_code == 400
    assert "contactIds" in answer.text


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("POST", "/attach"), ("POST", "/detach")])
def test_an_unknown_segment_is_404(shop, method, end):
    body = {"contactIds": [1]} if end else None
    answer = shop.call(method, f"/api/v1/group/99/contacts{end}", json=body)
    assert answer.status_code == 404
    assert "Known segments: 1, 2" in answer.text


def test_there_may_be_no_segments_at_all(client):
    assert client.get("/api/v1/groups") == []
    assert "no segments yet" in client.call("GET", "/api/v1/group/1/contacts").text


def test_addresses_are_unsubscribed_and_back(client):
    subscribe = {"contact": {"channels": {"type": "email", "value": "a@x.y"}}}

    def status():
        answer = client.call("POST", "/api/v1/contact/subscribe", json=subscribe)
        return answer.json()["emailStatus"]

    assert [status(), status()] == ["NEED_CONFIRMATION", "ALREADY_SUBSCRIBED"]
    for action, then in (("add", "NEED_CONFIRMATION"), ("delete", "ALREADY_SUBSCRIBED")):
        for _ in range(2):
            body = {"emails": ["A@X.Y", "other@x.y", "other@x.y"]}
            answer = client.call("POST", f"/api/v1/emails/unsubscribed/{action}", json=body)
            assert (answer.status_code, answer.content) == (200, b"")
            assert answer.headers["Content-Length"] == "0"
        assert status() == then


@pytest.mark.parametrize("action", ["add", "delete"])
@pytest.mark.parametrize("body", [{}, {"emails": 1.5}, {"emails": [{}]}])
def test_a_bad_list_of_addresses_is_400(client, action, body):
    answer = client.call("POST", f"/api/v1/emails/unsubscribed/{action}", json=body)
    assert answer.status_code == 400
    assert "emails" in answer.text


def test_the_balance(client):
    told = client.get("/api/v1/balance")
    assert set(told) == set("currentBalance creditLimit currency bonusEmails bonusSmses".split())


def test_additional_fields_are_those_that_contacts_have_brought(client):
    fields = [{"id": 12, "value": "x"}, {"id": 7, "value": "y"}]
    client.call("POST", "/api/v1/contact", json={"externalCustomerId": "A", "fields": fields})
    book = client.get("/api/v1/addressbooks")["addressBook"]
    assert [each["id"] for each in book["fieldGroups"]["fields"]] == [7, 12]
    assert book["addressBookId"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [1, 2, 3]),
        ("?asc=false", [3, 2, 1]),
        ("?orderByTs=true", [3, 2, 1]),
        ("?orderByTs=true&asc=false&maxrows=2", [1, 2]),
    ],
)
def test_the_contacts_of_a_segment_are_ordered(shop, query, ids):
    """CON-06."""
    shop.call("POST", "/api/v1/group/2/contacts/detach")
    for contact_id in (3, 2, 1):
        shop.call("POST", "/api/v1/group/2/contacts/attach", json={"contactIds": [contact_id]})
    found = shop.get(f"/api/v1/group/2/contacts{query}")
    assert [each["id"] for each in found] == ids
    assert shop.call("GET", "/api/v1/group/2/contacts?asc=perhaps").status_code == 400


@pytest.mark.parametrize("sent", [{}, {"json": {}}])
def test_to_detach_nobody_is_to_detach_everybody(shop, sent):
    """Also without a body at all."""
    assert shop.call("POST", "/api/v1/group/1/contacts/detach", **sent).status_code == 200
    assert members(shop, 1) == []
