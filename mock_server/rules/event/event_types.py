"""ENV-13 to ENV-15, SEG-01 and SEG-02: the event type and its two switches."""

from typing import Any, Protocol

from mock_server import jsonio
from mock_server.documents.account_settings import AccountSettings
from mock_server.model import Document
from mock_server.names import folded, near
from mock_server.rules import mending
from mock_server.rules.outcome import Step
from mock_server.rules.trace import Trace
from mock_server.rules.values import filled, show
from mock_server.rules.view import AccountView

ORDER_EVENTS = ("orderCreated", "orderUpdated", "orderDelivered", "orderCancelled")
MAX_SEGMENTED = 50

_FULL = (
    f"{MAX_SEGMENTED} event types take part in segmentation already"
    " (the four order types count first)"
)

_IS_ORDER_EVENT = {key: Step("ENV-15/order_event", args={"key": key}) for key in ORDER_EVENTS}
# What people really write in place of the four, without letter case and separators.
_BY_FOLDED_KEY = {
    **{folded(key): key for key in ORDER_EVENTS},
    "ordercanceled": "orderCancelled",
    "ordercancel": "orderCancelled",
    "ordercreate": "orderCreated",
    "orderupdate": "orderUpdated",
    "orderdeliver": "orderDelivered",
    "ordercomplete": "orderDelivered",
    "ordercompleted": "orderDelivered",
    "orderinitialized": "orderCreated",
    "orderinprogress": "orderUpdated",
    "orderabandonedshoppingcart": "orderCreated",
}
_KNOWN = Step("ENV-13/known")
_NOT_VALIDATED = Step("ENV-14/off")
_VALID = Step("ENV-14/filled")
_SEGMENTED = Step("SEG-01/on")


class EventTypesView(Protocol):
    """The event types of an account as these rules see them. Reading only."""

    @property
    def settings(self) -> AccountSettings:
        """The account's settings."""

    def event_type(self, key: str) -> Document | None:
        """The event type: `eventTypeKey`, `segmentation`, `validateParams`, `params`; or None."""

    def segmented_event_types(self) -> int:
        """Count the event types that take part in segmentation."""


def event_type_of(key: str, view: AccountView, trace: Trace) -> tuple[Document, bool]:
    """The event type of an event, and whether it is new and has to be stored (ENV-13)."""
    if key in _IS_ORDER_EVENT:
        trace.add(_IS_ORDER_EVENT[key])
    else:
        _note_custom(key, trace)
    known = view.event_type(key)
    if known is not None:
        trace.add(_KNOWN)
        return known, False
    trace.say("ENV-13/new", key=key)
    return new_event_type(key, view, trace), True


def new_event_type(key: str, view: EventTypesView, trace: Trace) -> Document:
    """An event type as the account creates it: segmented, unless the limit is reached (SEG-02)."""
    segmented = view.settings.segment_new_event_types
    if segmented and not _has_room(key, view):
        segmented = False
        trace.say("SEG-02/limit", key=key)
    return {"eventTypeKey": key, "segmentation": segmented, "validateParams": False, "params": []}


def why_not_segmented(key: str, view: EventTypesView) -> str:
    """SEG-02: why segmentation cannot be switched on for an event type, and the way out; or ""."""
    if _is_segmented(key, view) or _has_room(key, view):
        return ""
    return f"{_FULL}: switch it off for another one before {key}"


def _has_room(key: str, view: EventTypesView) -> bool:
    if key in ORDER_EVENTS:
        return True
    coming = sum(not _is_segmented(each, view) for each in ORDER_EVENTS)
    return view.segmented_event_types() + coming < MAX_SEGMENTED


def _is_segmented(key: str, view: EventTypesView) -> bool:
    known = view.event_type(key)
    return known is not None and known["segmentation"] is True


def order_event_meant(key: str) -> str | None:
    """Return the order event that a key is, or almost is; or None (ENV-15)."""
    return _BY_FOLDED_KEY.get(folded(key))


def _note_custom(key: str, trace: Trace) -> None:
    """ENV-15, for an event type that is not exactly one of the four."""
    meant = order_event_meant(key)
    if meant is None:
        trace.say("ENV-15/custom", key=key)
        return
    mend = mending.set_field("eventTypeKey", meant)
    trace.say("ENV-15/almost", mend=mend, key=show(key), meant=meant)


def check_required_params(event_type: Document, params: dict[str, Any], trace: Trace) -> str:
    """ENV-14: the wire's answer when required parameters are not filled; "" when all is well."""
    if not event_type["validateParams"]:
        trace.add(_NOT_VALIDATED)
        return ""
    wanted = event_type["params"]
    required = [each["name"] for each in wanted if each["required"]]
    lacking = [name for name in required if not filled(params.get(name))]
    if not lacking:
        trace.add(_VALID)
        return ""
    for name in lacking:
        sent = near(name, [each for each in params if each not in required])
        mend = mending.AskShop(name) if sent is None else mending.rename(sent, name)
        trace.say("ENV-14/not_filled" if name in params else "ENV-14/missing", name, mend=mend)
    listed = [{"name": each["name"], "required": each["required"]} for each in wanted]
    return f"The event should have the following params: {jsonio.text_of(listed)}"


def check_segmentation(event_type: Document, trace: Trace) -> None:
    """SEG-01, for an order event."""
    if event_type["segmentation"]:
        trace.add(_SEGMENTED)
        return
    key = event_type["eventTypeKey"]
    switch = mending.Arrange("PUT", f"/_mock/event-types/{key}", {"segmentation": True})
    trace.say("SEG-01/off", mend=switch, key=key)
