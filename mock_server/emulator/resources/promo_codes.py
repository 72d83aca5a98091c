"""Promo codes (PRO-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from mock_server.emulator.host import Resource
from mock_server.model import Document
from mock_server.rules.moments import moment_of

_DAY = 10  # characters of a date without a time


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which promo codes are asked for; None is any.

    `due_days`: those that expire within so many days.
    """

    type: str | None = None
    in_use: bool | None = None
    due_days: int | None = None
    discount: int | None = None


class PromoCodes(Resource):
    """The promo codes of an account."""

    def put(self, codes: Sequence[str], described: Document) -> None:
        """Store codes, or change those that are there: what is not described stays as it is."""
        with self._host.paused():
            changed = []
            for code in dict.fromkeys(codes):
                before = self._state.get("promo_codes", code) or {"code": code, "inUse": False}
                changed.append({**before, **described})
            self._state.commit({"promo_codes": changed})

    def find(self, wanted: Wanted) -> list[Document]:
        """The codes that are available: not expired, and not in use unless that is asked for."""
        now, zone = self._host.clock.now(), self._state.zone_of(None)
        return [
            each for each in self._state.rows("promo_codes") if _matches(each, wanted, now, zone)
        ]


def _matches(code: Document, wanted: Wanted, now: datetime, zone: tzinfo) -> bool:
    expires = _end_of(code.get("expirationDate"), zone)
    if expires is not None and expires <= now:
        return False
    if wanted.due_days is not None:
        last = now + timedelta(days=wanted.due_days)
        if expires is None or expires > last:
            return False
    return (
        code["inUse"] is (wanted.in_use or False)
        and wanted.type in (None, code.get("type"))
        and wanted.discount in (None, code.get("discount"))
    )


def _end_of(date: str | None, zone: tzinfo) -> datetime | None:
    """The moment at which a code expires: a day counts to its end (our decision)."""
    moment = moment_of(date, zone)
    if moment is None or date is None:
        return None
    return moment + timedelta(days=1) if len(date) == _DAY else moment
