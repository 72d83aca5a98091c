"""The set-up of a shop: its domains, the domains that ask for web push, their scripts (SITE)."""

from __future__ import annotations

import re
from typing import Literal

from mock_server.emulator.errors import RefusedError
from mock_server.emulator.host import Resource
from mock_server.model import Document

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
