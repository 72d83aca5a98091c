"""Prints the OpenAPI document; given a folder, writes it there with the tables of routes."""

import sys
from pathlib import Path

from mock_server import jsonio
from mock_server.openapi import every_route
from mock_server.openapi.document import build
from mock_server.openapi.tables import with_tables

document = f"{jsonio.pretty(build(every_route()))}\n".encode()
if len(sys.argv) == 1:
    sys.stdout.buffer.write(document)
else:
    folder = Path(sys.argv[1])
    (folder / "openapi.json").write_bytes(document)
    for name in ("api.md", "control.md"):
        page = folder / name
        page.write_bytes(with_tables(name, page.read_text("utf-8")).encode())
