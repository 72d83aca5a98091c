"""Promo codes: /promocodes (PRO)."""

from __future__ import annotations

from typing import Any

from flask import Response

from mock_server.api.answers import array
from mock_server.api.bodies import array_of
from mock_server.api.calls import INVALID, Call
from mock_server.api.http import WireError, json_answer
from mock_server.api.shop_schemas import (
    PromoCodeAnswer,
    PromoCodesAnswer,
    PromoCodesQuery,
    PromoCodesSchema,
    WantedCodesQuery,
)
from mock_server.emulator.resources.promo_codes import Wanted
from mock_server.routes import Routes, json

ROUTES = Routes("/api/v1")
MAX_CODES = 10_000


@ROUTES.add(
    "POST /promocodes",
    summary="Store promo codes",
    details="Codes that are there are changed. What the body does not say may be arguments.",
    answers={200: json("What was stored.", PromoCodesAnswer), 400: INVALID},
    query=PromoCodesQuery(),
    body=PromoCodesSchema(),
)
def add_codes(call: Call) -> Response:
    """Store promo codes, or change them."""
    account = call.account
    body = call.body()
    array_of({"promocodes": body.get("promocodes", [])}, "promocodes", MAX_CODES)
    described = {**call.query(), **call.read(body)}
    codes = described.pop("promocodes")
    if not codes:
        raise WireError(400, "body_invalid", "promocodes must be filled. Send at least one code.")
    account.resources.promo_codes.put(codes, described)
    return json_answer({"promocodes": codes, **described})


@ROUTES.add(
    "GET /promocodes",
    summary="Available promo codes",
    answers={200: json("The codes.", array(PromoCodeAnswer)), 400: INVALID},
    query=WantedCodesQuery(),
)
def codes(call: Call) -> Response:
    """List the promo codes that are available."""
    return json_answer(call.account.resources.promo_codes.find(_wanted(call.query())))


@ROUTES.add(
    "GET /promocodes/count",
    summary="Number of available promo codes",
    answers={200: json("The number.", {"type": "integer"}), 400: INVALID},
    query=WantedCodesQuery(),
)
def count_codes(call: Call) -> Response:
    """Count the promo codes that are available."""
    return json_answer(len(call.account.resources.promo_codes.find(_wanted(call.query()))))


def _wanted(asked: dict[str, Any]) -> Wanted:
    return Wanted(
        asked.get("type"), asked.get("inUse"), asked.get("activeDueDays"), asked.get("discount")
    )
