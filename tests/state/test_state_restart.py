"""A state file: everything is there again after a restart, however the file was left."""

from __future__ import annotations

import json
import os
import threading

import pytest
from state_samples import EVENT_TYPE, contact, event, order, place, stored

from mock_server import jsonio
from mock_server.documents.account_settings import AccountSettings
from mock_server.state import EventQuery, StateError, Store
from mock_server.state.files import fold_thread, reading, state_files


def fill(store):
    """Something in every table, in two accounts, with odd texts."""
    for name in ("default", 'a "key"\\ü'):
        account = store.account(name)
        for number in range(40):
            place(account, f"o{number}", contactId=number % 3 + 1, keyValue='"quoted"')
        account.commit(
            {
                "events": [
                    event(41, eventTypeKey='odd "type"\\', contactId=None, externalOrderId=None),
                    event(42, verdict="ignored", reasons=["x"], warnings=["y", "z"]),
                    event(60, eventTypeKey=None),
                ],
                "orders": [
                    order("o1", statusDescription='odd "status"', contactId=None, orderId=77),
                    order('odd "order"', note=None),
                    {"externalOrderId": "bare", "contactId": None},
                ],
                "contacts": [
                    contact(3, email="Ann@b.c", phone="+380 50", firstName="Ann"),
                    contact(4, email="gone@b.c", deleted=True),
                ],
                "event_types": [{**EVENT_TYPE, "segmentation": False}],
                "settings": [{"strict": True}],
                "tokens": [{"token": "t"}],
                "groups": [{"id": 4}],
                "accounts": [{"organisation": "x"}],
            },
        )
        account.commit({}, {"groups": [4], "events": [60, 3], "history": [2]})
        account.commit({"orders": [order("o2", status="DELIVERED")]})


def everything(store):
    """All that can be asked of a store."""
    found = {"export": store.export(), "names": store.account_names()}
    for name in store.account_names():
        account = store.account(name)
        found[name] = {
            "settings": account.settings,
            "numbers": (
                account.next_event_id(),
                account.next_order_id(),
                account.next_contact_id(),
                account.next_numbers(),
            ),
            "counts": account.counts(),
            "events": account.find_events(EventQuery(limit=100)).items,
            "ignored": account.find_events(EventQuery(verdict="ignored")).items,
            "by contact": account.find_events(EventQuery(contact=2)).items,
            "counted": [account.event_counts(by) for by in ("type", "reason", "warning")],
            "failure": account.last_failure("1001"),
            "orders": account.find_orders(limit=100).items,
            "delivered": account.find_orders(status="DELIVERED").items,
            "orders of 1": account.find_orders(contact=1, limit=100).items,
            "recent": account.recent_order_ids(100),
            "history": [account.history(f"o{number}") for number in range(3)],
            "contacts": account.find_contacts(deleted=True).items,
            "found": account.holders("email", "ann@B.C").newest,
            "near": account.near_contacts("38050"),
            "named": account.find_contacts(firstName="Ann").total,
            "segmented": account.segmented_event_types(),
            "rows": {name: account.rows(name) for name in ("tokens", "accounts", "groups")},
        }
    return found


def test_a_restart_keeps_everything(open_store, path, warnings):
    store = open_store()
    fill(store)
    store.account("bare").commit({"orders": [order("a")]})
    before = everything(store)
    store.close()

    assert not path.with_name("state.json.log").exists(), "folded in on exit"
    assert not path.with_name("state.json.lock").exists()
    again = open_store()
    assert everything(again) == before
    again.close()
    assert everything(open_store()) == before
    assert warnings == []


def test_what_only_the_log_holds_is_there_after_a_restart(open_store, path, tmp_path, monkeypatch):
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)
    store = open_store()
    fill(store)
    store.account("third").commit({"orders": [order("a")]})
    store.account("third").reset(puts={"orders": [order("b")], "settings": [{"strict": True}]})
    before = everything(store)

    killed = copy_of(path, tmp_path / "killed")
    assert everything(open_store(killed)) == before
    assert Store.read(killed) == before["export"]


def copy_of(path, folder):
    """The files of a store as they are at this moment: what a killed server leaves."""
    folder.mkdir()
    for each in path.parent.iterdir():
        if each.is_file():
            (folder / each.name).write_bytes(each.read_bytes())
    return folder / path.name


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda state: json.dumps(state, indent=2, ensure_ascii=False),
        lambda state: json.dumps(state),
        lambda state: json.dumps(state, separators=(",", ":"), sort_keys=True),
        lambda state: json.dumps(state, indent=4) + "\n\n",
        lambda state: json.dumps({name: it for name, it in state.items() if name != "meta"}),
        lambda state: json.dumps({**state, "_default": {}}),
    ],
)
def test_a_file_that_was_rewritten_by_another_program_loads(open_store, path, rewrite):
    store = open_store()
    fill(store)
    store.account("bare").commit({"orders": [order("a")]})
    before = everything(store)
    store.close()
    path.write_text(rewrite(json.loads(path.read_text("utf-8"))), "utf-8")

    assert everything(open_store()) == before


def test_a_line_that_was_edited_by_hand_is_checked_and_taken_as_it_is(open_store, path, warnings):
    store = open_store()
    fill(store)
    store.close()
    content = path.read_text("utf-8")
    path.write_text(content.replace("DELIVERED", "CANCELLED"), "utf-8")

    account = open_store().account("default")
    assert account.order("o2")["status"] == "CANCELLED"
    assert account.find_orders(status="CANCELLED").total == 1
    assert len(warnings) == 1
    assert (
        "was written or changed by somebody else: each of its documents was checked" in warnings[0]
    )
    assert account.event(1) == stored(
        event(1, externalOrderId="o0", contactId=1, keyValue='"quoted"')
    )


@pytest.mark.parametrize("content", ["", " \n", "{}", '{"contacts": {}}', "{\n}\n"])
def test_a_file_without_documents_is_an_empty_state(open_store, path, content):
    path.write_text(content)

    store = open_store()
    assert store.account_names() == ["default"]
    place(store.account("default"), "a")
    store.close()
    assert open_store().account("default").order("a") is not None


def test_a_short_file_written_by_hand_is_completed(open_store, path):
    path.write_text(
        json.dumps(
            {
                "contacts": {"1": {"id": 5, "channels": [{"type": "sms", "value": 380501}]}},
                "orders": {
                    "10": {"externalOrderId": "b", "contactId": None},
                    "9": {"externalOrderId": "a", "contactId": 5, "account": "shop"},
                },
                "events": {"x": {"eventId": 3, "verdict": "recorded"}},
                "history": {"1": {"externalOrderId": "b"}},
                "settings": {"1": {"strict": True}},
            }
        )
    )
    store = open_store()
    account = store.account("default")

    assert store.account_names() == ["default", "shop"]
    assert account.find_contact("phone", "380501") == 5
    assert account.order("b") == {"externalOrderId": "b", "orderId": 1, "contactId": None}
    assert account.event(3)["reasons"] == []
    assert account.settings == AccountSettings(strict=True)
    assert account.history("b") == [{"historyId": 1, "externalOrderId": "b"}]
    assert store.account("shop").order("a")["orderId"] == 1


def test_the_state_file_is_there_from_the_start(open_store, path):
    open_store()

    assert json.loads(path.read_text())["orders"] == {}
    assert Store.read(path) == {"meta": {"1": {"format": 1}}}


def test_reading_needs_no_lock_and_touches_nothing(open_store, path, monkeypatch):
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)
    store = open_store()
    place(store.account("default"), "a")
    store.flush()
    place(store.account("default"), "b")
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}

    assert Store.read(path) == store.export()
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before
    with pytest.raises(StateError, match="there is no state file"):
        Store.read(path.with_name("nothing.json"))


def test_reading_while_a_server_folds_sees_one_state_or_the_next(open_store, path, monkeypatch):
    """The reader comes between the state file and the log, and starts over."""
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)
    store = open_store()
    place(store.account("default"), "a")
    checked_meta = reading.checked_meta
    folds = [store.flush, lambda: (place(store.account("default"), "b"), store.flush())]

    def meanwhile(*args):
        found = checked_meta(*args)
        if folds:
            folds.pop(0)()
        return found

    monkeypatch.setattr(reading, "checked_meta", meanwhile)
    assert Store.read(path) == store.export()
    assert folds == []


def test_reading_a_log_that_is_ahead_of_the_state_file_starts_over(open_store, path, monkeypatch):
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)
    store = open_store()
    account = store.account("default")
    place(account, "a")
    replay, write = reading._replay, state_files.write_snapshot

    def write_slowly(*args):
        place(account, "c")
        return write(*args)

    def replay_later(*args):
        monkeypatch.setattr(reading, "_replay", replay)
        place(account, "b")
        store.flush()
        return replay(*args)

    monkeypatch.setattr(state_files, "write_snapshot", write_slowly)
    monkeypatch.setattr(reading, "_replay", replay_later)

    assert Store.read(path) == store.export()


def test_the_state_file_shows_an_event_soon_after_it(open_store, path, monkeypatch):
    folded = threading.Event()
    install = state_files.install_snapshot

    def install_and_tell(*args):
        install(*args)
        folded.set()

    store = open_store()
    monkeypatch.setattr(state_files, "install_snapshot", install_and_tell)
    place(store.account("default"), "a")

    assert folded.wait(10)
    assert json.loads(path.read_text())["orders"]["1"]["externalOrderId"] == "a"
    assert fold_thread._PAUSE <= 0.5, "within a second"


def test_a_large_state_is_folded_when_its_log_has_grown_as_large(open_store, path, monkeypatch):
    folds = []
    monkeypatch.setattr(state_files, "SMALL", 0)
    monkeypatch.setattr(fold_thread, "_PAUSE", 0)
    write = state_files.write_snapshot
    monkeypatch.setattr(
        state_files, "write_snapshot", lambda *args: folds.append(args[3]) or write(*args)
    )
    store = open_store()
    for number in range(400):
        place(store.account("default"), str(number))
    store.close()

    assert len(folds) < 40, "each doubles the state file"
    assert open_store().account("default").counts()["events"] == 400


def test_commits_during_a_fold_are_in_the_log_after_it(open_store, path, tmp_path, monkeypatch):
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)
    monkeypatch.setattr("mock_server.state.files.log._AT_ONCE", 300)
    store = open_store()
    account = store.account("default")
    place(account, "before")
    install = state_files.install_snapshot

    def install_meanwhile(*args):
        for number in range(10):
            place(account, f"during-{number}")
        install(*args)

    monkeypatch.setattr(state_files, "install_snapshot", install_meanwhile)
    store.flush()
    monkeypatch.setattr(state_files, "install_snapshot", install)
    place(account, "after")
    assert len(json.loads(path.read_text())["orders"]) == 1

    killed = open_store(copy_of(path, tmp_path / "killed"))
    assert killed.export() == store.export()
    store.close()
    assert open_store().export() == killed.export()


def test_a_store_that_is_closed_at_once_leaves_the_file_as_it_was(open_store, path):
    store = open_store()
    fill(store)
    store.close()
    before = path.read_bytes()
    open_store().close()

    assert path.read_bytes() == before


def test_a_state_file_behind_a_link_stays_behind_it(open_store, path, tmp_path):
    target = tmp_path / "elsewhere"
    target.mkdir()
    path.symlink_to(target / "real.json")
    store = open_store()
    place(store.account("default"), "a")
    store.close()

    assert path.is_symlink()
    assert [each.name for each in target.iterdir()] == ["real.json"]


def test_a_state_file_keeps_its_permissions(open_store, path):
    open_store().close()
    path.chmod(0o600)
    store = open_store()
    place(store.account("default"), "a")
    store.close()

    assert path.stat().st_mode & 0o777 == 0o600


def test_with_fsync_every_commit_is_on_the_disk_before_it_counts(open_store, path, monkeypatch):
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)
    store = open_store(fsync=True)
    synced = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(handle) or fsync(handle))
    place(store.account("default"), "a")
    assert len(synced) == 2, "the log and, as it is new, its folder"
    place(store.account("default"), "b")
    assert len(synced) == 3

    install = state_files.install_snapshot
    monkeypatch.setattr(
        state_files,
        "install_snapshot",
        lambda *args: (place(store.account("default"), "c"), install(*args)),
    )
    store.flush()
    assert store.account("default").next_event_id() == 4


# -- replacing everything --------------------------------------------------------------------------


def test_replacing_puts_an_exported_state_in_the_place_of_everything(store, path):
    fill(store)
    before = everything(store)
    exported = store.export()
    place(store.account("default"), "more")
    place(store.account("other"), "more")
    store.account("default").commit({"settings": [{"strict": False}]})
    store.replace(exported)

    after = everything(store)
    assert after["export"] == before["export"]
    assert after == before


def test_a_replaced_state_is_there_after_a_restart(open_store, path, tmp_path):
    store = open_store()
    fill(store)
    exported = store.export()
    store.account("default").reset()
    store.replace(exported)
    place(store.account("default"), "more")
    expected = everything(store)

    assert everything(open_store(copy_of(path, tmp_path / "killed"))) == expected
    store.close()
    assert everything(open_store()) == expected


def test_replacing_one_account_leaves_the_others(store):
    fill(store)
    other = store.export('a "key"\\ü')
    place(store.account("shop"), "old")
    store.replace(other, account="shop")

    assert store.account("shop").order("old") is None
    assert [{**each, "account": ""} for each in store.export("shop")["orders"].values()] == [
        {**each, "account": ""} for each in other["orders"].values()
    ]
    assert store.export('a "key"\\ü') == other

    store.replace({}, account="shop")
    assert store.account_names() == ['a "key"\\ü', "default"]


REFUSED = [
    ([], "the state must be an object of tables"),
    ({"order": {}}, 'there is no table "order". Did you mean orders?'),
    ({"orders": []}, 'table "orders" must be an object of documents'),
    ({"orders": {"1": []}}, 'document "1": a document must be an object'),
    ({"orders": {"1": {}}}, 'document "1": table "orders"'),
    (
        {"orders": {each: {"externalOrderId": "a", "contactId": 1} for each in "12"}},
        'table "orders": "a" is there twice',
    ),
    (
        {"orders": {"1": {"externalOrderId": "a"}}},
        'table "orders", document "a": "contactId" is missing: a whole number or null',
    ),
    ({"orders": {"1": {"account": ""}}}, '"account" must be a text that is not empty'),
    ({"orders": {"1": {"account": 5}}}, '"account" must be a text that is not empty'),
    ({"accounts": {"1": {"next": []}}}, '"next" must be an object of whole numbers'),
    ({"accounts": {"1": {"next": {"events": "5"}}}}, '"next" must be an object of whole numbers'),
    ({"settings": {"1": {"strict": 1}}}, '"strict" must be true or false, not 1'),
    ({"events": {"x": {"eventId": 1, "verdict": "no"}}}, '"verdict" must be one of'),
]


@pytest.mark.parametrize(("state", "message"), REFUSED)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(store, state, message):
    fill(store)
    before = everything(store)
    with pytest.raises(StateError) as refusal:
        store.replace(state)

    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert everything(store) == before


def test_a_state_given_to_replace_is_not_changed(store):
    state = {"accounts": {"1": {"account": "a", "next": {"events": 5}}}}
    store.replace(state)

    assert state == {"accounts": {"1": {"account": "a", "next": {"events": 5}}}}
    assert store.account("a").next_event_id() == 5


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content + b"\n \n",
        lambda content: content.rstrip(b"\n"),
        lambda content: content[: content.index(b'"accounts": {')].rstrip(b",\n") + b"\n}\n",
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"\n", b"\r\n"),
    ],
    ids=["blank lines", "no last newline", "tables removed", "byte order mark", "CRLF"],
)
def test_what_editors_do_to_a_file_does_no_harm(open_store, path, edit):
    store = open_store()
    fill(store)
    before = store.export()["orders"]
    store.close()
    path.write_bytes(edit(path.read_bytes()))

    assert open_store().export()["orders"] == before


@pytest.mark.parametrize("contact_id", [None, 7, 1234])
@pytest.mark.parametrize("status", ["DELIVERED", 'odd \\ " one', None, 5])
@pytest.mark.parametrize("order_id", [1, 7654])
@pytest.mark.parametrize("is_turned", [False, True])
def test_what_the_indices_know_of_an_order_is_read_from_its_json_whole(
    account, contact_id, status, order_id, is_turned
):
    """Also where the quick way to read it does not fit: an orderId 79 is not read as 7."""
    table = account.table("orders")
    order = {"externalOrderId": "a", "orderId": order_id, "status": status, "contactId": contact_id}
    if status is None:
        del order["status"]
    data = jsonio.dumps(dict(reversed(order.items())) if is_turned else order)
    assert table.prepare_stored(data)[2] == (order_id, status, contact_id)
    assert table.prepare(order)[2] == (order_id, status, contact_id)


def test_a_number_that_no_double_holds_is_kept_and_harms_no_change(open_store, path, tmp_path):
    """1e400 in a document: an index that read it would fail in the middle of a commit."""
    store = open_store()
    account = store.account("default")
    huge = jsonio.loads(b"1" + b"0" * 400)
    groups = {"id": 1, "groupId": 1, "contactId": 1, "member": "1.1"}
    for _ in range(2):  # the second replaces the first, which is read for that
        account.commit(
            {
                "contacts": [{"id": 1, "channels": [], "address": {"town": huge}}],
                "event_types": [
                    {
                        "eventTypeKey": "x",
                        "segmentation": True,
                        "validateParams": False,
                        "params": [],
                        "n": huge,
                    }
                ],
                "group_members": [{**groups, "n": huge}],
                "orders": [{"externalOrderId": "a", "orderId": 1, "totalCost": huge}],
            }
        )
    before = everything(store)
    assert everything(open_store(copy_of(path, tmp_path / "killed"))) == before
