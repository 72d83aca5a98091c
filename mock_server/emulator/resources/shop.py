"""The set-up of a shop: its domains and their scripts (SITE), and its promo codes (PRO-01)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from mock_server.emulator.errors import RefusedError
from mock_server.emulator.host import Resource
from mock_server.model import Document
from mock_server.rules.moments import moment_of

_HOST = re.compile(
    r"(?=.{1,253}(?::|$))[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?)*(?::[0-9]{1,5})?"
)
_SCHEME = re.compile(r"https?://")
Table = Literal["sites", "push_domains"]


class Sites(Resource):
    """The domains of an account. What is refused raises `RefusedError`."""

    def domains(self, table: Table = "sites") -> list[Document]:
        """The domains, oldest first."""
        return self._state.rows(table)

    def add(self, sent: str) -> Document:
        """SITE-01: add a domain of the shop; it gets a `siteId`."""
        domain = _domain(sent)
        with self._host.paused():
            if self._state.get("sites", domain) is not None:
                raise RefusedError(400, "domain_exists", "Domain already exists")
            known = [each["siteId"] for each in self.domains()]
            made = {
                "domain": domain,
                "siteId": max(known, default=0) + 1,
                "createdAt": self._host.clock.iso(),
            }
            self._state.commit({"sites": [made]})
        return made

    def add_push_domain(self, sent: str, worker: Document) -> Document:
        """SITE-02: add a domain that asks for web push, or change its service worker."""
        domain = _domain(sent)
        with self._host.paused():
            made = {"domain": domain, **worker, "createdAt": self._host.clock.iso()}
            self._state.commit({"push_domains": [made]})
        return made

    def remove_push_domain(self, sent: str) -> None:
        """SITE-02: remove a domain that asks for web push."""
        domain = sent.strip().casefold()
        with self._host.paused():
            if self._state.get("push_domains", domain) is None:
                raise RefusedError(404, "domain_unknown", "Web push domain not found")
            self._state.commit({}, {"push_domains": [domain]})

    def script(self) -> str:
        """SITE-02: the script of the site, which does nothing but say so."""
        if not self.domains():
            text = "There is no domain yet. POST /v1/site/domains adds one."
            raise RefusedError(404, "domain_unknown", text)
        names = ", ".join(each["domain"] for each in self.domains()[:10])
        return _script(f"the site script for {names}")

    def push_script(self, domain: str | None) -> str:
        """SITE-02: the web push script of a domain, or of the first one."""
        held = [each["domain"] for each in self.domains("push_domains")]
        wanted = domain.strip().casefold() if domain else next(iter(held), None)
        if wanted is None or wanted not in held:
            raise RefusedError(404, "domain_unknown", "Web push domain not found")
        return _script(f"the web push script for {wanted}")


def _domain(sent: str) -> str:
    """A host name; a scheme before it and a slash after it do not count (our decision)."""
    bare = _SCHEME.sub("", sent.strip(), count=1).removesuffix("/")
    if _HOST.fullmatch(bare) is None or bare.replace(".", "").isdecimal():
        text = f"domain {sent[:100]!r} is not a host name. Send one such as shop.example.com."
        raise RefusedError(400, "domain_invalid", text)
    return bare.casefold()


def _script(what: str) -> str:
    said = f"yespo-mock: {what} is a stand-in; it tracks nothing and sends nothing."
    return f'<script>console.info("{said}");</script>\n'


_DAY = 10  # characters of a date without a time


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which promo codes are asked for (None: any); `due_days`: expiring within so many days."""

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
