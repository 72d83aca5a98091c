"""Filters that could never match are told, whichever door they came through."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.emulator.errors import InvalidError
from mock_server.ledger.catalogue import RULES
from mock_server.ledger.codes import CODES, codes_of
from mock_server.ledger.findings import FINDINGS
from mock_server.model import ORDER_STATUSES, VERDICTS
from mock_server.names import near
from mock_server.state import EventQuery


def check_filters(query: EventQuery) -> None:
    """Refuse a verdict, reason, warning or finding that no event can have.

    Raises `InvalidError`, which names the near one.
    """
    _check("verdict", query.verdict, VERDICTS)
    _check("reason", query.reason, codes_of("reason"))
    _check("warning", query.warning, codes_of("warning"))
    _check("finding", query.finding, (*RULES, *FINDINGS))
    _check("group", query.group, ("dropped", "warned"))


def check_order_status(status: str | None) -> None:
    """Refuse a status that no order can have (ORD-03). Raises `InvalidError`."""
    if status is not None and status not in ORDER_STATUSES:
        meant = near(str(status), ORDER_STATUSES)
        hint = f"did you mean {meant}?" if meant else f"there are {', '.join(ORDER_STATUSES)}"
        raise InvalidError(f"No order can match: there is no status {status!r}; {hint}")


def _check(name: str, asked: str | None, known: Iterable[str]) -> None:
    known = list(known)
    if asked is None or asked in known:
        return
    meant = near(str(asked), known)
    # A reason that is only ever a warning, or the other way round, is told apart.
    kinds = CODES[asked].kinds if asked in CODES else ()
    if kinds:
        said = f"{asked} is given as a {kinds[0]}, not as a {name}"
    elif meant:
        said = f"there is no {name} {asked!r}; did you mean {meant}?"
    else:
        there_is = f"; there are {', '.join(known)}" if name == "verdict" else ""
        said = f"there is no {name} {asked!r}{there_is}"
    raise InvalidError(f"No event can match: {said}")
