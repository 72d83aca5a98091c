"""Try it: an event in an editor, and next to it what would become of it, or what has."""

from base64 import b64encode

from flask import Response, request

from mock_server import jsonio
from mock_server.emulator import Account, outcome_document
from mock_server.emulator.event_bodies import KEPT_TEXT, body_text, is_beginning, read_event
from mock_server.emulator.examples import EXAMPLES
from mock_server.emulator.fixing import applied
from mock_server.inspector.addresses import root_of, to
from mock_server.inspector.event_view import event_view, wire_text
from mock_server.inspector.pages import account_here, emulator_here, here, number_asked, render, ui
from mock_server.model import WIRE_VERSIONS, ApiVersion, Document, ReceivedAnswer


@ui.get("/try")
def _try_it() -> str:
    example = request.args.get("example", "")
    text, version, stump = (
        jsonio.pretty(EXAMPLES.get(example, EXAMPLES["orderCreated"])),
        "v2",
        "",
    )
    sent: Document | None = None
    if event_id := number_asked(request.args, "event"):
        event = account_here().event(event_id)
        version = _version(event.get("apiVersion"))
        stump = _stump(event)
        text = "" if stump else body_text(event, indented=True)
        if "fix" in request.args and not stump and event.get("fix"):
            text = jsonio.pretty(applied(event["body"], event["fix"]["patch"]))
            return _page(text, version, _explained(account_here(), text, version))
        sent = event if "sent" in request.args else None
    return _page(text, version, outcome=sent, is_sent=True, stump=stump)


@ui.post("/try")
def _explain_or_send() -> str | Response:
    # A browser ends the lines of a form with CR LF; nobody typed that.
    text = request.form.get("body", "").replace("\r\n", "\n")
    version = _version(request.form.get("version"))
    account = account_here()
    if request.form.get("do") == "send":
        return _sent(account, text, version, request.form.get("key", "").strip())
    return _page(text, version, _explained(account, text, version))


@ui.post("/events/<int:event_id>/again")
def _send_again(event_id: int) -> str | Response:
    account = account_here()
    event = account.event(event_id)
    if stump := _stump(event):
        return _page("", "v2", stump=stump)
    return _sent(account, body_text(event), _version(event.get("apiVersion")), "")


def _sent(account: Account, text: str, version: ApiVersion, key: str) -> str | Response:
    """Send an event through the whole application; by an API key, or to this account."""
    if key:
        authorization = "Basic " + b64encode(f"inspector:{key}".encode()).decode()
    else:
        authorization = f"Bearer {emulator_here().token_of_pages(account)}"
    answer = here().send(request.environ, text.encode(), version, authorization)
    whose = emulator_here().account(answer.account or account.name)
    if answer.event_id is not None and whose is account and "Hx-Request" not in request.headers:
        # A reload of what a POST has answered would send once more.
        return to(f"/try?event={answer.event_id}&sent=1#result")
    outcome = None if answer.event_id is None else whose.event(answer.event_id)
    return _page(text, version, outcome, answer, whose.name)


def _page(
    text: str,
    version: str,
    outcome: Document | None = None,
    answer: ReceivedAnswer | None = None,
    whose: str = "",
    *,
    is_sent: bool = False,
    stump: str = "",
) -> str:
    account = account_here()
    shown = emulator_here().account(whose) if whose else account
    view = None if outcome is None else event_view(outcome, shown)
    wire = view["answer"] if view and not answer else ""
    if answer is not None and answer.status is not None:
        wire = wire_text(answer.status, answer.headers, answer.body)
    return render(
        "try.html",
        "try",
        text=text,
        api_version=version,
        versions=WIRE_VERSIONS,
        key=request.form.get("key", ""),
        examples=list(EXAMPLES),
        event=view,
        is_sent=is_sent or answer is not None,
        answer=wire,
        status=None if answer is None else answer.status,
        elsewhere=shown.name if shown is not account else "",
        event_root=root_of(shown.name),
        reason="" if answer is None else answer.reason or "",
        trouble=_trouble(answer),
        stump=stump,
    )


def _explained(account: Account, text: str, version: ApiVersion) -> Document:
    """Explain what is in the editor, as a record of it would look."""
    event = read_event(text.encode(), version)
    outcome = account.explain(event)
    explained: Document = jsonio.loads(jsonio.dumps(outcome_document(outcome)))
    explained["body"] = event.text if event.body is None else event.body
    explained |= {"apiVersion": version, "params": outcome.params}
    explained["fix"] = account.fix(event)["fix"]
    return explained


def _trouble(answer: ReceivedAnswer | None) -> str:
    if answer is None:
        return ""
    told = [answer.trouble or ""]
    if answer.fault:
        told.append(f"An injected fault (number {answer.fault}) hit the request.")
    return " ".join(filter(None, told))


def _stump(event: Document) -> str:
    """Say that only the beginning of an event's body was kept; "" if all of it was."""
    if not is_beginning(event):
        return ""
    return (
        f"Only the first {KEPT_TEXT} bytes of this body were kept, because it was too large or not"
        " JSON: it cannot be edited or sent again from here."
    )


def _version(text: str | None) -> ApiVersion:
    return next((each for each in WIRE_VERSIONS if each == text), WIRE_VERSIONS[0])
