"""RFM (ORD-19) and Simulate: the clock, which moves the grid, and faults that wait for requests."""

from dataclasses import dataclass
from datetime import datetime, timezone

from flask import Response, request

from mock_server.emulator import Account, InvalidError, change_clock
from mock_server.inspector.addresses import to
from mock_server.inspector.pages import account_here, number_asked, render, ui
from mock_server.model import Document

SIGNS = {"loyal": "●", "at risk": "▲", "none": "–"}
"""What a cell's colour says, as a shape for people who cannot see the colour."""

MOVES = {
    "PT1H": "+ 1 hour",
    "P1D": "+ 1 day",
    "P30D": "+ 30 days",
    "-P1D": "− 1 day",
}
"""By how much the clock can be moved with one click: ISO 8601, and what the button says."""


@dataclass(frozen=True)
class Preset:
    """A fault that one click arms; `shape` is what is sent to the control API."""

    title: str
    about: str
    shape: Document


PRESETS: dict[str, Preset] = {
    "500": Preset("500", "The service answers 500 and stores nothing.", {"status": 500}),
    "503": Preset("503", "The service is not available.", {"status": 503}),
    "429": Preset(
        "429",
        "Too many requests: the answer asks to wait for a second.",
        {"status": 429, "headers": {"Retry-After": "1"}},
    ),
    "timeout": Preset("Time-out", "There is no answer at all.", {"action": "timeout"}),
    "slow": Preset("Slow by 3 s", "The answer is right, and late.", {"delayMs": 3000}),
    "reset": Preset("Cut off", "The connection is reset.", {"action": "reset"}),
    "lost": Preset(
        "Stored, then cut off",
        "The event is stored and its answer is lost: a retry sends it twice.",
        {"action": "reset", "when": "after"},
    ),
}
"""By key, the faults that the page offers."""


@ui.get("/rfm")
def _rfm() -> str:
    analytics = account_here().analytics
    return render(
        "rfm.html", "rfm", grid=analytics.rfm(), revenue=analytics.turnover(), signs=SIGNS
    )


@ui.get("/clock")
def _clock() -> str:
    return _clock_page(account_here())


@ui.post("/clock")
def _set_clock() -> Response | tuple[str, int]:
    account = account_here()
    do, now = request.form.get("do", ""), request.form.get("now", "").strip()
    try:
        with account.paused():
            if do == "real":
                account.clock.resume()
            elif do == "freeze":
                change_clock(account.clock, {"now": now or account.clock.iso()})
            else:
                change_clock(account.clock, {"advance": do})
    except InvalidError as error:
        return _clock_page(account, str(error)), 400
    return to("/clock")


@ui.get("/faults")
def _faults() -> str:
    return _faults_page(account_here())


@ui.post("/faults")
def _arm() -> Response | tuple[str, int]:
    account = account_here()
    preset = PRESETS.get(request.form.get("preset", ""))
    times, path = request.form.get("times", "1").strip(), request.form.get("path", "").strip()
    try:
        if preset is None:
            raise InvalidError("This fault is not known. Choose one of those on the page.")
        if not (times.isdecimal() and len(times) < 10):
            raise InvalidError(f"{times!r} is not a number of requests. Give one, such as 3.")
        match = {"path": path} if path else {}
        account.faults.add({**preset.shape, "times": int(times), "match": match})
    except InvalidError as error:
        return _faults_page(account, str(error)), 400
    return to("/faults")


@ui.post("/faults/stop")
def _stop() -> Response:
    faults = account_here().faults
    if number := number_asked(request.form, "fault"):
        faults.remove(number)
    else:
        faults.clear()
    return to("/faults")


@ui.post("/normal")
def _back_to_normal() -> Response:
    account = account_here()
    with account.paused():
        account.clock.resume()
    account.faults.clear()
    return to("/", "normal")


def _clock_page(account: Account, problem: str = "") -> str:
    clock = account.clock
    grid = account.analytics.rfm()
    is_real = not clock.frozen and not clock.offset_seconds
    usual = grid if is_real else account.analytics.rfm(datetime.now(timezone.utc))
    return render(
        "clock.html",
        "clock",
        now=clock.iso(),
        frozen=clock.frozen,
        is_real=is_real,
        moves=MOVES,
        grid=grid,
        moved=_differing(grid, usual),
        signs=SIGNS,
        problem=problem,
    )


def _differing(grid: Document, usual: Document) -> set[tuple[str, str]]:
    return {
        (row["sales"], cell["since"])
        for row, other in zip(grid["rows"], usual["rows"], strict=True)
        for cell, its in zip(row["cells"], other["cells"], strict=True)
        if cell["contactIds"] != its["contactIds"]
    }


def _faults_page(account: Account, problem: str = "") -> str:
    rows = [_fault_row(each) for each in account.faults.documents()]
    return render("faults.html", "faults", presets=PRESETS, faults=rows[::-1], problem=problem)


def _fault_row(fault: Document) -> Document:
    """A fault as the page lists it; `left` is "" for any number."""
    where = " ".join(str(each) for each in fault["match"].values()) or "any request"
    times, left = fault["times"], fault["left"]
    told = "" if times is None else f"{left} of {times} left"
    return {**fault, "title": _title(fault), "where": where, "left": told, "is_armed": left != 0}


def _title(fault: Document) -> str:
    for preset in PRESETS.values():
        if all(fault.get(name) == value for name, value in preset.shape.items()):
            return preset.title
    told = [fault["action"], fault["status"], f"{fault['delayMs']} ms" if fault["delayMs"] else ""]
    return " ".join(str(each) for each in told if each)
