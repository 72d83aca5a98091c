"""The configuration of an account: its event types and its settings."""

from __future__ import annotations

from dataclasses import asdict

from mock_server.control.answers import CountedEventType, listed
from mock_server.control.http import Call
from mock_server.documents.accounts import Settings
from mock_server.emulator.schemas import EventTypeSchema, SettingsSchema
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")

_SETTINGS = {200: json("The settings as they are now.", Settings)}


@ROUTES.add(
    "GET /event-types",
    summary="List the event types",
    details="Each with its switches and how many events it has.",
    answers={200: json("The event types.", listed("eventTypes", CountedEventType))},
)
def event_types(call: Call) -> Document:
    """List the event types."""
    found = call.account.event_types()
    return {"total": len(found), "eventTypes": found}


@ROUTES.add(
    "PUT /event-types/<text:key>",
    summary="Set the switches of an event type",
    details="Any subset of them; an event type that is new is created.",
    answers={200: json("The event type as it is now.", CountedEventType)},
    body=EventTypeSchema(),
)
def change_event_type(call: Call, key: str) -> Document:
    """Set the switches of an event type."""
    return call.account.change_event_type(key, call.body())


@ROUTES.add(
    "GET /settings",
    summary="Read the settings",
    details="The account's [settings](#settings).",
    answers=_SETTINGS,
)
def settings(call: Call) -> Document:
    """Read the account's settings."""
    return asdict(call.account.settings)


@ROUTES.add(
    "PATCH /settings",
    summary="Change settings",
    details="Any subset of them.",
    answers=_SETTINGS,
    body=SettingsSchema(),
)
def change_settings(call: Call) -> Document:
    """Change some of the account's settings."""
    return asdict(call.account.change_settings(call.body()))
