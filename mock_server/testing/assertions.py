"""The assertions of `MockServer`: what they fail with is what the reader has to know."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload
from urllib.parse import quote

from mock_server.emulator.errors import NotFoundError
from mock_server.model import DROPPED, Document
from mock_server.names import nearest
from mock_server.printable import printable
from mock_server.testing.arguments import EventFilters
from mock_server.testing.matching import differences
from mock_server.testing.reading import NEAR, Readings, checked, described, require_some
from mock_server.testing.records import Contact, Event, Message, Order, Request, sent_params
from mock_server.testing.text import SHOWN, asked, events_text, indented, request_lines

if TYPE_CHECKING:
    from typing_extensions import Unpack  # in `typing` since Python 3.11

__tracebackhide__ = True  # for pytest: a failure is in the line of the test

_GOOD = ("applied", "recorded")
_NOTHING = (
    "nothing came in: no event and no refused request\n\n"
    "The code that sends was not reached, or its base URL is not that of yespo_mock.\n"
    "See to that, or ask: assert not yespo_mock.events()."
)


class Assertions(Readings):
    """Assertions over one account, `_name`."""

    _name: str

    # Orders

    def assert_order(self, external_order_id: str | int, /, **expected: Any) -> Order:
        """Assert that the order exists with these values, and return it.

        Names are the vendor's fields or additional parameters. Amounts are compared as numbers
        ("258.0" is 258); of an object only the names given are compared, of a list every entry.
        """
        key = str(external_order_id)
        order = self._order_or_fail(key)
        wrong = differences(expected, order)
        if wrong:
            said = [f"Order {key} is not as expected:", *(f"  {each}" for each in wrong)]
            raise self._failure(said, "The events that named it:", self._find({"order": key}))
        return order

    def assert_no_order(self, external_order_id: str | int, /) -> None:
        """Assert that the order does not exist."""
        key = str(external_order_id)
        try:
            self._ask("GET", f"/orders/{quote(key, safe='')}")
        except NotFoundError:
            return
        events = self._find({"order": key})
        raise self._failure([f"There is an order {key}."], "The events that named it:", events)

    # Messages

    @overload
    def assert_message(
        self,
        template: str,
        event: int | Mapping[str, Any] | str | bytes,
        /,
        *,
        contains: str | None = None,
        json: str | None = None,
    ) -> Message: ...

    @overload
    def assert_message(self, /, *, recipient: str, contains: str | None = None) -> Document: ...

    def assert_message(
        self,
        template: str | None = None,
        event: int | Mapping[str, Any] | str | bytes | None = None,
        /,
        *,
        recipient: str | None = None,
        contains: str | None = None,
        json: str | None = None,
    ) -> Message | Document:
        """Assert that a message is whole and its text holds `contains`, and return it.

        Either of a template and an event, as for `preview`, or of the outbox: the newest message to
        `recipient` that holds it. Fails with each expression that gave nothing, and why.
        """
        if recipient is not None:
            return self._assert_sent(recipient, contains)
        if template is None or event is None:
            raise TypeError("assert_message takes a template and an event, or recipient=")
        message = self.preview(template, event, json)
        said = [f"  {each}" for each in message.errors]
        said += [f"  {each.expression}: {each.why}" for each in message.missing]
        self._assert_whole(said, message.text, contains)
        return message

    def _assert_sent(self, recipient: str, contains: str | None) -> Document:
        found = self.outbox(recipient=recipient)
        if not found:
            others = self.outbox()[-NEAR:]
            said = [f"No message is for {recipient}."]
            said += [f"  {_told(each)}" for each in others] or ["The outbox is empty."]
            raise self._failure(said, *self._newest())
        holding = [each for each in found if contains is None or contains in each["text"]]
        message = (holding or found)[-1]
        said = [f"  {message['problem']}"] if message["problem"] else []
        said += [f"  {each['expression']}: {each['why']}" for each in message["missing"]]
        self._assert_whole(said, message["text"], contains)
        return message

    def _assert_whole(self, said: list[str], text: str, contains: str | None) -> None:
        if said:
            said.insert(0, "The message is not whole:")
        if contains is not None and contains not in text:
            said.insert(0, f"The message does not contain {contains!r}.")
        if said:
            raise self._failure([*said, "", "The text:", text[:2000]], "", [])

    # Events

    def assert_event(
        self,
        type: str | None = None,  # noqa: A002  (the filter's name in the control API)
        /,
        *,
        count: int | None = None,
        params: Mapping[str, Any] | None = None,
        **filters: Unpack[EventFilters],
    ) -> Event:
        """Assert that an event matches, or exactly `count` events, and return the newest.

        Filters are those of `events` (`EventFilters`); `params` are parameters it was sent with.
        Unless `verdict` or `reason` ask for it, an event that was ignored or rejected does not
        match: asserting an event asserts that it arrived to some effect. Raises `ValueError` for a
        `count` below 1.
        """
        require_some(count)
        if type is not None:
            filters = {"type": type, **filters}
        verdict, reason = filters.get("verdict"), filters.get("reason")
        self._ask("GET", "/events", limit=1, **checked(filters))  # refuses what no event can match
        # Those that have another verdict or reason are the near misses.
        candidates = self._find({**filters, "verdict": None, "reason": None})
        wrong = {id(each): _faults(each, verdict, reason, params) for each in candidates}
        matching = [each for each in candidates if not wrong[id(each)]]
        if matching and count in (None, len(matching)):
            self._look_at(matching)
            return self._event(matching[-1])
        wanted = described(**filters, params=params)
        number = {0: "No event", 1: "1 event"}.get(len(matching), f"{len(matching)} events")
        said = [f"{number} matched {wanted}" + (f", {count} should." if count else ".")]
        near = ([each for each in candidates if wrong[id(each)]] or candidates)[-NEAR:]
        if not near:
            heading, newest = self._newest()
            meant = nearest(filters.get("type") or "", {str(x["eventTypeKey"]) for x in newest}, 1)
            said += [f"  Did you mean {meant[0]}?"] if meant else []
            raise self._failure(said, heading, newest)
        for each in near:
            said += [f"  event {each['eventId']}: {fault}" for fault in wrong[id(each)]]
        raise self._failure(said, "Near misses:", near)

    def assert_contact(self, who: str | int, /, **expected: Any) -> Contact:
        """Assert that the contact with this id or identifier has these values, and return it."""
        contact = self._contact_or_fail(who)
        wrong = differences(expected, contact)
        if wrong:
            said = [f"Contact {who} is not as expected:", *(f"  {each}" for each in wrong)]
            raise self._failure(said, "", [])
        return contact

    def assert_nothing_ignored(self) -> None:
        """Assert that no order event was ignored; fail with the trace of each that was."""
        self._assert_none("ignored")

    def assert_nothing_rejected(self) -> None:
        """Assert that no event was rejected; fail with the trace of each that was."""
        self._assert_none("rejected")

    def assert_nothing_dropped(self) -> None:
        """Assert that nothing was ignored, rejected or refused that nobody has looked at."""
        said = self.judge((*DROPPED, "refused"), "", anew=True)
        if said:
            raise AssertionError(said)

    def assert_no_warnings(self) -> None:
        """Assert that no event had a warning; fail with the trace of each that had."""
        events = [each for each in self._find({}) if each["warnings"]]
        if events:
            raise self._failure([f"{_events(len(events))} with warnings."], "", events)

    def assert_refused(self, *, status: int | None = None, path: str | None = None) -> Request:
        """Assert that a request was refused, with this status and path, and return the newest.

        All refused requests have then been looked at. Fails with those there are.
        """
        found = self.requests(refused=True)
        matching = [
            each
            for each in found
            if status in (None, each.status) and path in (None, each.path.partition("?")[0])
        ]
        if not matching:
            wanted = described(status=status, path=path)
            raise self._failure([f"No refused request matched {wanted}."], "", [])
        return matching[-1]

    def _assert_none(self, verdict: str) -> None:
        events = self._list("events", verdict=verdict)
        self._look_at(events)
        if events:
            raise self._failure([f"{_events(len(events))} {verdict}."], "", events)

    # What the pytest plugin asks

    def unlooked(
        self, kinds: Collection[str] = DROPPED, counts: Document | None = None
    ) -> list[Document]:
        """The events of these kinds of `--fail-on` that nobody has looked at, oldest first.

        `counts` is a summary that was asked for already.
        """
        counts = counts or self.summary()
        queries = [
            ("verdict", each) for each in DROPPED if each in kinds and counts["byVerdict"][each]
        ]
        if "warning" in kinds:
            queries += [("warning", code) for code in counts["byWarning"]]
        events = {
            each["eventId"]: each
            for name, value in queries
            for each in self._list("events", **{name: value})
        }
        return [each for key, each in sorted(events.items()) if key not in self._looked]

    def unlooked_refused(self, counts: Document | None = None) -> list[Document]:
        """The requests that were refused and that nobody has looked at, oldest first."""
        found = (
            self._list("requests", refused=True) if (counts or self.summary())["refused"] else []
        )
        return [each for each in found if each["requestId"] not in self._looked_requests]

    def unused(self, counts: Document | None = None) -> list[Document]:
        """The faults that were not met, or not often enough: `title` and `why` of each."""
        if not (counts or self.summary())["unused"]:  # the rule, after each test
            return []
        cases = self._ask("GET", "/check", failOn="unused", account=self._name)["cases"]
        return [each for each in cases if each["kind"] == "unused"]

    def blame(self, test: str, events: list[Document], *, anew: bool) -> list[str]:
        """Say which other test made what each dropped event lacked; from afar, nobody can."""
        _ = test, events, anew
        return []

    def begin_test(self, test: str) -> None:
        """Make a test known that begins; `test` is its name."""

    def end_test(self) -> None:
        """Make known that the test has ended."""

    def late(self) -> dict[str, list[str]]:
        """By test, a line for each event and refused request that came after it had ended."""
        return {}

    def judge(self, kinds: Collection[str], test: str, *, anew: bool) -> str:
        """Say what a test has not looked at of these kinds of `--fail-on`, or ""."""
        counts = self.summary()
        found, refused = self.unlooked({*kinds, *DROPPED}, counts), self.unlooked_refused(counts)
        warns = "warning" in kinds
        events = [x for x in found if x["verdict"] in kinds or (warns and x["warnings"])]
        unused = self.unused(counts) if "unused" in kinds else []
        blamed = self.blame(test, events, anew=anew)
        texts = [unlooked_text(self._fixed(events), blamed)] if events else []
        texts += [unlooked_refused_text(refused)] if refused and "refused" in kinds else []
        texts += [unused_text(unused)] if unused else []
        has_traffic = counts["events"] or counts["refused"]
        if "nothing" in kinds and not (texts or self._looked_for or has_traffic):
            texts.append(_NOTHING)
        self.told([each for each in found if each["verdict"] in DROPPED], refused)
        return "\n\n".join(texts)

    def told(self, events: list[Document], requests: list[Document]) -> None:
        """Count these as looked at: a test has failed of them."""
        self._look_at(events)
        self._looked_requests.update(each["requestId"] for each in requests)

    def report(self, above: str = "") -> str:
        """The newest events and lost requests; those in the text `above` as lines alone."""
        page = self._ask("GET", "/events", limit=SHOWN)
        events = self._fixed(page["events"][::-1])
        parts = [events_text(events, page["total"], above)] if events else []
        refused = self._refused()
        if refused and refused.splitlines()[0] not in above:
            parts.append(f"Requests that never became an event:\n{indented(refused)}")
        return "\n\n".join(parts)


def unlooked_text(events: list[Document], blamed: Sequence[str] = ()) -> str:
    """Say why a test fails that never looked at these events, first cause first."""
    first, *others = events
    named = (first["eventTypeKey"] or "an event", first["eventKey"])
    what = printable(" ".join(filter(None, named)))
    faults = [printable(step["message"]) for step in first["trace"] if step["result"] == "failed"]
    more = f", and {len(others)} more" if others else ""
    blame = "".join(f"{each}: it may have sent it late.\n" for each in blamed)
    dropped = first["verdict"] in DROPPED
    warned = "" if dropped else " with a warning"
    silent = ""
    if any(each["verdict"] == "ignored" for each in events):
        silent = "The real service would have answered 200 and dropped it without a word. "
    looks = f'verdict="{first["verdict"]}"' if dropped else f'warning="{first["warnings"][0]}"'
    opts = "allow_ignored=True" if dropped else 'fail_on="ignored,rejected,refused,unused"'
    return (
        f"{what} was {first['verdict']}{warned}: {'; '.join(faults or first['warnings'])}{more}\n\n"
        f"{indented(events_text(events))}\n\n"
        f"{silent}It came while this test ran, which never looked at the verdict.\n"
        f"{blame}Mend what is sent, or assert it: yespo_mock.assert_event({looks}),\n"
        f"or opt out: @pytest.mark.yespo_mock({opts})."
    )


def unlooked_refused_text(requests: list[Document]) -> str:
    """Say why a test that never looked at these refused requests fails."""
    first, *others = requests
    more = f", and {len(others)} more" if others else ""
    return (
        f"{asked(first)} was refused: {first['status']} {first['reason']}{more}\n\n"
        f"{indented(request_lines(requests))}\n\n"
        "It never became an event. It came while this test ran, which has not looked at it.\n"
        "Mend what is sent, or assert it: yespo_mock.assert_refused("
        f"status={first['status']}),\n"
        "or opt out: @pytest.mark.yespo_mock(allow_refused=True)."
    )


def unused_text(faults: list[Document]) -> str:
    """Say why a test fails that armed these faults, which were not met as often as they were to."""
    first, *others = faults
    more = f", and {len(others)} more" if others else ""
    lines = [line for each in faults for line in (each["title"], *map(indented, each["why"]))]
    return (
        f"{first['title']}{more}\n\n{indented(chr(10).join(lines))}\n\n"
        "Send what the fault is for, arm it for what is sent, or opt out:"
        " @pytest.mark.yespo_mock(allow_unused=True)."
    )


def _events(number: int) -> str:
    return "1 event was" if number == 1 else f"{number} events were"


def _faults(
    event: Document, verdict: str | None, reason: str | None, params: Mapping[str, Any] | None
) -> list[str]:
    faults = []
    if verdict is not None:
        if event["verdict"] != verdict:
            faults.append(f"it was {event['verdict']}, not {verdict}")
    elif reason is None and event["verdict"] not in _GOOD:
        faults.append(f"it was {event['verdict']}")
    if reason is not None and reason not in event["reasons"]:
        faults.append(f"its reasons are {', '.join(event['reasons']) or 'none'}, not {reason}")
    if params:
        faults += differences(params, sent_params(event))
    return faults


def _told(message: Document) -> str:
    to = message["recipient"] if message["recipient"] is not None else "nobody"
    why = f": {message['problem']}" if message["problem"] else ""
    event = f"event {message['eventId']} {message['eventTypeKey']}"
    return f"{event if message['eventId'] else message['channel']} to {to}{why}"
