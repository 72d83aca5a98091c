"""The routes under `/_mock`."""

from __future__ import annotations

from marshmallow import Schema, fields

from mock_server.control.analytics import PeriodArguments
from mock_server.control.check import CheckArguments
from mock_server.control.contacts import ContactArguments
from mock_server.control.events import EventArguments, ExplainArguments, WaitArguments
from mock_server.control.http import PageArguments
from mock_server.control.messages import OutboxArguments, OutboxWaitArguments
from mock_server.control.orders import OrderArguments
from mock_server.control.state import ResetSchema
from mock_server.documents import contacts, events, messages, orders, reports, requests
from mock_server.documents.accounts import Settings
from mock_server.documents.fields import Open
from mock_server.emulator.clock_times import ClockSchema
from mock_server.emulator.messages import PreviewSchema
from mock_server.emulator.resources.segment_schemas import ConditionSchema
from mock_server.emulator.schemas import (
    EventTypeSchema,
    SeedSchema,
    SettingsSchema,
    ShortContactSchema,
    WorkflowSchema,
)
from mock_server.emulator.traffic.faults import FaultSchema
from mock_server.openapi import analytics_answers as analytics
from mock_server.openapi import answers as shapes
from mock_server.openapi.event_routes import GenerateEvent
from mock_server.openapi.operation import Operation, json, text
from mock_server.openapi.shared import Error, listed

_INVALID = json("What is wrong with the request, and the way out.", Error())
_NOT_FOUND = json("There is no such thing; known ones are named.", Error())


_HEALTH = Operation("Health", {200: json("It is alive.", shapes.Health())})
_DONE = json("Done.", shapes.Status())


def _list(what: str, answer: Schema, query: Schema | None = None) -> Operation:
    answers = {200: json("What was found.", answer)}
    return Operation(what, answers if query is None else {**answers, 400: _INVALID}, query)


def _one(what: str, answer: Schema) -> Operation:
    return Operation(what, {200: json("It, whole.", answer), 404: _NOT_FOUND})


def _change(what: str, answer: Schema, body: Schema, *, required: bool = True) -> Operation:
    answers = {200: json("As it is now.", answer), 400: _INVALID}
    return Operation(what, answers, body=body, body_required=required)


_EVENTS = listed("events", events.Event, complete=fields.Boolean(), message=fields.String())
_OUTBOX = listed("messages", messages.OutboxMessage)
_SETTINGS_ANSWER = Settings()
_DROPPED = fields.Integer(required=True)

ROUTES: dict[str, Operation] = {
    "GET /_mock/health": _HEALTH,
    "GET /_mock/livez": _HEALTH,
    "GET /_mock/readyz": _HEALTH,
    "GET /_mock/events": _list("Events, newest first", _EVENTS, EventArguments()),
    "GET /_mock/events/wait": Operation(
        "Wait for events",
        {
            200: json("So many match.", _EVENTS),
            400: _INVALID,
            408: json("What did match in time.", _EVENTS),
        },
        WaitArguments(),
    ),
    "GET /_mock/events/{event_id}": _one("One event, with its trace", events.Event()),
    "POST /_mock/explain": Operation(
        "What would happen to an event; changes nothing",
        {200: json("The verdict, and why.", events.Outcome()), 400: _INVALID},
        ExplainArguments(),
        GenerateEvent(),
    ),
    "POST /_mock/messages/preview": Operation(
        "What a template shows of an event; changes nothing",
        {200: json("The text.", messages.Message()), 400: _INVALID, 404: _NOT_FOUND},
        body=PreviewSchema(),
    ),
    "GET /_mock/workflows": _list("Workflows", listed("workflows", messages.Workflow)),
    "POST /_mock/workflows": Operation(
        "Assign a workflow to an event type",
        {201: json("As it was taken.", messages.Workflow()), 400: _INVALID},
        body=WorkflowSchema(),
    ),
    "DELETE /_mock/workflows": Operation("Remove all workflows", {200: _DONE}),
    "GET /_mock/workflows/{workflow_id}": _one("One workflow", messages.Workflow()),
    "DELETE /_mock/workflows/{workflow_id}": Operation(
        "Remove a workflow", {200: _DONE, 404: _NOT_FOUND}
    ),
    "GET /_mock/outbox": _list(
        "Messages that events would have caused", _OUTBOX, OutboxArguments()
    ),
    "GET /_mock/outbox/wait": Operation(
        "Wait for messages",
        {
            200: json("So many match.", _OUTBOX),
            400: _INVALID,
            408: json("What did match in time.", _OUTBOX),
        },
        OutboxWaitArguments(),
    ),
    "DELETE /_mock/outbox": Operation("Forget all messages", {200: _DONE}),
    "GET /_mock/orders": _list(
        "Orders, newest first", listed("orders", orders.Order), OrderArguments()
    ),
    "GET /_mock/orders/{external_order_id}": _one("One order, with its history", orders.Order()),
    "GET /_mock/contacts": _list(
        "Contacts, newest first", listed("contacts", contacts.Contact), ContactArguments()
    ),
    "GET /_mock/contacts/{contact_id}": _one(
        "One contact, with its orders and events", shapes.WholeContact()
    ),
    "POST /_mock/contacts": _change(
        "Add or update a contact", contacts.Contact(), ShortContactSchema()
    ),
    "GET /_mock/event-types": _list("Event types", listed("eventTypes", shapes.CountedEventType)),
    "PUT /_mock/event-types/{key}": Operation(
        "Set the switches of an event type",
        {200: json("As it is now.", shapes.CountedEventType()), 400: _INVALID, 404: _NOT_FOUND},
        body=EventTypeSchema(),
    ),
    "GET /_mock/settings": _list("Settings", _SETTINGS_ANSWER),
    "PATCH /_mock/settings": _change("Change settings", _SETTINGS_ANSWER, SettingsSchema()),
    "GET /_mock/summary": _list("Events, counted", shapes.Summary()),
    "GET /_mock/requests": _list(
        "The journal of requests to /api",
        listed("requests", requests.Request, dropped=_DROPPED),
        PageArguments(),
    ),
    "DELETE /_mock/requests": Operation("Forget the journal", {200: _DONE}),
    "POST /_mock/seed": _change("Add a seed", shapes.Seeded(), SeedSchema()),
    "POST /_mock/reset": _change(
        "Back to the state after start-up", shapes.Status(), ResetSchema(), required=False
    ),
    "GET /_mock/state": _list("Export everything", shapes.State()),
    "PUT /_mock/state": _change("Replace everything", shapes.Status(), shapes.State()),
    "GET /_mock/rules": _list("The rule catalogue", listed("rules", shapes.Rule)),
    "GET /_mock/rules/{rule_id}": _one("One rule", shapes.Rule()),
    "GET /_mock/gateway": _one("The gateway", shapes.Gateway()),
    "GET /_mock/schemas/{event_type_key}": _one("The JSON Schema of an event's body", Open()),
    "GET /_mock/check": Operation(
        "Fail when something was lost",
        {
            200: json("Nothing of `failOn` happened.", reports.CheckReport()),
            400: _INVALID,
            409: json("Something of `failOn` happened: the same report.", reports.CheckReport()),
        },
        CheckArguments(),
    ),
    "GET /_mock/fixes": _list("What to mend first", shapes.Fixes(), EventArguments()),
    "GET /_mock/coverage": _list("The rules that traffic has exercised", shapes.Coverage()),
    "POST /_mock/segments/preview": Operation(
        "The contacts of a segment",
        {200: json("Who is in, and why.", analytics.Segment()), 400: _INVALID},
        PageArguments(),
        ConditionSchema(),
    ),
    "GET /_mock/rfm": _list("The RFM grid", analytics.Rfm()),
    "GET /_mock/revenue": _list("Revenue by currency", analytics.Revenue(), PeriodArguments()),
    "GET /_mock/accounts": _list(
        "The accounts, and how much each holds",
        listed("accounts", shapes.AccountCounts, mode=fields.String(required=True)),
    ),
    "GET /_mock/clock": _list("The clock", shapes.Clock()),
    "PUT /_mock/clock": _change("Freeze or move the clock", shapes.Clock(), ClockSchema()),
    "DELETE /_mock/clock": Operation(
        "Back to real time", {200: json("As it is now.", shapes.Clock())}
    ),
    "GET /_mock/faults": _list("Faults", listed("faults", shapes.Fault)),
    "POST /_mock/faults": Operation(
        "Inject a fault",
        {201: json("As it was taken.", shapes.Fault()), 400: _INVALID},
        body=FaultSchema(),
    ),
    "DELETE /_mock/faults": Operation("Take all faults back", {200: _DONE}),
    "DELETE /_mock/faults/{fault_id}": Operation(
        "Take a fault back", {200: _DONE, 404: _NOT_FOUND}
    ),
    "GET /_mock/metrics": Operation("Metrics", {200: text("In Prometheus' text format.")}),
    "GET /_mock/openapi.json": Operation("This document", {200: json("OpenAPI 3.1.", Open())}),
}
"""By method and path, as the routes of the application are named."""
