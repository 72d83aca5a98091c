"""`yespo-mock explain`: the verdict on one event with its trace, or on many with what to mend."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.layout import Command, failing
from mock_server.cli.options import (
    FileNames,
    api_version_option,
    complete_files,
    existing_file,
    from_line,
    option,
    read_json,
    verbose_option,
)
from mock_server.cli.reporting import fail_on
from mock_server.settings import DEFAULT_STATE, SeedFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_server.cli.event_files import EventFiles, FoundEvent
    from mock_server.emulator import Account, Emulator, EventRequest
    from mock_server.emulator.gate.report import Report
    from mock_server.emulator.rehearsal import Rehearsal
    from mock_server.model import ApiVersion, Document

KNOWN = "known"


@click.command(
    cls=Command,
    short_help="The verdict on events, and why, without a server.",
    exit_codes={
        "0": "every event would be applied or recorded (see --fail-on)",
        "1": "one would be ignored or rejected, or no event was found",
        "2": "wrong usage, or a state, a seed or contacts that cannot be used",
    },
    examples=(
        "yespo-mock explain order.json",
        "yespo-mock explain --in-memory --contacts known october.ndjson",
        'yespo-mock explain "exports/*.har" --sarif > dropped.sarif',
        "yespo-mock explain --fix bad.json | yespo-mock explain --contacts known -",
    ),
)
@click.argument(
    "files", nargs=-1, metavar="[FILE | FOLDER | GLOB | -]...", shell_complete=complete_files
)
@option("--state", metavar="FILE", help=f"State to judge by.  [default: {DEFAULT_STATE}, if any]")
@option("--in-memory", is_flag=True, help="Judge by an empty account, whatever files there are.")
@option(
    "--seed",
    metavar="FILE",
    type=FileNames(),
    multiple=True,
    help="What else the account holds; repeatable.",
)
@option(
    "--contacts",
    metavar="known|FILE",
    shell_complete=complete_files,
    help="Take everybody for a known contact, or those of a JSON file: a list of contacts in short"
    " form.",
)
@option(
    "--orders",
    type=click.Choice((KNOWN,)),
    help="Take the orders of later events, such as orderDelivered, for existing.",
)
@option(
    "--fail-on",
    callback=fail_on,
    default="ignored,rejected",
    show_default=True,
    metavar="KINDS",
    help="Exit 1 after such events: ignored, rejected, warning; and when something was not read:"
    " unread. Comma separated.",
)
@api_version_option
@verbose_option
@option("--json", "as_json", is_flag=True, help="Print the outcomes as JSON.")
@option("--fix", is_flag=True, help="Print the corrected bodies, one to a line.")
@option(
    "--fix-as",
    type=click.Choice(("body", "patch", "diff")),
    help="Print the fixes as bodies, as JSON Patches or as differences.",
)
@option("--sarif", "as_sarif", is_flag=True, help="Print what is wrong as SARIF 2.1.0.")
def command(
    files: tuple[str, ...],
    state: str | None,
    in_memory: bool,
    seed: tuple[str, ...],
    contacts: str | None,
    orders: str | None,
    fail_on: tuple[str, ...],
    api_version: ApiVersion,
    as_json: bool,
    as_sarif: bool,
    fix: bool,
    fix_as: str | None,
    verbose: bool,
) -> None:
    """Judge events as Generate event would, one after the other; nothing is stored.

    A FILE holds one event, a list of them, one on each line (NDJSON, or a log that has it
    anywhere in its lines, escaped or not), past events, a HAR, CSV, an export of the emulator, or a
    .gz of these. "-": standard input.

    Of one event it prints the verdict and the rules with what they saw; of many a table, and what
    to mend first.
    """
    # Imported here, so that --help answers at once.
    from mock_server.cli.event_files import EventFiles
    from mock_server.cli.explain_report import ManyOutcomes, progress
    from mock_server.emulator import Emulator, read_state

    with progress() as told:
        events = EventFiles(files, api_version, told.read)
        told.start(events.size)
        report = ManyOutcomes(fail_on, files=len(events.files), as_json=as_json, as_sarif=as_sarif)
        with failing(), Emulator() as emulator:
            path = _state_file(state, in_memory)
            if path is not None:
                emulator.import_state(read_state(path))
            for each in seed:
                emulator.account().seed(SeedFile(each, read_json(existing_file(each))))
            rehearsal = _rehearsal(emulator.account(), contacts, orders)
            if fix or fix_as:
                from mock_server.cli.fixing import print_corrected

                sys.exit(0 if print_corrected(events, rehearsal, fix_as or "body") else 1)
            for found, event in judged(events, emulator, rehearsal):
                report.add(found, event, rehearsal)
    sys.exit(1 if report.print(events, verbose=verbose) else 0)


def _rehearsal(account: Account, contacts: str | None, orders: str | None) -> Rehearsal:
    if contacts is not None and contacts != KNOWN:
        read: Any = read_json(existing_file(contacts))
        document = read if isinstance(read, dict) else {"contacts": read}
        account.seed(SeedFile(contacts, document))
    return account.rehearsal(known_contacts=contacts == KNOWN, known_orders=orders == KNOWN)


def _state_file(state: str | None, in_memory: bool) -> Path | None:
    if in_memory and not (from_line("state") and not from_line("in_memory")):
        return None
    if state is not None and from_line("state"):
        return existing_file(state)
    usual = Path(state or DEFAULT_STATE)  # of the environment: where `serve` would keep it
    return usual if usual.is_file() else None


def judge_files(files: tuple[str, ...], version: ApiVersion, kinds: tuple[str, ...]) -> Report:
    """Judge the events of logs for `check`: contacts and orders are taken for known."""
    from mock_server.cli.event_files import EventFiles
    from mock_server.cli.explain_report import NO_EVENT, note_unread, progress
    from mock_server.emulator import Emulator
    from mock_server.emulator.gate.gathering import Gathering

    gathered = Gathering(kinds, nothing=NO_EVENT)
    with progress() as told, Emulator() as emulator:
        events = EventFiles(files, version, told.read)
        told.start(events.size)
        rehearsal = emulator.account().rehearsal(known_contacts=True, known_orders=True)
        for found, event in judged(events, emulator, rehearsal):
            mends = partial(_fix_of, found.request, rehearsal)
            gathered.add_event(event, found.file, found.line, mends)
    note_unread(events, gathered)
    return gathered.finish()


def _fix_of(request: EventRequest | None, rehearsal: Rehearsal) -> Document | None:
    from mock_server.emulator.fixing import fix_document

    return None if request is None else fix_document(request.body, rehearsal.fix(request))


def judged(
    events: EventFiles, emulator: Emulator, rehearsal: Rehearsal
) -> Iterator[tuple[FoundEvent, Document]]:
    """Judge events one after the other; orders of Add orders are saved in the scratch account."""
    from mock_server.emulator.gate.gathering import event_of

    account = emulator.account()
    records: list[Document] = []
    emulator.on_event.append(records.append)
    for found in events:
        if found.request is not None:
            yield found, event_of(rehearsal.judge(found.request))
            continue
        if account.resources.orders.add([found.order]).failed:
            yield found, event_of(account.resources.orders.explain(found.order))
        yield from ((found, each) for each in records)
        records.clear()
