"""From the bytes of a body to an event that can be judged: one way for every door."""

import re

from mock_server import jsonio
from mock_server.model import ApiVersion, Document
from mock_server.rules.event.envelope import NEARLY_TOO_LARGE
from mock_server.rules.outcome import EventRequest, Step

KEPT_TEXT = 2000
"""The number of bytes that are kept of a body that is not parsed."""

# Past this a body is refused by its size alone (ENV-11) and only its beginning is kept: a record is
# not a place for megabytes.
_PARSED_BODY = 64 * 1024

# A backslash and what it escapes: of two in a row the second begins nothing.
_ESCAPES = re.compile(rb"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)
_FIRST_LETTER, _THREE_BYTES = 0x80, 0x800

Notes = tuple[tuple[Step, str | None], ...]


def read_event(data: bytes, version: ApiVersion, notes: Notes = ()) -> EventRequest:
    """The event in a body as it was sent; one that is not JSON says so. `notes`: `EventRequest`."""
    event = EventRequest(None, version, len(data), notes=notes)
    if NEARLY_TOO_LARGE <= len(data) <= _PARSED_BODY:  # a longer one is too large without escapes
        event.unescaped = _unescaped(data)
    try:
        if len(data) <= _PARSED_BODY:
            event.body = jsonio.loads(data)
            event.notes += _repeated(data, event.body)
        else:
            event.text = _beginning(data)
    except jsonio.MalformedJson as error:
        event.malformed = str(error) if data else "it is empty"
        event.text = _beginning(data)
    return event


def _unescaped(data: bytes) -> int:
    """Return the size in bytes of a JSON text with its letters as UTF-8 (ENV-11)."""
    saved = 0
    for escape in _ESCAPES.findall(data):
        if escape[1:2] == b"u":
            code = int(escape[2:], 16)
            if code >= _FIRST_LETTER:
                # Half of a pair is half of the four bytes that both are.
                pair = 0xD800 <= code < 0xE000
                saved += len(escape) - (2 if pair or code < _THREE_BYTES else 3)
    return len(data) - saved


def is_beginning(event: Document) -> bool:
    """Return whether only the beginning was kept of the body of an event document."""
    body = event.get("body")
    return isinstance(body, str) and len(body.encode()) >= KEPT_TEXT


def body_text(event: Document, *, indented: bool = False) -> str:
    """The body of an event as text, but for blanks; of one not parsed the beginning."""
    body = event["body"]
    if isinstance(body, str) and not _was_json(event):
        return body
    return jsonio.pretty(body) if indented else jsonio.text_of(body)


def _was_json(event: Document) -> bool:
    """Return whether a body that is a text was a JSON string; the trace knows."""
    failed = [each for each in event["trace"] if each["result"] == "failed"]
    messages = [each["message"] for each in failed if each["rule"] == "ENV-01"]
    return bool(messages) and not messages[0].startswith("the body is not JSON")


def _repeated(data: bytes, value: object) -> Notes:
    """ENV-01: a note when an object has a name twice: one of the two values is lost."""
    name = jsonio.repeated_name(data, value)
    if name is None:
        return ()
    return ((Step("ENV-01/repeated", args={"name": jsonio.text_of(name)}), "name_repeated"),)


def _beginning(data: bytes) -> str:
    return data[:KEPT_TEXT].decode("utf-8", "replace")
