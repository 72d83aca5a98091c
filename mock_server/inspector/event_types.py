"""Event types: counts, the two switches of the vendor's screen, and required parameters."""

from dataclasses import dataclass

from flask import Response, request

from mock_server.emulator import InvalidError
from mock_server.inspector.addresses import to
from mock_server.inspector.pages import account_here, render, ui
from mock_server.inspector.rows import cell_text, list_of
from mock_server.model import Document


@dataclass(frozen=True)
class EventTypeRow:
    """An event type; `required` are the names of its required parameters, separated by blanks."""

    key: str
    events: int
    segmentation: bool
    validates: bool
    required: str


@ui.get("/event-types")
def _event_types() -> str:
    return _page()


@ui.post("/event-types")
def _change_event_type() -> Response | tuple[str, int]:
    names = request.form.get("params", "").replace(",", " ").split()
    account, key = account_here(), request.form.get("eventTypeKey", "")
    known = next((each for each in account.event_types() if each["eventTypeKey"] == key), {})
    optional = [
        each
        for each in list_of(known.get("params"))
        if not each["required"] and each["name"] not in names
    ]
    switches = {
        "segmentation": "segmentation" in request.form,
        "validateParams": "validateParams" in request.form,
    }
    required = [{"name": each, "required": True} for each in dict.fromkeys(names)]
    try:
        account.change_event_type(key, {**switches, "params": [*required, *optional]})
    except InvalidError as error:
        edited = EventTypeRow(
            key, 0, switches["segmentation"], switches["validateParams"], " ".join(names)
        )
        return _page(str(error), edited=edited), 400
    return to("/event-types", "saved")


@ui.post("/event-types/new")
def _add_event_type() -> Response | tuple[str, int]:
    key = request.form.get("eventTypeKey", "").strip()
    switches = {"segmentation": "segmentation" in request.form}
    try:
        account_here().change_event_type(key, switches, is_new=True)
    except InvalidError as error:
        return _page(str(error), added=key), 400
    return to("/event-types", "added")


def _page(problem: str = "", added: str = "", edited: EventTypeRow | None = None) -> str:
    rows = [_row(each) for each in account_here().event_types()]
    if edited is not None:  # what was typed is not lost
        rows = [edited if each.key == edited.key else each for each in rows]
    return render("event_types.html", "event-types", types=rows, problem=problem, added=added)


def _row(document: Document) -> EventTypeRow:
    params = [each for each in list_of(document.get("params")) if isinstance(each, dict)]
    return EventTypeRow(
        key=document["eventTypeKey"],
        events=document["events"],
        segmentation=bool(document.get("segmentation")),
        validates=bool(document.get("validateParams")),
        required=" ".join(cell_text(each.get("name")) for each in params if each.get("required")),
    )
