"""The OpenAPI document: valid, complete, and the one that is checked in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from openapi_spec_validator import validate

from mock_server.emulator import Emulator
from mock_server.frame.app import create_app
from mock_server.openapi.document import build, undescribed
from mock_server.openapi.routes import ROUTES

CHECKED_IN = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_served_document_is_valid_openapi_and_the_checked_in_one(client):
    served = client.get("/_mock/openapi.json")
    assert served["openapi"] == "3.1.0"
    validate(served)
    assert served == json.loads(CHECKED_IN.read_text("utf-8")), (
        "write it again: python -m mock_server.openapi_page > docs/openapi.json"
    )


def test_command_writes_the_checked_in_document():
    made = subprocess.run(
        [sys.executable, "-m", "mock_server.openapi_page"], capture_output=True, check=True
    )
    assert made.stdout.decode() == CHECKED_IN.read_text("utf-8")
    assert made.stderr == b""


def test_every_route_is_described_and_every_description_is_of_a_route():
    with Emulator() as emulator:
        app = create_app(emulator)
        assert not undescribed(app), "add an entry to mock_server/openapi/*_routes.py"
        paths = build(app)["paths"]
    described = {f"{method.upper()} {path}" for path, each in paths.items() for method in each}
    assert described == set(ROUTES)


def test_route_without_a_description_is_named_and_in_the_document_all_the_same():
    with Emulator() as emulator:
        app = create_app(emulator)
        app.get("/_mock/things/<int:thing_id>", endpoint="things")(str)
        assert undescribed(app) == ["GET /_mock/things/{thing_id}"]
        validate(build(app))
