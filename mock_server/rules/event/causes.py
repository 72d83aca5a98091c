"""The cause across requests and the way out: why an order is unknown, what would have helped."""

from collections.abc import Iterable
from typing import Any

from mock_server.ledger.findings import shown_step
from mock_server.model import Document
from mock_server.names import near
from mock_server.rules.mending import Arrange
from mock_server.rules.trace import Trace, sentence_list
from mock_server.rules.values import brief
from mock_server.rules.view import AccountView

_SHOWN_ORDERS = 5
_SEARCHED_ORDERS = 50
_SHOWN_FAULTS = 3
_SHOWN_CLAUSES = 5
_FILLED = " were filled"


def fail_unknown_order(
    rule: str, order_id: str, view: AccountView, trace: Trace, seed: Document
) -> int | None:
    """ORD-12 and ORD-13: fail for an order that `seed` would make known; the event to blame."""
    mend = Arrange("POST", "/_mock/seed", seed)
    blamed = view.last_failure(order_id)
    if blamed is None:
        known = _known_orders(order_id, view.recent_order_ids(_SEARCHED_ORDERS))
        told = {"order": brief(order_id), "known": known}
        trace.say(f"{rule}/unknown", "externalOrderId", mend=mend, **told)
        return None
    told = {"order": brief(order_id), **_blame(blamed)}
    trace.say(f"{rule}/blamed", "externalOrderId", mend=mend, **told)
    event_id: int = blamed["eventId"]
    return event_id


def note_earlier_failure(order_id: str, view: AccountView, trace: Trace) -> int | None:
    """ORD-11: note why the order is still to be created; the event to blame, if there is one."""
    blamed = view.last_failure(order_id)
    if blamed is None:
        return None
    trace.say("ORD-11/blamed", "externalOrderId", order=brief(order_id), **_blame(blamed))
    event_id: int = blamed["eventId"]
    return event_id


def _blame(record: Document) -> dict[str, Any]:
    steps = map(shown_step, record["trace"])
    failed = [step["message"] for step in steps if step["result"] == "failed"]
    return {
        "key": record["eventTypeKey"],
        "event": record["eventId"],
        "verdict": record["verdict"],
        "faults": told(failed, _SHOWN_FAULTS),
    }


def told(faults: list[str], limit: int) -> str:
    """Faults in one text; past the limit, how many more there are."""
    more = [f"and {len(faults) - limit} more"] if len(faults) > limit else []
    return "; ".join([*faults[:limit], *more])


def _known_orders(order_id: str, known: list[str]) -> str:
    if not known:
        return "there are no orders yet"
    meant = near(order_id, known)
    if meant is not None:
        return f"did you mean {brief(meant)}?"
    return f"known orders: {', '.join([brief(each) for each in known[:_SHOWN_ORDERS]])}"


def hint_for(verdict_wanted: str, fixes: Iterable[str]) -> str | None:
    """The smallest change that would turn the verdict, from the clauses of `Trace.fixes`."""
    to_fill: list[str] = []
    clauses: list[str] = []
    for fix in fixes:
        if fix.endswith(_FILLED):
            to_fill.append(fix[: -len(_FILLED)])
        else:
            clauses.append(fix)
    if len(clauses) > _SHOWN_CLAUSES:
        more = len(clauses) - _SHOWN_CLAUSES
        clauses[_SHOWN_CLAUSES:] = [f"{more} more faults in the trace were mended"]
    if to_fill:
        clauses.insert(0, f"{sentence_list(to_fill)}{_FILLED}")
    return f"would be {verdict_wanted} if {sentence_list(clauses)}" if clauses else None
