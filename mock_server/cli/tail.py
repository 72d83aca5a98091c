"""`yespo-mock tail`: the events and refused requests of a running server, as they come."""

import sys
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import click

from mock_server.cli.layout import Command, write_data
from mock_server.cli.options import option, url_option
from mock_server.filters import FILTERS
from mock_server.model import Document

_PAUSE = 0.25
_PAGE = 1000


def _filter_options(function: Callable[..., None]) -> Callable[..., None]:
    for name, each in reversed(list(FILTERS.items())):
        value = click.INT if each.types == (int,) else click.STRING
        kind = click.Choice(each.values) if each.values else value
        about = f"Filter: {each.about}."
        function = option(f"--{name}", metavar=each.metavar, type=kind, help=about)(function)
    return function


@click.command(
    cls=Command,
    short_help="Follow the events of a running server.",
    exit_codes={
        "0": "interrupted (Ctrl+C), or --count is reached",
        "2": "wrong usage, no server, or what answers is not yespo-mock",
    },
    examples=(
        "yespo-mock tail",
        "yespo-mock tail --verdict ignored --url http://127.0.0.1:9380",
        "yespo-mock tail --json --type orderCreated",
    ),
)
@url_option()
@option("--account", metavar="NAME", help="The account, or its API key.  [default: default]")
@_filter_options
@option(
    "--last",
    type=click.IntRange(0, _PAGE),
    default=0,
    show_default=True,
    metavar="COUNT",
    help="Begin with the newest that there are already.",
)
@option("--count", type=click.IntRange(1), metavar="COUNT", help="End after COUNT lines.")
@option("--json", "as_json", is_flag=True, help="One JSON document on each line.")
def command(
    url: str, account: str | None, last: int, count: int | None, as_json: bool, **filters: Any
) -> None:
    """Print one line for each event and refused request as they come, with the way out.

    It goes on when the server is restarted. With a filter of events, refused requests are left out.
    """
    from mock_server import jsonio
    from mock_server.cli.event_lines import hanging, terminal_width

    wanted = {name: filters[name] for name in FILTERS if filters[name] is not None}
    printed = 0
    try:
        for document in _Following(url, account, wanted, last):
            if as_json:
                write_data(jsonio.text_of(document))
            else:
                width = terminal_width()
                click.echo("\n".join(hanging(each, width) for each in _lines(document)))
            printed += 1
            if printed == count:
                return
    except KeyboardInterrupt:
        return
    except BrokenPipeError:  # nobody reads any more
        sys.stderr.close()


class _Following:
    """Events and refused requests of a server, in the order in which they come; endless."""

    def __init__(self, url: str, account: str | None, filters: dict[str, Any], last: int) -> None:
        self._url = url
        self._account = account
        self._filters = filters
        self._event, self._request = 0, 0
        self._received = ""  # when that event came: another server may have one of its number
        self._last = last
        self._uptime = 0.0
        self._is_away = False

    def __iter__(self) -> Iterator[Document]:
        from mock_server.cli.remote import RemoteError, make_sure, understood

        make_sure(self._url)
        with understood(self._url):
            begun = list(self._begin())
        yield from begun
        pause = Event()
        while True:
            try:
                with understood(self._url):
                    news = list(self._news())
                yield from news
            except RemoteError as error:
                if not self._is_away:
                    click.echo(f"yespo-mock: {error} Waiting for it.", err=True)
                self._is_away = True
            pause.wait(_PAUSE)

    def _begin(self) -> Iterator[Document]:
        """Find where the server is now, and yield the last few that were asked for."""
        events = self._call("/_mock/events", {**self._filters, "limit": max(self._last, 1)})
        newest = self._call("/_mock/events", {"limit": 1})["events"]
        if "since" in self._filters:
            self._event = self._filters["since"]
        elif newest:
            self._event, self._received = newest[0]["eventId"], newest[0]["receivedAt"]
        refused = self._call("/_mock/requests", {"limit": 1})["requests"]
        self._request = refused[0]["requestId"] if refused else 0
        yield from reversed(events["events"][: self._last])

    def _news(self) -> Iterator[Document]:
        self._look_whether_it_is_another()
        asked = {**self._filters, "since": self._event, "limit": _PAGE}
        found: list[Document] = self._call("/_mock/events", asked)["events"][::-1]
        if not self._filters:
            entries = self._call("/_mock/requests", {"refused": "true", "limit": _PAGE})["requests"]
            found += [each for each in reversed(entries) if each["requestId"] > self._request]
        for each in sorted(found, key=lambda each: str(each.get("receivedAt") or each["at"])):
            if "eventId" in each and "verdict" in each:
                self._event, self._received = each["eventId"], each["receivedAt"]
            else:
                self._request = max(self._request, each["requestId"])
            yield each

    def _look_whether_it_is_another(self) -> None:
        """A server that was restarted may count from 1 again, and so may one that was reset."""
        uptime: float = self._call("/_mock/health", {})["uptimeSeconds"]
        if uptime < self._uptime or self._is_away:
            asked = {"since": self._event - 1, "until": self._event, "limit": 1}
            same = self._call("/_mock/events", asked)["events"] if self._event else []
            if not same or same[0]["receivedAt"] != self._received:
                self._event = 0
            self._request = 0
        self._uptime, self._is_away = uptime, False

    def _call(self, path: str, asked: dict[str, Any]) -> Any:
        from urllib.parse import urlencode

        from mock_server.cli.remote import call

        query = f"?{urlencode(asked)}" if asked else ""
        return call(self._url, "GET", f"{path}{query}", account=self._account)


def _lines(document: Document) -> Iterator[str]:
    from mock_server.cli.event_lines import event_line, refused_line
    from mock_server.printable import printable

    if "verdict" in document:
        yield event_line(document)
        if document["hint"]:
            yield click.style(f"          {printable(document['hint'])}", dim=True)
    else:
        yield refused_line(document)
