"""What changed among the orders since somebody asked."""

from __future__ import annotations

import pytest
from state_samples import order

from mock_server.state import AccountDB, AccountState


def told(account: AccountState, *, everything: bool = False) -> tuple[bool, dict[str, str | None]]:
    """Whether it is all there is, and the statuses by order."""
    anew, changed = account.changed_orders(everything=everything)
    return anew, {key: None if each is None else each["status"] for key, each in changed}


@pytest.fixture
def asked(account):
    """An account with orders 1 and 2, of which everything has been told."""
    account.commit({"orders": [order("1"), order("2")]})
    assert told(account)[0] is True
    return account


def test_the_first_answer_is_all_there_is_and_the_next_is_nothing(account):
    account.commit({"orders": [order("1", status="DELIVERED"), order("2", status="CANCELLED")]})
    assert told(account) == (True, {"1": "DELIVERED", "2": "CANCELLED"})
    assert told(account) == (False, {})
    assert told(account, everything=True) == (True, {"1": "DELIVERED", "2": "CANCELLED"})


def test_an_order_that_changed_is_told_once_as_it_is_now(asked):
    asked.commit({"orders": [order("2", status="DELIVERED")]})
    asked.commit({"orders": [order("2", status="CANCELLED"), order("3", status="INITIALIZED")]})
    assert told(asked) == (False, {"2": "CANCELLED", "3": "INITIALIZED"})
    assert told(asked) == (False, {})


def test_an_order_that_is_gone_is_told_as_gone(asked):
    asked.commit({}, {"orders": ["1", "never"]})
    assert told(asked) == (False, {"1": None, "never": None})


def test_what_tinydb_changes_is_told_too(asked):
    AccountDB(asked).table("orders").update({"status": "CANCELLED"})
    assert told(asked) == (False, {"1": "CANCELLED", "2": "CANCELLED"})


def test_a_reset_begins_anew(asked):
    asked.reset()
    asked.commit({"orders": [order("9", status="DELIVERED")]})
    assert told(asked) == (True, {"9": "DELIVERED"})
    asked.reset(keep=["orders"])
    assert told(asked) == (False, {})
