"""Events in the text of logs, nested or escaped or not, in time linear in a line's length."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import unquote_plus, urlsplit

from mock_server import jsonio
from mock_server.model import ApiVersion
from mock_server.names import folded

EXPECTED = (
    'a JSON object with eventTypeKey and params: alone, nested in other JSON, escaped (\\" or'
    " \\x22), with text before or after it, in a column of CSV, in a HAR, or in a .gz of these"
)
"""The forms that are looked for, in words."""

_Where = Literal["", " at the end", " with text after it"]
_PATH = re.compile(r"/api/(v[123])/(event|past_events|orders)/?")
_MARKS = ("eventTypeKey", '"params"', '"externalOrderId"')
_NEAR = frozenset(map(folded, ("eventTypeKey", "eventType", "event", "type", "params")))
_HEX = re.compile(rb"\\x([0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r'\\(?:(["\\/])|([bfnrt])|u([0-9A-Fa-f]{4}))')
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LEVELS = 3
_DEEPEST = 12
_NODES = 10_000
_COST = 16
_LOOKED_AT = 200
_TRIES = 256  # each failure costs as much as there is text before it
_BEGIN = re.compile(r'\{[ \t\r\n]*["}]')
_DECODER = json.JSONDecoder(parse_float=Decimal)


@dataclass(frozen=True, slots=True)
class InText:
    """A piece of text with the body of a request, an `event` or `order`, as it stood there.

    `version` is that of its path, where known; `form` says how it was written, "" for a body alone.
    """

    kind: Literal["event", "order"]
    body: bytes
    form: str = ""
    version: ApiVersion | None = None
    occurred: str | None = None


def in_line(line: bytes) -> list[InText]:
    """The events of a line, in the order in which they stand there."""
    for form, text in _readings(line):
        if not any(mark in text for mark in _MARKS):
            continue
        found = list(_in_text(text, form, 0))
        if found:
            return found
    return []


def in_value(value: Any, form: str = "", depth: int = 0) -> Iterator[InText]:
    """The events in a JSON value: one, a list, past events, an export, a HAR, or nested."""
    yield from _walk(value, form, depth, [_NODES if depth else 10_000_000])


def nearness(line: bytes) -> tuple[int, str]:
    """Rate how near a line without an event comes to one, and say what it is."""
    text = line.decode("utf-8", "replace").strip()
    if "eventTypeKey" in text:
        return 3, "eventTypeKey, but not whole JSON around it: a line that was cut off?"
    begin = text.find("{")
    if begin < 0:
        return 0, "text without a JSON object"
    try:
        value, _ = _DECODER.raw_decode(text, begin)
    except (ValueError, RecursionError):
        return 1, "a { that does not begin JSON"
    names = [str(name) for name in value]
    shown = ", ".join(name[:40] for name in names[:8])
    is_near = any(folded(name) in _NEAR for name in names)
    return (
        (2, f"a JSON object with {shown or 'nothing in it'}, but no eventTypeKey")
        if is_near
        else (1, f"a JSON object with {shown or 'nothing in it'}")
    )


def _readings(line: bytes) -> Iterator[tuple[str, str]]:
    """The line as it is, and as it reads when escapes of several kinds are undone."""
    text = line.decode("utf-8", "replace")
    yield "", text
    if b"\\x22" in line:
        line = _HEX.sub(lambda found: bytes((int(found[1], 16),)), line)
        text = line.decode("utf-8", "replace")
        yield "as JSON escaped with \\x22", text
    if '""' in text:
        yield "in a column of CSV", text.replace('""', '"')
    if "%7B" in text or "%7b" in text:
        yield "percent-encoded", unquote_plus(text)
    for _ in range(_LEVELS):
        if '\\"' not in text:
            return
        text = _ESCAPE.sub(_unescaped, text)
        yield "as escaped JSON", text


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        return found[1]
    return _CONTROLS[found[2]] if found[2] else chr(int(found[3], 16))


def _in_text(text: str, form: str, depth: int) -> Iterator[InText]:
    """Read each JSON object of a text; mostly it is one object as a whole."""
    whole = text.strip()
    if whole.startswith("{") and whole.endswith("}"):
        try:
            value = jsonio.loads(whole.encode("utf-8", "replace"))
        except jsonio.MalformedJson:
            value = None
        if value is not None:
            for each in _walk(value, form, depth, [_NODES]):
                body = whole.encode("utf-8", "replace") if each.body == b"" else each.body
                yield InText(each.kind, body, each.form, each.version, each.occurred)
            return
    left, tries = _COST * len(text) + 1000, _TRIES
    position = _begin(text, 0)
    while position >= 0 and left > 0 and tries:
        try:
            value, end = _DECODER.raw_decode(text, position)
        except json.JSONDecodeError as error:
            is_open = error.msg.startswith("Unterminated") or error.pos >= len(text)
            left -= (len(text) if is_open else error.pos) - position + 1
            position, tries = _begin(text, position + 1), tries - 1
            continue
        except (RecursionError, ValueError):
            left -= len(text) - position
            position, tries = _begin(text, position + 1), tries - 1
            continue
        left -= end - position
        where = _where(text, position, end)
        whole = text[position:end]
        for each in _walk(value, form, depth, [_NODES]):
            body = whole.encode("utf-8", "replace") if each.body == b"" else each.body
            told = each.form or ("as JSON" if where or position > 0 else "")
            told = f"{told}{where}" if told and told not in ("in a column of CSV",) else told
            yield InText(each.kind, body, told, each.version, each.occurred)
        position = _begin(text, end)


def _begin(text: str, start: int) -> int:
    """Return the place where a JSON object may begin, at or after another, or -1."""
    found = _BEGIN.search(text, start)
    return -1 if found is None else found.start()


def _where(text: str, begin: int, end: int) -> _Where:
    if text[end : end + _LOOKED_AT].strip(" \t\r\n\"'`])}|;,"):
        return " with text after it"
    return " at the end" if text[max(begin - _LOOKED_AT, 0) : begin].strip() else ""


def _walk(value: Any, form: str, depth: int, nodes: list[int]) -> Iterator[InText]:
    """Look for events in a value; an event that is the value itself has the body b""."""
    nodes[0] -= 1
    if nodes[0] < 0 or depth > _DEEPEST:
        return
    if isinstance(value, str):
        if "{" in value and any(mark in value for mark in _MARKS):
            yield from _in_string(value, depth)
    elif isinstance(value, list):
        for each in value:
            yield from _inside(each, form, depth, nodes)
    elif isinstance(value, dict):
        yield from _in_object(value, form, depth, nodes)


def _inside(value: Any, form: str, depth: int, nodes: list[int]) -> Iterator[InText]:
    for each in _walk(value, form, depth + 1, nodes):
        body = _written(value) if each.body == b"" else each.body
        yield InText(each.kind, body, each.form, each.version, each.occurred)


def _written(value: Any) -> bytes:
    try:
        return jsonio.dumps(value)
    except (TypeError, ValueError):  # half of a pair of surrogates, as JSON may have it
        return json.dumps(value, default=str).encode()


def _in_string(text: str, depth: int) -> Iterator[InText]:
    for each in _in_text(text, "as escaped JSON", depth + 1):
        yield InText(each.kind, each.body, "as escaped JSON", each.version, each.occurred)


def _in_object(value: dict[str, Any], form: str, depth: int, nodes: list[int]) -> Iterator[InText]:
    if "eventTypeKey" in value or _is_params(value.get("params")):
        yield _event(value, form)
        return
    if value.keys() == {"orders"} and isinstance(value["orders"], list):  # of Add orders
        for order in value["orders"]:
            yield InText("order", _written(order), form)
        return
    if isinstance(log := value.get("log"), dict) and isinstance(log.get("entries"), list):
        yield from _in_har(log["entries"])
        return
    nested = form or ("nested in JSON" if depth == 0 and "events" not in value else form)
    version, is_event = _sent_to(value)
    body = value.get("body")
    if is_event and isinstance(body, str) and "eventTypeKey" in body:
        yield InText("event", body.encode("utf-8", "replace"), nested, version)
        return
    for name, each in value.items():
        if name == "events" and isinstance(each, dict):  # an export
            for event in each.values():
                yield from _inside(event, form, depth, nodes)
        elif isinstance(each, (dict, list, str)):
            for found in _inside(each, nested, depth, nodes):
                yield InText(
                    found.kind, found.body, found.form, found.version or version, found.occurred
                )


def _is_params(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and isinstance(value[0], dict)
        and "name" in value[0]
    )


def _event(value: dict[str, Any], form: str) -> InText:
    if "verdict" in value:
        sent = {name: value.get(name) for name in ("eventTypeKey", "keyValue", "params")}
        return InText("event", jsonio.dumps(sent), form)
    occurred = value.get("occurred")
    return InText("event", b"", form, None, occurred if isinstance(occurred, str) else None)


def _sent_to(value: dict[str, Any]) -> tuple[ApiVersion | None, bool]:
    for name in ("url", "uri", "path", "request_uri"):
        if isinstance(value.get(name), str):
            path = _PATH.search(value[name])
            if path is not None:
                version: Any = path[1]
                return version, path[2] == "event"
    return None, False


def _in_har(entries: list[Any]) -> Iterator[InText]:
    for entry in entries:
        sent = entry.get("request") if isinstance(entry, dict) else None
        if not isinstance(sent, dict) or sent.get("method") != "POST":
            continue
        path = _PATH.fullmatch(urlsplit(str(sent.get("url", ""))).path)
        data = sent.get("postData")
        text = data.get("text", "") if isinstance(data, dict) else ""
        if path is None or not isinstance(text, str):
            continue
        version: Any = path[1]
        yield from _in_request(text.encode("utf-8", "replace"), path[2], version)


def _in_request(body: bytes, resource: str, version: ApiVersion) -> Iterator[InText]:
    try:
        value = jsonio.loads(body)
    except jsonio.MalformedJson:
        value = None
    if resource == "event" or not isinstance(value, dict):
        yield InText("event", body, "", version)
    elif resource == "orders":
        for order in value.get("orders") or ():
            yield InText("order", jsonio.dumps(order), "", version)
    else:
        for event in value.get("events") or ():
            occurred = event.get("occurred") if isinstance(event, dict) else None
            time = occurred if isinstance(occurred, str) else None
            yield InText("event", jsonio.dumps(event), "", version, time)
