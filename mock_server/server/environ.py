"""The WSGI environ of a request (PEP 3333)."""

from dataclasses import dataclass, field
from typing import Any

import httptools

Environ = dict[str, Any]


@dataclass(slots=True, eq=False)
class HttpRequest:
    """A request as it was read: `target` as sent, `headers` by small names, `body` whole.

    `version` is as in ``1.1``; `path` and `query` are encoded; `is_absolute`: the target names a
    host.
    """

    method: str = ""
    target: bytes = b""
    version: str = "1.1"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes | bytearray = b""
    keeps_open: bool = False
    path: bytes = b""
    query: bytes = b""
    is_absolute: bool = False
    environ: Environ = field(default_factory=dict)

    @property
    def declared_length(self) -> int:
        """Return the Content-Length; the parser has checked that it is a number."""
        return int(self.header(b"content-length") or 0)

    @property
    def has_body(self) -> bool:
        """Return whether a body follows the headers."""
        return self.declared_length > 0 or self.header(b"transfer-encoding") != ""

    @property
    def expects_continue(self) -> bool:
        """Return whether the client waits for 100 Continue before it sends the body."""
        return self.version != "1.0" and self.header(b"expect").lower() == "100-continue"

    @property
    def authority(self) -> str:
        """The host the request is for: that of the target, else of the Host header."""
        if self.is_absolute:  # asked of a proxy
            target = self.target.partition(b"://")[2].partition(b"/")[0]
            return target.rpartition(b"@")[2].decode("latin-1")
        return self.header(b"host")

    def header(self, name: bytes) -> str:
        """The first header of that name, or an empty text."""
        return next((text.decode("latin-1") for key, text in self.headers if key == name), "")

    def locate(self) -> None:
        """Take the target apart; raises `httptools.HttpParserError` for one that cannot be."""
        found = httptools.parse_url(self.target)
        self.path = found.path or b""
        self.query = found.query or b""
        self.is_absolute = not self.target.startswith((b"/", b"*"))


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
    """Environ keys by header name, remembered; "" for one with an underscore, left out."""

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
