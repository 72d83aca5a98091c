"""Running scenarios: each on an empty account, its steps in order, then what is left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import quote

from mock_server import jsonio
from mock_server.contracts.filling_in import at_pointer, filled_in
from mock_server.contracts.matching import (
    ABSENT,
    Difference,
    code_differences,
    differences,
    is_matcher,
    trace_differences,
)
from mock_server.contracts.scenario import Scenario
from mock_server.contracts.target import Answer, Target, TargetError
from mock_server.model import Document

_PAGE = 1000
_CONTROL = "/_mock"


@dataclass(slots=True)
class Result:
    """How a scenario went: what differs, and what could not be checked (with the reason)."""

    scenario: Scenario
    differences: list[Difference] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether anything is not as the scenario says."""
        return bool(self.differences)


class Runner:
    """Runs scenarios against a target. `clear` empties its account before each of them."""

    def __init__(self, target: Target, clear: Callable[[], None]) -> None:
        self._target = target
        self._clear = clear

    def run(self, scenario: Scenario) -> Result:
        """Run a scenario. Raises `TargetError` when the server stops answering."""
        result, started = Result(scenario), perf_counter()
        if self._target.has_control:
            self._clear()
            if self._set_up(result):
                self._run_steps(result)
        else:
            self._run_steps(result)
            self._excuse(result)
        result.seconds = perf_counter() - started
        return result

    def _set_up(self, result: Result) -> bool:
        if not result.scenario.given:
            return True
        answer = self._target.control("POST", "/seed", result.scenario.given)
        if answer.status == 200:
            return True
        result.differences.append(Difference("given", "is accepted as a seed", answer.text.strip()))
        return False

    def _run_steps(self, result: Result) -> None:
        captured: dict[str, Any] = {}
        has_control, newest = self._target.has_control, 0
        for index, step in enumerate(result.scenario.steps):
            where = f"steps[{index}]"
            request = filled_in(step["request"], captured)
            if request["path"].startswith(_CONTROL) and not has_control:
                result.unchecked.append(f"{where}: there is no control API")
                continue
            answer = self._send(request)
            expected = filled_in(step["response"], captured)
            result.differences += _response_differences(expected, answer, f"{where}.response")
            for name, pointer in step.get("capture", {}).items():
                captured[name] = _captured(answer, pointer)
                if captured[name] is ABSENT:
                    del captured[name]
                    at = f"{where}.capture.{name}"
                    result.differences.append(Difference(at, pointer, answer.text))
            if "event" not in step:
                continue
            if not has_control:
                result.unchecked.append(f"{where}.event: there is no control API")
                continue
            event = self._newest_event(after=newest)
            newest = event["eventId"] if event else newest
            wanted = filled_in(step["event"], captured)
            result.differences += _event_differences(wanted, event, f"{where}.event")
        if result.scenario.then and has_control:
            result.differences += self._left(filled_in(result.scenario.then, captured))

    def _excuse(self, result: Result) -> None:
        """Without the control API: what could not be set up cannot be held against the server."""
        if result.scenario.given:
            result.unchecked.append("given: there is no control API")
            for each in result.differences:
                result.unchecked.append(f"{each.where}: differs, but given could not be set up")
            result.differences.clear()
        if result.scenario.then:
            result.unchecked.append("then: there is no control API")

    def _send(self, request: Document) -> Answer:
        body: bytes | None = None
        if "text" in request:
            body = request["text"].encode()
        elif "body" in request:
            body = jsonio.dumps(request["body"])
        return self._target.send(
            request["method"], request["path"], request.get("headers", {}), body
        )

    def _newest_event(self, after: int) -> Document | None:
        events = self._target.ask("GET", "/events?limit=1")["events"]
        newest: Document | None = events[0] if events else None
        return newest if newest is not None and newest["eventId"] > after else None

    def _left(self, then: Document) -> Iterator[Difference]:
        """What the account holds, against what the scenario says of it."""
        for order_id, wanted in then.get("orders", {}).items():
            order = self._one("/orders/", order_id)
            yield from _kept_differences(wanted, order, f"then.orders.{order_id}")
        if "eventTypes" in then:
            held = self._target.ask("GET", "/event-types")["eventTypes"]
            by_key = {each["eventTypeKey"]: each for each in held}
            for key, wanted in then["eventTypes"].items():
                yield from _kept_differences(wanted, by_key.get(key), f"then.eventTypes.{key}")
        for table in ("contacts", "requests"):
            if table in then:
                found = self._target.ask("GET", f"/{table}?limit={_PAGE}")[table][::-1]
                yield from differences(then[table], found, f"then.{table}")
        if "events" in then:
            yield from self._event_list_differences(then["events"])

    def _event_list_differences(self, wanted: list[Document]) -> Iterator[Difference]:
        found = self._target.ask("GET", f"/events?limit={_PAGE}")["events"][::-1]
        if len(wanted) != len(found):
            told = [f"{each['eventTypeKey']}: {each['verdict']}" for each in found]
            yield Difference("then.events", wanted, told)
            return
        for index, pair in enumerate(zip(wanted, found, strict=True)):
            yield from _event_differences(*pair, f"then.events[{index}]")

    def _one(self, path: str, name: str) -> Document | None:
        answer = self._target.control("GET", path + _quoted(name))
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise TargetError(f"{self._target.url}/_mock{path}{name}: {answer.text}")
        document: Document = answer.json()
        return document


def _captured(answer: Answer, pointer: str) -> Any:
    try:
        return at_pointer(answer.json(), pointer)
    except (LookupError, jsonio.MalformedJson):
        return ABSENT


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _response_differences(expected: Document, answer: Answer, where: str) -> Iterator[Difference]:
    if answer.status != expected["status"]:
        yield Difference(f"{where}.status", expected["status"], answer.status)
    for name, wanted in expected.get("headers", {}).items():
        actual = answer.headers.get(name.lower(), ABSENT)
        yield from differences(wanted, actual, f"{where}.headers.{name}")
    if "body" in expected:
        wanted = expected["body"]
        at = f"{where}.body"
        if isinstance(wanted, str) or is_matcher(wanted):
            yield from differences(wanted, answer.text, at)
            return
        try:
            yield from differences(wanted, answer.json(), at)
        except jsonio.MalformedJson:
            yield Difference(at, wanted, answer.text)


def _event_differences(
    wanted: Document | None, event: Document | None, where: str
) -> Iterator[Difference]:
    if wanted is None or event is None:
        if (wanted is None) != (event is None):
            yield Difference(where, wanted, event if event is None else _brief(event))
        return
    for name, value in wanted.items():
        at, actual = f"{where}.{name}", event.get(name, ABSENT)
        if name in ("reasons", "warnings"):
            yield from code_differences(value, actual, at)
        elif name == "trace":
            yield from trace_differences(value, actual, at)
        else:
            yield from differences(value, actual, at)


def _kept_differences(
    wanted: Document | None, kept: Document | None, where: str
) -> Iterator[Difference]:
    if wanted is None and kept is not None:
        yield Difference(where, None, kept)
    elif wanted is not None and kept is None:
        yield Difference(where, wanted, None)
    else:
        yield from differences(wanted, kept, where)


def _brief(event: Document) -> Document:
    return {name: event.get(name) for name in ("eventTypeKey", "verdict", "reasons")}
