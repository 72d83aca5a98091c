"""The OpenAPI document and the tables of routes: `python tools/route_pages.py docs` writes them.

Without a folder it prints the OpenAPI document.
"""

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from marshmallow import Schema

from mock_server import jsonio
from mock_server.api import PREFIX
from mock_server.api.door import ROUTES
from mock_server.api.unsupported import NOT_EMULATED
from mock_server.openapi import every_route
from mock_server.openapi.document import build
from mock_server.routes import Route

BEGIN, END = "<!-- routes -->\n", "<!-- end of routes -->\n"
_SECTION = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
_PAGE = ("limit", "offset")  # of every list: the page says so once
_SHOWN = 10


def with_tables(name: str, text: str) -> str:
    """Return the text of a page of the documentation with its table of routes as it has to be."""
    if name == "api.md":
        left_out = sum(map(len, NOT_EMULATED.values()))
        table = table_of(ROUTES, PREFIX) + (
            f"\nThese are {len(ROUTES)} operations. {left_out} more are documented and not"
            " emulated ([limits](limits.md)).\n"
        )
    else:
        table = table_of(every_route()[len(ROUTES) :], "")
    return _SECTION.sub(lambda _: f"{BEGIN}{table}{END}", text)


def table_of(routes: Iterable[Route], prefix: str) -> str:
    """Make a Markdown table: one row for each function, with all the paths it serves."""
    rows: dict[Callable[..., Any], list[Route]] = {}
    for route in routes:
        rows.setdefault(route.function, []).append(route)
    lines = ["| route | what it does | takes |", "|---|---|---|"]
    for same in rows.values():
        paths = ", ".join(sorted(f"`{each.path.removeprefix(prefix)}`" for each in same))
        first = same[0]
        details = f": {first.details[0].lower()}{first.details[1:]}" if first.details else "."
        about = f"{first.summary}{details}"
        lines.append(f"| {first.method} {paths} | {about} | {_takes(first)} |")
    return "".join(f"{line}\n" for line in lines)


def _takes(route: Route) -> str:
    arguments = [f"`?{each}=`" for each in _names(route.query) if each not in _PAGE]
    found = [" ".join(arguments)] if arguments else []
    fields = _names(route.body)
    if fields:
        more = ", …" if len(fields) > _SHOWN else ""
        found.append(f"`{{{', '.join(fields[:_SHOWN])}{more}}}`")
    return "; ".join(found)


def _names(schema: Schema | None) -> list[str]:
    if schema is None:
        return []
    return [each.data_key or name for name, each in schema.fields.items()]


def main() -> None:
    """Print the OpenAPI document, or write it and the tables into a folder."""
    document = f"{jsonio.pretty(build(every_route()))}\n".encode()
    if len(sys.argv) == 1:
        sys.stdout.buffer.write(document)
        return
    folder = Path(sys.argv[1])
    (folder / "openapi.json").write_bytes(document)
    for name in ("api.md", "control.md"):
        page = folder / name
        page.write_bytes(with_tables(name, page.read_text("utf-8")).encode())


if __name__ == "__main__":
    main()
