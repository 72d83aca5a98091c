"""`MockServer.connect` and the plugin against a server that runs already."""

from __future__ import annotations

import pytest

from mock_server import MockServer
from mock_server.emulator.errors import EmulatorError
from mock_server.testing.connected import NotConnectedError

pytest_plugins = ["pytester"]


def test_what_cannot_work_from_afar_says_so(mock):
    there = MockServer.connect(f"{mock.api_url}/")
    assert (there.url, there.api_url, there.is_running) == (mock.url, mock.api_url, True)
    assert repr(there) == f"<ConnectedServer {mock.url}>"
    for ask in (lambda: there.db, there.down, there.intercept):
        with pytest.raises(NotImplementedError, match="is for a MockServer in this process"):
            ask()
    with there.start() as same:
        assert same is there
    there.close()
    assert mock.is_running


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (None, "Give the URL of the emulator, or set YESPO_MOCK_URL"),
        ("127.0.0.1:9380", "127.0.0.1:9380 is not a URL such as http://"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1 does not answer: "),
    ],
)
def test_where_nothing_can_be_connected_to_it_says_why(monkeypatch, url, said):
    monkeypatch.delenv("YESPO_MOCK_URL", raising=False)
    with pytest.raises(NotConnectedError) as failed:
        MockServer.connect(url)
    assert said in str(failed.value)


def test_the_service_itself_is_not_taken_for_an_emulator(mock, monkeypatch):
    with pytest.raises(EmulatorError, match="/_mock/health was answered 404"):
        MockServer.connect(f"{mock.url}/api/v1")


def test_the_environment_of_exec_is_enough(mock, monkeypatch):
    monkeypatch.setenv("YESPO_MOCK_URL", mock.url)
    monkeypatch.setenv("YESPO_API_KEY", "of-exec")
    there = MockServer.connect()
    assert (there.url, there.api_key, there.mode) == (mock.url, "of-exec", "shared")


@pytest.fixture
def per_key():
    from mock_server.frame.hosting import HostedEmulator
    from mock_server.settings import ServerSettings

    with HostedEmulator(
        ServerSettings(port=0, state=None, accounts="per-key", control_token="secret")
    ) as hosted:
        yield hosted


def test_with_an_account_for_each_key_each_sees_its_own(per_key, monkeypatch):
    with pytest.raises(EmulatorError, match="token"):
        MockServer.connect(per_key.url)
    first = MockServer.connect(per_key.url, token="secret", account="first")
    monkeypatch.setenv("YESPO_MOCK_CONTROL_TOKEN", "secret")
    second = MockServer.connect(per_key.url, account="schlüssel")
    first.add_contact(email="a@example.com")
    assert (len(first.contacts()), len(second.contacts())) == (1, 0)
    assert (second.api_key, second.mode) == ("schlüssel", "per-key")


TESTS = """
def test_arrives(yespo_mock):
    yespo_mock.add_contact(email="a@example.com")
    send(yespo_mock)
    yespo_mock.assert_order("1", totalCost=10)

def test_is_dropped(yespo_mock):
    send(yespo_mock, url="")

@pytest.mark.yespo_mock(seed={"contacts": [{"email": "a@example.com"}]}, organisation_name="S")
def test_begins_clean(yespo_mock):
    assert yespo_mock.events() == []
    assert [each.email for each in yespo_mock.contacts()] == ["a@example.com"]

def test_has_sent_late(yespo_mock):
    pass
"""
HEAD = "import pytest\nfrom shop import send\n"


@pytest.mark.parametrize("how", ["option", "variable"])
def test_the_fixture_judges_by_a_server_that_runs_elsewhere(mock, project, monkeypatch, how):
    options = ["--yespo-mock-url", mock.url] if how == "option" else []
    if how == "variable":
        monkeypatch.setenv("YESPO_MOCK_URL", mock.url)
    result = project(TESTS, *options, "--yespo-mock-coverage", head=HEAD)
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(
        ["*orderCreated 1 was ignored: *", "*way out: *", "* of * rules e*"]
    )


def test_seeds_and_strictness_of_the_ini_file_come_back_before_each_test(mock, project, pytester):
    pytester.makefile(".json", shop='{"contacts": [{"email": "a@example.com"}]}')
    pytester.makeini("[pytest]\nyespo_mock_seed = shop.json\nyespo_mock_strict = true\n")
    result = project(
        """
@pytest.mark.parametrize("time", [1, 2])
def test_begins(yespo_mock, time):
    assert len(yespo_mock.contacts()) == 1
    assert yespo_mock._ask("GET", "/settings")["strict"] is True
    yespo_mock.reset()
""",
        *("--yespo-mock-url", mock.url),
        head=HEAD,
    )
    result.assert_outcomes(passed=2)


def test_workers_need_an_account_each(mock, per_key, project, monkeypatch):
    workers = ("-p", "xdist", "-n", "2", "--yespo-mock-url")
    result = project(TESTS, *workers, mock.url, head=HEAD, in_process=False)
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(["*Start it with --accounts per-key, or leave -n out.*"])
    monkeypatch.setenv("YESPO_MOCK_CONTROL_TOKEN", "secret")
    tests = TESTS.replace("send(yespo_mock", "send_as(yespo_mock")
    result = project(tests, *workers, per_key.url, head=HEAD + SEND_AS, in_process=False)
    result.assert_outcomes(passed=3, failed=1)


SEND_AS = """
import shop

def send_as(mock, **more):
    shop.base64.b64encode, before = lambda _: before(f"shop:{mock.api_key}".encode()), (
        shop.base64.b64encode)
    try:
        return send(mock, **more)
    finally:
        shop.base64.b64encode = before
"""


def test_a_server_that_is_not_there_is_told_once_for_each_test(project):
    result = project(TESTS, "--yespo-mock-url", "http://127.0.0.1:1", head=HEAD)
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(["The emulator of yespo-mock cannot be used: http://127.0.0.1:1*"])
