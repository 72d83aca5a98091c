"""The control API: orders, contacts, event types, settings, seeds, reset, state, rules."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

SHOP = json.loads((Path(__file__).parents[2] / "fixtures/seeds/shop.json").read_text("utf-8"))


@pytest.fixture
def shop(client):
    answer = client.call("POST", "/_mock/seed", json=SHOP)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "contacts": 5,
        "orders": 10,
        "eventTypes": 4,
        "settings": 0,
        "workflows": 1,
        "messages": 0,
    }
    return client


@pytest.mark.parametrize("path", ["health", "livez", "readyz"])
def test_health_counts_what_there_is(shop, path):
    health = shop.get(f"/_mock/{path}")
    assert health["status"] == "ok"
    assert (health["accounts"], health["events"], health["orders"]) == (1, 0, 10)
    assert health["contacts"] == 5
    assert health["uptimeSeconds"] >= 0


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("status=DELIVERED", {"1005", "1006"}),
        ("contact=AV13762", {"1003", "1006", "1010"}),
        ("contact=AV13762&status=DELIVERED", {"1006"}),
        ("q=kettle", {"1001", "1008"}),
        ("contact=nobody", set()),
    ],
)
def test_orders_are_found_by_every_filter(shop, query, ids):
    page = shop.get(f"/_mock/orders?{query}")
    assert {each["externalOrderId"] for each in page["orders"]} == ids
    assert page["total"] == len(ids)


def test_an_order_has_its_history(shop):
    order = shop.get("/_mock/orders/1005")
    assert order["totalCost"] == 990
    assert [each["eventTypeKey"] for each in order["history"]] == ["seed"]


def test_every_status_is_in_the_seeded_shop(shop):
    found = {each["status"] for each in shop.get("/_mock/orders")["orders"]}
    assert found == {
        "INITIALIZED",
        "IN_PROGRESS",
        "DELIVERED",
        "CANCELLED",
        "ABANDONED_SHOPPING_CART",
    }


def test_an_unknown_order_is_404_and_names_some_that_are_known(shop):
    answer = shop.call("GET", "/_mock/orders/9")
    assert answer.status_code == 404
    assert "Known orders: " in answer.json()["message"]


def test_seeding_twice_is_seeding_once(shop):
    before = shop.get("/_mock/state")
    shop.call("POST", "/_mock/seed", json=SHOP)
    after = shop.get("/_mock/state")
    assert len(after["contacts"]) == len(before["contacts"])
    assert len(after["orders"]) == len(before["orders"])


def test_a_seeded_contact_that_is_known_is_updated(client):
    first = client.add_contact(email="a@example.com")
    seed = {"contacts": [{"email": "A@EXAMPLE.COM", "phone": 380501234567, "firstName": "A"}]}
    client.call("POST", "/_mock/seed", json=seed)
    contact = client.get(f"/_mock/contacts/{first['id']}")
    assert contact["firstName"] == "A"
    assert {"type": "sms", "value": "380501234567"} in contact["channels"]
    assert client.get("/_mock/contacts")["total"] == 1


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        ([], "Seed: Must be a JSON object."),
        ({"contact": []}, "contact: Unknown field"),
        ({"contacts": [{"email": ""}]}, "contacts[0].email: Is blank"),
        ({"contacts": [{"firstName": "A"}]}, "contacts[0]: at least one of externalCustomerId"),
        ({"orders": [{"externalOrderId": "1"}]}, "orders[0].totalCost: Missing data"),
        (
            {
                "contacts": [{"email": "a@example.com"}],
                "orders": [
                    {
                        "externalOrderId": "1",
                        "email": "a@example.com",
                        "totalCost": "x",
                        "status": "INITIALIZED",
                        "date": "2026-01-01T00:00:00",
                    }
                ],
            },
            'orders[0]: totalCost "x" is not a number',
        ),
        (
            {
                "orders": [
                    {
                        "externalOrderId": "1",
                        "email": "nobody@example.com",
                        "totalCost": 1,
                        "status": "INITIALIZED",
                        "date": "2026-01-01T00:00:00",
                    }
                ]
            },
            "orders[0]: no contact has",
        ),
        ({"settings": {"strickt": True}}, "settings.strickt: Unknown field"),
        ({"eventTypes": [{"segmentation": False}]}, "eventTypes[0].eventTypeKey: Missing data"),
        (
            {"eventTypes": [{"eventTypeKey": f"t{n}", "segmentation": True} for n in range(47)]},
            "eventTypes[46]: 50 event types take part in segmentation already",
        ),
    ],
)
def test_a_broken_seed_is_refused_whole(client, seed, message):
    good = {"contacts": [{"email": "good@example.com"}]}
    merged = seed if isinstance(seed, list) else {**good, **seed}
    answer = client.call("POST", "/_mock/seed", json=merged)
    assert answer.status_code == 400
    assert message in answer.json()["message"]
    assert client.get("/_mock/contacts")["total"] == 0


def test_a_seed_fills_segmentation_no_further_than_events_would(client):
    """SEG-02: at most 50 types, the four order types always among them."""
    types = [{"eventTypeKey": f"t{number}"} for number in range(48)]
    client.call("POST", "/_mock/seed", json={"eventTypes": [*types, {"eventTypeKey": "t0"}]})
    client.call("POST", "/_mock/seed", json={"eventTypes": [{"eventTypeKey": "orderCreated"}]})
    listed = client.get("/_mock/event-types")["eventTypes"]
    on = [each["eventTypeKey"] for each in listed if each["segmentation"]]
    assert on == [*(f"t{number}" for number in range(46)), "orderCreated"]


def test_a_contact_in_short_form_becomes_one_of_the_emulated_api(client):
    contact = client.add_contact(
        email="a@example.com",
        phone="380501234567",
        externalCustomerId="X1",
        contactKey="K1",
        pushToken="T1",
        firstName="A",
        lastName="B",
    )
    assert contact["id"] == 1
    assert contact["externalCustomerId"] == "X1"
    assert contact["channels"] == [
        {"type": "email", "value": "a@example.com"},
        {"type": "sms", "value": "380501234567"},
        {"type": "mobilepush", "value": "T1"},
    ]
    again = client.add_contact(externalCustomerId="X1", email="b@example.com")
    assert again["id"] == 1
    assert {"type": "email", "value": "b@example.com"} in again["channels"]


@pytest.mark.parametrize(
    ("short", "message"),
    [({}, "at least one"), ({"mail": "x"}, "mail: Unknown field"), ({"phone": True}, "phone: Not")],
)
def test_a_contact_that_nothing_could_identify_is_refused(client, short, message):
    answer = client.call("POST", "/_mock/contacts", json=short)
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_a_contact_has_its_orders_and_events(client, example):
    contact = client.add_contact(phone="380501234567")
    client.event(example())
    found = client.get(f"/_mock/contacts/{contact['id']}")
    assert [each["externalOrderId"] for each in found["orders"]] == ["12345679"]
    assert [each["eventId"] for each in found["events"]] == [1]
    assert client.call("GET", "/_mock/contacts/99").status_code == 404


def test_contacts_are_found_by_text(shop):
    found = shop.get("/_mock/contacts?q=SECOND.customer")["contacts"]
    assert [each["externalCustomerId"] for each in found] == ["AV13761"]


def test_switching_segmentation_off_stops_orders(client, example):
    """SEG-01."""
    client.add_contact(phone="380501234567")
    answer = client.call("PUT", "/_mock/event-types/orderCreated", json={"segmentation": False})
    assert answer.json()["segmentation"] is False
    dropped = client.event(example())
    assert dropped.headers["X-Mock-Reasons"] == "segmentation_disabled"
    client.call("PUT", "/_mock/event-types/orderCreated", json={"segmentation": True})
    assert client.event(example()).headers["X-Mock-Verdict"] == "applied"
    (listed,) = client.get("/_mock/event-types")["eventTypes"]
    assert listed["events"] == 2


@pytest.mark.parametrize("key", ["a b", "a/b", "a\nb", "a\n", "a/", "так?"])
def test_any_key_can_be_named_in_the_path(client, key):
    answer = client.call("PUT", f"/_mock/event-types/{quote(key, safe='')}", json={})
    assert answer.status_code == 200, answer.text
    (listed,) = client.get("/_mock/event-types")["eventTypes"]
    assert listed["eventTypeKey"] == answer.json()["eventTypeKey"] == key


@pytest.mark.parametrize(
    ("switches", "message"),
    [
        ({"segmentation": "perhaps"}, "segmentation: Not a valid boolean"),
        ({"params": [{"required": True}]}, "params[0].name: Missing data"),
        ({"validate": True}, "validate: Unknown field"),
    ],
)
def test_switches_that_mean_nothing_are_refused(client, switches, message):
    answer = client.call("PUT", "/_mock/event-types/visit", json=switches)
    assert answer.status_code == 400
    assert message in answer.json()["message"]
    assert client.get("/_mock/event-types")["total"] == 0


def test_segmentation_is_not_switched_on_for_a_51st_event_type(client):
    """SEG-02: room is kept for the four order types."""
    types = [{"eventTypeKey": f"t{number}"} for number in range(47)]
    client.call("POST", "/_mock/seed", json={"eventTypes": types})
    for key, status in (("t46", 400), ("new", 400), ("t0", 200), ("orderCancelled", 200)):
        answer = client.call("PUT", f"/_mock/event-types/{key}", json={"segmentation": True})
        assert answer.status_code == status, answer.text
        assert (status == 200) != ("switch it off for another one" in answer.text)


def test_settings_change_one_by_one(client):
    changed = client.call("PATCH", "/_mock/settings", json={"strict": True}).json()
    assert changed["strict"] is True
    rule = {"param": "token", "field": "contactKey"}
    client.call("PATCH", "/_mock/settings", json={"identifier_rule": rule})
    settings = client.get("/_mock/settings")
    assert (settings["strict"], settings["identifier_rule"]) == (True, rule)
    rule = {"param": "card", "field": "field:12345"}
    client.call("PATCH", "/_mock/settings", json={"identifier_rule": rule})
    assert client.get("/_mock/settings")["identifier_rule"] == rule
    client.call("PATCH", "/_mock/settings", json={"identifier_rule": None})
    assert client.get("/_mock/settings")["identifier_rule"] is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stric": True}, "stric: Unknown field"),
        ({"strict": "maybe"}, "strict: Not a valid boolean"),
        ({"identifier_rule": {"param": "a", "field": "b"}}, "identifier_rule.field: Must be one"),
        ({"past_event_depth_days": -1}, "past_event_depth_days: Must be"),
        ([], "Must be a JSON object"),
    ],
)
def test_settings_that_mean_nothing_are_refused_whole(client, changes, message):
    before = client.get("/_mock/settings")
    if isinstance(changes, dict):
        changes = {"strict": True, **changes}
    answer = client.call("PATCH", "/_mock/settings", json=changes)
    assert answer.status_code == 400
    assert message in answer.json()["message"]
    assert client.get("/_mock/settings") == before


def test_the_own_identifier_rule_replaces_the_default_names(client, example):
    """IDN-05."""
    client.add_contact(phone="380501234567", contactKey="T1")
    rule = {"param": "token", "field": "contactKey"}
    client.call("PATCH", "/_mock/settings", json={"identifier_rule": rule})
    assert client.event(example()).headers["X-Mock-Reasons"] == "contact_identifier_missing"
    assert client.event(example(Token="T1")).headers["X-Mock-Verdict"] == "applied"


def test_events_may_create_contacts(client, example):
    """IDN-07."""
    client.call("PATCH", "/_mock/settings", json={"create_contacts_from_events": True})
    assert client.event(example()).headers["X-Mock-Verdict"] == "applied"
    contact = client.get("/_mock/contacts/1")
    assert (contact["source"], contact["externalCustomerId"]) == ("Event", "AV13760")
    assert [each["externalOrderId"] for each in contact["orders"]] == ["12345679"]


def test_the_summary_counts_since_the_last_reset(client, example):
    client.event(example())
    client.event({"eventTypeKey": "visit", "keyValue": "1"})
    client.event({})
    summary = client.get("/_mock/summary")
    assert summary["events"] == 3
    assert summary["byVerdict"] == {"applied": 0, "recorded": 1, "ignored": 1, "rejected": 1}
    assert summary["byReason"]["contact_not_found"] == 1
    assert summary["byWarning"] == {"contact_identifier_missing": 1}
    assert (summary["refused"], summary["unused"]) == (0, 0)
    client.call("POST", "/api/v2/evnt")
    client.call("POST", "/_mock/faults", json={"status": 503})
    summary = client.get("/_mock/summary")
    assert (summary["refused"], summary["unused"]) == (1, 1)
    client.call("POST", "/api/v2/event")
    assert client.get("/_mock/summary")["unused"] == 0
    client.call("POST", "/_mock/reset")
    summary = client.get("/_mock/summary")
    assert (summary["events"], summary["refused"], summary["unused"]) == (0, 0, 0)


def test_a_reset_empties_and_starts_ids_again(client, example):
    client.add_contact(phone="380501234567")
    client.event(example())
    assert client.call("POST", "/_mock/reset").status_code == 200
    health = client.get("/_mock/health")
    assert (health["events"], health["orders"], health["contacts"]) == (0, 0, 0)
    assert client.get("/_mock/requests")["total"] == 0
    assert client.event(example()).headers["X-Mock-Event-Id"] == "1"


def test_a_reset_keeps_what_it_is_told_to(client, example):
    client.add_contact(phone="380501234567")
    client.event(example())
    client.call("POST", "/_mock/reset", json={"keep": ["contacts", "orders"]})
    health = client.get("/_mock/health")
    assert (health["events"], health["orders"], health["contacts"]) == (0, 1, 1)
    assert client.get("/_mock/orders/12345679")["history"]


def test_contacts_are_kept_with_all_that_belongs_to_them(client):
    """Segments and their members, additional fields, and who wants no mail."""
    fields = [{"id": 5, "value": "x"}]
    contact = {"channels": [{"type": "email", "value": "a@b.c"}], "fields": fields}
    client.call("POST", "/api/v1/contact", json={**contact, "groups": [{"name": "News"}]})
    client.call("POST", "/api/v1/emails/unsubscribed/add", json={"emails": ["a@b.c"]})
    belong = ("contacts", "groups", "group_members", "additional_fields", "unsubscribed")

    def held():
        state = client.get("/_mock/state")
        return {table: len(state.get(table, ())) for table in belong}

    assert held() == dict.fromkeys(belong, 1)
    client.call("POST", "/_mock/reset", json={"keep": ["contacts"]})
    assert held() == dict.fromkeys(belong, 1)
    client.call("POST", "/_mock/reset", json={"keep": ["orders"]})
    assert held() == dict.fromkeys(belong, 0)


def test_a_reset_forgets_what_limits_have_counted(client):
    """WIRE-07, CON-10: the first request after it is the first of all."""
    limits = {"rate_limits": True, "duplicate_guard": True}
    client.call("PUT", "/_mock/clock", json={"now": "2026-01-01T00:00:00"})
    period = {"from": "2025-01-01", "to": "2025-01-02"}
    contact = {"externalCustomerId": "A1"}
    for _ in range(2):
        client.call("PATCH", "/_mock/settings", json=limits)
        deletes = [client.call("DELETE", "/api/v1/past_events", json=period) for _ in range(6)]
        assert [each.status_code for each in deletes] == [403] * 5 + [429]
        posts = [client.call("POST", "/api/v1/contact", json=contact) for _ in range(2)]
        assert [each.status_code for each in posts] == [200, 409]
        client.call("POST", "/_mock/reset")
        client.call("PUT", "/_mock/clock", json={"now": "2026-01-01T00:00:00"})


@pytest.mark.parametrize("sent", [{"keep": ["contact"]}, {"keep": "contacts"}, {"kep": []}])
def test_a_reset_that_means_nothing_does_nothing(client, sent):
    client.add_contact(phone="1")
    assert client.call("POST", "/_mock/reset", json=sent).status_code == 400
    assert client.get("/_mock/contacts")["total"] == 1


def test_what_is_exported_can_be_imported(shop, example):
    shop.event(example())
    state = shop.get("/_mock/state")
    shop.call("POST", "/_mock/reset")
    answer = shop.call("PUT", "/_mock/state", json=state)
    assert answer.status_code == 200, answer.text
    assert shop.get("/_mock/state") == state
    assert shop.get("/_mock/orders/12345679")["history"]
    assert shop.event(example()).headers["X-Mock-Event-Id"] == "2"


@pytest.mark.parametrize(
    "state",
    [
        [],
        {"orders": []},
        {"orders": {"1": {"account": "default", "status": "INITIALIZED"}}},
        {"unheard-of": {}},
    ],
)
def test_what_is_not_a_state_is_refused_and_changes_nothing(shop, state):
    before = shop.get("/_mock/state")
    answer = shop.call("PUT", "/_mock/state", json=state)
    assert answer.status_code == 400
    assert answer.json()["error"] == "state_invalid"
    assert shop.get("/_mock/state") == before


def test_the_rules_are_told(client):
    rules = client.get("/_mock/rules")
    assert rules["total"] == len(rules["rules"]) > 80
    rule = client.get("/_mock/rules/ORD-12")
    assert {"id", "statement", "sources", "basis"} <= set(rule)
    assert client.call("GET", "/_mock/rules/ORD-999").status_code == 404


def test_the_body_of_a_control_call_is_json(client):
    answer = client.call("POST", "/_mock/contacts", data=b"{")
    assert answer.status_code == 400
    assert answer.json()["error"] == "malformed_body"


def test_unknown_control_routes_and_methods_are_told_in_json(client):
    assert client.call("GET", "/_mock/nothing").json()["error"] == "not_found"
    answer = client.call("DELETE", "/_mock/health")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert answer.json()["error"] == "method_not_allowed"


def test_a_short_form_means_whom_any_of_its_identifiers_finds(client):
    first = client.add_contact(phone="1")
    again = client.add_contact(externalCustomerId="new", email="new@x.y", phone="1")
    assert again["id"] == first["id"]
    assert again["externalCustomerId"] == "new"
    assert client.add_contact(externalCustomerId="new", phone="2")["id"] == first["id"]


def test_a_page_of_contacts_is_of_fifty(hosted):
    account = hosted.emulator.account()
    for number in range(51):
        account.add_contact({"phone": str(number)})
    assert [len(account.contacts().items), account.contacts().total] == [50, 51]


def test_a_list_of_contacts_says_which_addresses_are_shared(client):
    for number in (1, 2, 3):
        address = "ann@shop.test" if number < 3 else "bob@shop.test"
        client.add_contact(email=address, externalCustomerId=str(number))
    listed = client.get("/_mock/contacts")["contacts"]
    assert [each["sharedAddresses"] for each in listed] == [
        {},
        {"ann@shop.test": 1},
        {"ann@shop.test": 1},
    ]
