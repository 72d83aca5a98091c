"""Filters that could never match are errors, in Python as over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mock_server import InvalidError, MockServer

WRONG = [
    ({"reason": "item_requird_missing"}, "did you mean item_required_missing?"),
    ({"warning": "total_mismatched"}, "did you mean total_mismatch?"),
    ({"reason": "total_mismatch"}, "total_mismatch is given as a warning, not as a reason"),
    ({"reason": "x"}, "there is no reason 'x'"),
]


@pytest.fixture(scope="module")
def mock() -> Iterator[MockServer]:
    with MockServer() as mock:
        yield mock


@pytest.mark.parametrize(("filters", "told"), WRONG)
def test_over_http(mock: MockServer, filters: dict[str, str], told: str) -> None:
    for path in ("events", "events/wait"):
        answer = requests.get(f"{mock.url}/_mock/{path}", params=filters, timeout=10)
        assert answer.status_code == 400, path
        assert told in answer.text


@pytest.mark.parametrize(
    ("filters", "told"), [*WRONG, ({"verdict": "ignord"}, "did you mean ignored?")]
)
def test_in_python(mock: MockServer, filters: Any, told: str) -> None:
    for ask in (mock.events, mock.wait_for, mock.assert_event):
        with pytest.raises(InvalidError) as caught:
            ask(**filters)
        assert told in str(caught.value)
