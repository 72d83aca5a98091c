from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mock_server.state import Store

# The import mode of the tests leaves a folder's own helpers out of the path.
sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def warnings():
    """What the stores of a test told their user."""
    return []


@pytest.fixture
def path(tmp_path):
    """Where a state file may be."""
    return tmp_path / "state.json"


@pytest.fixture
def open_store(path, warnings):
    """Opens stores on one state file, and closes what the test left open."""
    stores = []

    def open_store(at=path, **options):
        stores.append(Store(at, warn=warnings.append, **options))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture(params=["in memory", "in a file"])
def store(request, open_store, path):
    """A store of either kind."""
    return open_store(None if request.param == "in memory" else path)


@pytest.fixture
def account(store):
    return store.account("default")
