"""ORD-19: which orders count towards the RFM table and towards revenue."""

from __future__ import annotations

from dataclasses import dataclass

from mock_server.documents.account_settings import AccountSettings
from mock_server.ledger.findings import message_of
from mock_server.model import Document
from mock_server.rules.trace import Trace

MOBILE_SDK = "mobile_sdk"


@dataclass(frozen=True, slots=True)
class Counting:
    """The reports in which an order counts, and the finding that says why."""

    rfm: bool
    revenue: bool
    finding: str
    status: str

    @property
    def why(self) -> str:
        """The reason, in words."""
        return message_of(self.finding, None, {"status": self.status})


_DELIVERED = Counting(True, True, "ORD-19/delivered", "DELIVERED")
_FROM_SDK = Counting(False, True, "ORD-19/mobile_sdk", "INITIALIZED")
_SDK_IS_OFF = Counting(False, False, "ORD-19/mobile_sdk_off", "INITIALIZED")


def counting_of(order: Document, settings: AccountSettings) -> Counting:
    """Return whether an order counts towards RFM and revenue."""
    status = order.get("status")
    if status == "DELIVERED":
        return _DELIVERED
    if status == "INITIALIZED" and order.get("source") == MOBILE_SDK:
        return _FROM_SDK if settings.revenue_from_mobile_sdk_initialized else _SDK_IS_OFF
    return Counting(False, False, "ORD-19/not_counted", str(status))


def note_revenue(order: Document, settings: AccountSettings, trace: Trace) -> None:
    """Note in the trace where the order counts from now on."""
    counting = counting_of(order, settings)
    trace.say(counting.finding, status=counting.status)
