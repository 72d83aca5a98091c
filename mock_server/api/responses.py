"""The answers of the emulated API, as Flask sends them (WIRE-01, WIRE-04)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Response, request
from werkzeug.datastructures import Headers

from mock_server import jsonio
from mock_server.api.http import JSON_SENT, TEXT_SENT, WireError, note
from mock_server.emulator import Account, RefusedError, UnknownKeyError, UnwritableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NO_CONTENT = ("Content-Length", "0")


def answer_wire_error(error: WireError) -> Response:
    """Answer a short text, or JSON for 401 (WIRE-02, WIRE-04)."""
    note(request.environ, error.reason, str(error), error.told)
    if error.status == 401:
        body = jsonio.dumps({"status": 401, "error": "Unauthorized", "message": str(error)})
        answer = Response(body, 401, content_type=JSON_SENT)
        answer.headers["WWW-Authenticate"] = 'Basic realm="yespo-mock"'
        return answer
    return text_answer(str(error), error.status)


def answer_refused(error: RefusedError | UnknownKeyError) -> Response:
    """Answer a request that the account refuses, or whose API key opens none."""
    status = 401 if isinstance(error, UnknownKeyError) else error.status
    return answer_wire_error(WireError(status, error.code, str(error)))


def answer_unwritable(error: UnwritableError) -> Response:
    """Answer a request whose change cannot be written, and of which nothing is kept (WIRE-13)."""
    # The cause first, in few words: HTTP libraries cut after 100 characters.
    text = f"This cannot be stored, and nothing of it was kept. The emulator {error}."
    return answer_wire_error(WireError(507, "state_unwritable", text))


def answer_refusal(status: int, code: str, text: str, environ: WSGIEnvironment) -> Response:
    """Answer a request that is not let in, and note the reason for the journal."""
    note(environ, code, text)
    return text_answer(text, status)


def text_answer(text: str, status: int = 200) -> Response:
    """Return a short text."""
    return Response(text, status, content_type=TEXT_SENT)


def bare_text_answer(text: str) -> Response:
    """Return a text under the content type of JSON, as the service was seen to (WIRE-04)."""
    return Response(text, 200, content_type=JSON_SENT)


def json_answer(value: Any, status: int = 200) -> Response:
    """Return a JSON body."""
    return Response(jsonio.dumps(value), status, content_type=JSON_SENT)


def as_list(elements: list[Any], account: Account) -> Any:
    """Return a list as the service does: a single element comes without its list (WIRE-10)."""
    is_one = len(elements) == 1 and account.settings.single_element_lists == "object"
    return elements[0] if is_one else elements


class _EmptyAnswer(Response):
    """A complete answer: Flask need not add what is missing."""

    default_mimetype = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.status_code != 200:  # a fault made it another
            return super().__call__(environ, start_response)
        start_response(self.status, self.headers.to_wsgi_list())
        return ()


def empty_answer(*headers: tuple[str, str]) -> Response:
    """Return an empty 200 with `Content-Length: 0`, no content type, and headers (WIRE-01)."""
    return _EmptyAnswer(headers=Headers([_NO_CONTENT, *headers]))


def served(app: WSGIApplication, environ: dict[str, Any]) -> Response:
    """Return the answer of an application, to be changed before it is sent; fills `environ`."""
    started: list[tuple[str, Any]] = []
    written: list[bytes] = []

    def start(status: str, headers: Any, _exc_info: Any = None, /) -> Callable[[bytes], None]:
        started.append((status, headers))
        return written.append

    parts = app(environ, start)
    written.extend(parts)
    close = getattr(parts, "close", None)
    if close is not None:
        close()
    status, headers = started[-1]
    answer = Response(b"".join(written), status)
    answer.headers = Headers(headers)  # without the content type that Flask would add (WIRE-01)
    return answer
