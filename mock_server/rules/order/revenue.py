"""ORD-19: which orders count towards the RFM table and towards revenue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mock_server.model import AccountSettings, Document
from mock_server.rules.trace import Trace

MOBILE_SDK = "mobile_sdk"


@dataclass(frozen=True, slots=True)
class Counting:
    """Where an order counts, and why."""

    rfm: bool
    revenue: bool
    why: str


_DELIVERED = Counting(True, True, "counts towards RFM and revenue: it is DELIVERED")
_FROM_SDK = Counting(False, True, "counts towards revenue: INITIALIZED, from the mobile SDK")
_SDK_IS_OFF = Counting(
    False,
    False,
    "does not count: the account's revenue leaves out INITIALIZED orders from the mobile SDK",
)


@lru_cache(maxsize=16)  # there are five statuses
def _not_counting(status: str) -> Counting:
    return Counting(False, False, f"does not count towards RFM and revenue: it is {status}")


def counting_of(order: Document, settings: AccountSettings) -> Counting:
    """Whether an order counts towards RFM and revenue."""
    status = order.get("status")
    if status == "DELIVERED":
        return _DELIVERED
    if status == "INITIALIZED" and order.get("source") == MOBILE_SDK:
        return _FROM_SDK if settings.revenue_from_mobile_sdk_initialized else _SDK_IS_OFF
    return _not_counting(str(status))


def note_revenue(order: Document, settings: AccountSettings, trace: Trace) -> None:
    """Note in the trace where the order counts from now on."""
    trace.noted("ORD-19", counting_of(order, settings).why, "status")
