"""The fixes of events on the command line: as bodies, patches, or what would have to be changed."""

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from mock_server import jsonio
from mock_server.cli.event_files import FoundEvent
from mock_server.cli.layout import write_data
from mock_server.emulator import EventRequest, Mended
from mock_server.emulator.fixing import fix_document, under
from mock_server.emulator.rehearsal import Rehearsal
from mock_server.model import Document
from mock_server.printable import printable

FORMS = ("body", "patch", "diff")
_COLOURS = {"+": "green", "-": "red", "@": "dim"}


def print_corrected(found: Iterable[FoundEvent], rehearsal: Rehearsal, form: str) -> bool:
    """Print events corrected, one a line; return whether all can be sent, each after the last."""
    all_complete = True
    for each in found:
        if each.request is None:
            mended = rehearsal.fix_order(each.order)
            sent, fix, body = order_fixed(each.order, mended)
        else:
            mended = rehearsal.fix(each.request)
            sent, fix = sent_in(each.request), fix_document(each.request.body, mended)
            body = sent if fix is None else mended.body
            rehearsal.judge(EventRequest(body, each.request.api_version))
        if form == "body":
            write_data(jsonio.text_of(body))
        elif form == "patch":
            write_data(jsonio.text_of([] if fix is None else fix["patch"]))
        else:
            write_data("\n".join(difference(sent, body, each.where)))
        for line in remarks(fix, mended):
            click.echo(f"yespo-mock: {each.where}: {printable(line)}", err=True)
        all_complete &= mended.complete
    return all_complete


def order_fixed(order: Any, mended: Mended) -> tuple[Any, Document | None, Any]:
    """Return an order in a body of its own: as sent, its fix, and corrected."""
    fix = under(fix_document(order, mended), "/orders/0")
    return {"orders": [order]}, fix, {"orders": [mended.body if fix else order]}


def sent_in(request: EventRequest) -> Any:
    """Return what was sent: the body, or the text that is not JSON."""
    return request.text if request.malformed is not None else request.body


def remarks(fix: Document | None, mended: Mended) -> Iterator[str]:
    """Say what a patch cannot do: what has to be there first, and what only the shop knows."""
    for call in (fix or {}).get("arrange", ()):
        said = f"First: {call['method']} {call['path']} {jsonio.text_of(call['body'])}"
        yield printable(said)
    if mended.unsent:
        yield f"The body holds {mended.unsent} more: send each event in a request of its own."
    if mended.unknown:
        yield f"Only the shop knows: {', '.join(mended.unknown)}"
    elif not mended.complete and not mended.unsent:
        hint = mended.outcome.hint
        yield f"Not fixed: it {hint}." if hint else "Not fixed."


def difference(sent: Any, corrected: Any, name: str = "event") -> list[str]:
    """The lines of a body that differ, as `diff -u` has them, three around each."""
    before = sent if isinstance(sent, str) else jsonio.pretty(sent)
    lines = unified_diff(
        before.splitlines(),
        jsonio.pretty(corrected).splitlines(),
        name,
        f"{name} (fixed)",
        lineterm="",
    )
    return [printable(line) for line in lines]


def print_fix(sent: Any, fix: Document | None, corrected: Any, mended: Mended, to: Console) -> None:
    """Print the fix of one event: the corrected lines, and what has to be there first."""
    if fix is None:
        return
    to.print()
    to.print("[bold]fix[/]" if mended.complete else "[bold]fix[/] (not complete)")
    for line in difference(sent, corrected)[2:] if fix["patch"] else ():
        to.print(Text(line, style=_COLOURS.get(line[:1], "")))
    for line in remarks(fix, mended):
        to.print(Text(line))
