"""The forms of answers that several routes of the emulated service share."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from mock_server.documents.fields import Open, number, shape
from mock_server.routes import JSON, Answer, plain_text

INVALID = plain_text("What is wrong with the request, and the way out.")
DONE = Answer("What was done.", {JSON: None})

WireContact = shape("WireContact", Open, id=number())
"""A contact as the service shows it."""


def array(schema: type[Schema]) -> dict[str, Any]:
    """Return the JSON schema of an array of these."""
    return {"type": "array", "items": schema}


def bare(description: str, *headers: str) -> Answer:
    """Return the declaration of a text under the content type of JSON (WIRE-04)."""
    return Answer(description, {JSON: None}, headers)


def paged(description: str, schema: type[Schema]) -> Answer:
    """Return the declaration of a part of a list, with the whole number in a header."""
    return Answer(description, {JSON: array(schema)}, ("TotalCount",))
