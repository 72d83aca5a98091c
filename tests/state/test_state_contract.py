"""What an account's state promises, in memory and in a file alike."""

from __future__ import annotations

import gc
import threading
import weakref
from decimal import Decimal

import pytest
from state_samples import EVENT_TYPE, contact, event, order, place, stored

from mock_server.documents.account_settings import AccountSettings, IdentifierRule
from mock_server.model import NearContact
from mock_server.state import TABLES, AccountDB, EventQuery, StateError, Store


def test_an_event_comes_back_as_it_was_put_with_the_index_fields_first(account):
    record = event(1, params=[{"name": "totalCost", "value": Decimal("1.10000000000000000001")}])
    account.commit({"events": [record]})

    assert account.event(1) == stored(record)
    assert list(account.event(1))[:8] == [
        "eventId",
        "account",
        "eventTypeKey",
        "verdict",
        "reasons",
        "warnings",
        "contactId",
        "externalOrderId",
    ]
    assert account.event(2) is None
    assert account.event("1") is None


def test_ids_are_counted_up_and_given_only_once(account):
    assert (account.next_event_id(), account.next_order_id(), account.next_contact_id()) == (
        1,
        1,
        1,
    )

    account.commit({"events": [event(7)], "orders": [order("a")], "contacts": [contact(3)]})
    account.commit({}, {"events": [7], "orders": ["a"], "contacts": [3]})

    assert (account.next_event_id(), account.next_order_id(), account.next_contact_id()) == (
        8,
        2,
        4,
    )


def test_documents_of_one_commit_get_numbers_one_after_the_other(account):
    account.commit(
        {
            "orders": [order("a"), order("b", orderId=9), order("c")],
            "contacts": [{"firstName": "A"}, {"firstName": "B"}],
            "groups": [{"name": "g"}, {"name": "h", "id": 5}, {"name": "i"}],
        }
    )

    assert [account.order(key)["orderId"] for key in "abc"] == [1, 9, 10]
    assert [account.contact(each)["firstName"] for each in (1, 2)] == ["A", "B"]
    assert [each["id"] for each in account.rows("groups")] == [1, 5, 6]


def test_an_order_put_again_without_its_number_keeps_it(account):
    account.commit({"orders": [order("a"), order("b")]})
    account.commit({"orders": [order("a", status="DELIVERED")]})

    assert account.order("a") == {
        "externalOrderId": "a",
        "orderId": 1,
        "status": "DELIVERED",
        "contactId": 1,
    }
    assert account.order("A") is None, "letter case counts"


def test_a_commit_is_all_or_nothing(account):
    with pytest.raises(StateError, match='table "orders"'):
        account.commit({"events": [event(1)], "orders": [{"status": "INITIALIZED"}]})

    assert not any(account.counts().values())
    assert account.next_event_id() == 1


def test_a_record_that_names_another_account_is_of_the_one_it_is_put_in(account):
    whole = event(1, occurred=None, apiVersion="v2", keyValue="k", eventKey="k")
    account.commit({"events": [whole]})
    as_read = account.event(1)
    account.commit({"events": [{**as_read, "eventId": 2, "account": "another"}]})

    account.commit({"events": [{**as_read, "eventId": None}]})

    assert account.event(2) == {**as_read, "eventId": 2}
    assert account.event(3) == {**as_read, "eventId": 3}


def test_what_was_sent_is_found_wherever_it_stands_in_a_record(account):
    params = [{"name": "a", "value": "needle"}]
    account.commit({"events": [{"effect": None, **event(1, params=params), "eventKey": "pin"}]})

    for q in ("needle", "pin"):
        assert account.find_events(EventQuery(q=q)).total == 1


def test_an_empty_commit_changes_nothing(account):
    account.commit({})
    account.commit({"orders": []}, {"orders": []})

    assert not any(account.counts().values())


def test_deletes_come_before_puts_and_may_name_what_is_not_there(account):
    account.commit({"orders": [order("a", extra=1)]})
    account.commit(
        {"orders": [order("a")]}, {"orders": ["a", "zz"], "events": [5], "contacts": [1]}
    )

    assert "extra" not in account.order("a")


REFUSED = [
    ("events", {"eventId": True}, '"eventId" must be a whole number'),
    ("events", {"verdict": "fine"}, '"verdict" must be one of applied, recorded'),
    ("events", {"eventTypeKey": 5}, '"eventTypeKey" must be a text or null, not 5'),
    ("events", {"externalOrderId": 5}, '"externalOrderId" must be a text or null'),
    ("events", {"reasons": "x"}, '"reasons" must be a list of texts, not "x"'),
    ("events", {"warnings": [1]}, '"warnings[0]" must be a text, not 1'),
    ("events", {"contactId": "1"}, '"contactId" must be a whole number or null'),
    ("events", {"trace": [["a", "b", {}, 4]]}, '"trace" must be a list of steps'),
    ("events", {"trace": {"rule": "x"}}, '"trace" must be a list of steps'),
    ("events", {"effect": "x"}, '"effect" must be a historyId or an object or null'),
    ("orders", {"externalOrderId": ""}, '"externalOrderId" must be a text'),
    ("orders", {"externalOrderId": 5}, '"externalOrderId" must be a text'),
    ("orders", {"orderId": "1"}, '"orderId" must be a whole number'),
    ("orders", {"orderId": 0}, '"orderId" must be a whole number'),
    ("orders", {"contactId": "1"}, '"contactId" must be a whole number or null'),
    ("orders", {"status": "DELIVERD"}, '"status" must be one of INITIALIZED, IN_PROGRESS'),
    ("orders", {"items": [7]}, '"items[0]" must be an object, not 7'),
    ("contacts", {"channels": "a@b.c"}, '"channels" must be a list of objects'),
    ("contacts", {"channels": ["a@b.c"]}, '"channels[0]" must be an object'),
    ("contacts", {"channels": [{"type": "sms"}]}, '"channels[0].value" is missing: a text or a'),
    ("contacts", {"fields": [{"id": "1", "value": "x"}]}, '"fields[0].id" must be a whole'),
    ("history", {"externalOrderId": None}, '"externalOrderId" must be a text'),
    ("event_types", {"eventTypeKey": None}, '"eventTypeKey" must be a text'),
    ("event_types", {"segmentation": 1}, '"segmentation" must be true or false, not 1'),
    ("group_members", {"groupId": 1}, '"groupId" must be a text, not 1'),
    ("import_sessions", {"mapping": None}, '"mapping" must be a list of objects, not null'),
    ("workflows", {"channel": "fax"}, '"channel" must be one of email, sms'),
    ("settings", {"stict": True}, 'there is no "stict"; there is strict, explain_headers'),
    ("settings", {"strict": 1}, '"strict" must be true or false, not 1'),
    ("settings", {"past_event_depth_days": -1}, "must be a whole number from 0 to 36500, not -1"),
    ("settings", {"past_event_depth_days": True}, "must be a whole number from 0 to 36500"),
    ("settings", {"user_email": None}, '"user_email" must be a text of at most 200 characters'),
    ("settings", {"identifier_rule": {"param": "p"}}, '"identifier_rule.field" is missing'),
    ("settings", {"identifier_rule": "p"}, '"identifier_rule" must be an object or null'),
    (
        "settings",
        {"identifier_rule": {"param": 1, "field": "email"}},
        '"identifier_rule.param" must be a text of 1 to 100 characters, not 1',
    ),
    (
        "settings",
        {"identifier_rule": {"param": "p", "field": "name"}},
        '"identifier_rule.field" must be one of contactId',
    ),
]
GOOD = {
    "events": event(1),
    "orders": order("a", orderId=1),
    "contacts": contact(1),
    "history": {"externalOrderId": "a"},
    "event_types": {
        "eventTypeKey": "x",
        "segmentation": True,
        "validateParams": False,
        "params": [],
    },
    "group_members": {"member": "1:1", "groupId": "1", "contactId": 1},
    "import_sessions": {
        "asyncSessionId": "x",
        "contacts": 1,
        "failed": 0,
        "polls": 0,
        "mapping": [],
    },
    "workflows": {
        "id": 1,
        "eventTypeKey": "x",
        "channel": "sms",
        "recipient": "1",
        "template": "t",
    },
    "settings": {},
}
FROM_OUTSIDE = {
    "import": lambda store, table, document: store.replace({table: {"1": document}}),
    "TinyDB": lambda store, table, document: (
        AccountDB(store.account()).table(table).insert(document)
    ),
}


@pytest.mark.parametrize("way", FROM_OUTSIDE.values(), ids=FROM_OUTSIDE)
@pytest.mark.parametrize(("table", "fields", "message"), REFUSED)
def test_a_document_that_does_not_fit_is_refused_with_the_cause(store, way, table, fields, message):
    with pytest.raises(StateError) as refusal:
        way(store, table, {**GOOD[table], **fields})

    assert message in str(refusal.value)
    assert f'table "{table}"' in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not any(store.accounts.totals().values())


@pytest.mark.parametrize(("table", "key"), [("events", 0), ("events", "1"), ("contacts", -1)])
def test_a_key_that_is_no_number_is_refused_with_the_cause(store, table, key):
    name = TABLES[table].key
    document = {**GOOD[table], name: key}
    with pytest.raises(StateError, match=f'table "{table}".*"{name}" must be a whole number'):
        store.replace({table: {"1": document}})
    with pytest.raises(ValueError, match=f'has "{name}"'):
        AccountDB(store.account()).table(table).insert(document)

    assert not any(store.accounts.totals().values())


@pytest.mark.parametrize("way", FROM_OUTSIDE.values(), ids=FROM_OUTSIDE)
@pytest.mark.parametrize("table", GOOD)
def test_a_document_that_fits_is_taken(store, way, table):
    way(store, table, GOOD[table])

    assert store.accounts.totals()[table] == 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda account: account.commit({"order": [order("a")]}),
        lambda account: account.commit({}, {"order": ["a"]}),
        lambda account: account.reset(["order"]),
        lambda account: account.get("order", "a"),
        lambda account: account.rows("order"),
        lambda account: AccountDB(account).table("order"),
    ],
)
def test_a_table_that_does_not_exist_is_refused_and_the_tables_are_named(account, ask):
    with pytest.raises(StateError, match=r"there is no table .*Did you mean orders"):
        ask(account)


def test_other_contacts_are_other_time_zones(store):
    """What is kept for as long as the zones are the same goes with an import."""
    seen = set()
    for zone in ("Europe/Kyiv", "Asia/Tokyo", "Europe/Kyiv"):
        contact = {"id": 1, "channels": [], "timeZone": zone}
        store.replace({"contacts": {"1": contact}})
        seen.add(store.account().zones)
    assert len(seen) == 3


# -- contacts --------------------------------------------------------------------------------------


def people(account):
    account.commit(
        {
            "contacts": [
                {
                    "id": 5,
                    "channels": [
                        {"type": "email", "value": "Ann@Example.com"},
                        {"type": "sms", "value": 380501234567},
                        {"type": "mobilepush", "value": "Push-1"},
                        {"type": "webpush", "value": "Push-2"},
                        {"type": "viber", "value": "380509999999"},
                        {"type": "email", "value": None},
                        {"value": "no type"},
                    ],
                    "externalCustomerId": 77,
                    "contactKey": "key-5",
                },
                contact(3, email="ann@example.com"),
                contact(9, email="gone@example.com", deleted=True),
            ]
        }
    )


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("email", "ann@example.com", [3, 5]),
        ("email", "ANN@EXAMPLE.COM", [3, 5]),
        ("phone", "380501234567", [5]),
        ("phone", "+380501234567", []),
        ("phone", "380509999999", []),
        ("pushToken", "Push-1", [5]),
        ("pushToken", "Push-2", [5]),
        ("pushToken", "push-2", []),
        ("externalCustomerId", "77", [5]),
        ("contactKey", "key-5", [5]),
        ("contactKey", "KEY-5", []),
        ("contactId", "5", [5]),
        ("contactId", "05", []),
        ("contactId", " 5", []),
        ("contactId", "4", []),
        ("contactId", "", []),
        ("contactId", "9" * 30, []),
        ("contactId", "٥", []),
        ("contactId", "9", []),
        ("email", "gone@example.com", []),
        ("email", "", []),
    ],
)
def test_contacts_are_found_by_exactly_their_identifiers(account, kind, value, found):
    people(account)

    assert account.holders(kind, value).newest == found
    assert account.find_contact(kind, value) == (found[0] if found else None)


def test_a_deleted_contact_is_found_where_it_is_asked_for_and_can_come_back(account):
    people(account)

    assert account.contact(9)["deleted"] is True
    assert account.holders("email", "gone@example.com", "deleted").newest == [9]
    assert account.find_contacts().total == 2
    assert account.find_contacts(deleted=True).total == 3
    assert account.find_contacts(email="gone@example.com").total == 0
    assert account.find_contacts(email="gone@example.com", deleted=True).total == 1

    account.commit({"contacts": [contact(9, email="gone@example.com")]})

    assert account.find_contact("email", "gone@example.com") == 9
    assert account.find_contacts().total == 3


def test_a_contact_that_changes_is_no_longer_found_by_what_it_was(account):
    account.commit({"contacts": [contact(1, email="a@b.c", phone="1"), contact(2, email="a@b.c")]})
    account.commit({"contacts": [contact(1, email="new@b.c", phone="1")]})

    assert account.holders("email", "a@b.c").newest == [2]
    assert account.holders("phone", "1").newest == [1]

    account.commit({}, {"contacts": [1, 2]})

    assert account.find_contact("phone", "1") is None
    assert account.near_contacts("a@b.c") == []

    account.commit({"contacts": [contact(1, email="a@b.c", firstName="Back")]})

    assert account.find_contacts(firstName="Back", email="A@B.C").items == [account.contact(1)]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("+380 (50) 123-45-67", [("phone", "380501234567", 5)]),
        ("PUSH1", [("pushToken", "Push-1", 5)]),
        ("KEY5", [("contactKey", "key-5", 5)]),
        ("77", [("externalCustomerId", "77", 5)]),
        ("5", [("contactId", "5", 5)]),
        ("ann@example.com", [("email", "ann@example.com", 3), ("email", "Ann@Example.com", 5)]),
        ("gone@example.com", []),
        ("nobody", []),
        ("+", []),
        ("", []),
    ],
)
def test_near_misses_forgive_case_punctuation_and_kind(account, value, found):
    people(account)

    assert account.near_contacts(value) == [NearContact(*each, "default") for each in found]


def test_near_misses_in_other_accounts_hold_the_very_same_value(store):
    people(store.account("elsewhere"))
    account = store.account("default")

    assert account.near_contacts("380501234567") == [
        NearContact("phone", "380501234567", 5, "elsewhere")
    ]
    assert account.near_contacts("+380501234567") == []
    assert account.near_contacts("5") == [], "every account has a contact 5 sooner or later"


# -- orders, history, event types ------------------------------------------------------------------


def test_recent_orders_are_the_newest_first(account):
    for key in "abcd":
        place(account, key)
    account.commit({"orders": [order("a", status="DELIVERED")]})

    assert account.recent_order_ids(3) == ["d", "c", "b"]
    assert account.recent_order_ids(10) == ["d", "c", "b", "a"]
    assert account.recent_order_ids(0) == []


def test_history_and_events_of_an_order_are_oldest_first(account):
    first, _, second = (place(account, key) for key in ("a", "b", "a"))
    account.commit({"history": [{"externalOrderId": "a", "note": "third"}]})

    assert [each.get("eventId") for each in account.history("a")] == [first, second, None]
    assert account.order_events("a") == [first, second]
    assert account.history("zz") == []
    assert account.order_events("zz") == []

    account.commit({}, {"history": [account.history("a")[1]["historyId"]]})

    assert [each["historyId"] for each in account.history("a")] == [1, 4]

    account.commit({"history": [{"historyId": 4, "externalOrderId": "b"}]}, {"history": [1]})

    assert account.history("a") == []
    assert [each["historyId"] for each in account.history("b")] == [2, 4]


def test_event_types_are_counted_with_their_segmentation(account):
    account.commit(
        {
            "event_types": [
                {"eventTypeKey": "a", "segmentation": True},
                {"eventTypeKey": "b", "segmentation": False},
                {"eventTypeKey": "c", "segmentation": True},
            ]
        }
    )
    assert account.segmented_event_types() == 2
    assert account.event_type("b") == {"eventTypeKey": "b", "segmentation": False}
    assert account.event_type("z") is None

    account.commit({"event_types": [{"eventTypeKey": "c", "segmentation": False}]})
    assert account.segmented_event_types() == 1
    assert account.event_type("c")["segmentation"] is False
    assert [each["eventTypeKey"] for each in account.event_types()] == ["a", "b", "c"]

    account.commit({}, {"event_types": ["a"]})
    assert account.segmented_event_types() == 0


def test_settings_are_typed_and_what_is_left_out_is_the_default(account):
    assert account.settings == AccountSettings()

    account.commit(
        {"settings": [{"strict": True, "identifier_rule": {"param": "p", "field": "email"}}]}
    )
    assert account.settings == AccountSettings(
        strict=True, identifier_rule=IdentifierRule("p", "email")
    )
    account.commit({"settings": [{"identifier_rule": IdentifierRule("q", "phone")}]})
    assert account.settings == AccountSettings(identifier_rule=IdentifierRule("q", "phone"))
    assert account.get("settings") == {"identifier_rule": {"param": "q", "field": "phone"}}

    account.commit({}, {"settings": [""]})
    assert account.settings == AccountSettings()


@pytest.mark.parametrize(
    ("verdict", "kind", "counts"),
    [
        ("ignored", "orderCreated", True),
        ("rejected", "orderUpdated", True),
        ("applied", "orderCreated", False),
        ("recorded", "orderCreated", False),
        ("ignored", "orderDelivered", False),
        ("ignored", "orderCancelled", False),
        ("ignored", None, False),
    ],
)
def test_the_last_failure_is_an_event_that_could_have_made_the_order(
    account, verdict, kind, counts
):
    account.commit({"events": [event(1, verdict=verdict, eventTypeKey=kind)]})

    assert (account.last_failure("1001") is not None) is counts
    assert account.last_failure("other") is None


def test_the_last_failure_is_the_newest_that_is_still_stored(account):
    for event_id in (1, 2):
        account.commit({"events": [event(event_id, verdict="ignored")]})
    account.commit({"events": [event(3)]})
    assert account.last_failure("1001")["eventId"] == 2

    account.commit({}, {"events": [2]})
    assert account.last_failure("1001")["eventId"] == 1

    account.commit({"events": [event(1)]})
    assert account.last_failure("1001") is None

    account.commit({"events": [event(1, verdict="rejected")]})
    assert account.last_failure("1001")["eventId"] == 1
    account.commit({}, {"events": [1]})
    assert account.last_failure("1001") is None


def test_further_tables_need_nothing_but_their_line(account):
    account.commit(
        {
            "tokens": [{"token": "t", "expires": "soon"}],
            "import_sessions": [{"asyncSessionId": "s"}],
            "unsubscribed": [{"email": "a@b.c"}],
            "groups": [{"id": 4, "name": "Group"}],
            "accounts": [{"organisation": "x"}],
        }
    )
    assert account.get("tokens", "t") == {"token": "t", "expires": "soon"}
    assert account.get("tokens", "u") is None
    assert account.get("groups", 4) == {"id": 4, "name": "Group"}
    assert account.get("accounts") == {"organisation": "x"}
    assert account.rows("unsubscribed") == [{"email": "a@b.c"}]
    assert set(account.counts()) == set(TABLES)

    account.commit({"tokens": [{"token": "t", "expires": "never"}]})
    assert account.get("tokens", "t") == {"token": "t", "expires": "never"}

    account.commit({}, {"tokens": ["t"], "import_sessions": ["s"], "groups": [4]})
    assert account.rows("tokens") == account.rows("import_sessions") == account.rows("groups") == []


# -- reset -----------------------------------------------------------------------------------------


def test_reset_empties_the_account_and_ids_start_at_one_again(account):
    place(account, "a")
    account.commit(
        {
            "contacts": [contact(1, email="a@b.c", firstName="A")],
            "settings": [{"strict": True}],
            "event_types": [EVENT_TYPE],
        }
    )
    account.reset()

    assert not any(account.counts().values())
    assert not any(page.total for page in (account.find_orders(), account.find_contacts()))
    assert account.find_events(EventQuery()).total == 0
    assert account.settings == AccountSettings()
    assert account.segmented_event_types() == 0
    assert (account.next_event_id(), account.next_order_id(), account.next_contact_id()) == (
        1,
        1,
        1,
    )
    assert account.find_contact("email", "a@b.c") is None
    assert account.near_contacts("a@b.c") == []
    assert account.find_contacts(firstName="A").total == 0
    assert account.recent_order_ids(5) == account.history("a") == account.order_events("a") == []

    place(account, "a")
    assert account.event(1)["externalOrderId"] == "a"
    assert account.history("a")[0]["historyId"] == 1


def test_reset_keeps_the_tables_it_is_told_to(account):
    place(account, "a")
    account.commit({"contacts": [contact(4)], "settings": [{"strict": True}]})
    account.reset(keep=["contacts", "settings"])

    assert {name for name, count in account.counts().items() if count} == {"contacts", "settings"}
    assert account.settings.strict is True
    assert account.next_contact_id() == 5


def test_reset_can_put_documents_in_the_same_step(account):
    place(account, "a")
    account.commit({"contacts": [contact(4)]})
    account.reset(
        keep=["contacts"],
        puts={"orders": [order("b"), order("c")], "contacts": [{"firstName": "New"}]},
    )
    assert account.recent_order_ids(5) == ["c", "b"]
    assert [account.order(key)["orderId"] for key in "bc"] == [1, 2]
    assert account.contact(5) == {"id": 5, "firstName": "New"}
    assert account.counts()["events"] == 0

    with pytest.raises(StateError):
        account.reset(puts={"orders": [{"status": "no key"}]})
    assert account.recent_order_ids(5) == ["c", "b"]


# -- accounts --------------------------------------------------------------------------------------


def test_accounts_see_nothing_of_each_other(store):
    one, two = store.account("one"), store.account("two")
    place(one, "a")
    two.commit({"settings": [{"strict": True}], "contacts": [contact(1, email="a@b.c")]})

    assert two.order("a") is None
    assert two.next_event_id() == 1
    assert one.settings.strict is False
    assert one.find_contact("email", "a@b.c") is None
    two.reset()
    assert one.order("a") is not None
    assert store.account("one") is one


def test_an_account_is_named_once_it_holds_something(store):
    store.account("empty")
    store.account("b").commit({"orders": [order("a")]})

    assert store.account_names() == ["b", "default"]
    with pytest.raises(StateError, match="must not be empty"):
        store.account("")


def test_after_closing_nothing_more_is_stored(store, account):
    place(account, "a")
    store.close()
    store.close()

    with pytest.raises(StateError, match="the state is closed"):
        place(account, "b")
    with pytest.raises(StateError, match="the state is closed"):
        account.reset()
    with pytest.raises(StateError, match="the state is closed"):
        store.replace({})
    assert account.order("b") is None


def test_a_store_closes_itself_as_a_context_manager():
    with Store() as store:
        place(store.account("default"), "a")
        store.flush()
        store.describe_owner("nothing to describe in memory")
        assert store.path is None

    with pytest.raises(StateError):
        place(store.account("default"), "b")


# -- threads ---------------------------------------------------------------------------------------


def test_readers_see_whole_documents_while_others_commit(account):
    problems = []
    done = threading.Event()

    def read():
        try:
            read_on()
        except Exception as problem:
            problems.append(problem)

    def read_on():
        while not done.is_set():
            page = account.find_orders(limit=5)
            assert len(page.items) == min(5, page.total)
            newest = account.next_event_id() - 1
            assert newest == 0 or account.event(newest)["eventId"] == newest
            account.recent_order_ids(3)
            account.event_counts("verdict")

    def write(name):
        for number in range(100):
            place(account, f"{name}-{number}")

    readers = [threading.Thread(target=read) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for each in (*readers, *writers):
        each.start()
    for each in writers:
        each.join()
    done.set()
    for each in readers:
        each.join()

    assert problems == []
    assert account.counts()["events"] == account.counts()["orders"] == 400
    assert account.next_event_id() == 401


@pytest.mark.parametrize("table", ["contacts", "tokens", "event_types"])
def test_a_document_must_be_an_object(account, table):
    with pytest.raises(StateError, match=f'table "{table}", document: it must be an object'):
        account.commit({table: [["no", "object"]]})


def test_whether_any_account_holds_a_table_is_known_after_every_kind_of_change(tmp_path):
    workflow = GOOD["workflows"]
    with Store(tmp_path / "s.json") as store:
        assert not store.accounts.totals()["workflows"]
        other = store.account("other")
        other.commit({"workflows": [workflow]})
        assert store.accounts.totals()["workflows"]
        other.commit({"events": [event(1)]})
        assert store.accounts.totals()["workflows"]
        other.reset(["workflows"])
        assert store.accounts.totals()["workflows"]
        other.reset()
        assert not store.accounts.totals()["workflows"]
        AccountDB(store.account()).table("workflows").insert(workflow)
        assert store.accounts.totals()["workflows"]
        state = store.export()
        store.account().commit({}, {"workflows": [1]})
        assert not store.accounts.totals()["workflows"]
        store.replace(state)
        assert store.accounts.totals()["workflows"]
    with Store(tmp_path / "s.json") as again:
        assert again.accounts.totals()["workflows"]


def test_asking_for_an_account_makes_none(store):
    gone = weakref.ref(store.account("asked"))
    store.account("used").commit({"orders": [order("a")]})
    store.account("used").reset()
    gc.collect()

    assert gone() is None
    assert store.account_names() == ["default"]
    assert store.accounts.names() == ["default", "used"]
    assert len(store.accounts) == 2


def test_what_all_accounts_hold_is_counted_with_each_change(store):
    for number in range(3):
        account = store.account(f"a{number}")
        account.commit({"orders": [order("x"), order("y")], "contacts": [contact(1)]})
    store.account("a0").commit({"orders": [order("x")]}, {"orders": ["y"]})
    store.account("a1").reset(["contacts"])
    store.replace({}, "a2")

    totals = store.accounts.totals()
    assert {table: held for table, held in totals.items() if held} == {"orders": 1, "contacts": 2}
    assert store.accounts.holders("contacts") == ["a1", "a0"]


def test_an_event_looks_into_a_hundred_other_accounts_and_always_into_the_default(store):
    for number in range(150):
        store.account(f"a{number}").commit({"contacts": [contact(1, email="a@b.c")]})
        if number == 3:
            store.account().commit({"contacts": [contact(7, email="a@b.c")]})

    found = [each.account for each in store.account("new").near_contacts("a@b.c")]

    assert found == ["default", *(f"a{number}" for number in range(149, 50, -1))]
