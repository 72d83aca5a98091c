"""A call of Generate event from inside the process: what a client gets, without a socket."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from mock_server.api.responses import served
from mock_server.model import ReceivedAnswer
from mock_server.routes import JSON
from mock_server.wsgi import ACCOUNT, CONNECTION_KEY, EVENT_ID, FAULT, REASON, UNANSWERED

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# What the call has in common with the request that asked for it: where it came in.
_SHARED = tuple(
    (
        "SERVER_NAME SERVER_PORT SERVER_PROTOCOL HTTP_HOST REMOTE_ADDR wsgi.version "
        "wsgi.url_scheme wsgi.errors wsgi.multithread wsgi.multiprocess wsgi.run_once"
    ).split()
)


def post_event(
    app: WSGIApplication, asked_by: dict[str, Any], body: bytes, version: str, authorization: str
) -> ReceivedAnswer:
    """Send an event through the whole application and keep the answer; `asked_by` may wait."""
    connection = _Watched(asked_by)
    environ = {name: asked_by[name] for name in _SHARED if name in asked_by}
    environ |= {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": f"/api/{version}/event",
        "QUERY_STRING": "",
        "CONTENT_TYPE": JSON,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": authorization,
        "wsgi.input": BytesIO(body),
        CONNECTION_KEY: connection,
    }
    answer = served(app, environ)
    lost = environ.get(UNANSWERED)
    sent: bytes = b"" if lost else answer.get_data()[: connection.cut_after]
    return ReceivedAnswer(
        None if lost else answer.status_code,
        [] if lost else answer.headers.to_wsgi_list(),
        sent,
        environ.get(ACCOUNT),
        environ.get(EVENT_ID),
        environ.get(REASON),
        environ.get(FAULT),
        connection.trouble,
    )


class _Watched:
    """In the place of a connection: it notes what would have become of it."""

    can_wait = True

    def __init__(self, asked_by: dict[str, Any]) -> None:
        outer = asked_by.get(CONNECTION_KEY)
        self._wait: Callable[[float], object] | None = outer and outer.wait_closed
        self.cut_after: int | None = None
        self.trouble: str | None = None

    def delay(self, seconds: float) -> None:
        """Wait, unless the caller leaves; without a server there is nobody to keep waiting."""
        if self._wait is not None:
            self._wait(seconds)

    def reset(self) -> None:
        self.trouble = "The connection was reset before an answer."

    def hang(self) -> None:
        self.trouble = "There is no answer: the connection stays open until the client gives up."

    def truncate_after(self, size: int) -> None:
        self.cut_after = size
        self.trouble = "The connection was closed before the whole body was sent."
