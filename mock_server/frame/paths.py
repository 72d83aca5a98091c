"""One path for one request (WIRE-06): normalised before anything looks at it.

Guard, faults, limits, journal, metrics and routes see `PATH_INFO` as `normalised` makes it, and so
cannot disagree about where a request goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from werkzeug.routing import BaseConverter

from mock_server.wsgi import RAW_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication


_UNRESERVED = "!$&'()*+,;=:@~-._"


@lru_cache(maxsize=1024)
def normalised(raw: bytes) -> str:
    """A path as sent, percent-encoded, as everything sees it: text of Latin-1, as WSGI has it.

    It is split at `/`; empty segments are dropped, `.` and `..` resolved; then each segment is
    percent-decoded once. A `/` that comes out of that stands as `%2F`, and a `%` as `%25`, so that
    a segment stays one (an order's id may hold a `/`). Never ends in `/`, but for the root.
    """
    _, scheme, rest = raw.partition(b"://")
    if scheme and not raw.startswith(b"/"):  # absolute-form: the authority is not part of the path
        raw = b"/" + rest.partition(b"/")[2]
    segments: list[bytes] = []
    for segment in raw.partition(b"?")[0].partition(b"#")[0].split(b"/"):
        if segment == b"..":
            del segments[-1:]
        elif segment not in (b"", b"."):
            segments.append(segment)
    return "/" + "/".join(map(_segment, segments))


def _segment(sent: bytes) -> str:
    decoded = unquote_to_bytes(sent) if b"%" in sent else sent
    return decoded.replace(b"%", b"%25").replace(b"/", b"%2F").decode("latin-1")


class Normalising:
    """Wraps a WSGI application: it stands outside all others and gives them the one path."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Put the normalised path into `PATH_INFO`."""
        raw = environ.get(RAW_PATH)
        if raw is None:  # called without our server: what a path was sent as can only be guessed
            raw = quote_from_bytes(environ["PATH_INFO"].encode("latin-1"), safe="/").encode()
        environ["PATH_INFO"] = normalised(raw)
        return self._app(environ, start_response)


class SegmentConverter(BaseConverter):
    """A variable of a route that is one segment, of any text."""

    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        """The text that was meant: see `normalised`."""
        return value.replace("%2F", "/").replace("%25", "%")

    def to_url(self, value: Any) -> str:
        """The text as one segment of a URL."""
        sent = quote_from_bytes(str(value).encode(), safe=_UNRESERVED)
        return {".": "%2E", "..": "%2E%2E"}.get(sent, sent)


class TextConverter(SegmentConverter):
    """The same at the end of a route: what is called without our server may hold a bare `/`."""

    regex = r"[^/][\s\S]*?"
    part_isolating = False
