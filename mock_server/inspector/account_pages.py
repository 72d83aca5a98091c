"""Settings of an account; reset, seed, export and import."""

from __future__ import annotations

from dataclasses import Field, asdict, dataclass, fields
from typing import Any

from flask import Response, request

from mock_server import jsonio
from mock_server.documents.account_settings import AccountSettings
from mock_server.emulator import KEEPABLE, Account, InvalidError
from mock_server.inspector.addresses import to
from mock_server.inspector.pages import account_here, confirmed, emulator_here, render, ui
from mock_server.model import IDENTIFIER_KINDS


@dataclass(frozen=True)
class SettingRow:
    """A setting. `kind` is how it is edited: `switch`, `choice`, `rule` or `text`."""

    name: str
    kind: str
    value: Any
    about: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class SettingsPage:
    """All settings, and what the account holds; `problem` is why a change was refused."""

    settings: list[SettingRow]
    kinds: tuple[str, ...]
    keepable: tuple[str, ...]
    counts: dict[str, int]
    problem: str


@ui.get("/settings")
def _settings() -> str:
    return _page({})


@ui.post("/settings")
def _change_settings() -> Response | tuple[str, int]:
    account = account_here()
    changes = _changes(account)
    try:
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


def _page(typed: dict[str, Any], problem: str = "") -> str:
    account = account_here()
    held = {**asdict(account.settings), **typed}
    page = SettingsPage(
        settings=[_row(each, held[each.name]) for each in fields(AccountSettings)],
        kinds=IDENTIFIER_KINDS,
        keepable=KEEPABLE,
        counts=account.counts(),
        problem=problem,
    )
    return render("settings.html", "settings", page)


def _row(setting: Field[Any], value: Any) -> SettingRow:
    choices = setting.metadata.get("choices", ())
    if isinstance(setting.default, bool):
        kind = "switch"
    elif setting.default is None:
        kind = "rule"
    elif setting.default == ():
        kind = "senders"
    else:
        kind = "choice" if choices else "text"
    return SettingRow(setting.name, kind, value, setting.metadata["about"], choices)


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
            field = request.form.get("identifier_field", "")
            changes[name] = {"param": sent, "field": field} if sent else None
        elif name == "senders":
            lines = (each.partition(" ") for each in sent.splitlines() if each.strip())
            changes[name] = [{"type": kind, "value": value.strip()} for kind, _, value in lines]
        else:
            changes[name] = sent
    return {name: value for name, value in changes.items() if value != held[name]}
