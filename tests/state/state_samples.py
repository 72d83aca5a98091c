"""Documents and stores for the tests of the state."""

from __future__ import annotations

from mock_server.state import AccountState

EVENT_TYPE = {"eventTypeKey": "a", "segmentation": True, "validateParams": False, "params": []}


def event(event_id, **fields):
    """An event's record as the hall makes it."""
    order = fields.pop("externalOrderId", "1001")
    return {
        "verdict": "applied",
        "eventId": event_id,
        "eventTypeKey": "orderCreated",
        "reasons": [],
        "warnings": [],
        "contactId": 1,
        "externalOrderId": order,
        "receivedAt": f"2026-01-01T00:00:{event_id % 60:02}",
        "params": [{"name": "externalOrderId", "value": order}],
        "effect": {
            "order": str(order),
            "change": "created",
            "before": None,
            "after": {"externalOrderId": order},
        },
        "trace": ["ORD-01/filled", ["ORD-10/nothing", None, {"order": str(order)}]],
        **fields,
    }


def stored(record, account="default"):
    """The same record as it comes back."""
    return {**record, "account": account}


def order(key, **fields):
    return {"externalOrderId": key, "status": "INITIALIZED", "contactId": 1, **fields}


def contact(contact_id, email=None, phone=None, **fields):
    channels = [{"type": "email", "value": email}] if email is not None else []
    if phone is not None:
        channels.append({"type": "sms", "value": phone})
    return {"id": contact_id, "channels": channels, **fields}


def place(account: AccountState, key, **fields):
    """Commit an event with its order and a history line, as one; returns the eventId."""
    with account.lock:
        event_id = account.next_event_id()
        account.commit(
            {
                "events": [event(event_id, externalOrderId=key, **fields)],
                "orders": [order(key)],
                "history": [{"externalOrderId": key, "eventId": event_id}],
            }
        )
    return event_id
