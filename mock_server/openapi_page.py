"""Prints the document: `python -m mock_server.openapi_page > docs/openapi.json`."""

import sys

from mock_server import jsonio
from mock_server.emulator import Emulator
from mock_server.frame.app import create_app
from mock_server.openapi.document import build

with Emulator() as emulator:
    sys.stdout.buffer.write(f"{jsonio.pretty(build(create_app(emulator)))}\n".encode())
