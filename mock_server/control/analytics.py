"""What the service computes: segments (SEG-03), the RFM grid and revenue (ORD-19)."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.control.http import PageArguments, account_of, answer, arguments, body
from mock_server.emulator import Emulator, Moment


class PeriodArguments(PageArguments):
    """The orders dated from `from` (included) to `to` (not included)."""

    start = Moment(data_key="from")
    end = Moment(data_key="to")


_PAGE = PageArguments()
_PERIOD = PeriodArguments()


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_analytics", __name__, url_prefix="/_mock")

    @routes.post("/segments/preview")
    def preview_segment() -> Response:
        return answer(account_of(emulator).analytics.segment(body(), **arguments(_PAGE)))

    @routes.get("/rfm")
    def rfm() -> Response:
        return answer(account_of(emulator).analytics.rfm())

    @routes.get("/revenue")
    def revenue() -> Response:
        return answer(account_of(emulator).analytics.revenue(**arguments(_PERIOD)))

    return routes
