"""What test code may say: names and values that an editor completes are those that there are."""

from __future__ import annotations

import asyncio
from typing import get_args

import pytest

from mock_server import InvalidError, MockServer
from mock_server.emulator.schemas import SettingsSchema, ShortContactSchema
from mock_server.ledger.codes import codes_of
from mock_server.model import ORDER_STATUSES
from mock_server.testing import arguments, documented

PHONE = "380501234567"


def test_codes_and_statuses_are_those_of_the_ledger():
    assert set(get_args(documented.ReasonCode)) == set(codes_of("reason"))
    assert set(get_args(documented.WarningCode)) == set(codes_of("warning"))
    assert set(get_args(documented.OrderStatus)) == set(ORDER_STATUSES)


def test_settings_and_contacts_are_those_that_there_are():
    assert set(arguments.Settings.__annotations__) == set(SettingsSchema().fields)
    assert set(arguments.ShortContact.__annotations__) == set(ShortContactSchema().fields)


@pytest.mark.parametrize("ask", ["events", "wait_for", "assert_event"])
@pytest.mark.parametrize(
    ("filters", "error", "said"),
    [
        ({"verdict": "ignord"}, InvalidError, "Did you mean ignored"),
        ({"reason": "item_requird_missing"}, InvalidError, "Did you mean item_required_missing"),
        ({"reason": "status_reopened"}, InvalidError, "It is a warning: use that filter"),
        ({"warning": "nothing"}, InvalidError, "No event can match warning 'nothing'"),
        ({"q": 7}, InvalidError, "match q=7. Give text"),
        ({"order": 1.5}, InvalidError, "match order=1.5. Give text or a number"),
        ({"contact": True}, InvalidError, "match contact=True. Give text or a number"),
        ({"verdict": ["ignored"]}, InvalidError, "match verdict=.* Give text"),
        ({"odrer": "1"}, TypeError, "There is no filter 'odrer'. Did you mean order"),
        ({"zzz": "1"}, TypeError, "Known: type, verdict"),
    ],
)
def test_a_filter_that_no_event_can_match_is_an_error(mock, ask, filters, error, said):
    with pytest.raises(error, match=said):
        getattr(mock, ask)(**filters)


@pytest.mark.parametrize(
    ("status", "said"),
    [("delivered", "Did you mean DELIVERED"), ("zzz", "Known: INITIALIZED, IN_PROGRESS")],
)
def test_a_status_that_no_order_can_have_is_an_error(mock, status, said):
    with pytest.raises(InvalidError, match=said):
        mock.orders(status=status)


def test_waiting_under_asyncio_leaves_the_loop_to_the_tasks_that_send(send, mock):
    mock.add_contact(phone=PHONE)

    async def shop():
        turns = 0

        async def sends():
            nonlocal turns
            while turns < 100:  # had the waiting held up the loop, it would end in vain
                turns += 1
                await asyncio.sleep(0)
            await asyncio.to_thread(send)

        task = asyncio.create_task(sends())
        event = await mock.wait_for_async(type="orderCreated", verdict="applied", timeout=20)
        await task
        return event.externalOrderId, turns

    order, turns = asyncio.run(shop())
    assert order == "12345679"
    assert turns == 100
    assert not mock.unlooked()


def test_waiting_in_vain_under_asyncio_ends_and_a_cancelled_wait_leaves_no_thread(mock):
    async def waits():
        with pytest.raises(AssertionError, match=r"No event matched type='x' within 0\.3 s"):
            await mock.wait_for_async(type="x", timeout=0.3)
        waiting = asyncio.create_task(mock.wait_for_async(timeout=60))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(waits())  # which waits for its threads: for a minute, were one left behind


def test_async_with_starts_and_closes_it():
    async def runs():
        async with MockServer() as mock:
            assert mock.is_running
            mock.add_contact(email="a@example.com")
        assert not mock.is_running

    asyncio.run(runs())
