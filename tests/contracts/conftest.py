"""One server for all scenarios of a module; each scenario begins with a reset."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mock_server.contracts import Runner, Target
from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with (
        HostedEmulator(ServerSettings(port=0, state=None)) as hosted,
        Target(hosted.url, "key") as target,
    ):
        yield target


@pytest.fixture
def runner(target: Target) -> Runner:
    return Runner(target, lambda: target.ask("POST", "/reset"))
