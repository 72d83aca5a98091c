"""Who may talk to the server: Host (DNS rebinding), Origin of changes, control token."""

import hmac
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from mock_server.names import near
from mock_server.printable import printable
from mock_server.settings import VENDOR_HOSTS
from mock_server.wsgi import OURS, PAGES, PROBES, TARGET_HOST, is_ours

TOKEN_COOKIE = "yespo_mock_token"  # noqa: S105  (the name of a cookie)
_READS = frozenset(("GET", "HEAD", "OPTIONS"))
# What tells whether the server is up is not worth protecting, and is asked by what has no token.
_OPEN = PROBES | {f"{OURS}/ui/sign-in"}
# The style of the page on which a person signs in; nothing of it is a secret.
_LOOKS = frozenset(
    f"{OURS}/{each}" for each in ("explain", "messages/preview", "ui/sign-in", "ui/sign-out")
)
_OF_ACCOUNTS, _LOOKING_PAGES = f"{PAGES}/a/", ("/try", "/preview", "/preview/mail")
_OPEN_FOLDER = f"{OURS}/ui/static/"
# First labels of the vendor's hosts that speak another protocol, and what it is.
_OTHERS = {
    "tracker": "the tracking of web pages",
    "events": "the log of the vendor's modules",
    "push": "the registration of web push",
    "statics": "the scripts of web pages",
    "cdn": "the scripts of web pages",
}
_ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  (compared with, not bound)
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not let in: HTTP status, code and a text with the way out."""

    status: int
    code: str
    message: str


def is_loopback(host: str) -> bool:
    """Return whether an address or a name can be reached from this machine only."""
    host = host.lower().rstrip(".")
    address = _address(host)
    is_local = host == "localhost" or host.endswith(".localhost")
    return is_local or (address is not None and address.is_loopback)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    with suppress(ValueError):
        return ip_address(host)
    return None


def host_name(authority: str) -> str | None:
    """The name or address in `host:port` or `[address]:port`, in small letters; None if none."""
    if not authority or any(each in authority for each in "/@\\ ,?#"):
        return None
    try:
        parts = urlsplit(f"//{authority}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname.rstrip(".") if parts.hostname else None


class Guard:
    """Looks at each request before any door does. Thread-safe.

    It answers to `host`, `allowed`, and under /api to the `served` hosts; `token` (in `cookie`,
    too) opens the control API; `read_only` lets nothing change.
    """

    cookie = TOKEN_COOKIE

    def __init__(
        self,
        host: str,
        allowed: Iterable[str] = (),
        token: str | None = None,
        served: Collection[str] = (),
        *,
        read_only: bool = False,
    ) -> None:
        self._read_only = read_only
        self._served = frozenset(served)
        self._names = {each.lower().rstrip(".").strip("[]") for each in (*allowed, host)}
        # An address cannot be rebound, only a name can.
        self._any_address = host in _ANY_ADDRESS
        self._token = token.encode() if token else None
        self._known: dict[str, str] = {}

    def refusal(self, environ: dict[str, Any]) -> Refusal | None:
        """Why this request is not let in; None when it is."""
        host = environ.get("HTTP_HOST")
        if self._served:  # a proxy goes by the target
            host = environ.get(TARGET_HOST) or host
        # A browser always sends one; HTTP/1.0 knows of none.
        if host is not None and host not in self._known:
            name = host_name(host)
            if name is None or not self._answers_to(name):
                return _wrong_host(host, self._served)
            if len(self._known) < _REMEMBERED:
                self._known[host] = name
        path: str = environ["PATH_INFO"]
        is_change = environ["REQUEST_METHOD"] not in _READS and not _only_looks(path)
        refusal = _READ_ONLY if self._read_only and is_change else None
        if path.startswith("/api/"):
            return refusal
        if self._served and host and (self._known.get(host) or host_name(host)) in self._served:
            return _API_ONLY
        if environ["REQUEST_METHOD"] not in _READS and _is_cross_origin(environ, host):
            return _CROSS_ORIGIN
        if self._token is None or not is_ours(path):
            return refusal
        if path in _OPEN or path.startswith(_OPEN_FOLDER):
            return refusal
        return self._token_refusal(environ) or refusal

    @property
    def has_token(self) -> bool:
        """Say whether callers of the control API have to know a token."""
        return self._token is not None

    def opens(self, token: str) -> bool:
        """Whether this is the control token; takes as long for any token of the same length."""
        return self._is_token(token.encode("utf-8", "replace"))

    def _is_token(self, sent: bytes) -> bool:
        return self._token is not None and hmac.compare_digest(sent, self._token)

    def _answers_to(self, name: str) -> bool:
        return (
            name in self._names
            or name in self._served
            or is_loopback(name)
            or (self._any_address and _address(name) is not None)
        )

    def _token_refusal(self, environ: dict[str, Any]) -> Refusal | None:
        sent = _tokens(environ)
        if any(map(self._is_token, sent)):
            return None
        seen = "is another than" if sent else "is missing:"
        return Refusal(
            401,
            "control_token_invalid" if sent else "control_token_missing",
            f"The control token {seen} the one this server was started with (--control-token). Send"
            " it as"
            ' "Authorization: Bearer TOKEN" or "X-Mock-Token: TOKEN".',
        )


_CROSS_ORIGIN = Refusal(
    403,
    "cross_origin",
    "A page of another origin must not change anything here. Call the control API from a test or"
    " a tool, not from a page in a browser.",
)


READ_ONLY = "read_only"
"""The code of a refusal to change what is open for reading only."""

_READ_ONLY = Refusal(
    403,
    READ_ONLY,
    "This server shows a state and changes nothing (--read-only). Start one without that option to"
    " send events to.",
)


def _only_looks(path: str) -> bool:
    """Whether what is sent there is only looked at: an event explained, a template filled."""
    return path in _LOOKS or (path.startswith(_OF_ACCOUNTS) and path.endswith(_LOOKING_PAGES))


_API_ONLY = Refusal(
    403,
    "gateway_serves_api_only",
    "Under the service's own hosts the gateway serves /api, and nothing else. The pages and /_mock"
    " are at the emulator's own address.",
)


def _wrong_host(host: str, served: Collection[str]) -> Refusal:
    shown = printable(host[:100])
    other = other_protocol(host_name(host) or "", served or VENDOR_HOSTS)
    if other is not None and not served:  # SITE-05
        text = f'"{shown}" is {other}, another protocol, which is not emulated.'
        return Refusal(501, "host_refused", f"{text} Let it be answered by the service itself.")
    if served:
        status = 403 if other is None else 501
        return Refusal(status, "host_refused", not_served(host, served))
    return Refusal(
        403,
        "host_refused",
        f'This server does not answer to the host "{shown}". If that is a name of its own, start it'
        " with --allow-host and the name (without the port).",
    )


def _is_cross_origin(environ: dict[str, Any], host: str | None) -> bool:
    """Whether a browser says that another origin makes this request; others than it say nothing."""
    if environ.get("HTTP_SEC_FETCH_SITE", "none") not in ("same-origin", "none"):
        return True
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return False
    scheme, _, authority = origin.partition("://")
    return scheme.lower() not in ("http", "https") or authority.lower() != (host or "").lower()


def _tokens(environ: dict[str, Any]) -> Collection[bytes]:
    found = [environ["HTTP_X_MOCK_TOKEN"]] if environ.get("HTTP_X_MOCK_TOKEN") else []
    scheme, _, credentials = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        found.append(credentials.strip())
    # The bytes of a header come as Latin-1.
    tokens = [each.encode("latin-1", "replace") for each in found]
    sent = environ.get("HTTP_COOKIE", "")
    if TOKEN_COOKIE in sent:
        from werkzeug.sansio.http import parse_cookie  # all of Werkzeug, which no event needs

        # Other programs on this machine leave their cookies here as well, whatever they look like:
        # cookies do not tell ports apart.
        text = sent.encode("latin-1", "replace").decode("utf-8", "replace")
        tokens += [each.encode() for each in parse_cookie(text).getlist(TOKEN_COOKIE) if each]
    return tokens


def exposure_warning(host: str, *, has_token: bool, limits_keys: bool) -> str | None:
    """What to tell a person who has the server listen where others can reach it; None if not."""
    if is_loopback(host):
        return None
    others = "other machines can reach it"
    if not has_token:
        others += ", read everything in it and change it."
        others += " Protect the control API with --control-token."
    elif not limits_keys:
        others += " and send events with any API key. Limit the keys with --api-key."
    else:
        others += "; HTTP is not encrypted."
    return f"the server listens on {host}: {others}"


def other_protocol(host: str, served: Collection[str]) -> str | None:
    """Say what a host below a served one is for, if it is not the API."""
    label, _, rest = host.lower().rstrip(".").partition(".")
    return _OTHERS.get(label) if rest in served else None


def not_served(host: str, served: Collection[str]) -> str:
    """Say that the gateway does not serve a host, what the host is, and what to do."""
    name = host.lower().rstrip(".")
    shown = printable(host[:100])
    text = (
        f'The gateway of yespo-mock forwards nothing to "{shown}". It serves'
        f" {', '.join(sorted(served))}."
    )
    other = other_protocol(name, served)
    below = next((each for each in served if name.endswith(f".{each}")), None)
    if other is not None:
        return (
            f"{text} {shown} is {other}, another protocol, which is not emulated. Let it through"
            f" with --gateway-allow {shown}, or leave it refused."
        )
    if below is not None:
        return (
            f"{text} {shown} is a neighbour of {below}, which the service's API has. Change the"
            f" host to {below}, or serve it too with --gateway-host {shown}."
        )
    if found := near(name, served):
        return f"{text} Did you mean {found}?"
    return (
        f"{text} Let it through with --gateway-allow {shown}, or serve it too with --gateway-host"
        f" {shown}."
    )
