"""Routes, each declared once, at the function that serves it; all else is made from that."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from marshmallow import Schema

TEXT, JSON = "text/plain", "application/json"

Content = Schema | type[Schema] | dict[str, Any]
"""A schema of marshmallow, or a JSON schema that may hold such."""

VARIABLE = re.compile(r"<(?:([a-z]+):)?([a-z_]+)>")
"""A variable in the path of a route as Flask writes it: its converter and its name."""

_END = re.compile("[.:] ")

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its meaning, and its content by media type (a schema, or None for any text)."""

    description: str
    content: dict[str, Content | None] = field(default_factory=dict)
    headers: tuple[str, ...] = ()


def json(description: str, schema: Content) -> Answer:
    """Return the declaration of an answer in JSON."""
    return Answer(description, {JSON: schema})


def plain_text(description: str) -> Answer:
    """Return the declaration of an answer that is a short text."""
    return Answer(description, {TEXT: None})


@dataclass(frozen=True, slots=True)
class Route:
    """A route as it was declared.

    `rule` is the path as Flask writes it, `answers` are its own by status, `query` and `body` the
    schemas of what it takes.
    """

    method: str
    rule: str
    function: Callable[..., Any]
    summary: str
    details: str
    answers: dict[int, Answer]
    query: Schema | None = None
    body: Schema | None = None
    body_required: bool = True

    @property
    def path(self) -> str:
        """The path as people write it, such as `/_mock/events/{event_id}`."""
        return VARIABLE.sub(r"{\2}", self.rule)

    @property
    def name(self) -> str:
        """Method and path, such as `GET /_mock/events/{event_id}`."""
        return f"{self.method} {self.path}"


class Routes:
    """The routes of one module, all below `prefix`."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._declared: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._declared)

    def add(
        self,
        names: str,
        answers: Answer | dict[int, Answer],
        *,
        summary: str = "",
        details: str = "",
        **takes: Any,
    ) -> Callable[[Function], Function]:
        """Declare that the decorated function serves these routes: `GET /events`, `GET /a /b`.

        An answer alone is that of 200. `summary` and `details` are its docstring, up to the first
        stop and after, unless given; `takes` are `query`, `body` and `body_required`.
        """
        by_status = {200: answers} if isinstance(answers, Answer) else answers

        def declare(function: Function) -> Function:
            said, *rest = _END.split(" ".join((function.__doc__ or "").split()), maxsplit=1)
            more = "".join(rest)
            about = summary or said.removesuffix("."), details or f"{more[:1].upper()}{more[1:]}"
            method, *paths = names.split()
            for path in paths:
                rule = f"{self._prefix}{path}"
                self._declared.append(Route(method, rule, function, *about, by_status, **takes))
            return function

        return declare
