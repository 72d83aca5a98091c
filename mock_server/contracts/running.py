"""Running scenarios: each on an empty account, its steps in order, then what is left behind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import quote

from mock_server import jsonio
from mock_server.contracts.filling_in import at_pointer, fill_in
from mock_server.contracts.matching import (
    ABSENT,
    Difference,
    code_differences,
    is_matcher,
    mismatches,
    trace_differences,
)
from mock_server.contracts.scenario import Scenario
from mock_server.contracts.target import Target, TargetError
from mock_server.documents.identifiers import CHANNEL_OF_KIND
from mock_server.exchange import ReadAnswer
from mock_server.model import Document

_PAGE = 1000
_CONTROL = "/_mock"


def _contact_body(short: Document) -> Document:
    channels = [
        {"type": kind, "value": short[name]}
        for name, kind in CHANNEL_OF_KIND.items()
        if short.get(name)
    ]
    kept = {name: short[name] for name in short if name not in CHANNEL_OF_KIND}
    return {**kept, "channels": channels} if channels else kept


def _order_body(order: Document) -> Document:
    return {"orders": [{"currency": "UAH", **order}]}


_SET_UP_BY: dict[str, tuple[str, Callable[[Document], Document]]] = {
    "contacts": ("/api/v1/contact", _contact_body),
    "orders": ("/api/v1/orders", _order_body),
}
"""The parts of `given` that a client can set up: the route, and the body for it."""


@dataclass(slots=True)
class Result:
    """A scenario's differences, what was `checked`, and what could not be, with the reason."""

    scenario: Scenario
    differences: list[Difference] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    seconds: float = 0.0
    checked: int = 0

    @property
    def is_checked(self) -> bool:
        """Say whether anything of it was looked at."""
        return self.failed or self.checked > 0

    @property
    def failed(self) -> bool:
        """Say whether anything is not as the scenario says."""
        return bool(self.differences)


class Runner:
    """Runs scenarios against a target, which `clear` empties before each.

    One without the control API, maybe a real account, gets what reads, unless `allow_changes`; what
    is `given` is set up through the emulated API.
    """

    def __init__(
        self, target: Target, clear: Callable[[], None], *, allow_changes: bool = False
    ) -> None:
        self._target = target
        self._clear = clear
        self._allow_changes = allow_changes

    def run(self, scenario: Scenario) -> Result:
        """Run a scenario. Raises `TargetError` when the server stops answering."""
        result, started = Result(scenario), perf_counter()
        if self._target.has_control:
            self._clear()
            if self._set_up(result):
                self._run_steps(result)
        elif why := self._why_not(scenario):
            result.unchecked.append(why)
        elif self._set_up_by_api(result):
            self._run_steps(result)
            if scenario.then:
                result.unchecked.append("then: there is no control API")
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

    def _why_not(self, scenario: Scenario) -> str:
        steps = [each["request"] for each in scenario.steps]
        if any(each["path"].startswith(_CONTROL) for each in steps):
            return "a step calls the control API, which is not there"
        unknown = [name for name in (scenario.given or {}) if name not in _SET_UP_BY]
        if unknown:
            return f"given: {', '.join(unknown)} cannot be set up without the control API"
        writes = bool(scenario.given) or any(each["method"] != "GET" for each in steps)
        if writes and not self._allow_changes:
            return "it would change the account; --allow-changes lets it"
        return ""

    def _set_up_by_api(self, result: Result) -> bool:
        for name, documents in (result.scenario.given or {}).items():
            path, body = _SET_UP_BY[name]
            for each in documents:
                sent = {"method": "POST", "path": path, "body": body(each)}
                answer = self._send(sent)
                if answer.status != 200:
                    said = f"{answer.status} {answer.text.strip()}"
                    wanted = f"POST {path} is answered 200"
                    result.differences.append(Difference(f"given.{name}", wanted, said))
                    return False
        return True

    def _run_steps(self, result: Result) -> None:
        captured: dict[str, Any] = {}
        has_control, newest = self._target.has_control, 0
        for index, step in enumerate(result.scenario.steps):
            where = f"steps[{index}]"
            request = fill_in(step["request"], captured)
            answer = self._send(request)
            expected = fill_in(step["response"], captured)
            result.differences += _response_differences(expected, answer, f"{where}.response")
            result.checked += 1
            for name, pointer in step.get("capture", {}).items():
                captured[name] = _captured(answer, pointer)
                if captured[name] is ABSENT:
                    del captured[name]
                    at = f"{where}.capture.{name}"
                    result.differences.append(Difference(at, pointer, answer.text))
            parts = [name for name in ("event", "message") if name in step]
            if not has_control:
                result.unchecked += [f"{where}.{name}: there is no control API" for name in parts]
            elif parts:
                found = self._target.ask("GET", "/events?limit=1")["events"]
                event = found[0] if found and found[0]["eventId"] > newest else None
                newest = event["eventId"] if event else newest
                result.differences += self._became(fill_in(step, captured), event, where)
        if result.scenario.then and has_control:
            result.differences += self._left(fill_in(result.scenario.then, captured))

    def _became(self, step: Document, event: Document | None, where: str) -> Iterator[Difference]:
        """List differences in the event that a request became, and in the message it caused."""
        if "event" in step:
            yield from _event_differences(step["event"], event, f"{where}.event")
        if "message" in step:
            query = f"/outbox?limit=1&event={event['eventId'] if event else 0}"
            found = self._target.ask("GET", query)["messages"]
            message = found[0] if found else None
            yield from _kept_differences(step["message"], message, f"{where}.message")

    def _send(self, request: Document) -> ReadAnswer:
        body: bytes | None = None
        if "text" in request:
            body = request["text"].encode()
        elif "body" in request:
            body = jsonio.dumps(request["body"])
        return self._target.send(
            request["method"], request["path"], request.get("headers", {}), body
        )

    def _left(self, then: Document) -> Iterator[Difference]:
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
                yield from mismatches(then[table], found, f"then.{table}")
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
        answer = self._target.control("GET", path + quote(name, safe=""))
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise TargetError(f"{self._target.url}/_mock{path}{name}: {answer.text}")
        document: Document = answer.json()
        return document


def _captured(answer: ReadAnswer, pointer: str) -> Any:
    try:
        return at_pointer(answer.json(), pointer)
    except (LookupError, jsonio.MalformedJson):
        return ABSENT


def _response_differences(
    expected: Document, answer: ReadAnswer, where: str
) -> Iterator[Difference]:
    if answer.status != expected["status"]:
        yield Difference(f"{where}.status", expected["status"], answer.status)
    for name, wanted in expected.get("headers", {}).items():
        actual = answer.headers.get(name.lower(), ABSENT)
        yield from mismatches(wanted, actual, f"{where}.headers.{name}")
    if "body" in expected:
        wanted = expected["body"]
        at = f"{where}.body"
        if isinstance(wanted, str) or is_matcher(wanted):
            yield from mismatches(wanted, answer.text, at)
            return
        try:
            yield from mismatches(wanted, answer.json(), at)
        except jsonio.MalformedJson:
            yield Difference(at, wanted, answer.text)


def _event_differences(
    wanted: Document | None, event: Document | None, where: str
) -> Iterator[Difference]:
    if wanted is None or event is None:
        if (wanted is None) != (event is None):
            brief = ("eventTypeKey", "verdict", "reasons")
            yield Difference(where, wanted, event and {name: event.get(name) for name in brief})
        return
    for name, value in wanted.items():
        at, actual = f"{where}.{name}", event.get(name, ABSENT)
        if name in ("reasons", "warnings"):
            yield from code_differences(value, actual, at)
        elif name == "trace":
            yield from trace_differences(value, actual, at)
        else:
            yield from mismatches(value, actual, at)


def _kept_differences(
    wanted: Document | None, kept: Document | None, where: str
) -> Iterator[Difference]:
    if wanted is None and kept is not None:
        yield Difference(where, None, kept)
    elif wanted is not None and kept is None:
        yield Difference(where, wanted, None)
    else:
        yield from mismatches(wanted, kept, where)
