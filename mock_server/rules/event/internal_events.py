"""Events the service generates: for new contacts (CON-07, CON-08) and orders (BLK-05)."""

from typing import Any

from mock_server.model import Document
from mock_server.rules.event.event_types import new_event_type
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.rules.trace import Trace
from mock_server.rules.view import AccountView

SUBSCRIBED_NEW = "subscribeFromApi"
SUBSCRIBED_AGAIN = "subscribeUpdateFromApi"


def subscription_event_type(is_new: bool, form_type: str | None) -> str:
    """CON-08: the type of the event that a subscription generates."""
    key = SUBSCRIBED_NEW if is_new else SUBSCRIBED_AGAIN
    return f"{key}-{form_type}" if form_type else key


def contact_event(
    rule: str, key: str, contact: Document, view: AccountView
) -> tuple[EventRequest, Outcome]:
    """CON-07, CON-08: the event of an import (key: email or phone) or a subscription (id)."""
    contact_id = contact["id"]
    held: dict[str, str] = {}
    for channel in contact.get("channels", ()):
        held.setdefault(channel["type"], channel["value"])
    email, sms = held.get("email", ""), held.get("sms", "")
    params: dict[str, Any]
    if rule == "CON-07":
        params = {"contactId": str(contact_id), "EmailAddress": email, "SMS": sms}
        key_value = email or sms or str(contact_id)
    else:
        params = {"ContactId": str(contact_id), **({"EmailAddress": email} if email else {})}
        key_value = str(contact_id)
    trace = Trace()
    trace.say(f"{rule}/generated", contact=contact_id)
    return internal_event(key, key_value, params, contact_id, view, trace)


def internal_event(
    key: str,
    key_value: str,
    params: dict[str, Any],
    contact_id: int | None,
    view: AccountView,
    trace: Trace,
) -> tuple[EventRequest, Outcome]:
    """An event of the service's own: recorded, whatever its type (ENV-13)."""
    listed = [{"name": name, "value": value} for name, value in params.items()]
    body = {"eventTypeKey": key, "keyValue": key_value, "params": listed}
    # Its name may look like that of an order event (`orderDELIVERED`), which is not a mistake.
    new_type = None
    event_type = view.event_type(key)
    if event_type is None:
        trace.say("ENV-13/new", key=key)
        event_type = new_type = new_event_type(key, view, trace)
    outcome = Outcome(
        "recorded",
        event_type_key=key,
        key_value=key_value,
        event_key=key_value,
        params=listed,
        contact_id=contact_id,
        reasons=trace.reasons,
        warnings=trace.warnings,
        trace=trace.steps,
        new_event_type=new_type,
        segmented=event_type["segmentation"],
    )
    return EventRequest(body, "internal"), outcome
