"""Event analytics: events over time, and errors split as the vendor splits them."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from mock_server.inspector.pages import account_here, render, ui
from mock_server.inspector.rows import SHAPES
from mock_server.ledger.codes import code_meaning
from mock_server.model import Document
from mock_server.pages.over_time import BY_VERDICT, Bin, by_error_group, over_time

_HEIGHT = 160
_WIDTH = 20  # of a bar, with its gap
_X_TICKS = 5
# Each group with its title and its shape; the vendor's screen knows the first two.
_GROUPS = {
    "contact not found": ("Contact not found", "▲"),
    "parameter error": ("Parameter errors", "✕"),
    "other error": ("Neither: order not known, or segmentation off", "◆"),
}


@dataclass(frozen=True)
class Series:
    """One kind of what is counted: its key, its name and its shape."""

    key: str
    name: str
    shape: str


@dataclass(frozen=True)
class Box:
    """A part of a bar, in pixels."""

    series: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """A bar: where it stands, what it counts, and the path to its events."""

    x: int
    start: str
    end: str
    total: int
    counts: dict[str, int]
    boxes: list[Box]
    path: str


@dataclass(frozen=True)
class Chart:
    """A chart that is drawn on the server; `y_ticks` are places and their labels."""

    name: str
    title: str
    series: list[Series]
    bars: list[Bar]
    total: int
    width: int
    height: int
    y_ticks: list[tuple[float, int]]
    x_ticks: list[Bar]


@ui.get("/analytics")
def _analytics() -> str:
    account = account_here()
    counts = account.analytics.verdicts()
    verdicts = [Series(each, each, SHAPES[each]) for each in counts]
    errors = [Series(each.replace(" ", "-"), *named) for each, named in _GROUPS.items()]
    by_group = over_time(account, by_error_group(account))
    return render(
        "analytics.html",
        "analytics",
        total=account.counts()["events"],
        verdicts=[(each, SHAPES[each], count) for each, count in counts.items()],
        events=_chart("events", "Events over time", over_time(account, BY_VERDICT), verdicts, ""),
        errors=_chart("errors", "Errors over time", by_group, errors, "dropped"),
        groups=[
            (*_GROUPS[each["group"]], _reasons(each["reasons"]))
            for each in account.analytics.errors()
        ],
    )


def _reasons(counts: dict[str, int]) -> list[Document]:
    return [{**code_meaning(code), "code": code, "count": counts[code]} for code in counts]


def _chart(
    name: str, title: str, bins: Sequence[Bin], series: list[Series], tab: str
) -> Chart | None:
    highest = max((each.counts.total() for each in bins), default=0)
    if not highest:
        return None
    top = _round_up(highest)
    scale = _HEIGHT / top
    bars = [_bar(number, each, series, scale, tab) for number, each in enumerate(bins)]
    middle = [] if top % 2 else [(_HEIGHT / 2, top // 2)]
    apart = len(bars) // _X_TICKS
    return Chart(
        name=name,
        title=title,
        series=series,
        bars=bars,
        total=sum(each.total for each in bars),
        width=_WIDTH * len(bars),
        height=_HEIGHT,
        y_ticks=[(0.0, top), *middle, (float(_HEIGHT), 0)],
        x_ticks=bars[::apart],
    )


def _round_up(number: int) -> int:
    """The next of 1, 2, 4, 6, 8, 10, 20, 40 …: what an axis is labelled with."""
    size = 1
    while True:
        for each in (1, 2, 4, 6, 8):
            if each * size >= number:
                return each * size
        size *= 10


def _bar(number: int, held: Bin, series: Sequence[Series], scale: float, tab: str) -> Bar:
    boxes, top = [], float(_HEIGHT)
    counts = {each.key: held.counts.get(each.key.replace("-", " "), 0) for each in series}
    for key, count in counts.items():
        if count:
            top -= count * scale
            boxes.append(Box(key, round(top, 2), round(count * scale, 2)))
    query = {"q": f"after:{held.start} before:{held.end}", "tab": tab}
    return Bar(
        x=number * _WIDTH,
        start=held.start,
        end=held.end,
        total=held.counts.total(),
        counts=counts,
        boxes=boxes,
        path="/?" + urlencode({name: each for name, each in query.items() if each}),
    )
