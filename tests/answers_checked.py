"""Checks every answer of the whole test run against what its route declares.

Each application that a test makes is watched, whoever asks it: over a socket or in process. An
answer of a status that its route does not declare, or whose body is not as declared, fails the
test in which it was given; so does an error under `/_mock` that is not worded as all are. Answers
that an injected fault made are let through, and so are pages, and the answers of a test with the
marker `edited_state`: a state that lacks fields is shown as it is.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Generator, Iterable
from functools import cache
from typing import Any

import orjson
import pytest

from mock_server.frame.app import Doors
from mock_server.openapi import every_route
from mock_server.openapi.document import build
from mock_server.openapi.shared import CONTROL, COVERED_BY_DEFAULT, DEFAULT
from mock_server.wsgi import FAULT, OURS, is_ours

try:
    from jsonschema_rs import validator_for
except ImportError:  # it comes with schemathesis, which some Pythons do not have
    validator_for = None

Check = Callable[[Any], str | None]

SENTENCE = re.compile(r'["A-Z0-9(].*[.?]', re.DOTALL)
WAY_OUT = re.compile(r"[A-Z][\w .]*: .+|.+[.?] [\"'A-Z0-9].+", re.DOTALL)
"""What an error says: a sentence, and the way out in the next one. Where a place is named first
(`Seed: contacts[0].email: …`), what must be there is the way out."""


class AnswersChecked:
    """A plugin that watches all applications, and fails a test whose answers were not declared."""

    def __init__(self) -> None:
        self._wrong: list[str] = []
        self._watch()

    def _watch(self) -> None:
        wrong, serve = self._wrong, Doors.__call__

        def watched(app: Doors, environ: dict[str, Any], start_response: Any) -> Any:
            started: list[tuple[str, list[tuple[str, str]]]] = []

            def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
                started.append((status, headers))
                return start_response(status, headers, error)

            method = environ["REQUEST_METHOD"]
            parts = serve(app, environ, start)
            path = environ["PATH_INFO"]
            if not path.startswith(("/api/", f"{OURS}/")) or path.startswith(f"{OURS}/ui"):
                return parts
            if FAULT in environ or method in ("HEAD", "OPTIONS") or not started:
                return parts
            body = _whole(parts)
            status, headers = started[-1]
            found = fault_of(_rule(app, method, path), status, dict(headers), body, path)
            if found is not None:
                wrong.append(f"{method} {path} answered {status[:3]}: {found}")
            return [body]

        Doors.__call__ = watched  # type: ignore[method-assign]  # that is the point

    def _judge(self, item: pytest.Item) -> None:
        if item.get_closest_marker("edited_state"):
            self._wrong.clear()
        elif self._wrong:
            told = "\n".join(dict.fromkeys(self._wrong))
            self._wrong.clear()
            pytest.fail(f"Answers that are not as declared:\n{told}", pytrace=False)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Fail the test in which an answer was wrong."""
        result = yield
        self._judge(item)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Likewise while it was set up."""
        result = yield
        self._judge(item)
        return result


def fault_of(
    rule: tuple[str, str] | None, status: str, headers: dict[str, str], body: bytes, path: str
) -> str | None:
    """What is wrong with an answer of a route, or None; `rule` is its method and its path."""
    media = headers.get("Content-Type", "").partition(";")[0]
    answers = None if rule is None else _declared().get(rule)
    content = None if answers is None else answers.get(status[:3])
    is_own = content is not None and status[:3] not in CONTROL
    if is_ours(path) and int(status[:3]) >= 400 and not is_own:
        found = _fault_of_error(media, body)
        if found is not None:
            return found
    if answers is None:
        return None  # no route: 404, 405 or 501
    if content is None and int(status[:3]) in COVERED_BY_DEFAULT:
        content = answers[DEFAULT]
        if media == "application/json" and not is_ours(path):
            content = answers["401"]
    if content is None:
        return f"the status is not declared; there is {', '.join(answers)}"
    if not content:
        return f"a body of {len(body)} bytes is not declared" if body else None
    if media not in content:
        return f"content of {media or 'no type'} is not declared; there is {', '.join(content)}"
    return content[media](body)


def _fault_of_error(media: str, body: bytes) -> str | None:
    if media != "application/json":
        return "an error of ours is JSON"
    message = orjson.loads(body)["message"]
    if SENTENCE.fullmatch(message) is None:
        return f"no sentence: {message!r}"
    return None if WAY_OUT.fullmatch(message) else f"no way out: {message!r}"


def _whole(parts: Iterable[bytes]) -> bytes:
    body = b"".join(parts)
    close = getattr(parts, "close", None)
    if close is not None:
        close()
    return body


def _rule(app: Doors, method: str, path: str) -> tuple[str, str] | None:
    route = app.route_of(method, path)
    return None if route is None else (method, route)


@cache
def _declared() -> dict[tuple[str, str], dict[str, dict[str, Check]]]:
    """The checks by route, status and media type."""
    document = build(every_route())
    found = {}
    for route in every_route():
        answers = document["paths"][route.path][route.method.lower()]["responses"]
        found[route.method, route.rule] = {
            status: _checks(answer, document) for status, answer in answers.items()
        }
    return found


def _checks(answer: dict[str, Any], document: dict[str, Any]) -> dict[str, Check]:
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    content = answer.get("content", {})
    return {media: _check(media, each["schema"], document) for media, each in content.items()}


def _check(media: str, schema: dict[str, Any], document: dict[str, Any]) -> Check:
    if media != "application/json" or not schema or validator_for is None:
        return lambda _: None

    @cache
    def validator() -> Any:  # a run meets few of them, and each takes its time to make
        return validator_for({**schema, "components": document["components"]})

    def check(body: bytes) -> str | None:
        error = next(iter(validator().iter_errors(_read(body))), None)
        if error is None:
            return None
        return f"{error.message[:300]} at {'/'.join(map(str, error.instance_path))}"

    return check


def _read(body: bytes) -> Any:
    """Read an answer; a number beyond a double is a number all the same."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return json.loads(body, parse_float=lambda text: min(float(text), sys.float_info.max))
