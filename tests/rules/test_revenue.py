"""ORD-19: which orders count towards the RFM table and towards revenue."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.documents.account_settings import AccountSettings
from mock_server.model import ORDER_STATUSES
from mock_server.rules.order.rfm import MOBILE_SDK, counting_of

ON = AccountSettings()
OFF = AccountSettings(revenue_from_mobile_sdk_initialized=False)


@pytest.mark.parametrize("settings", [ON, OFF], ids=["SDK on", "SDK off"])
@pytest.mark.parametrize("source", [None, "web", "MOBILE_SDK", MOBILE_SDK, ["mobile_sdk"]])
@pytest.mark.parametrize("status", ORDER_STATUSES)
def test_where_an_order_counts(status: str, source: Any, settings: AccountSettings) -> None:
    """ORD-19."""
    counting = counting_of({"status": status, "source": source}, settings)
    from_sdk = status == "INITIALIZED" and source == MOBILE_SDK and settings is ON
    assert counting.rfm is (status == "DELIVERED")
    assert counting.revenue is (status == "DELIVERED" or from_sdk)


def test_mobile_sdk_counts_by_default() -> None:
    """ORD-19."""
    assert AccountSettings().revenue_from_mobile_sdk_initialized is True


@pytest.mark.parametrize(
    ("order", "settings", "why"),
    [
        ({"status": "DELIVERED"}, ON, "counts towards RFM and revenue: it is DELIVERED"),
        (
            {"status": "INITIALIZED", "source": "mobile_sdk"},
            ON,
            "counts towards revenue: INITIALIZED, from the mobile SDK",
        ),
        (
            {"status": "INITIALIZED", "source": "mobile_sdk"},
            OFF,
            (
                "does not count: the account's revenue leaves out INITIALIZED orders"
                " from the mobile SDK"
            ),
        ),
        (
            {"status": "CANCELLED"},
            ON,
            "does not count towards RFM and revenue: it is CANCELLED",
        ),
        ({}, ON, "does not count towards RFM and revenue: it is None"),
    ],
)
def test_counting_says_why(order: Any, settings: AccountSettings, why: str) -> None:
    """ORD-19."""
    assert counting_of(order, settings).why == why


def test_trace_tells_where_the_order_counts_from_now_on(case: Any) -> None:
    """ORD-19."""
    view = case.view(orders=[case.existing()])
    outcome = case.judge(case.order("orderDelivered"), view)
    assert case.steps(outcome, "ORD-19") == [
        "noted counts towards RFM and revenue: it is DELIVERED"
    ]
    outcome = case.judge(case.order(source="mobile_sdk"))
    assert case.steps(outcome, "ORD-19") == [
        "noted counts towards revenue: INITIALIZED, from the mobile SDK"
    ]
