"""ORD-07 and ORD-24: currencies, and values as shop systems write them, for rules to read."""

import re
from collections.abc import Iterator
from datetime import datetime, timezone, tzinfo
from typing import Any

from mock_server.rules.moments import date_problem, suggested_date

SUPPORTED_CURRENCIES = frozenset(("USD", "EUR", "UAH"))

CURRENCIES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN
    BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD
    FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
    KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
    MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH
    UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD
    XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG
    """.split()
)


_STATUSES = {
    "INITIALIZED": "pending,new,created,on-hold,open,placed,received,accepted,waiting,awaiting,"
    "pending-payment,awaiting-payment,unpaid,нове,новий,нова,новый,новая,створено,"
    "очікує,очікує-оплати,в-ожидании",
    "IN_PROGRESS": "processing,paid,packed,shipped,in-process,in-progress,inprogress,confirmed,"
    "sent,dispatched,picked,assembling,delivering,in-delivery,partially-shipped,в-обробці,"
    "відправлено,оплачено,підтверджено,комплектується,в-обработке,отправлен,оплачен,в-дорозі",
    "DELIVERED": "completed,complete,delivered,closed,done,finished,fulfilled,success,успішно,"
    "виконано,доставлено,завершено,выполнен,доставлен,завершен,отримано",
    "CANCELLED": "cancelled,canceled,cancel,voided,void,refunded,returned,failed,rejected,denied,"
    "expired,reversed,chargeback,canceled-reversal,declined,скасовано,повернено,відмінено,"
    "відхилено,отменен,отменён,возврат",
    "ABANDONED_SHOPPING_CART": "checkout-draft,abandoned,abandoned-cart,draft,cart,покинутий-кошик",
}
_STATUS_MEANT = {word: status for status, words in _STATUSES.items() for word in words.split(",")}
_SEPARATORS = re.compile(r"[\s_\-]+")

_SYMBOLS = {
    **dict.fromkeys(("грн", "грн.", "₴", "гривня", "гривень", "hrn", "uah."), "UAH"),
    **dict.fromkeys(("$", "us$", "usd.", "dollar", "дол", "дол."), "USD"),
    **dict.fromkeys(("€", "euro", "євро", "евро"), "EUR"),
    **dict.fromkeys(("zł", "zl"), "PLN"),
    **dict.fromkeys(("£",), "GBP"),
    **dict.fromkeys(("kč",), "CZK"),
    **dict.fromkeys(("lei",), "RON"),
}

_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’_]")
_UNIT = re.compile(
    r"^(?:[$€£₴¥]|zł|us\$|[a-z]{3})|(?:[$€£₴¥]|грн\.?|hrn\.?|zł|kč|lei|[a-z]{3}|шт\.?|pcs\.?|pc)$",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_FREE = frozenset(("free", "none", "no", "-", "безкоштовно", "бесплатно", "безплатно"))

_TIME = r"(?:,?[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?)?"
_TIME += r"\s*([A-Za-z]{3,4}|Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-./](\d{{1,2}})[-./](\d{{1,2}}){_TIME}", re.IGNORECASE)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-./])(\d{{1,2}})\2(\d{{4}}){_TIME}", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})")
_DAY_NAMED = re.compile(
    rf"(?:[a-z]{{3,9}},?\s+)?(\d{{1,2}})[\s\-]+([a-z]{{3,9}})\.?,?[\s\-]+(\d{{4}}){_TIME}",
    re.IGNORECASE,
)
_MONTH_NAMED = re.compile(
    rf"(?:[a-z]{{3,9}},?\s+)?([a-z]{{3,9}})\.?\s+(\d{{1,2}}),?\s+(\d{{4}}){_TIME}", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SECONDS = range(10**9, 5 * 10**9)
_MILLISECONDS = range(10**12, 5 * 10**12)
_NOON = 12


def status_meant(value: Any) -> str | None:
    """The documented status that a shop system's word for it probably stands for."""
    if not isinstance(value, str):
        return None
    word = _SEPARATORS.sub("-", value.strip().lower()).removeprefix("wc-").removeprefix("status-")
    return _STATUS_MEANT.get(word)


def currency_meant(value: Any) -> str | None:
    """The code of ISO 4217 that was meant, by letter case, blanks, symbol or name."""
    if not isinstance(value, str):
        return None
    bare = value.strip()
    meant = _SYMBOLS.get(bare.lower(), bare.upper())
    return meant if meant in CURRENCIES else None


def amounts_meant(value: Any) -> list[str]:
    """The numbers that a text can be read as: none, one, or two that differ."""
    if not isinstance(value, str):
        return []
    bare = _BLANKS.sub("", value.replace("\u2212", "-"))
    if bare.lower() in _FREE:
        return ["0"]
    bare = _UNIT.sub("", _UNIT.sub("", bare))
    sign, bare = ("-", bare[1:]) if bare[:1] == "-" else ("", bare)
    if "," in bare and "." in bare:
        point = max(",.", key=bare.rfind)
        found = [_grouped(bare, "," if point == "." else ".", point)]
    elif bare.count(",") == 1:
        whole, decimals = bare.split(",")
        found = [f"{whole}.{decimals}"]
        if len(decimals) == 3 and 0 < len(whole) <= 3 and whole[0] != "0":
            found.insert(0, whole + decimals)
    elif bare.count(",") > 1 or bare.count(".") > 1:
        found = [_grouped(bare, max(",.", key=bare.count), "")]
    else:
        found = [bare]
    return [f"{sign}{each}" for each in found if _PLAIN.fullmatch(each)]


def _grouped(text: str, group: str, point: str) -> str:
    """A number whose thousands are grouped; what is not grouped by three is left as it is."""
    whole, _, decimals = text.partition(point) if point else (text, "", "")
    groups = whole.split(group)
    if len(groups[0]) > 3 or any(len(each) != 3 for each in groups[1:]):
        return text
    return "".join(groups) + (f".{decimals}" if decimals else "")


def dates_meant(value: Any, zone: tzinfo = timezone.utc) -> list[str]:
    """The documented dates a value can be read as: none, one or two; epochs are in `zone`."""
    if isinstance(value, dict) and isinstance(value.get("date"), str):
        value = value["date"]  # a DateTime of PHP
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(int(value))
    if not isinstance(value, str):
        return []
    text = " ".join(value.split())
    sure = suggested_date(text)
    if sure is not None:
        return [sure]
    if text.isascii() and text.isdigit() and (epoch := _of_epoch(int(text), zone)) is not None:
        return [epoch]
    return list(dict.fromkeys(each for each in _readings(text) if not date_problem(each)))


def _of_epoch(number: int, zone: tzinfo) -> str | None:
    if number in _MILLISECONDS:
        number //= 1000
    if number not in _SECONDS:
        return None
    return datetime.fromtimestamp(number, zone).strftime("%Y-%m-%dT%H:%M:%S")


def _readings(text: str) -> Iterator[str]:
    if (found := _COMPACT.fullmatch(text)) is not None:
        year, month, day, *clock = found.groups()
        yield _written(year, month, day, [*clock, None, None])
    elif (found := _YEAR_FIRST.fullmatch(text)) is not None:
        year, month, day, *clock = found.groups()
        yield _written(year, month, day, clock)
    elif (found := _YEAR_LAST.fullmatch(text)) is not None:
        first, separator, second, year, *clock = found.groups()
        yield _written(year, second, first, clock)
        if separator != ".":
            yield _written(year, first, second, clock)
    elif (found := _DAY_NAMED.fullmatch(text)) is not None:
        day, name, year, *clock = found.groups()
        yield from _named(year, name, day, clock)
    elif (found := _MONTH_NAMED.fullmatch(text)) is not None:
        name, day, year, *clock = found.groups()
        yield from _named(year, name, day, clock)


def _named(year: str, name: str, day: str, clock: list[str | None]) -> Iterator[str]:
    month = name[:3].lower()
    if month in _MONTHS:
        yield _written(year, str(_MONTHS.index(month) + 1), day, clock)


def _written(year: str, month: str, day: str, clock: list[str | None]) -> str:
    """The documented form; an offset is left out, as the time is that of the shop."""
    hour, minute, second, half, _ = clock
    hours = int(hour or 0)
    if half is not None:
        hours = hours % _NOON + (_NOON if half[0] in "pP" else 0)
    return f"{year}-{int(month):02}-{int(day):02}T{hours:02}:{minute or '00'}:{second or '00'}"
