"""Events as text, for failure messages and reports."""

from collections.abc import Iterable, Sequence

from mock_server.model import Document
from mock_server.printable import fix_lines, printable

_MARKS = {"passed": "✓", "failed": "✗", "noted": "·"}
SHOWN = 20
"""The events that a text shows."""


def event_summary(event: Document) -> str:
    """One line: id, event type, key, verdict, reasons and warnings."""
    number = f"event {event['eventId']}: " if event.get("eventId") else ""
    key = event.get("eventKey")
    words = [event.get("eventTypeKey") or "(no event type)", *([key] if key else [])]
    line = f"{number}{printable(' '.join(words))} {event['verdict']}"
    if event["reasons"]:
        line += f": {', '.join(event['reasons'])}"
    if event["warnings"]:
        line += f" (warnings: {', '.join(event['warnings'])})"
    return line


def event_text(event: Document) -> str:
    """The line of an event, the way out, and its trace without the rules that passed."""
    lines = [event_summary(event)]
    if event.get("hint"):
        lines.append(f"  way out: {printable(event['hint'])}")
    lines += [f"  {line}" for line in fix_lines(event.get("fix"))]
    telling = [step for step in event["trace"] if step["result"] != "passed"]
    lines += [
        f"  {_MARKS[step['result']]} {step['rule']}  {printable(step['message'])}"
        for step in telling
    ]
    passed = len(event["trace"]) - len(telling)
    if passed:
        lines.append(f"  ✓ {passed} other rule{'s' if passed > 1 else ''} passed")
    return "\n".join(lines)


def events_text(events: Sequence[Document], total: int | None = None, above: str = "") -> str:
    """Events, oldest first, up to a limit; a line for those that stand in the text `above`."""
    lines = [event_summary(event) for event in events]
    texts = [
        line if line in above else event_text(event)
        for line, event in zip(lines, events, strict=True)
    ]
    more = (len(texts) if total is None else total) - min(len(texts), SHOWN)
    shown = texts[:SHOWN]
    if more > 0:
        shown.append(f"… and {more} more")
    return "\n\n".join(shown)


def request_lines(requests: Iterable[Document]) -> str:
    """Requests of the journal that never became an event, each with why and the way out."""
    lines = []
    for each in requests:
        reason = f": {each['reason']}" if each["reason"] else ""
        lines.append(f"{asked(each)} was answered {each['status']}{reason}")
        # The lists of routes that some texts end in help nobody here.
        for note in each["notes"]:
            lines.append(f"  {printable(note['message'].partition(' Emulated: ')[0])}")
            lines += [f"  {line}" for line in fix_lines(note.get("fix"))]
    return "\n".join(lines)


def asked(request: Document) -> str:
    """A request of the journal in short; of an attempt that was none there is nothing to tell."""
    return printable(f"{request['method']} {request['path']}".strip()) or "an attempt"


def indented(text: str, by: str = "  ") -> str:
    """The same, moved to the right."""
    return "\n".join(f"{by}{line}" if line else line for line in text.split("\n"))
