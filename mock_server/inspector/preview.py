"""Preview: what a template makes of an event, with what gave nothing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request

from mock_server.emulator import Account, EventQuery, InvalidError, NotFoundError
from mock_server.emulator.examples import shipped_fixtures
from mock_server.inspector.mail import mail
from mock_server.inspector.pages import account_here, render, ui
from mock_server.inspector.rows import cell_text

_EXAMPLES = {"order-confirmation.html": "Order confirmation", "abandoned-cart.txt": "Cart"}
_CHOICES = 20


@dataclass(frozen=True)
class PreviewPage:
    """A template and what it makes of an event; `shown` says that it was filled."""

    template: str
    json: str
    event_id: str
    events: list[tuple[int, str]]
    examples: dict[str, str]
    shown: bool
    text: str
    missing: list[tuple[str, str]]
    errors: list[str]
    problem: str


@ui.get("/preview")
def _preview_form() -> str:
    name = request.args.get("example", "")
    template = ""
    if name in _EXAMPLES:
        template = (shipped_fixtures() / "examples" / name).read_text("utf-8")
    return _preview(account_here(), template, "", request.args.get("event", ""))


@ui.post("/preview")
def _show_preview() -> str:
    account = account_here()
    asked = (request.form.get(name, "") for name in ("template", "json", "event"))
    template, json, event_id = (each.replace("\r\n", "\n") for each in asked)
    return _preview(account, template, json, event_id, is_filled=True)


@ui.post("/preview/mail")
def _preview_mail() -> Response:
    account = account_here()
    event = _event_id(account, request.form.get("event", ""))
    json = request.form.get("json") or None
    return mail(account.preview(request.form.get("template", ""), event, json).text)


def _event_id(account: Account, text: str) -> int:
    """The event to preview with. Raises `InvalidError` or `NotFoundError`."""
    if not text.isdecimal() or len(text) > 11:
        raise InvalidError("Choose an event by its number.")
    if not account.has_event(int(text)):
        raise NotFoundError(f"There is no event {text}.")
    return int(text)


def _preview(
    account: Account, template: str, json: str, event_id: str, *, is_filled: bool = False
) -> str:
    newest = account.records(EventQuery(limit=_CHOICES)).items
    events = [(each["eventId"], cell_text(each.get("eventTypeKey"))) for each in newest]
    if not event_id and events:
        event_id = str(events[0][0])
    text, missing, errors, problem = "", [], [], ""
    if is_filled:
        try:
            made = account.preview(template, _event_id(account, event_id), json or None)
            text, errors = made.text, list(made.errors)
            missing = [(each.expression, each.why) for each in made.missing]
        except (InvalidError, NotFoundError) as error:
            problem = str(error)
    page = PreviewPage(
        template=template,
        json=json,
        event_id=event_id,
        events=events,
        examples=_EXAMPLES,
        shown=is_filled and not problem,
        text=text,
        missing=missing,
        errors=errors,
        problem=problem,
    )
    return render("preview.html", "preview", page)
