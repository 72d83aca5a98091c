"""Prints the document: `python -m mock_server.openapi_page > docs/openapi.json`."""

import sys

from mock_server import jsonio
from mock_server.openapi import every_route
from mock_server.openapi.document import build

sys.stdout.buffer.write(f"{jsonio.pretty(build(every_route()))}\n".encode())
