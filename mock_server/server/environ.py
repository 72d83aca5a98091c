"""What of a request goes into the WSGI environ, and under which names (PEP 3333)."""

from __future__ import annotations

from typing import Any

import httptools

Environ = dict[str, Any]


class Request:
    """A request as it was read.

    Attributes: `method`; `target` as sent; `version`, as in ``1.1``; `headers`, names in small
    letters; `body`, whole; `keeps_open`, whether the connection shall stay open after it; `path`
    and `query` of the target, still encoded; `is_absolute`, whether the target names a host.

    """

    __slots__ = (
        "body",
        "headers",
        "is_absolute",
        "keeps_open",
        "method",
        "path",
        "query",
        "target",
        "version",
    )

    def __init__(self) -> None:
        self.method = ""
        self.target = b""
        self.version = "1.1"
        self.headers: list[tuple[bytes, bytes]] = []
        self.body: bytes | bytearray = b""
        self.keeps_open = False
        self.path = b""
        self.query = b""
        self.is_absolute = False

    def locate(self) -> None:
        """Take the target apart; raises `httptools.HttpParserError` for one that cannot be."""
        found = httptools.parse_url(self.target)
        self.path = found.path or b""
        self.query = found.query or b""
        self.is_absolute = not self.target.startswith(b"/")


# Clients may invent names without end.
_REMEMBERED_NAMES = 1000


def server_environ(host: str, port: int) -> Environ:
    """The entries every request to a server has in common."""
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_SOFTWARE": "yespo-mock",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        # The body is complete and ends where it ends, whichever way it was sent.
        "wsgi.input_terminated": True,
    }


class _HeaderKeys(dict[bytes, str]):
    """The environ key of each header name, remembered; empty for a name to be left out.

    A name with an underscore is left out, as other servers do: it would be taken for the one with
    a hyphen, which another program on the way may have checked.
    """

    def __missing__(self, name: bytes) -> str:
        key = name.decode("latin-1").upper().replace("-", "_")
        if b"_" in name:
            key = ""
        elif key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        if len(self) < _REMEMBERED_NAMES:
            self[name] = key
        return key


HEADER_KEYS = _HeaderKeys()
