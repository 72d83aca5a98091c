"""The pytest plugin: the fixture and marker `yespo_mock`, and rule coverage.

pytest loads this module in every run of every project that has the package installed, so it imports
nothing of the emulator until a test asks for the fixture.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_server.testing.server import MockServer

_MARKER = (
    "yespo_mock(allow_ignored=False, allow_refused=False, seed=None, **settings): set up the"
    " fixture yespo_mock for a test. allow_ignored: do not fail when an event was ignored or"
    " rejected unseen; allow_refused: nor when a request was refused unseen; seed: what the"
    " account holds (a dictionary, or a JSON file beside the test); settings: those of the account,"
    " such as strict=True."
)
_TITLE = "yespo-mock events"
_WORKER_OUTPUT = "yespo_mock_rules"

_MOCK = pytest.StashKey["MockServer"]()
_ALLOWS = pytest.StashKey[bool]()
_ALLOWS_REFUSED = pytest.StashKey[bool]()
_PASSED = pytest.StashKey[bool]()
_REPORT = pytest.StashKey[str]()
_RULES = pytest.StashKey[dict[str, set[str]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--yespo-mock-coverage`."""
    parser.getgroup("yespo-mock").addoption(
        "--yespo-mock-coverage",
        action="store_true",
        help="End the run with the rules of the emulated service that the tests exercised.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)
    config.stash[_RULES] = {}


@pytest.fixture(scope="session")
def _yespo_mock_server(request: pytest.FixtureRequest) -> Iterator[MockServer]:
    """One server for all tests of this process."""
    from mock_server.testing.server import MockServer

    with MockServer() as mock:
        yield mock
        if mock.is_running:
            _add_rules(request.config, mock.coverage()["exercised"])


@pytest.fixture
def yespo_mock(
    request: pytest.FixtureRequest, _yespo_mock_server: MockServer
) -> Iterator[MockServer]:
    """A clean emulator of the Yespo (eSputnik) API: `MockServer`, on a free port, in memory.

    The test fails at its end when an event was ignored or rejected, or a request refused, and it
    never looked at that. The marker `yespo_mock` opts out, seeds, and sets the account's settings.
    """
    from mock_server.emulator import EmulatorError

    mock = _yespo_mock_server
    node = request.node
    marked = _marked(node)
    node.stash[_ALLOWS] = marked.pop("allow_ignored", False)
    node.stash[_ALLOWS_REFUSED] = marked.pop("allow_refused", False)
    seed = marked.pop("seed", None)
    if not mock.is_running:  # a test has closed it
        mock.start()
    mock.reset()
    try:
        if marked:
            mock.configure(**marked)
        for each in seed if isinstance(seed, (list, tuple)) else [seed]:
            if each is not None:
                mock.seed(each if isinstance(each, Mapping) else _beside(request, each))
    except EmulatorError as error:
        pytest.fail(f"@pytest.mark.yespo_mock: {error}", pytrace=False)
    node.stash[_MOCK] = mock
    yield mock
    try:
        # What other fixtures have sent while they were taken down.
        if node.stash.get(_PASSED, False):
            _fail_if_unlooked(node)
    finally:
        del node.stash[_MOCK]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Once a test has passed so far, see whether it looked at what was dropped."""
    result = yield
    if _MOCK in item.stash:
        _fail_if_unlooked(item)
        item.stash[_PASSED] = True
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the events of a test that failed."""
    report = yield
    if report.failed:
        # A failure at the end has been reported on already, and the server may be gone.
        events = item.stash.get(_REPORT, None)
        if events is None and _MOCK in item.stash:
            events = _report_of(item.stash[_MOCK])
        if events is not None:
            report.sections.append((_TITLE, events))
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On a worker of pytest-xdist: hand the rules over to the process that reports."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        rules = session.config.stash[_RULES]
        output[_WORKER_OUTPUT] = {rule: sorted(results) for rule, results in rules.items()}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of pytest-xdist has ended; one that crashed has handed over nothing."""
    output = getattr(node, "workeroutput", None) or {}
    _add_rules(node.config, output.get(_WORKER_OUTPUT, {}))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print rule coverage when it was asked for."""
    if config.getoption("yespo_mock_coverage"):
        from mock_server.testing.coverage import coverage_lines

        terminalreporter.section("yespo-mock rule coverage")
        rules = config.stash[_RULES]
        for line in coverage_lines(rules):
            terminalreporter.line(line)


def _marked(node: pytest.Item) -> dict[str, Any]:
    """The arguments of all markers of a test; the nearest decides."""
    found: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("yespo_mock"))):
        if marker.args:
            pytest.fail(
                f"@pytest.mark.yespo_mock takes keywords only, not {marker.args[0]!r}:"
                " allow_ignored, seed and the settings of the account.",
                pytrace=False,
            )
        found.update(marker.kwargs)
    return found


def _beside(request: pytest.FixtureRequest, seed: Any) -> Path:
    """A seed file as the marker names it: beside the test, or from where pytest was started."""
    places: list[Path] = [request.path.parent / seed, request.config.rootpath / seed]
    for place in places:
        if place.is_file():
            return place
    tried = " or ".join(str(place) for place in dict.fromkeys(places))
    return pytest.fail(f"@pytest.mark.yespo_mock: there is no seed file {tried}.", pytrace=False)


def _report_of(mock: MockServer) -> str:
    """The events of a test, or why they cannot be shown: that must not end the whole run."""
    try:
        return mock.report() or "No request has reached the emulator."
    except Exception as error:  # whatever it is, the test has failed already
        return f"The events of this test cannot be shown: {error}"


def _fail_if_unlooked(item: pytest.Item) -> None:
    mock = item.stash[_MOCK]
    if not mock.is_running:
        pytest.fail(
            "This test has closed yespo_mock, whose server all tests share, so nobody can tell what"
            " became of its events.\nUse `with yespo_mock.down():` to have connections refused, or"
            " a MockServer of the test's own to close.",
            pytrace=False,
        )
    _fail_if_unlooked_events(item)
    refused = [] if item.stash[_ALLOWS_REFUSED] else mock.unlooked_refused()
    if refused:
        from mock_server.testing.assertions import unlooked_refused_text

        item.stash[_ALLOWS_REFUSED] = True  # told once
        item.stash[_REPORT] = _report_of(mock)
        pytest.fail(unlooked_refused_text(refused), pytrace=False)


def _fail_if_unlooked_events(item: pytest.Item) -> None:
    unlooked = [] if item.stash[_ALLOWS] else item.stash[_MOCK].unlooked()
    if unlooked:
        from mock_server.testing.assertions import unlooked_text

        item.stash[_ALLOWS] = True  # told once
        item.stash[_REPORT] = item.stash[_MOCK].report()
        pytest.fail(unlooked_text(unlooked), pytrace=False)


def _add_rules(config: pytest.Config, rules: Mapping[str, Any]) -> None:
    for rule, results in rules.items():
        config.stash[_RULES].setdefault(rule, set()).update(results)
