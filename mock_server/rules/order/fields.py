"""ORD-03 to ORD-08: the parameters of an order, one by one.

`given` are the parameters that are filled; of those that are not, ORD-01 and ORD-14 judge.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from mock_server.model import Step
from mock_server.rules.contact.identifiers import DEFAULT_NAMES
from mock_server.rules.dates import date_problem, suggested_date
from mock_server.rules.order.currencies import CURRENCIES, SUPPORTED_CURRENCIES
from mock_server.rules.trace import Trace, sentence_list
from mock_server.rules.values import as_number, as_text, json_type, show

STATUSES = ("INITIALIZED", "IN_PROGRESS", "DELIVERED", "CANCELLED", "ABANDONED_SHOPPING_CART")
REQUIRED = ("externalOrderId", "totalCost", "status", "date")
CONTACT_FIELDS = ("externalCustomerId", "email", "phone")
KNOWN_FIELDS = frozenset(
    (
        *REQUIRED,
        *CONTACT_FIELDS,
        "currency",
        "firstName",
        "lastName",
        "shipping",
        "discount",
        "taxes",
        "restoreUrl",
        "statusDescription",
        "storeId",
        "source",
        "deliveryMethod",
        "paymentMethod",
        "deliveryAddress",
        "items",
    )
)
# ORD-08: identifiers other than those of CONTACT_FIELDS keep their names too. (`contactId` is the
# emulator's own field of an order, so a parameter of that very name goes to the additional ones.)
_OTHER_IDENTIFIERS = frozenset(name.lower() for name, _ in DEFAULT_NAMES) - {"contactid"}
_DOCUMENTED_DATE = 19
_DAY = 10
_FIRST_LIKELY = "2000-01-01"
_NO_SEPARATORS = str.maketrans("", "", "_- ")
_STATUS_LIKE = str.maketrans(" -", "__")

_STATUS = {status: Step("ORD-03", "passed", status, "status") for status in STATUSES}
_CURRENCY = {code: Step("ORD-07", "passed", code, "currency") for code in SUPPORTED_CURRENCIES}
_NOTHING_MORE = Step("ORD-08", "passed", "there are no additional fields")


def bare(name: str) -> str:
    """A parameter's name without letter case and separators, to compare it with others."""
    return name.translate(_NO_SEPARATORS).lower()


_BARE = {bare(name): name for name in KNOWN_FIELDS}


def check_external_order_id(given: dict[str, Any], trace: Trace) -> str | None:
    """ORD-06: the order's id as text; None when it is not filled, or fails as it cannot be one."""
    value = given.get("externalOrderId")
    if value is None:
        return None
    text = as_text(value)
    if text is None:
        trace.failed(
            "ORD-06",
            "external_order_id_invalid",
            f"externalOrderId is {json_type(value)}, not text or a number",
            "externalOrderId",
            "externalOrderId were text or a number",
        )
        return None
    if text != text.strip():
        trace.warned(
            "ORD-06",
            "external_order_id_blanks",
            f"order {show(text)} has blanks around its id, which are part of it",
            "externalOrderId",
        )
    else:
        trace.passed("ORD-06", f"order {show(text)}", "externalOrderId")
    return text


def check_status(given: dict[str, Any], trace: Trace) -> None:
    """ORD-03."""
    status = given.get("status")
    if status is None:
        return
    if not isinstance(status, str):
        near = None
    elif status in _STATUS:
        trace.add(_STATUS[status])
        return
    else:
        guess = status.strip().upper().translate(_STATUS_LIKE)
        near = next(iter(get_close_matches(guess, STATUSES, n=1, cutoff=0.8)), None)
    wanted = near or f"one of {sentence_list(STATUSES, 'or')}"
    trace.failed(
        "ORD-03",
        "status_invalid",
        f"status {show(status)} is not one of {', '.join(STATUSES)}",
        "status",
        f"status were {wanted}",
    )
    if near:
        trace.noted("ORD-03", f"near miss: {show(status)} → did you mean {near}?", "status")


def check_date(given: dict[str, Any], trace: Trace, now: str) -> None:
    """ORD-04; `now` is the time of the event, ISO 8601."""
    date = given.get("date")
    if date is None:
        return
    problem = date_problem(date)
    if problem:
        wanted = suggested_date(date) or "a real date and time as YYYY-MM-ddTHH:mm:ss"
        trace.failed(
            "ORD-04", "date_invalid", f"date {show(date)} {problem}", "date", f"date were {wanted}"
        )
    elif not _FIRST_LIKELY <= date[:_DAY] <= _a_year_after(now):
        trace.warned(
            "ORD-04",
            "date_unlikely",
            f"date {show(date)} is before 2000 or more than a year ahead; it is kept",
            "date",
        )
    elif len(date) > _DOCUMENTED_DATE:
        trace.warned(
            "ORD-04",
            "date_not_documented_format",
            f"date {show(date)} has a fraction or an offset; documented is YYYY-MM-ddTHH:mm:ss",
            "date",
        )
    else:
        trace.passed("ORD-04", date, "date")


def _a_year_after(now: str) -> str:
    """The day a year after a time, by the calendar."""
    return f"{int(now[:4]) + 1:04}{now[4:_DAY]}"


def check_total_cost(given: dict[str, Any], trace: Trace) -> None:
    """ORD-05."""
    total = given.get("totalCost")
    if total is None:
        return
    number = as_number(total)
    if number is None:
        trace.failed(
            "ORD-05",
            "total_cost_invalid",
            f"totalCost {show(total)} is not a number",
            "totalCost",
            "totalCost were a number such as 258.0",
        )
    elif number < 0:
        trace.warned(
            "ORD-05", "total_cost_negative", f"totalCost {show(total)} is negative", "totalCost"
        )
    else:
        trace.passed("ORD-05", f"{show(total)} is a number", "totalCost")


def check_currency(given: dict[str, Any], trace: Trace) -> None:
    """ORD-07."""
    currency = given.get("currency")
    if currency is None:
        return
    if not isinstance(currency, str) or currency not in CURRENCIES:
        trace.warned(
            "ORD-07",
            "currency_unknown",
            f"currency {show(currency)} is not an ISO 4217 code such as UAH",
            "currency",
        )
    elif currency in _CURRENCY:
        trace.add(_CURRENCY[currency])
    else:
        trace.warned(
            "ORD-07",
            "currency_unsupported",
            f"{currency} is not among the documented {', '.join(sorted(SUPPORTED_CURRENCIES))}",
            "currency",
        )


def stored_fields(given: dict[str, Any], trace: Trace) -> tuple[dict[str, Any], dict[str, Any]]:
    """ORD-08: the parameters to keep, as (fields by name, additional fields)."""
    if given.keys() <= KNOWN_FIELDS:
        trace.add(_NOTHING_MORE)
        return dict(given), {}
    known: dict[str, Any] = {}
    additional: dict[str, Any] = {}
    for name, value in given.items():
        if name in KNOWN_FIELDS or name.lower() in _OTHER_IDENTIFIERS:
            known[name] = value
            continue
        additional[name] = value
        meant = _BARE.get(bare(name))
        if meant is not None:
            trace.warned(
                "ORD-02",
                "parameter_name_near_miss",
                f"{name} is kept as an additional field; did you mean {meant}?",
                name,
            )
    if additional:
        trace.passed("ORD-08", f"kept as additional fields: {sentence_list(additional)}")
    else:
        trace.add(_NOTHING_MORE)
    return known, additional
