"""Preview: what a template makes of an event, and the workflows that send it (MSG-05)."""

from flask import Response, request

from mock_server.documents.messages import CHANNELS
from mock_server.emulator import Account, EventQuery, InvalidError, NotFoundError
from mock_server.emulator.examples import shipped_fixtures
from mock_server.inspector.addresses import to
from mock_server.inspector.mail import is_html, mail
from mock_server.inspector.pages import account_here, number_asked, render, ui
from mock_server.inspector.rows import cell_text
from mock_server.model import Document

_EXAMPLES = {"order-confirmation.html": "Order confirmation", "abandoned-cart.txt": "Cart"}
_CHOICES = 20
_SAVED = ("eventTypeKey", "channel", "recipient", "subject", "name")


@ui.get("/preview")
def _preview_form() -> str:
    account, name = account_here(), request.args.get("example", "")
    if number := number_asked(request.args, "workflow"):
        held = {each: cell_text(value) for each, value in _workflow(account, number).items()}
        return _preview(account, {**held, "id": str(number)}, is_filled=True)
    template = ""
    if name in _EXAMPLES:
        template = (shipped_fixtures() / "examples" / name).read_text("utf-8")
    return _preview(account, {"template": template, "event": request.args.get("event", "")})


@ui.post("/preview")
def _show_preview() -> str:
    return _preview(account_here(), _typed(), is_filled=True)


@ui.get("/preview/mail")
def _no_mail() -> Response:
    return mail("<p style='font: 14px sans-serif; color: #56625e'>The mail appears here.</p>")


@ui.post("/preview/mail")
def _preview_mail() -> Response:
    account, typed = account_here(), _typed()
    event = _event_id(account, typed.get("event", ""))
    return mail(account.preview(typed.get("template", ""), event, typed.get("json") or None).text)


@ui.get("/workflows")
def _workflows() -> str:
    held = account_here().resources.outbox.workflows()
    return render("workflows.html", "workflows", workflows=[_row(each) for each in held])


@ui.post("/workflows")
def _save_workflow() -> Response | tuple[str, int]:
    account, typed = account_here(), _typed()
    number = number_asked(typed, "id")
    wanted = {each: typed[each] for each in (*_SAVED, "json") if typed.get(each)}
    try:
        known = _workflow(account, number).items() if number else ()
        kept = {name: each for name, each in known if name in ("obligatory", "enabled")}
        workflow = {**kept, **wanted, "template": typed.get("template", "")}
        account.resources.outbox.add_workflow(workflow, number or None)
    except InvalidError as error:
        return _preview(account, typed, unsaved=str(error)), 400
    return to("/workflows", "saved")


@ui.post("/workflows/switch")
def _switch_workflow() -> Response:
    outbox, number = account_here().resources.outbox, number_asked(request.form, "workflow")
    if request.form.get("do") == "remove":
        outbox.remove_workflow(number)
        return to("/workflows", "deleted")
    outbox.switch_workflow(number, enabled=request.form.get("do") == "on")
    return to("/workflows")


def _typed() -> dict[str, str]:
    """Return what was typed; a browser ends the lines of a form with CR LF, which nobody typed."""
    return {name: each.replace("\r\n", "\n") for name, each in request.form.items()}


def _workflow(account: Account, number: int) -> Document:
    return account.resources.outbox.workflow(number)


def _row(workflow: Document) -> Document:
    number = workflow.get("id") or 0
    told = {name: cell_text(workflow.get(name)) for name in _SAVED}
    name = told["name"] or f"Workflow {number}"
    return {**told, "number": number, "name": name, "is_on": workflow.get("enabled") is not False}


def _event_id(account: Account, text: str) -> int:
    """The event to preview with. Raises `InvalidError` or `NotFoundError`."""
    if not text.isdecimal() or len(text) > 11:
        raise InvalidError("Choose an event by its number.")
    if not account.has_event(int(text)):
        raise NotFoundError(f"There is no event {text}.")
    return int(text)


def _preview(
    account: Account, typed: dict[str, str], *, is_filled: bool = False, unsaved: str = ""
) -> str:
    newest = account.records(EventQuery(limit=_CHOICES)).items
    events = [(each["eventId"], cell_text(each.get("eventTypeKey"))) for each in newest]
    template, json, event_id = (typed.get(each, "") for each in ("template", "json", "event"))
    if not event_id and events:
        of_type = [str(each) for each, kind in events if kind == typed.get("eventTypeKey")]
        event_id = next(iter(of_type), str(events[0][0]))
    kinds = {str(each): kind for each, kind in events}
    text, missing, errors, problem = "", [], [], ""
    if is_filled:
        try:
            made = account.preview(template, _event_id(account, event_id), json or None)
            text, errors = made.text, list(made.errors)
            missing = [(each.expression, each.why) for each in made.missing]
        except (InvalidError, NotFoundError) as error:
            problem = str(error)
    proposed = {"eventTypeKey": kinds.get(event_id, ""), "recipient": "${email}"}
    return render(
        "preview.html",
        "preview",
        template=template,
        json=json,
        event_id=event_id,
        events=events,
        examples=_EXAMPLES,
        shown=is_filled and not problem,
        text=text,
        is_html=is_html(text),
        missing=missing,
        errors=errors,
        problem=problem,
        workflow={each: typed.get(each, proposed.get(each, "")) for each in _SAVED},
        number=number_asked(typed, "id"),
        channels=CHANNELS,
        types=[each["eventTypeKey"] for each in account.event_types()],
        unsaved=unsaved,
    )
