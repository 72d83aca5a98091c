"""One path for one request (WIRE-06): normalised before guard, faults, journal or route."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, unquote_to_bytes

from mock_server.wsgi import RAW_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@lru_cache(maxsize=1024)
def normalised(raw: bytes) -> str:
    """A path as sent, as everything sees it: text of Latin-1, as WSGI has it.

    Empty segments go, `.` and `..` are resolved, each segment is decoded once; a `/` from that
    stands as `%2F`, a `%` as `%25`. Never ends in `/`, but for the root.
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


def path_of(environ: WSGIEnvironment) -> str:
    """Return the normalised path of a request."""
    raw = environ.get(RAW_PATH)
    if raw is None:  # called without our server: what a path was sent as can only be guessed
        raw = quote_from_bytes(environ["PATH_INFO"].encode("latin-1"), safe="/").encode()
    return normalised(raw)
