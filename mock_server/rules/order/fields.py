"""ORD-03 to ORD-08: the filled parameters of an order (`given`), one by one."""

from datetime import timezone
from typing import Any

from mock_server.model import ORDER_STATUSES
from mock_server.names import folded, near
from mock_server.rules import mending
from mock_server.rules.contact.identifiers import DEFAULT_NAMES
from mock_server.rules.moments import date_problem, suggested_date
from mock_server.rules.order.shop_values import (
    CURRENCIES,
    SUPPORTED_CURRENCIES,
    amounts_meant,
    currency_meant,
    dates_meant,
    status_meant,
)
from mock_server.rules.outcome import Step
from mock_server.rules.trace import Trace, sentence_list
from mock_server.rules.values import as_number, as_text, json_type, show
from mock_server.rules.view import AccountView

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

_STATUS = {status: Step("ORD-03/status", args={"status": status}) for status in ORDER_STATUSES}
_CURRENCY = {code: Step("ORD-07/currency", args={"code": code}) for code in SUPPORTED_CURRENCIES}
_NOTHING_MORE = Step("ORD-08/nothing_more")


_FOLDED = {folded(name): name for name in KNOWN_FIELDS}


def check_external_order_id(given: dict[str, Any], trace: Trace) -> str | None:
    """ORD-06: the order's id as text; None when it is not filled, or fails as it cannot be one."""
    value = given.get("externalOrderId")
    if value is None:
        return None
    text = as_text(value)
    if text is None:
        trace.say(
            "ORD-06/malformed", mend=mending.AskShop("externalOrderId"), type=json_type(value)
        )
        return None
    if text != text.strip():
        stripped = mending.set_to("externalOrderId", text.strip())
        trace.say("ORD-06/blanks", mend=stripped, text=show(text))
    else:
        trace.say("ORD-06/order", text=show(text))
    return text


def check_status(given: dict[str, Any], trace: Trace) -> None:
    """ORD-03."""
    status = given.get("status")
    if status is None:
        return
    if not isinstance(status, str):
        near_one = None
    elif status in _STATUS:
        trace.add(_STATUS[status])
        return
    else:
        near_one = near(status, ORDER_STATUSES)
    meant = near_one or status_meant(status)
    wanted = meant or f"one of {sentence_list(ORDER_STATUSES, 'or')}"
    mend = mending.set_to("status", meant) if meant else mending.AskShop("status")
    trace.say("ORD-03/unknown", mend=mend, status=show(status), wanted=wanted)
    if near_one:
        trace.say("ORD-03/near", status=show(status), near=near_one)
    elif meant:
        trace.say("ORD-24/status", "status", value=show(status), wanted=meant)


def check_date(
    given: dict[str, Any], trace: Trace, now: str, view: AccountView | None = None
) -> None:
    """ORD-04; `now` is the time of the event, ISO 8601, `view` the account if it has a zone."""
    date = given.get("date")
    if date is None:
        return
    problem = date_problem(date)
    if problem:
        readings = dates_meant(date, timezone.utc if view is None else view.zone_of(None))
        wanted = sentence_list(readings, "or") or "a real date and time as YYYY-MM-ddTHH:mm:ss"
        mend = mending.propose_only("date", readings)
        told = {"date": show(date), "problem": problem, "wanted": wanted}
        trace.say("ORD-04/not_a_date", mend=mend, **told)
        if not suggested_date(date):
            note_readings("date", date, readings, trace)
    elif not _FIRST_LIKELY <= date[:_DAY] <= f"{int(now[:4]) + 1:04}{now[4:_DAY]}":  # a year after
        trace.say("ORD-04/unlikely", date=show(date))
    elif len(date) > _DOCUMENTED_DATE:
        trace.say("ORD-04/other_format", date=show(date))
    else:
        trace.say("ORD-04/date", date=date)


def note_readings(path: str, value: Any, readings: list[str], trace: Trace) -> None:
    """ORD-24: say what a value was probably meant to be, as far as possible."""
    if len(readings) == 1:
        trace.say("ORD-24/read", path, value=show(value), wanted=readings[0])
    elif readings:
        first, second = readings[:2]
        trace.say("ORD-24/two_ways", path, value=show(value), first=first, second=second)


def check_total_cost(given: dict[str, Any], trace: Trace) -> None:
    """ORD-05."""
    total = given.get("totalCost")
    if total is None:
        return
    number = as_number(total)
    if number is None:
        readings = amounts_meant(total)
        fix = f"totalCost were {sentence_list(readings, 'or')}" if readings else ""
        mend = mending.propose_only("totalCost", readings)
        trace.say("ORD-05/not_a_number", fix=fix, mend=mend, total=show(total))
        note_readings("totalCost", total, readings, trace)
    elif number < 0:
        trace.say("ORD-05/negative", total=show(total))
    else:
        trace.say("ORD-05/number", total=show(total))


def check_currency(given: dict[str, Any], trace: Trace) -> None:
    """ORD-07."""
    currency = given.get("currency")
    if currency is None:
        return
    if not isinstance(currency, str) or currency not in CURRENCIES:
        meant = currency_meant(currency)
        mend = mending.set_to("currency", meant) if meant else None
        trace.say("ORD-07/unknown", mend=mend, code=show(currency))
        note_readings("currency", currency, [meant] if meant else [], trace)
    elif currency in _CURRENCY:
        trace.add(_CURRENCY[currency])
    else:
        trace.say("ORD-07/unsupported", code=currency)


def stored_fields(given: dict[str, Any], trace: Trace) -> tuple[dict[str, Any], dict[str, Any]]:
    """ORD-07, ORD-08: the parameters to keep, as (fields by name, additional fields)."""
    if not isinstance(given.get("currency", ""), str):
        trace.say("ORD-07/not_kept", "currency", code=show(given["currency"]))
        given = {name: value for name, value in given.items() if name != "currency"}
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
        meant = _FOLDED.get(folded(name))
        if meant is not None:
            mend = None if meant in given else mending.rename(name, meant)
            trace.say("ORD-02/near_optional", name, mend=mend, meant=meant)
    if additional:
        trace.say("ORD-08/additional", names=sentence_list(additional))
    else:
        trace.add(_NOTHING_MORE)
    return known, additional
