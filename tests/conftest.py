"""What tests at every level share: a served emulator, a client, the documented example."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests
from hypothesis import settings
from werkzeug.routing import Rule

# The import mode of the tests leaves a folder's own helpers out of the path.
sys.path.append(str(Path(__file__).parent))
from answers_checked import AnswersChecked
from findings_said import FindingsSaid
from told_at_once import ToldAtOnce

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings

# How long an example takes is for the benchmarks to measure. `make test-all` takes `full`.
settings.register_profile("quick", deadline=None, max_examples=20, derandomize=True, database=None)
settings.register_profile("full", deadline=None, max_examples=200)
settings.load_profile("quick")

T = TypeVar("T")

ROOT = Path(__file__).parent.parent
KEY = ("any", "key")
NO_BROWSER = "browser tests need chromium: apt-get install chromium"


def pytest_configure(config: pytest.Config) -> None:
    """Note what findings the tests bring about; check answers; name failures at once."""
    config.pluginmanager.register(FindingsSaid(config))
    config.pluginmanager.register(AnswersChecked())
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(ToldAtOnce(config))
    if _is_quick(config):
        _make_applications_fast()


def _is_quick(config: pytest.Config) -> bool:
    """Whether the long tests are left out (`make test`)."""
    return "not full" in config.option.markexpr


def _make_applications_fast() -> None:
    """Spare Werkzeug the functions that write addresses, which nothing here asks it for.

    To compile two of them for each route takes nine tenths of the time that an application takes,
    and the tests make thousands. `make test-all` uses Werkzeug as it is.
    """

    def no_address(*_: object, **__: object) -> tuple[str, str]:
        raise AssertionError("addresses are not written by Werkzeug here")

    Rule._compile_builder = lambda *_: no_address  # type: ignore[method-assign]  # see above


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


def every(things: Mapping[str, T]) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Make one test of a check of one thing: it tries all of them, and names those that fail.

    For tables and files that are looked at: as a parameter each would be a test of its own, and
    thousands of tests that run nothing take their time too.
    """

    def fault(check: Callable[[T], None], each: T) -> str | None:
        try:
            check(each)
        except AssertionError as error:
            return str(error)
        return None

    def made(check: Callable[[T], None]) -> Callable[[], None]:
        def test() -> None:
            faults = {name: fault(check, each) for name, each in things.items()}
            assert {name: text for name, text in faults.items() if text is not None} == {}

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return made


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
