"""What a description of a route is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

TEXT, JSON = "text/plain", "application/json"
Content = Schema | dict[str, Any]
"""A schema of marshmallow, or a JSON schema that may hold such."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its meaning, and its content by media type (a schema, or None for any text)."""

    description: str
    content: dict[str, Content | None] = field(default_factory=dict)
    headers: tuple[str, ...] = ()


def json(description: str, schema: Content) -> Answer:
    """An answer in JSON."""
    return Answer(description, {JSON: schema})


def text(description: str) -> Answer:
    """An answer that is a short text."""
    return Answer(description, {TEXT: None})


@dataclass(frozen=True, slots=True)
class Operation:
    """A route: one line on what it does, its answers by status, and what it takes.

    `query` is the schema of its arguments; `body` that of its JSON body, which `body_required`
    says whether it may be left out. What is in the path is read from the route itself.
    """

    summary: str
    answers: dict[int, Answer]
    query: Schema | None = None
    body: Schema | None = None
    body_required: bool = True
