"""The public names: what they are, that they are described, and what a type checker sees."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import mock_server

from .conftest import clean_environment

USER = '''\
"""What a user of the package might write."""

from typing import Any

import mock_server
from mock_server import Contact, Event, InvalidError, MockServer, NotFoundError, Order, Outcome


def test_checkout(yespo_mock: MockServer) -> None:
    contact: Contact = yespo_mock.add_contact(email="a@example.com")
    order: Order = yespo_mock.assert_order("1001", status="INITIALIZED")
    status: str = order.status
    before = [entry.before for entry in order.history]
    event: Event = yespo_mock.wait_for(type="orderCreated", timeout=0.5)
    seen = [step.message.upper() for step in event.trace]
    yespo_mock.assert_nothing_ignored()
    yespo_mock.configure(strict=True, identifier_rule={"param": "id", "field": "contactId"})
    dropped = yespo_mock.events(verdict="ignored", reason="contact_not_found", contact=1)
    print(contact.email, status, before, seen, dropped, yespo_mock.orders(status="DELIVERED"))


async def waits() -> int | None:
    async with MockServer() as mock:
        event = await mock.wait_for_async(type="orderCreated", count=2, timeout=1)
        return event.eventId


def explained(event: dict[str, Any]) -> str:
    with MockServer(seed={"contacts": []}, strict=True) as mock, mock.intercept():
        outcome: Outcome = mock.explain(event)
        if outcome.effect is not None:
            return outcome.effect.change
        return outcome.explanation()


def refused(mock: MockServer) -> str:
    try:
        mock.event(1)
    except (InvalidError, NotFoundError) as error:
        return f"{error} ({mock_server.__version__})"
    return mock.api_url
'''
MISTAKES = """\
from mock_server import MockServer, Order, Store


def check(mock: MockServer) -> None:
    order: Order = mock.order("1")
    order.sttus
    mock.fail_next(status="500")
    mock.assert_ordr("1")
    mock.events(verdict="dropt")
    mock.assert_event(reason="item_requird_missing")
    mock.wait_for(odrer="1")
    mock.orders(status="delivered")
    mock.add_contact(mail="a@example.com")
    mock.configure(strickt=True)
"""


@pytest.mark.full
@pytest.mark.network
@pytest.mark.timeout(600)
def test_a_strict_type_checker_accepts_right_use_and_finds_mistakes(installed, tmp_path):
    (tmp_path / "user.py").write_text(USER, "utf-8")
    (tmp_path / "mistakes.py").write_text(MISTAKES, "utf-8")
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--hide-error-context"),
            *("--python-executable", installed.python, "--cache-dir", tmp_path / "cache"),
            *("user.py", "mistakes.py"),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=clean_environment(),
        timeout=400,
        check=False,
    )
    found = checked.stdout.splitlines()
    assert not [line for line in found if line.startswith("user.py")], checked.stdout
    assert [line.rpartition("[")[2] for line in found if ": error: " in line] == (
        "attr-defined] attr-defined] arg-type] attr-defined] arg-type] arg-type] call-arg] "
        "arg-type] call-arg] call-arg]"
    ).split()
    assert checked.stderr == ""


def test_public_names_are_there_and_others_are_not():
    names = {}
    exec("from mock_server import *", names)  # noqa: S102  (as a user would)
    assert set(mock_server.__all__) <= set(names)
    assert set(mock_server.__all__) <= set(dir(mock_server))
    with pytest.raises(AttributeError, match="no attribute 'Mockserver'"):
        _ = mock_server.Mockserver


def test_everything_public_is_described():
    for name in mock_server.__all__:
        thing = getattr(mock_server, name)
        if not isinstance(thing, type):
            continue
        assert thing.__module__.startswith("mock_server.")
        assert inspect.getdoc(thing), name
        for member, value in inspect.getmembers(thing):
            if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                assert inspect.getdoc(value), f"{name}.{member}"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("freeze", "ISO 8601"),
        ("advance", "seconds"),
        ("wait_for", "seconds"),
        ("fail_next", "seconds"),
        ("contact", "LookupError"),
        ("event", "NotFoundError"),
        ("seed", "InvalidError"),
        ("configure", "InvalidError"),
        ("explain", "InvalidError"),
        ("add_contact", "InvalidError"),
        ("start", "RuntimeError"),
    ],
)
def test_units_formats_and_errors_are_told(name, told):
    assert told in inspect.getdoc(getattr(mock_server.MockServer, name))
