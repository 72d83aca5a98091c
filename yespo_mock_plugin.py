"""The pytest plugin: fixtures and marker `yespo_mock`, what came late, and rule coverage.

pytest loads this module in every run of every project that has the package installed, so it imports
nothing of the emulator until a test asks for a fixture. It stands outside the package `mock_server`
because a project may have a folder of that name, whose tests must run all the same.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from mock_server.testing.arranging import Arranging
    from mock_server.testing.server import MockServer

_MARKER = (
    "yespo_mock(allow_ignored=False, allow_refused=False, allow_unused=False, fail_on=None,"
    " seed=None, **settings): set up the fixture yespo_mock for a test. allow_ignored: do not fail"
    " when an event was ignored or rejected unseen; allow_refused: nor when a request was refused"
    " unseen; allow_unused: nor when a fault was armed and no request met it; fail_on: what to fail"
    " for in place of yespo_mock_fail_on; seed: what the account holds (a dictionary, or a JSON"
    " file beside the test); settings: those of the account, such as strict=True."
)
_TITLE = "yespo-mock events"
_LATE_TITLE = "yespo-mock: sent after the test had ended"
_WORKER_RULES = "yespo_mock_rules"
_WORKER_LATE = "yespo_mock_late"
_FAIL_ON = "ignored,rejected,refused,unused"
_OPTS_OUT = {
    "allow_ignored": {"ignored", "rejected"},
    "allow_refused": {"refused"},
    "allow_unused": {"unused"},
}
# What only a test that names `yespo_mock` can be judged by: another one may not have armed it.
_ITS_OWN = {"unused", "nothing"}

_MOCK = pytest.StashKey["MockServer"]()
_SERVER = pytest.StashKey["MockServer"]()
_KINDS = pytest.StashKey[set[str]]()
_PASSED = pytest.StashKey[bool]()
_REPORT = pytest.StashKey[str]()
_RULES = pytest.StashKey[dict[str, set[str]]]()
_LATE = pytest.StashKey[dict[str, list[str]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--yespo-mock-coverage`, and how the session's server is started, or where it runs."""
    group = parser.getgroup("yespo-mock")
    group.addoption(
        "--yespo-mock-coverage",
        action="store_true",
        help="End the run with the rules of the emulated service that the tests exercised.",
    )
    group.addoption(
        "--yespo-mock-url",
        metavar="URL",
        help="Use the emulator that runs there, in place of one of the session's own. It is reset"
        " before each test. [default: YESPO_MOCK_URL, which `yespo-mock exec` sets]",
    )
    parser.addini(
        "yespo_mock_fail_on",
        "yespo-mock: what a test fails for that it never looked at, as in `yespo-mock exec"
        " --fail-on`: ignored, rejected, warning, refused, nothing, unused",
        default=_FAIL_ON,
    )
    parser.addini(
        "yespo_mock_seed",
        "yespo-mock: seed files of the session's server, relative to this file",
        type="paths",
    )
    parser.addini(
        "yespo_mock_strict", "yespo-mock: answer 422 where the service drops an order", type="bool"
    )
    parser.addini(
        "yespo_mock_port",
        "yespo-mock: port of the session's server (0: a free one); further workers of pytest-xdist"
        " take the ports after it",
        default="0",
    )
    parser.addini(
        "yespo_mock_late",
        "yespo-mock: report (tell at the end what came after its test) or fail (fail the run too)",
        default="report",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)
    config.stash[_RULES] = {}
    config.stash[_LATE] = {}
    if config.getini("yespo_mock_late") not in ("report", "fail"):
        raise pytest.UsageError(
            f"yespo_mock_late is report or fail, not {config.getini('yespo_mock_late')!r}."
        )


@pytest.fixture(scope="session")
def yespo_mock_server(request: pytest.FixtureRequest) -> Iterator[MockServer]:
    """The session's emulator, one for each worker: for an application that starts once.

    Give the application its `api_url` and `api_key` (those of the session); in the tests, use
    `yespo_mock`, which is this same server, clean for each test. The ini options
    `yespo_mock_seed`, `yespo_mock_strict` and `yespo_mock_port` say how it is started.
    """
    config = request.config
    mock = config.stash[_SERVER] = _start(config)
    try:
        yield mock
    finally:
        del config.stash[_SERVER]
        _keep_unjudged(config, mock, "after the last test")
        if mock.is_running:
            _add_rules(config, mock.coverage()["exercised"])
        mock.close()
        config.stash[_LATE].update(mock.late())


@pytest.fixture
def yespo_mock(
    request: pytest.FixtureRequest, yespo_mock_server: MockServer
) -> Iterator[MockServer]:
    """A clean emulator of the Yespo (eSputnik) API: `MockServer`, in memory.

    The test fails at its end when an event was ignored or rejected, or a request refused, and it
    never looked at that, and when it armed a fault that no request met. The marker `yespo_mock`
    opts out, seeds, and sets the account's settings.
    Its `api_key` is this test's own: what is sent with it after the test is kept apart.
    """
    from mock_server.emulator.errors import EmulatorError

    mock = yespo_mock_server
    node = request.node
    for key in (_PASSED, _REPORT):  # of an earlier attempt, where a plugin runs failed tests again
        if key in node.stash:
            del node.stash[key]
    marked = _marked(node)
    node.stash[_KINDS] = _kinds(request.config, marked)
    seed = marked.pop("seed", None)
    if not mock.is_running:  # a test has closed it
        mock.start()
    _keep_unjudged(request.config, mock, f"before {node.nodeid}")
    try:
        _begin(request.config, mock)
        if marked:
            mock.configure(**marked)
        for each in seed if isinstance(seed, (list, tuple)) else [seed]:
            if each is not None:
                mock.seed(each if isinstance(each, Mapping) else _beside(request, each))
    except EmulatorError as error:
        pytest.fail(f"@pytest.mark.yespo_mock: {error}", pytrace=False)
    node.stash[_MOCK] = mock
    mock.begin_test(node.nodeid)
    yield mock
    try:
        # What other fixtures have sent while they were taken down.
        if node.stash.get(_PASSED, False):
            _judge(node)
        elif mock.is_running:
            mock.judge((), node.nodeid, anew=True)  # told with the failure of this test
    finally:
        mock.end_test()
        del node.stash[_MOCK]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Once a test has passed so far, see whether it looked at what was dropped."""
    if _PASSED in item.stash:
        del item.stash[_PASSED]
    result = yield
    _judge(item)
    item.stash[_PASSED] = True
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """See what came while fixtures were taken down after `yespo_mock`, or without it."""
    has_passed = item.stash.get(_PASSED, False)
    result = yield
    mock = item.config.stash.get(_SERVER, None)
    if has_passed:
        _judge(item)
    elif mock is not None and mock.is_running:
        mock.judge((), item.nodeid, anew=False)  # told with the failure of this test
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the events of a test that failed, and begin its short summary with the message."""
    report = yield
    if report.failed:
        text, error = str(report.longrepr), call.excinfo
        crash = getattr(report.longrepr, "reprcrash", None)
        if crash and error:
            is_ours = error.type.__module__.startswith("mock_server.")
            if is_ours or (_MOCK in item.stash and error.errisinstance(pytest.fail.Exception)):
                # A CI shows the whole message there, which stands above already.
                message = str(error.value) if is_ours else crash.message
                crash.message = message.partition("\n")[0]
        # A failure at the end has been reported on already, and the server may be gone.
        events = item.stash.get(_REPORT, None)
        if events is None and _MOCK in item.stash:
            events = _report_of(item.stash[_MOCK], text)
        server = item.config.stash.get(_SERVER, None)
        if events is None and server is not None and report.when == "call":
            events = _report_of(server, text)
        if events is not None:
            report.sections.append((_TITLE, events))
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over what a worker of pytest-xdist has to tell; fail a run in which something was late.

    The fixtures of the session have been taken down before.
    """
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        rules = session.config.stash[_RULES]
        output[_WORKER_RULES] = {rule: sorted(results) for rule, results in rules.items()}
        output[_WORKER_LATE] = session.config.stash[_LATE]

    elif (
        session.config.stash[_LATE]
        and session.config.getini("yespo_mock_late") == "fail"
        and session.exitstatus == pytest.ExitCode.OK
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of pytest-xdist has ended; one that crashed has handed over nothing."""
    output = getattr(node, "workeroutput", None) or {}
    _add_rules(node.config, output.get(_WORKER_RULES, {}))
    node.config.stash[_LATE].update(output.get(_WORKER_LATE, {}))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Tell what came late, and print rule coverage when it was asked for."""
    late = config.stash[_LATE]
    if late:
        terminalreporter.section(_LATE_TITLE)
        for test, lines in late.items():
            terminalreporter.line(test)
            for line in lines:
                terminalreporter.line(f"  {line}")
        terminalreporter.line(
            "No test has seen these. Wait for what a test sends: yespo_mock.wait_for(…)."
        )
    if config.getoption("yespo_mock_coverage"):
        from mock_server.emulator.reports.summary import coverage_lines

        terminalreporter.section("yespo-mock rule coverage")
        rules = config.stash[_RULES]
        for line in coverage_lines(rules):
            terminalreporter.line(line)


def _start(config: pytest.Config) -> MockServer:
    try:
        from mock_server import EmulatorError, MockServer
    except ImportError as error:
        pytest.fail(_in_the_way(error), pytrace=False)
    seeds: list[Path] = config.getini("yespo_mock_seed")
    strict, url = config.getini("yespo_mock_strict"), _url(config)
    try:
        if url is None:
            return MockServer(seed=seeds, port=_port(config), strict=strict).start()
        worker = getattr(config, "workerinput", {}).get("workerid")
        mock = MockServer.connect(url, account=worker and f"yespo-mock-{worker}")
        if worker and mock.mode == "shared":
            pytest.fail(
                f"The tests run in several processes, and all keys share one account at {url}."
                " Start it with --accounts per-key, or leave -n out.",
                pytrace=False,
            )
        _begin(config, mock)
    except (EmulatorError, OSError) as error:
        how = "used" if url else "started"
        pytest.fail(f"The emulator of yespo-mock cannot be {how}: {error}", pytrace=False)
    return cast("MockServer", mock)  # to tests it is the same


def _url(config: pytest.Config) -> str | None:
    return config.getoption("yespo_mock_url") or os.environ.get("YESPO_MOCK_URL")


def _begin(config: pytest.Config, mock: Arranging) -> None:
    """Reset a server; one that runs elsewhere lacks the seeds and settings of the ini file."""
    mock.reset()
    if _url(config) is not None:
        mock.seed(*config.getini("yespo_mock_seed"))
        if config.getini("yespo_mock_strict"):
            mock.configure(strict=True)


def _port(config: pytest.Config) -> int:
    text: str = config.getini("yespo_mock_port")
    worker: str = getattr(config, "workerinput", {}).get("workerid", "gw0")
    first = int(text) if text.isdecimal() else -1
    if not 0 <= first <= 65_535:
        pytest.fail(f"yespo_mock_port is a port from 0 to 65535, not {text!r}.", pytrace=False)
    return first and first + int(worker.removeprefix("gw") or 0)


def _in_the_way(error: ImportError) -> str:
    """Say why the emulator cannot be imported: most likely a folder of the project's own."""
    import mock_server

    found = [*getattr(mock_server, "__path__", ()), getattr(mock_server, "__file__", None)][0]
    return (
        f"The fixtures of yespo-mock need its package mock_server, but Python finds {found}:"
        f" {error}.\nRename that, or see to it that its folder is not first on sys.path (`pytest`"
        " does not put the current folder there, `python -m pytest` does)."
    )


def _kinds(config: pytest.Config, marked: dict[str, Any]) -> set[str]:
    """What a test fails for, by the ini option and its marker, whose arguments for it are taken."""
    from mock_server.emulator.errors import InvalidError
    from mock_server.emulator.gate.report import KINDS, read_kinds

    given = marked.pop("fail_on", None)
    asked = config.getini("yespo_mock_fail_on") if given is None else given
    try:
        kinds = set(read_kinds(asked, [kind for kind in KINDS if kind != "unread"]))
    except InvalidError as error:
        where = "yespo_mock_fail_on" if given is None else "@pytest.mark.yespo_mock: fail_on"
        pytest.fail(f"{where}: {error}", pytrace=False)
    for name, allowed in _OPTS_OUT.items():
        value = marked.pop(name, False)
        if not isinstance(value, bool):
            pytest.fail(
                f"@pytest.mark.yespo_mock: {name} is True or False, not {value!r}.", pytrace=False
            )
        kinds -= allowed if value else set()
    return kinds


def _marked(node: pytest.Item) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("yespo_mock"))):
        if marker.args:
            pytest.fail(
                f"@pytest.mark.yespo_mock takes keywords only, not {marker.args[0]!r}:"
                " allow_ignored, allow_refused, allow_unused, fail_on, seed and the settings of the"
                " account.",
                pytrace=False,
            )
        found.update(marker.kwargs)
    return found


def _beside(request: pytest.FixtureRequest, seed: Any) -> Path:
    """A seed file as the marker names it: next to the test, or from where pytest was started."""
    places: list[Path] = [request.path.parent / seed, request.config.rootpath / seed]
    for place in places:
        if place.is_file():
            return place
    tried = " or ".join(str(place) for place in dict.fromkeys(places))
    return pytest.fail(f"@pytest.mark.yespo_mock: there is no seed file {tried}.", pytrace=False)


def _report_of(mock: MockServer, above: str) -> str:
    """The events of a test, or why they cannot be shown: that must not end the whole run."""
    try:
        return mock.report(above) or "No request has reached the emulator."
    except Exception as error:  # whatever it is, the test has failed already
        return f"The events of this test cannot be shown: {error}"


def _judge(item: pytest.Item) -> None:
    """Fail a test for what it never looked at.

    In a session with a server that is every test: an application that was started once may have
    sent something while it ran.
    """
    mock = item.config.stash.get(_SERVER, None)
    is_own = _MOCK in item.stash
    if mock is None or not (is_own or mock.is_running):
        return
    if not mock.is_running:
        pytest.fail(
            "This test has closed yespo_mock, whose server all tests share, so nobody can tell what"
            " became of its events.\nUse `with yespo_mock.down():` to have connections refused, or"
            " a MockServer of the test's own to close.",
            pytrace=False,
        )
    kinds = item.stash[_KINDS] if is_own else _kinds(item.config, _marked(item)) - _ITS_OWN
    said = mock.judge(kinds, item.nodeid, anew=is_own)
    if said:
        if is_own:
            item.stash[_KINDS] = set()  # told once
            item.stash[_REPORT] = _report_of(mock, said)
        pytest.fail(said, pytrace=False)


def _keep_unjudged(config: pytest.Config, mock: MockServer, when: str) -> None:
    """Keep what was dropped outside tests, before it is forgotten."""
    if not mock.is_running:
        return
    counts = mock.summary()
    events, refused = mock.unlooked(counts=counts), mock.unlooked_refused(counts)
    if events or refused:
        from mock_server.testing.text import events_text, request_lines

        texts = [events_text(events)] if events else []
        texts += [request_lines(refused)] if refused else []
        config.stash[_LATE].setdefault(when, []).extend("\n".join(texts).splitlines())
        mock.told(events, refused)


def _add_rules(config: pytest.Config, rules: Mapping[str, Any]) -> None:
    for rule, results in rules.items():
        config.stash[_RULES].setdefault(rule, set()).update(results)
