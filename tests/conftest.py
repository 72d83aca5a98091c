"""What tests at every level share: a served emulator, a client, the documented example."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import settings

# The import mode of the tests leaves a folder's own helpers out of the path.
sys.path.append(str(Path(__file__).parent))
from findings_said import FindingsSaid

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings

# How long an example takes is for the benchmarks to measure.
settings.register_profile("yespo-mock", deadline=None, max_examples=50)
settings.load_profile("yespo-mock")

ROOT = Path(__file__).parent.parent
KEY = ("any", "key")
NO_BROWSER = "browser tests need chromium: apt-get install chromium"


def pytest_configure(config: pytest.Config) -> None:
    """Note what findings the tests bring about."""
    config.pluginmanager.register(FindingsSaid(config))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
) -> Generator[None, None, None]:
    """Say plainly, after everything else, when a part of the tests did not run."""
    yield
    reports = terminalreporter.stats.get("skipped", [])
    skipped = [each for each in reports if NO_BROWSER in str(each.longrepr)]
    if skipped:
        terminalreporter.section(f"{len(skipped)} browser tests were SKIPPED", yellow=True)
        terminalreporter.line(
            "There is no chromium on the PATH, so nothing was tested in a browser. Install it"
            " (apt-get install chromium). With YESPO_MOCK_REQUIRE_BROWSER=1 this is a failure."
        )


class Client:
    """A client of one served emulator over real sockets, with an API key."""

    def __init__(self, hosted: HostedEmulator) -> None:
        self.url = hosted.url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = KEY

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}{path}", timeout=20, **kwargs)

    def get(self, path: str, **kwargs: Any) -> Any:
        """The JSON of a control call that succeeds."""
        answer = self.call("GET", path, **kwargs)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def event(self, body: Any, version: str = "v2", **kwargs: Any) -> requests.Response:
        return self.call("POST", f"/api/{version}/event", json=body, **kwargs)

    def record(self, answer: requests.Response) -> Any:
        """The record of the event that an answer speaks of."""
        return self.get(f"/_mock/events/{answer.headers['X-Mock-Event-Id']}")

    def add_contact(self, **short: Any) -> Any:
        answer = self.call("POST", "/_mock/contacts", json=short)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def hosted() -> Iterator[HostedEmulator]:
    """A served emulator that keeps everything in memory."""
    with HostedEmulator(ServerSettings(port=0, state=None)) as hosted:
        yield hosted


@pytest.fixture
def client(hosted: HostedEmulator) -> Iterator[Client]:
    """A client of `hosted`."""
    client = Client(hosted)
    with client.session:
        yield client


@pytest.fixture
def example() -> Callable[..., Any]:
    """Make an event from the documented example: other event type, other or no parameters."""

    def make(event_type_key: str = "orderCreated", /, **params: Any) -> Any:
        event = json.loads((ROOT / "fixtures/examples/order-created.json").read_text("utf-8"))
        event["eventTypeKey"] = event_type_key
        values = {each["name"]: each["value"] for each in event["params"]}
        values.update(params)
        event["params"] = [
            {"name": name, "value": value} for name, value in values.items() if value is not ...
        ]
        return event

    return make
