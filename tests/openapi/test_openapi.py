"""The OpenAPI document: valid, complete, and the one that is checked in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from openapi_spec_validator import validate

from mock_server import openapi
from mock_server.api.unsupported import NOT_EMULATED
from mock_server.emulator import Emulator
from mock_server.frame.app import Doors
from mock_server.openapi.document import build
from tools import route_pages

CHECKED_IN = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_served_document_is_valid_openapi_and_the_checked_in_one(client):
    served = client.get("/_mock/openapi.json")
    assert served["openapi"] == "3.1.0"
    validate(served)
    assert served == json.loads(CHECKED_IN.read_text("utf-8")), (
        "write it again: python tools/route_pages.py docs"
    )


def test_command_writes_the_checked_in_document():
    made = subprocess.run([sys.executable, route_pages.__file__], capture_output=True, check=True)
    assert made.stdout.decode() == CHECKED_IN.read_text("utf-8")
    assert made.stderr == b""


def test_every_route_of_the_application_is_declared():
    """A route that is added past the declarations would be in no document."""
    declared = {(each.rule, each.method) for each in openapi.every_route()}
    with Emulator() as emulator:
        served = {
            (rule.rule, method)
            for door in map(Doors(emulator).door, ("/api", "/_mock", "/_mock/ui"))
            for rule in door.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
            if rule.rule.startswith(("/api/", "/_mock/")) and "/ui" not in rule.rule
        }
    assert declared == served


def test_the_document_and_the_list_of_routes_say_the_same(client):
    paths = build(openapi.every_route())["paths"]
    described = {(method.upper(), path) for path, each in paths.items() for method in each}
    listed = client.get("/_mock/routes")
    names = [(each["method"], each["path"]) for each in listed["routes"]]
    assert listed["total"] == len(names) == len(set(names))
    emulated = {(each["method"], each["path"]) for each in listed["routes"] if each["emulated"]}
    assert emulated == described
    not_emulated = {(method, path) for path, methods in NOT_EMULATED.items() for method in methods}
    assert set(names) - emulated == not_emulated
