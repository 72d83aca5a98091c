"""Computed answers: segments (SEG-03), the RFM grid and revenue (ORD-19)."""

from __future__ import annotations

from mock_server.control import analytics_answers as shapes
from mock_server.control.http import Call, PageArguments
from mock_server.emulator import MomentField
from mock_server.emulator.resources.segment_schemas import ConditionSchema
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


class PeriodArguments(PageArguments):
    """The orders dated from `from` (included) to `to` (not included)."""

    start = MomentField(data_key="from")
    end = MomentField(data_key="to")


@ROUTES.add(
    "POST /segments/preview",
    summary="Preview a segment",
    details="The contacts selected by their events: [segments](segments.md).",
    answers={200: json("The contacts in the segment, and why.", shapes.Segment)},
    query=PageArguments(),
    body=ConditionSchema(),
)
def preview_segment(call: Call) -> Document:
    """Select the contacts of a segment."""
    return call.account.analytics.segment(call.body(), **call.query)


@ROUTES.add(
    "GET /rfm",
    summary="Compute the RFM grid",
    details="By [recency and frequency](segments.md#rfm-and-revenue).",
    answers={200: json("The grid.", shapes.Rfm)},
)
def rfm(call: Call) -> Document:
    """Compute the RFM grid."""
    return call.account.analytics.rfm()


@ROUTES.add(
    "GET /revenue",
    summary="Compute the revenue by currency",
    details="Of the [orders that count](segments.md#rfm-and-revenue).",
    answers={200: json("The totals and the orders behind them.", shapes.Revenue)},
    query=PeriodArguments(),
)
def revenue(call: Call) -> Document:
    """Compute the revenue by currency."""
    return call.account.analytics.revenue(**call.query)
