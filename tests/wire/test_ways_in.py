"""Every way in for contacts meets every situation: who is meant, what becomes of it, what is said.

A situation is an account and what a shop sends to it: an external ID, an e-mail address, or both.
Each way in sends the same, and nobody but the contact that is meant may change (CON-14).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.conftest import KEY

A, B = "a@shop.test", "b@shop.test"
ORDER = {
    "totalCost": 1,
    "status": "INITIALIZED",
    "date": "2026-01-01T00:00:00",
    "currency": "UAH",
}

# Contacts by id, as (external ID, email, deleted); the one with the higher id changed last.
EMPTY: dict[int, tuple[str | None, str | None, bool]] = {}
PLAIN = {1: (None, A, False)}
NAMED = {1: ("1", A, False)}
GONE = {1: ("1", A, True)}
TWO = {1: ("1", A, False), 2: ("2", B, False)}
SEVERAL = {1: (None, A, False), 2: ("2", A, False), 3: (None, A, False), 4: ("4", A, False)}
ALL_NAMED = {1: ("1", A, False), 2: ("2", A, False)}

Way = Callable[[Any, dict[str, Any]], Any]


def contact(sent: dict[str, Any]) -> dict[str, Any]:
    email = sent.get("email")
    named = {name: value for name, value in sent.items() if name != "email"}
    return {**named, "channels": [{"type": "email", "value": email}]} if email else named


def post(client: Any, sent: dict[str, Any]) -> Any:
    return client.call("POST", "/api/v1/contact", json=contact(sent))


def subscribe(client: Any, sent: dict[str, Any]) -> Any:
    return client.call("POST", "/api/v1/contact/subscribe", json={"contact": contact(sent)})


def bulk(client: Any, sent: dict[str, Any]) -> Any:
    body = {"dedupeOn": "email", "restoreDeleted": True, "contacts": [contact(sent)]}
    return client.call("POST", "/api/v1/contacts", json=body)


def orders(client: Any, sent: dict[str, Any]) -> Any:
    return client.call(
        "POST", "/api/v1/orders", json={"orders": [{"externalOrderId": "O", **ORDER, **sent}]}
    )


def seed(client: Any, sent: dict[str, Any]) -> Any:
    return client.call("POST", "/_mock/seed", json={"contacts": [sent] if sent else [{}]})


def short(client: Any, sent: dict[str, Any]) -> Any:
    return client.call("POST", "/_mock/contacts", json=sent)


def event(client: Any, sent: dict[str, Any]) -> Any:
    client.call("PATCH", "/_mock/settings", json={"create_contacts_from_events": True})
    params = [{"name": name, "value": value} for name, value in sent.items()]
    return client.event({"eventTypeKey": "visit", "keyValue": "k", "params": params})


WAYS: dict[str, Way] = {
    each.__name__: each for each in (post, subscribe, bulk, orders, seed, short, event)
}
NEW = "new"
# For each situation: the account, what is sent, and the contact that is meant, by way in where the
# ways differ. `refused`: nothing is stored.
SITUATIONS: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "the external ID of a contact": (NAMED, {"externalCustomerId": "1"}, {"": 1}),
    "an external ID of nobody": (NAMED, {"externalCustomerId": "9"}, {"": NEW}),
    "the external ID of a deleted contact": (GONE, {"externalCustomerId": "1"}, {"": 1}),
    "the external ID of one, the address of another": (
        TWO,
        {"externalCustomerId": "1", "email": B},
        {"": 1},
    ),
    "an address of nobody": (NAMED, {"email": B}, {"": NEW}),
    "an address of a contact": (NAMED, {"email": A}, {"": 1}),
    "an address of a contact without an external ID": (PLAIN, {"email": A}, {"": 1}),
    "an address that only a deleted contact has": (GONE, {"email": A}, {"": NEW, "bulk": 1}),
    "a new external ID, an address without one": (
        PLAIN,
        {"externalCustomerId": "9", "email": A},
        {"": 1},
    ),
    "a new external ID, an address of another": (
        NAMED,
        {"externalCustomerId": "9", "email": A},
        {"": NEW, "subscribe": 1, "orders": 1, "event": 1},
    ),
    "an address of several": (SEVERAL, {"email": A}, {"": 4}),
    "a new external ID, an address of several": (
        SEVERAL,
        {"externalCustomerId": "9", "email": A},
        {"": 3, "event": 4},
    ),
    "a new external ID, an address of several with others": (
        ALL_NAMED,
        {"externalCustomerId": "9", "email": A},
        {"": NEW, "subscribe": 2, "orders": 2, "event": 2},
    ),
    "nothing": (NAMED, {}, {"": "refused"}),
}


def arrange(client: Any, people: dict[int, tuple[str | None, str | None, bool]]) -> None:
    documents = {}
    for contact_id, (external_id, email, deleted) in people.items():
        documents[str(contact_id)] = {
            "id": contact_id,
            "changeNumber": contact_id,
            "source": "API",
            "createdAt": "2026-01-01T00:00:00.000Z",
            **({"externalCustomerId": external_id} if external_id else {}),
            "channels": [{"type": "email", "value": email}],
            **({"deleted": True, "deletedAt": "2026-01-02T00:00:00.000Z"} if deleted else {}),
        }
    state = client.get("/_mock/state")
    assert client.call("PUT", "/_mock/state", json={**state, "contacts": documents}).ok


def people_of(client: Any) -> dict[int, dict[str, Any]]:
    held = client.get("/_mock/state").get("contacts", {})
    return {each["id"]: each for each in held.values()}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("way", WAYS)
def test_whoever_is_meant_is_found_and_nobody_else_changes(
    client: Any, way: str, situation: str
) -> None:
    people, sent, meant = SITUATIONS[situation]
    arrange(client, people)
    before = people_of(client)
    answer = WAYS[way](client, sent)
    after = people_of(client)
    expected = meant.get(way, meant[""])
    changed = {each for each in after if after[each] != before.get(each)}
    if expected == "refused":
        if way == "event":
            assert answer.headers["X-Mock-Warnings"] == "contact_identifier_missing"
        elif answer.status_code != 400:
            assert any(answer.json().get(name) for name in ("failedContacts", "failedOrders"))
        assert not changed
        return
    assert answer.status_code == 200, answer.text
    found = max(after) if expected == NEW else expected
    assert (found not in before) == (expected == NEW)
    assert changed <= {found}
    if way == "event" and expected != NEW:
        assert client.get("/_mock/events")["events"][0]["contactId"] == found
    elif way == "orders":
        assert client.get("/_mock/orders/O")["contactId"] == found
    elif way == "post":
        assert answer.json() == {"id": found}
    for contact_id, held in before.items():
        now = after[contact_id]
        assert now["channels"] == held["channels"] or contact_id == found
        if "externalCustomerId" in held:
            assert now["externalCustomerId"] == held["externalCustomerId"]
    ids = [each["externalCustomerId"] for each in after.values() if "externalCustomerId" in each]
    assert len(ids) == len(set(ids))
    asked = sent.get("externalCustomerId")
    kept = asked is not None and after[found].get("externalCustomerId") != asked
    if way in ("subscribe", "orders"):
        assert ("external_id_kept" in answer.headers.get("X-Mock-Warnings", "")) == kept
    else:
        assert not kept or way == "event"
    shared = expected == NEW and any(email == sent.get("email") for _, email, _ in people.values())
    if way in ("post", "bulk") and not people.get(1, (0, 0, False))[2]:
        assert ("channel_shared" in answer.headers.get("X-Mock-Notes", "")) >= shared


def test_put_gives_the_contact_it_names_what_was_sent_and_refuses_what_is_another_s(
    client: Any,
) -> None:
    """CON-03, CON-14: the request names that very contact."""
    arrange(client, TWO)
    put = client.call("PUT", "/api/v1/contact/1", json=contact({"email": B}))
    assert (put.status_code, put.headers["X-Mock-Notes"]) == (200, "channel_shared")
    put = client.call("PUT", "/api/v1/contact/1", json={"externalCustomerId": "9"})
    assert put.status_code == 200
    put = client.call("PUT", "/api/v1/contact/1", json={"externalCustomerId": "2"})
    assert (put.status_code, "belongs to contact 2" in put.text) == (400, True)
    held = {
        n: (each["externalCustomerId"], each["channels"]) for n, each in people_of(client).items()
    }
    channels = [{"type": "email", "value": B}]
    assert held == {1: ("9", channels), 2: ("2", channels)}


# What imports meet


def test_contacts_of_one_import_that_name_each_other_s_addresses_keep_them(client: Any) -> None:
    arrange(client, TWO)
    people = [{"externalCustomerId": "1", "email": B}, {"externalCustomerId": "2", "email": A}]
    body = {"dedupeOn": "email", "contacts": [contact(each) for each in people]}
    answer = client.call("POST", "/api/v1/contacts", json=body)
    assert (answer.json()["failedContacts"], answer.headers["X-Mock-Notes"]) == (
        [],
        "channel_shared",
    )
    held = people_of(client)
    assert {n: each["externalCustomerId"] for n, each in held.items()} == {1: "1", 2: "2"}
    assert held[1]["channels"] == [{"type": "email", "value": B}]
    assert held[2]["channels"] == [{"type": "email", "value": A}]


def test_the_same_external_id_twice_in_one_import_is_one_contact(client: Any) -> None:
    people = [{"externalCustomerId": "7", "email": A}, {"externalCustomerId": "7", "email": B}]
    body = {"dedupeOn": "email", "contacts": [contact(each) for each in people]}
    assert client.call("POST", "/api/v1/contacts", json=body).json()["failedContacts"] == []
    (held,) = people_of(client).values()
    assert (held["externalCustomerId"], held["channels"]) == ("7", [{"type": "email", "value": B}])


def test_three_thousand_customers_of_one_address_are_all_kept(client: Any) -> None:
    people = [{"externalCustomerId": str(n), "email": A} for n in range(3000)]
    body = {"dedupeOn": "email", "contacts": [contact(each) for each in people]}
    assert client.call("POST", "/api/v1/contacts", json=body).json()["failedContacts"] == []
    assert client.get("/_mock/contacts?limit=1")["total"] == 3000
    event = {"eventTypeKey": "visit", "params": [{"name": "email", "value": A}]}
    answer = client.event(event)
    assert answer.headers["X-Mock-Warnings"] == "contact_ambiguous"
    (record,) = client.get("/_mock/events")["events"]
    assert record["contactId"] == 3000
    (step,) = [each for each in record["trace"] if each["finding"] == "IDN-03/ambiguous"]
    assert "2999, 2998, 2997, 2996, 2995 and 2994 more" in step["message"]


def test_a_contact_that_was_deleted_between_two_requests_comes_back_by_its_external_id(
    client: Any,
) -> None:
    post(client, {"externalCustomerId": "1", "email": A})
    client.call("DELETE", "/api/v1/contact/1")
    assert orders(client, {"externalCustomerId": "1", "email": B}).json()["failedOrders"] == []
    assert client.get("/_mock/orders/O")["contactId"] == 1
    assert client.get("/api/v1/contact/1")["channels"] == [{"type": "email", "value": A}]


def test_imports_of_one_address_at_the_same_moment_make_one_contact(client: Any) -> None:
    """20 rounds of 8: nothing is lost, and none is made twice."""
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            email = f"{number}@shop.test"

            def send(field: int, email: str = email) -> int:
                body = {
                    "dedupeOn": "email",
                    "customFieldsIDs": [field],
                    "contacts": [
                        {**contact({"email": email}), "fields": [{"id": field, "value": "x"}]}
                    ],
                }
                url = f"{client.url}/api/v1/contacts"  # no session: it is for one thread
                return requests.post(url, json=body, auth=KEY, timeout=20).status_code

            assert list(pool.map(send, range(1, 9))) == [200] * 8
    held = people_of(client)
    assert len(held) == 20
    assert all(
        sorted(each["id"] for each in person["fields"]) == [*range(1, 9)]
        for person in held.values()
    )


def test_pages_and_reads_say_that_others_have_the_address(client: Any) -> None:
    """CON-14."""
    arrange(client, SEVERAL)
    assert client.get("/_mock/contacts/1")["sharedAddresses"] == {A: 3}
    event(client, {"email": A})
    for page in ("contacts", "contacts/1", ""):
        shown = client.call("GET", f"/_mock/ui/{page}", headers={"Accept": "text/html"})
        assert f"{A} (also of 3 more)" in shown.text, page
    arrange(client, NAMED)
    assert client.get("/_mock/contacts/1")["sharedAddresses"] == {}
