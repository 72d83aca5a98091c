"""An event as lines of Python: what they hold is what is sent."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from mock_server import jsonio
from mock_server.emulator.examples import EXAMPLES
from mock_server.pages.snippets import snippet


@pytest.mark.parametrize(
    "event",
    [
        *EXAMPLES.values(),
        {"params": [{"name": "a", "value": [1, 2.5, True, None, "'\"\\", [], {}]}]},
    ],
)
def test_the_python_of_an_event_holds_that_event(event: Any) -> None:
    read = jsonio.loads(jsonio.dumps(event))  # as it comes in, with its exact numbers
    module = ast.parse(snippet(read, "python", "http://localhost/api"))
    (held,) = [
        ast.literal_eval(each.value)
        for each in ast.walk(module)
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Dict)
    ]
    assert held == event
