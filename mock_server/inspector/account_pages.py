"""Settings of an account; reset, seed, export and import."""

import re
from dataclasses import Field, asdict, dataclass, fields
from typing import Any

from flask import Response, request

from mock_server import jsonio
from mock_server.documents.account_settings import AccountSettings
from mock_server.emulator import KEEPABLE, Account, InvalidError, kind_of
from mock_server.inspector.addresses import to
from mock_server.inspector.pages import account_here, confirmed, emulator_here, render, ui
from mock_server.model import IDENTIFIER_KINDS

# The groups of the page: what each is about, and its settings.
GROUPS = {
    "Profile": (
        "The settings of tests, of the service or of a new account at once.",
        "profile",
    ),
    "Answers": (
        "What callers are told.",
        "strict explain_headers single_element_lists contact_reads",
    ),
    "Contacts": (
        "Whose an event is.",
        "identifier_rule identifier_priority create_contacts_from_events time_zone",
    ),
    "Limits": (
        "What the service refuses, and what is switched off.",
        (
            "duplicate_guard rate_limits segment_new_event_types past_event_depth_days "
            "allow_delete_events"
        ),
    ),
    "Shop": (
        "What the account says of itself, who sends its messages, and what counts as revenue.",
        "organisation_name user_email org_id senders revenue_from_mobile_sdk_initialized",
    ),
}
_FAULT = re.compile(rf"({'|'.join(AccountSettings.names())})[\w.\[\]]*: ")


@dataclass(frozen=True)
class Identified:
    """How many of `looked_at` events have a contact, with another identifier rule and `now`."""

    rule: str
    then: int
    now: int
    looked_at: int


@ui.get("/settings")
def _settings() -> str:
    return _page({})


@ui.post("/settings")
def _change_settings() -> Response | str | tuple[str, int]:
    account = account_here()
    changes = _changes(account)
    try:
        if request.form.get("do") == "count":
            return _page(changes, identified=_identified(account, changes))
        account.change_settings(changes)
    except InvalidError as error:
        return _page(changes, str(error)), 400  # with what was typed: nothing of it is lost
    return to("/settings", "saved")


@ui.post("/reset")
def _reset() -> Response:
    confirmed("reset", "Yes, lose it")
    account_here().reset(request.form.getlist("keep"))
    return to("/", "reset")


@ui.post("/seed")
def _seed() -> Response:
    account_here().seed(_json("seed"))
    return to("/orders", "seeded")


@ui.get("/export")
def _export_state() -> Response:
    text = emulator_here().export_text(account_here().name)
    answer = Response(text, content_type="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="yespo-mock-state.json"'
    return answer


@ui.post("/import")
def _import_state() -> Response:
    confirmed("imported", "Yes, replace it")
    emulator_here().import_state(_json("state"), account_here().name)
    return to("/", "imported")


def _page(typed: dict[str, Any], problem: str = "", identified: Identified | None = None) -> str:
    account = account_here()
    held = {**asdict(account.settings), **typed}
    problem, *named = _FAULT.split(problem)
    faults = dict(zip(named[::2], named[1::2], strict=True))
    settings = {each.name: each for each in fields(AccountSettings)}
    return render(
        "settings.html",
        "settings",
        groups=[
            (
                title,
                about,
                [_row(settings[n], held[n], faults.get(n, "")) for n in names.split()],
            )
            for title, (about, names) in GROUPS.items()
        ],
        kinds=IDENTIFIER_KINDS,
        keepable=KEEPABLE,
        counts=account.counts(),
        problem="" if faults else problem,
        identified=identified,
    )


def _row(setting: Field[Any], value: Any, problem: str) -> dict[str, Any]:
    """A setting. `kind` is how it is edited; `problem` is why what was typed cannot be taken."""
    kinds: dict[Any, str] = {None: "rule", (): "senders"}
    kind = "switch" if isinstance(setting.default, bool) else kinds.get(setting.default, "text")
    kind = "choice" if "choices" in setting.metadata else kind
    label = setting.name.replace("_", " ").capitalize()
    told = {"name": setting.name, "label": label, "kind": kind, "value": value, "problem": problem}
    return {**setting.metadata, **told}


def _identified(account: Account, changes: dict[str, Any]) -> Identified:
    """Count what the typed identifier rule would come to. Raises `InvalidError`."""
    now = asdict(account.settings)["identifier_rule"]
    rule = changes.get("identifier_rule", now)
    then, looked_at = account.identified(rule)
    said = f"{rule['param']} as {rule['field']}" if rule else "the usual parameters"
    return Identified(said, then, account.identified(now)[0], looked_at)


def _json(field: str) -> Any:
    """Read the JSON of a file that was chosen, or of the text next to it."""
    file = request.files.get(field)
    data = file.read() if file else b""
    try:
        return jsonio.loads(data or request.form.get(f"{field}_text", "").encode())
    except jsonio.MalformedJson as error:
        raise InvalidError(f"The {field} is not JSON: {error}. Nothing was changed.") from None


def _changes(account: Account) -> dict[str, Any]:
    """Return what the form changes: a profile applies where nothing else was changed."""
    changes: dict[str, Any] = {}
    held = asdict(account.settings)
    for name, value in held.items():
        sent = request.form.get(name, "").strip()
        if isinstance(value, bool):  # a box that is not ticked is not sent
            changes[name] = name in request.form
        elif name not in request.form and name != "identifier_rule":
            continue
        elif isinstance(value, int):
            changes[name] = int(sent) if sent.isdecimal() else sent
        elif name == "identifier_rule":
            field = request.form.get("identifier_field", "").strip() or kind_of(sent) or ""
            changes[name] = {"param": sent, "field": field} if sent else None
        elif name == "senders":
            lines = (each.partition(" ") for each in sent.splitlines() if each.strip())
            changes[name] = [{"type": kind, "value": value.strip()} for kind, _, value in lines]
        else:
            changes[name] = sent
    return {name: value for name, value in changes.items() if value != held[name]}
