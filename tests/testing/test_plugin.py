"""The pytest plugin, in projects of its own."""

from __future__ import annotations

import json

import pytest

pytest_plugins = ["pytester"]


def test_a_test_that_never_looked_at_an_ignored_event_fails_with_its_trace(project):
    result = project("""
def test_order(yespo_mock):
    assert send(yespo_mock, url="") == 200
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "orderCreated 1 was ignored: items[[]0[]].url is not filled",
            "*event 1: orderCreated 1 ignored: item_required_missing",
            "*way out: would be applied if items[[]0[]].url were filled",
            "*✗ ITM-02  items[[]0[]].url is not filled",
            "The real service would have answered 200 and dropped it*",
            "*-- yespo-mock events --*",
            "event 1: orderCreated 1 ignored*",
            "FAILED *test_order - Failed: orderCreated 1 was ignored: items*",
        ]
    )
    shown = result.stdout.str()
    assert "Traceback" not in shown
    assert shown.count("✗ ITM-02  items[0].url is not filled") == 1  # told once


def test_a_failure_is_in_the_line_of_the_test_and_its_summary_begins_with_the_message(
    project, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "200")
    result = project("""
from mock_server import MockServer

def test_misspelt(yespo_mock):
    yespo_mock.events(tpye="visit")

def test_no_such_setting(yespo_mock):
    yespo_mock.configure(strct=True)

def test_no_such_order(yespo_mock):
    yespo_mock.order("404")

def test_no_such_setting_at_the_start():
    MockServer(strct=True)

def test_no_such_part_of_a_seed():
    with MockServer(seed={"contcts": []}):
        pass
""")
    result.assert_outcomes(failed=5)
    result.stdout.fnmatch_lines(
        [
            "FAILED *::test_misspelt - TypeError: There is no filter 'tpye'. Did you mean type?",
            "FAILED *::test_no_such_setting - Settings: strct: Unknown field. *",
            "FAILED *::test_no_such_order - There is no order 404. *",
            "FAILED *::test_no_such_setting_at_the_start - MockServer: strct: Unknown field. *",
            "FAILED *::test_no_such_part_of_a_seed - *contcts: Unknown field. *",
        ]
    )
    shown = result.stdout.str()
    assert "mock_server/" not in shown
    assert "def configure" not in shown


def test_each_test_has_a_clean_server_and_good_tests_pass(project):
    result = project("""
servers = set()

@pytest.mark.parametrize("number", [1, 2, 3])
def test_order(yespo_mock, number):
    assert yespo_mock.events() == yespo_mock.orders() == []
    assert len(yespo_mock.contacts()) == 1
    send(yespo_mock)
    yespo_mock.assert_order("1", totalCost=10)
    servers.add(yespo_mock.url)
    assert len(servers) == 1
""")
    result.assert_outcomes(passed=3)


def test_looking_at_the_verdict_is_enough(project):
    result = project("""
def test_asserted(yespo_mock):
    send(yespo_mock, url="")
    yespo_mock.assert_event(verdict="ignored")

def test_read(yespo_mock):
    send(yespo_mock, url="")
    assert yespo_mock.events()[0].reasons == ["item_required_missing"]

def test_only_counted(yespo_mock):
    send(yespo_mock, url="")
    assert len(yespo_mock.events()) == 1
""")
    result.assert_outcomes(passed=2, failed=1)


def test_a_test_that_fails_by_itself_shows_its_events_and_fails_once(project):
    result = project("""
def test_order(yespo_mock):
    send(yespo_mock, url="")
    assert 1 == 2

def test_nothing(yespo_mock):
    assert 1 == 2

def test_without():
    assert 1 == 2
""")
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["*assert 1 == 2*", "*-- yespo-mock events --*", "event 1: order*"])
    result.stdout.fnmatch_lines(["No request has reached the emulator."])


def test_rejected_events_count_too_and_several_are_told(project):
    result = project("""
import urllib.error

def test_rejected(yespo_mock):
    for key in ("", ""):
        with pytest.raises(urllib.error.HTTPError) as failed:
            send(yespo_mock, key=key)
        failed.value.close()
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["an event 1 was rejected: *, and 1 more"])


def test_the_marker_opts_out_seeds_and_sets(project, pytester):
    pytester.path.joinpath("seed.json").write_text(
        json.dumps({"contacts": [{"email": "b@example.com"}]})
    )
    result = project("""
import urllib.error

@pytest.mark.yespo_mock(allow_ignored=True)
def test_allowed(yespo_mock):
    send(yespo_mock, url="")

@pytest.mark.yespo_mock(strict=True, allow_ignored=True)
def test_strict(yespo_mock):
    with pytest.raises(urllib.error.HTTPError) as failed:
        send(yespo_mock, url="")
    assert failed.value.code == 422
    failed.value.close()

@pytest.mark.yespo_mock(seed="seed.json")
class TestClass:
    @pytest.mark.yespo_mock(seed=[{"contacts": [{"email": "c@example.com"}]}])
    def test_nearest(self, yespo_mock):
        assert [each.email for each in yespo_mock.contacts()] == ["c@example.com", "a@example.com"]

    def test_class(self, yespo_mock):
        assert [each.email for each in yespo_mock.contacts()] == ["b@example.com", "a@example.com"]

def test_settings_do_not_stay(yespo_mock):
    assert send(yespo_mock) == 200
""")
    result.assert_outcomes(passed=5)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("strct=True", "*@pytest.mark.yespo_mock: Settings: strct: Unknown field*strict*"),
        ("'seed.json'", "*takes keywords only, not 'seed.json'*"),
        ("seed='none.json'", "*there is no seed file *none.json*"),
        ("seed={'contact': 1}", "*@pytest.mark.yespo_mock: Seed: contact: Unknown field*"),
    ],
)
def test_a_marker_that_cannot_be_used_is_told(project, marker, message):
    result = project(f"""
@pytest.mark.yespo_mock({marker})
def test_marked(yespo_mock):
    pass
""")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])


def test_what_a_fixture_sends_while_it_is_taken_down_is_seen(project):
    result = project("""
@pytest.fixture
def shop(yespo_mock):
    yield
    send(yespo_mock, url="")

def test_late(shop):
    pass
""")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["orderCreated 1 was ignored: *"])


def test_unittest_classes_use_it_too(project):
    result = project(
        """
import unittest

class TestShop(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def mock(self, yespo_mock):
        self.yespo = yespo_mock

    def test_good(self):
        send(self.yespo)
        self.yespo.assert_order("1")

    def test_bad(self):
        send(self.yespo, url="")
"""
    )
    result.assert_outcomes(passed=1, failed=1)


TWO = """
@pytest.mark.parametrize("number", range(6))
def test_good(yespo_mock, number):
    send(yespo_mock)

def test_bad(yespo_mock):
    send(yespo_mock, url="")
    yespo_mock.reset()
"""


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "xdist"])
def test_coverage_ends_the_run_and_workers_are_put_together(project, workers):
    result = project(TWO, "--yespo-mock-coverage", *workers, in_process=not workers)
    result.assert_outcomes(passed=7)
    result.stdout.fnmatch_lines(
        ["*= yespo-mock rule coverage =*", "* of * rules exercised.", "ITM *", "*broken: ITM-02"]
    )


def test_coverage_without_a_test_that_used_it(project):
    result = project("def test_nothing(): pass", "--yespo-mock-coverage", head="")
    result.stdout.fnmatch_lines(["0 of * rules exercised."])


def test_it_costs_nothing_where_it_is_not_used(project):
    result = project(
        """
import sys

def test_light():
    assert "yespo_mock_plugin" in sys.modules
    assert not {"flask", "httptools", "tinydb", "mock_server.emulator"} & set(sys.modules)
""",
        head="",
        in_process=False,
    )
    result.assert_outcomes(passed=1)


def test_help_names_the_marker_and_the_fixture(project):
    result = project("", "--markers", head="")
    result.stdout.fnmatch_lines(["@pytest.mark.yespo_mock(allow_ignored=False*"])
    result = project("", "--fixtures", head="")
    result.stdout.fnmatch_lines(["yespo_mock*", "*A clean emulator of the Yespo*"])


# What must not end the whole run


def test_closing_the_server_is_a_failure_of_that_test(project):
    result = project("""
def test_service_down(yespo_mock):
    yespo_mock.close()

def test_after(yespo_mock):
    yespo_mock.add_contact(email="b@example.com")
    send(yespo_mock)
    yespo_mock.assert_order("1")
""")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*Use `with yespo_mock.down():`*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


@pytest.mark.parametrize("action", ["reset", "timeout"])
def test_a_failing_test_whose_request_had_no_answer_is_reported(project, action):
    result = project(f"""
import socket

def test_retry(yespo_mock):
    yespo_mock.fail_next(action="{action}")
    host, port = yespo_mock.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(b"POST /api/v2/event HTTP/1.1\\r\\nHost: localhost\\r\\n"
                       b"Content-Length: 2\\r\\n\\r\\n{{}}")
        client.settimeout(0.2)
        try:
            client.recv(1)
        except OSError:
            pass
    assert False, "my own assertion"

def test_another_one(yespo_mock):
    pass
""")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*my own assertion*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_while_it_is_down_connections_are_refused_and_nothing_is_lost(project):
    result = project("""
from urllib.error import URLError

def test_down(yespo_mock):
    send(yespo_mock)
    with yespo_mock.down():
        with pytest.raises(URLError):
            send(yespo_mock, order="2")
        yespo_mock.assert_order("1")
    send(yespo_mock, order="3")
    assert [each.externalOrderId for each in yespo_mock.orders()] == ["1", "3"]
""")
    result.assert_outcomes(passed=1)


def test_a_test_that_is_run_again_shows_the_events_of_that_attempt(project):
    result = project(
        """
attempts = []

def test_flaky(yespo_mock):
    attempts.append(1)
    send(yespo_mock, order=f"attempt-{len(attempts)}", url="")
""",
        *("-p", "pytest_rerunfailures", "--reruns", "1"),
    )
    result.assert_outcomes(failed=1)
    shown = result.stdout.str().partition("= FAILURES =")[2]
    assert "orderCreated attempt-2 ignored" in shown
    assert "attempt-1" not in shown


def test_a_project_with_a_folder_mock_server_of_its_own_still_runs_and_is_told(project, pytester):
    pytester.mkpydir("mock_server")
    result = project(
        """
def test_own():
    import mock_server
    assert mock_server.__file__.startswith(str(__import__("pathlib").Path.cwd()))

def test_order(yespo_mock):
    pass
""",
        head="",
        in_process=False,
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*need its package mock_server, but Python finds *mock_server*"])


# A server for the session, and what comes late

LATE = """
import base64, json, urllib.error, urllib.request

def send_with(key, mock, path="/v2/event"):
    event = {"eventTypeKey": "orderCreated", "keyValue": "late-1", "params": []}
    token = base64.b64encode(f"shop:{key}".encode()).decode()
    headers = {"Authorization": "Basic " + token, "Content-Type": "application/json"}
    request = urllib.request.Request(mock.api_url + path, json.dumps(event).encode(), headers)
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20)
    except urllib.error.HTTPError as error:
        return error.code

keys = []

def test_fires_and_forgets(yespo_mock):
    keys.append(yespo_mock.api_key)

def test_innocent(yespo_mock):
    assert yespo_mock.api_key not in keys
    send_with(keys[0], yespo_mock)
    send_with(keys[0], yespo_mock, "/v1/nothing")
    assert yespo_mock.events() == [] and yespo_mock.requests() == []
"""


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1")])
def test_what_comes_after_its_test_is_told_as_that_tests(project, workers):
    result = project(LATE, *workers, head="", in_process=not workers)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "*sent after the test had ended*",
            "test_shop.py::test_fires_and_forgets",
            "  orderCreated late-1 ignored: required_missing, contact_identifier_missing",
            "    way out: would be applied if *",
            "  POST /api/v1/nothing was answered 404: route_unknown",
            "    There is nothing at /api/v1/nothing.*",
            "No test has seen these. Wait for what a test sends: yespo_mock.wait_for(?).",
        ]
    )


def test_what_comes_with_the_key_of_the_session_belongs_to_the_running_test(project):
    result = project(
        LATE.partition("keys = []")[0]
        + """
import pytest

@pytest.fixture(scope="session")
def application(yespo_mock_server):
    return yespo_mock_server.api_key

def test_one(yespo_mock, application):
    send_with(application, yespo_mock)
    assert yespo_mock.events(verdict="ignored")[0].eventKey == "late-1"

def test_two(yespo_mock, application):
    send_with(application, yespo_mock)

def test_three(yespo_mock, application):
    send_with("never-given-out", yespo_mock)
""",
        head="",
    )
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.no_fnmatch_line("*sent after the test had ended*")


def test_the_sessions_server_is_started_as_the_ini_file_says(project, pytester):
    pytester.makefile(".json", seed='{"contacts": [{"email": "a@example.com"}]}')
    pytester.makeini(
        "[pytest]\nyespo_mock_seed = seed.json\nyespo_mock_strict = true\nyespo_mock_port = 0\n"
    )
    result = project(
        """
import urllib.error
import pytest
from shop import send

@pytest.fixture(scope="session")
def application(yespo_mock_server):
    return yespo_mock_server

@pytest.mark.parametrize("number", range(2))
def test_order(application, yespo_mock, number):
    assert application is yespo_mock
    assert yespo_mock.contact("a@example.com").orders == []
    with pytest.raises(urllib.error.HTTPError, match="422"):
        send(yespo_mock, url="")
    yespo_mock.assert_event(verdict="ignored")
""",
        head="",
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("yespo_mock_port = http", "yespo_mock_port is a port from 0 to 65535, not 'http'."),
        ("yespo_mock_seed = no.json", "cannot be started: Seed *no.json cannot be read"),
    ],
)
def test_an_ini_option_that_cannot_be_used_is_told(project, pytester, line, said):
    pytester.makeini(f"[pytest]\n{line}\n")
    result = project("def test_order(yespo_mock): pass", head="")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{said}*"])


# Requests that never became an event

WRONG = """
import urllib.error, urllib.request

def wrong(mock, path="/v2/event"):
    request = urllib.request.Request(mock.url + path, b"{}", {"Content-Type": "application/json"})
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)
    except urllib.error.HTTPError as error:
        return error.code
"""


def test_a_refused_request_nobody_looked_at_fails_the_test(project):
    result = project(
        WRONG
        + """
def test_wrong_base(yespo_mock):
    wrong(yespo_mock)

def test_no_key(yespo_mock):
    wrong(yespo_mock, "/api/v2/event")
"""
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "*POST /v2/event was refused: 404 route_unknown*",
            "*Did you mean POST /api/v2/event?*",
            "*POST /api/v2/event was refused: 401 api_key_missing*",
        ]
    )


def test_a_refused_request_that_was_looked_at_or_allowed_does_not(project):
    result = project(
        WRONG
        + """
def test_asserted(yespo_mock):
    wrong(yespo_mock)
    assert yespo_mock.assert_refused(status=404, path="/v2/event").reason == "route_unknown"

def test_listed(yespo_mock):
    wrong(yespo_mock)
    assert len(yespo_mock.requests(refused=True)) == 1

def test_reason_read(yespo_mock):
    wrong(yespo_mock)
    (request,) = yespo_mock.requests()
    assert request.reason == "route_unknown"

@pytest.mark.yespo_mock(allow_refused=True)
def test_allowed(yespo_mock):
    wrong(yespo_mock)

def test_nothing_was_refused(yespo_mock):
    with pytest.raises(AssertionError, match="No refused request matched status=404"):
        yespo_mock.assert_refused(status=404)
"""
    )
    result.assert_outcomes(passed=5)
