"""Each document is declared once: what is made of the declarations is as they are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from inspect import get_annotations
from pathlib import Path
from typing import Any

import pytest

from mock_server.contracts.scenario import EventSchema
from mock_server.documents.account_settings import AccountSettings, IdentifierRule
from mock_server.documents.accounts import Settings, settings_of
from mock_server.documents.checking import problem_of
from mock_server.documents.events import Event
from mock_server.documents.tables import TABLES, TableSpec
from mock_server.emulator import Emulator
from mock_server.emulator.examples import EXAMPLES, demo_shop
from mock_server.rules.outcome import EventRequest
from mock_server.testing import documented, records
from tools import typed_records as typed

DOCUMENTED = Path(documented.__file__)


def test_the_typed_records_are_those_that_are_declared():
    assert DOCUMENTED.read_text("utf-8") == typed.module(), (
        "write it again: python tools/typed_records.py > mock_server/testing/documented.py"
    )


@pytest.mark.parametrize("schema", typed.TYPED, ids=lambda schema: schema.__name__)
def test_a_record_has_an_attribute_for_each_field(schema):
    record = getattr(records, schema.__name__)
    attributes = {name for kind in record.__mro__ for name in get_annotations(kind)}
    names = {field.data_key or name for name, field in schema().fields.items()}
    assert names <= attributes


def test_the_command_writes_the_typed_records():
    made = subprocess.run([sys.executable, typed.__file__], capture_output=True, check=True)
    assert made.stdout.decode() == DOCUMENTED.read_text("utf-8")


def test_a_scenario_can_expect_all_that_an_event_tells_but_what_differs_from_run_to_run():
    shown = set(Event().fields) - {"eventId", "account", "receivedAt", "body"}
    assert set(EventSchema().fields) == shown


def test_settings_are_those_of_the_account():
    assert list(Settings().fields) == [each.name for each in fields(AccountSettings)]
    assert settings_of({}) == AccountSettings()
    assert settings_of({"identifier_rule": {"param": "p", "field": "email"}}) == AccountSettings(
        identifier_rule=IdentifierRule("p", "email")
    )


@pytest.mark.parametrize("table", TABLES)
def test_a_document_need_hold_only_what_its_table_needs(table):
    spec = TABLES[table]
    missing = problem_of(table, {})
    if spec.needs:
        assert missing is not None
        assert f'"{spec.needs[0]}" is missing: ' in missing
    else:
        assert missing is None


@pytest.mark.parametrize(
    ("table", "document", "problem"),
    [
        ("accounts", {"next": {"orders": "x"}}, '"next" must be an object of whole numbers'),
        ("history", {"externalOrderId": "a", "after": 5}, '"after" must be an object, not 5'),
        (
            "outbox",
            {"missing": [{"expression": "x", "why": 5}]},
            '"missing[0].why" must be a text, not 5',
        ),
        ("outbox", {"text": "x" * 100, "subject": ["x" * 100]}, 'not ["' + "x" * 58 + "…"),
        (
            "orders",
            {"contactId": 1, "totalCost": {}},
            '"totalCost" must be a number or a text, not {}',
        ),
        ("orders", {"contactId": 1, "totalCost": "5", "anything": {"else": [1]}}, None),
    ],
)
def test_one_problem_is_told_with_its_path_and_what_was_expected(table, document, problem):
    told = problem_of(table, document)
    assert told is None if problem is None else problem in told


def _changed(value: Any) -> Iterator[Any]:
    """The value with each part of it gone, or another, one at a time."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {other: each for other, each in value.items() if other != name}
            yield from ({**value, name: each} for each in (*OTHERS, *_changed(inner)))
    elif isinstance(value, list) and value:
        yield from ([each, *value[1:]] for each in (*OTHERS, *_changed(value[0])))


OTHERS = (None, True, 7, 1.5, "x", ["x"], {"x": "x"}, [])


def test_what_fits_is_what_the_schema_takes():
    """Documents that fit are not shown to marshmallow: it would come to the same."""
    with Emulator(seeds=[demo_shop()]) as emulator:
        for event in EXAMPLES.values():
            emulator.account().generate_event(EventRequest(event))
        emulator.account().change_settings({"identifier_rule": {"param": "p", "field": "email"}})
        state = emulator.export_state()
    for table, spec in TABLES.items():
        schema = spec.schema(partial=tuple(set(_names(spec)) - set(spec.needs)))
        for document in [*state.get(table, {}).values()][:2]:
            document.pop("account", None)
            for each in (document, *_changed(document)):
                assert (problem_of(table, each) is None) == (not schema.validate(each)), each


def _names(spec: TableSpec) -> list[str]:
    return [each.data_key or name for name, each in spec.schema().fields.items()]
