"""The fix of an event as JSON: a patch of the body as sent, and what has to be there first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from jsonpatch import JsonPatch

from mock_server import jsonio
from mock_server.ledger.findings import finding_of
from mock_server.model import DROPPED, ApiVersion, Document
from mock_server.rules.fix import Chooses, Mended, mend
from mock_server.rules.outcome import EventRequest
from mock_server.rules.view import AccountView


def fix_of(
    request: EventRequest, view: AccountView, now: str, only: Chooses | None = None
) -> Document | None:
    """The fix of an event, of the findings that `only` chooses; None if there is none."""
    return fix_document(request.body, mend(request, view, now, only))


def fix_document(sent: Any, mended: Mended) -> Document | None:
    """Return a fix in the shape of the control API; None if there is nothing to propose."""
    patch = _patch(sent, mended.body)
    if not patch and not mended.arrange and (mended.verdict in DROPPED or mended.outcome.mends):
        return None
    if not patch and not mended.arrange and not mended.was_dropped:
        return None
    return {
        "patch": patch,
        "complete": mended.complete,
        "arrange": mended.arrange,
        "unknown": mended.unknown,
    }


def under(fix: Document | None, at: str) -> Document | None:
    """Return the fix of a part of a body as one of the whole; `at` is where the part stands."""
    if fix is None:
        return None
    moved = [
        {name: at + each[name] if name in ("path", "from") else each[name] for name in each}
        for each in fix["patch"]
    ]
    return {**fix, "patch": moved, "unknown": [at + each for each in fix["unknown"]]}


def _patch(sent: Any, wanted: Any) -> list[Document]:
    if not (isinstance(sent, dict) and isinstance(wanted, dict)):
        return [] if sent == wanted else [{"op": "replace", "path": "", "value": wanted}]
    made = JsonPatch.from_diff(sent, wanted, dumps=jsonio.text_of)
    patch: list[Document] = made.patch
    return patch


def applied(sent: Any, patch: list[Document]) -> Any:
    """Return a body with a patch applied to it; the body stays as it is."""
    if [each["path"] for each in patch] == [""]:
        return patch[0]["value"]
    return JsonPatch(patch).apply(sent)


def received_at(record: Document, now: str) -> str:
    """When an event came in; `now` if its record, perhaps edited by hand, does not say."""
    at = record.get("receivedAt")
    try:
        datetime.fromisoformat(str(at).replace("Z", "+00:00"))
    except ValueError:
        return now
    return str(at)


def request_of(record: Document) -> EventRequest:
    """Return the event of a whole record as it was sent, as far as that was kept."""
    sent = {name: record.get(name) for name in ("eventTypeKey", "keyValue", "params")}
    body = record.get("body", sent)
    version: ApiVersion = record.get("apiVersion") or "v2"
    if isinstance(body, str) and "ENV-01/not_an_object" not in _rules_of(record):
        return EventRequest(None, version, len(body.encode()), malformed="", text=body)
    size = len(jsonio.dumps(body))
    is_past = any(rule.startswith("PST-") for rule in _rules_of(record))
    occurred = None if is_past else record.get("occurred")
    return EventRequest(body, version, size, occurred=occurred, is_past=is_past)


def _rules_of(record: Document) -> Iterator[str]:
    return (finding_of(each) for each in record.get("trace") or ())
