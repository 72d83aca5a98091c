"""Any sequence of changes, in any mixture with restarts and faults, against a plain dictionary."""

from __future__ import annotations

import errno
import shutil
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from state_samples import event, stored

from mock_server.state import EventQuery, Store, UnwritableError
from mock_server.state.files import log

ACCOUNTS = st.sampled_from(["default", "shop"])
TEXTS = st.sampled_from(["a", "B", "b", 'quo"ted', "back\\slash", "ü", "\u2028", "tab\tnew\n"])
KEYS = st.sampled_from(["1", "2", "3", 'odd "key"', "ключ"])
IDS = st.integers(1, 40)
STATUS = {"applied": "INITIALIZED", "ignored": "DELIVERED"}


class States(RuleBasedStateMachine):
    """A store and what it should hold: documents by account, table and key."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = None
        self.store = None
        self.expected = defaultdict(lambda: defaultdict(dict))
        self.next_event = defaultdict(lambda: 1)
        self.is_full = False
        self.clock = 2e9
        self.patches = ExitStack()
        for name, unit in (("time", 1), ("time_ns", 10**9)):
            told = patch.object(time, name, lambda unit=unit: int(self.clock * unit))
            self.patches.enter_context(told)

    @initialize(in_file=st.booleans())
    def start(self, in_file):
        self.path = self.folder / "state.json" if in_file else None
        self.store = Store(self.path)

    def change(self, act):
        """Make a change; whether it was acknowledged, which a full disk does not."""
        if not (self.is_full and self.path):
            act()
            return True
        full = OSError(errno.ENOSPC, "No space left on device")
        with patch.object(log.os, "write", side_effect=full), pytest.raises(UnwritableError):
            act()
        return False

    @rule(is_full=st.booleans())
    def fill_the_disk_or_make_room(self, is_full):
        self.is_full = is_full

    @rule(seconds=st.sampled_from([-(10**8), -1, 1, 10**8]))
    def jump_in_time(self, seconds):
        self.clock += seconds

    @precondition(lambda self: self.path)
    @rule()
    def take_the_log_away(self):
        self.path.with_name("state.json.log").unlink(missing_ok=True)
        self.store._files._fold_if_due()

    def teardown(self):
        self.patches.close()
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(
        name=ACCOUNTS,
        event_id=st.none() | IDS,
        key=KEYS | st.none(),
        kind=TEXTS | st.none(),
        verdict=st.sampled_from(["applied", "ignored"]),
        codes=st.lists(TEXTS, max_size=2, unique=True),
        contact_id=st.none() | st.integers(1, 3),
    )
    def put_event(self, name, event_id, key, kind, verdict, codes, contact_id):
        account = self.store.account(name)
        event_id = event_id or account.next_event_id()
        record = event(
            event_id,
            eventTypeKey=kind,
            verdict=verdict,
            reasons=codes,
            contactId=contact_id,
            externalOrderId=key,
        )
        puts = {"events": [record]}
        if key is not None:
            order = {
                "externalOrderId": key,
                "orderId": event_id,
                "status": STATUS[verdict],
                "note": kind,
            }
            puts["orders"] = [{**order, "contactId": contact_id}]
        if not self.change(lambda: account.commit(puts)):
            return
        self.expected[name]["events"][event_id] = stored(record, name)
        if key is not None:
            self.expected[name]["orders"][key] = puts["orders"][0]
        self.next_event[name] = max(self.next_event[name], event_id + 1)

    @rule(name=ACCOUNTS, contact_id=IDS, email=TEXTS, phone=TEXTS, deleted=st.booleans())
    def put_contact(self, name, contact_id, email, phone, deleted):
        channels = [{"type": "email", "value": email}, {"type": "sms", "value": phone}]
        document = {"id": contact_id, "channels": channels, "deleted": deleted}
        if self.change(lambda: self.store.account(name).commit({"contacts": [document]})):
            self.expected[name]["contacts"][contact_id] = document

    @rule(name=ACCOUNTS, token=TEXTS)
    def put_token(self, name, token):
        document = {"token": token, "n": 1}
        if self.change(lambda: self.store.account(name).commit({"tokens": [document]})):
            self.expected[name]["tokens"][token] = document

    @rule(name=ACCOUNTS, events=st.lists(IDS, max_size=3), keys=st.lists(KEYS, max_size=2))
    def delete(self, name, events, keys):
        gone = {"events": events, "orders": keys, "contacts": events}
        if (events or keys) and not self.change(lambda: self.store.account(name).commit({}, gone)):
            return
        for event_id in events:
            self.expected[name]["events"].pop(event_id, None)
            self.expected[name]["contacts"].pop(event_id, None)
        for key in keys:
            self.expected[name]["orders"].pop(key, None)

    @rule(name=ACCOUNTS, keep=st.sampled_from([(), ("contacts",), ("orders", "tokens")]))
    def reset(self, name, keep):
        if not self.change(lambda: self.store.account(name).reset(keep)):
            return
        self.expected[name] = defaultdict(
            dict, {table: self.expected[name][table] for table in keep}
        )
        self.next_event[name] = 1

    def exported(self):
        return b"".join(self.store.export_text())

    @rule()
    def export_and_replace(self):
        before = self.exported()
        self.store.replace(self.store.export())
        assert self.exported() == before

    @precondition(lambda self: self.path)
    @rule()
    def flush(self):
        self.store.flush()

    @precondition(lambda self: self.path)
    @rule()
    def restart(self):
        before = self.exported()
        self.store.close()
        self.store = Store(self.path)
        assert self.exported() == before

    @precondition(lambda self: self.path)
    @rule()
    def kill_and_start_again(self):
        killed = Path(tempfile.mkdtemp(dir=self.folder))
        for each in ("state.json", "state.json.log"):
            if (self.path.parent / each).exists():
                shutil.copy(self.path.parent / each, killed / each)
        before = self.exported()
        self.store.close()
        self.path = killed / "state.json"
        self.store = Store(self.path)
        assert self.exported() == before

    @invariant()
    def everything_is_as_expected(self):
        for name in ("default", "shop"):
            account, expected = self.store.account(name), self.expected[name]
            assert account.next_event_id() == self.next_event[name]
            self.check_events(account, expected["events"])
            self.check_orders(account, expected["orders"])
            self.check_contacts(account, expected["contacts"])
            assert {each["token"]: each for each in account.rows("tokens")} == expected["tokens"]

    def check_events(self, account, expected):
        def found(**filters):
            page = account.find_events(EventQuery(**filters, limit=1000))
            assert page.total == len(page.items)
            return [each["eventId"] for each in page.items]

        def wanted(test):
            return sorted((each for each in expected if test(expected[each])), reverse=True)

        assert found() == wanted(lambda _: True)
        for event_id, record in expected.items():
            assert account.event(event_id) == record
        for value in ("a", 'quo"ted'):
            assert found(type=value) == wanted(lambda it, value=value: it["eventTypeKey"] == value)
            assert found(reason=value) == wanted(lambda it, value=value: value in it["reasons"])
        assert found(verdict="ignored", contact=2) == wanted(
            lambda it: it["verdict"] == "ignored" and it["contactId"] == 2
        )
        for key in ("1", 'odd "key"'):
            named = wanted(lambda it, key=key: it["externalOrderId"] == key)
            assert account.order_events(key)[::-1] == named

    def check_orders(self, account, expected):
        page = account.find_orders(limit=1000)
        assert {each["externalOrderId"]: each for each in page.items} == expected
        assert sorted(account.recent_order_ids(99)) == sorted(expected)
        ignored = account.find_orders(status="DELIVERED", contact=2)
        assert {each["externalOrderId"] for each in ignored.items} == {
            key
            for key, it in expected.items()
            if it["status"] == "DELIVERED" and it["contactId"] == 2
        }

    def check_contacts(self, account, expected):
        assert {each["id"]: each for each in account.rows("contacts")} == expected
        assert account.find_contacts().total == sum(not it["deleted"] for it in expected.values())
        for value in ("a", "b", "ü"):
            for place, kind in enumerate(("email", "phone")):
                assert sorted(account.holders(kind, value).newest) == sorted(
                    contact_id
                    for contact_id, it in expected.items()
                    if not it["deleted"]
                    and (
                        it["channels"][place]["value"] == value
                        or (kind == "email" and it["channels"][place]["value"].lower() == value)
                    )
                )
        near = {
            each.contact_id for each in account.near_contacts("B") if each.account == account.name
        }
        assert near == {
            contact_id
            for contact_id, it in expected.items()
            if not it["deleted"] and "b" in [each["value"].lower() for each in it["channels"]]
        }


States.TestCase.settings = settings(
    stateful_step_count=25,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestStates = States.TestCase


@pytest.mark.soak
class TestManyStates(States.TestCase):
    """The same for minutes: any other sequences, and longer ones."""

    settings = settings(
        States.TestCase.settings, max_examples=1500, stateful_step_count=60, derandomize=False
    )
