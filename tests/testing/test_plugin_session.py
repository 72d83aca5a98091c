"""The pytest plugin where an application was started once: every test of the session is judged."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

HEAD = """
import pytest
from shop import send

@pytest.fixture(scope="session")
def shop(yespo_mock_server):
    return yespo_mock_server  # stands for an application that was started with its URL and key
"""


def test_a_test_that_does_not_name_the_fixture_fails_for_what_was_dropped(project):
    result = project(
        """
def test_drops(shop):
    send(shop)

def test_has_nothing_to_do_with_it():
    pass

def test_arrives(shop):
    shop.add_contact(email="a@example.com")
    send(shop)

@pytest.mark.yespo_mock(allow_ignored=True)
def test_may_drop(shop):
    send(shop, url="")

def test_looks(shop):
    send(shop, order="9", url="")
    shop.assert_event(verdict="ignored", order="9")

def test_fails_by_itself(shop):
    send(shop, order="10", url="")
    assert False, "its own reason"
""",
        head=HEAD,
    )
    result.assert_outcomes(passed=4, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*orderCreated 1 was ignored: *",
            "*way out: would be applied if *",
            "*It came while this test ran, which never looked at the verdict.",
            "*-- yespo-mock events --*",
            "*assert False*",
        ]
    )
    result.stdout.no_fnmatch_line("*This test has sent it*")


@pytest.mark.parametrize("asked", ["", ", yespo_mock"])
@pytest.mark.parametrize("scope", ["function", "class"])
def test_what_comes_while_a_fixture_is_taken_down_is_an_error_of_that_test(project, scope, asked):
    """Also of a test whose own `yespo_mock` was taken down before."""
    result = project(
        f"""
@pytest.fixture(scope="{scope}")
def sends_at_its_end(shop):
    yield
    send(shop)

def test_quiet(sends_at_its_end{asked}):
    pass

def test_next(shop):
    pass
""",
        head=HEAD,
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["ERROR *test_quiet*"])


def test_an_event_names_the_test_that_made_its_order_known(project):
    result = project(
        """
def test_orders(shop):
    shop.add_contact(email="a@example.com")
    send(shop, order="7")

def test_runs_meanwhile(shop):
    send(shop, order="7", url="")
""",
        head=HEAD,
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["event 2: order 7 was made known by *::test_orders: it may have sent it late."]
    )


LATE = """
keys = []

def test_fires_and_forgets(yespo_mock):
    yespo_mock.add_contact(email="a@example.com")
    keys.append(yespo_mock.api_key)

def test_next(yespo_mock):
    import base64, json, urllib.request
    for url in ("https://example.com/cup", ""):
        old = yespo_mock._keys.current
        token = base64.b64encode(f"shop:{keys[0]}".encode()).decode()
        items = [{"externalItemId": "1", "name": "Cup", "quantity": 1, "cost": 10, "url": url,
                  "imageUrl": "https://example.com/cup.png", "category": "Cups"}]
        params = {"externalOrderId": url or "none", "totalCost": 10, "status": "INITIALIZED",
                  "date": "2026-01-01T00:00:00", "email": "a@example.com", "items": items}
        event = {"eventTypeKey": "orderCreated", "keyValue": "1",
                 "params": [{"name": n, "value": v} for n, v in params.items()]}
        headers = {"Authorization": "Basic " + token, "Content-Type": "application/json"}
        request = urllib.request.Request(
            yespo_mock.api_url + "/v2/event", json.dumps(event).encode(), headers)
        urllib.request.urlopen(request).close()
"""


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1")], ids=["alone", "xdist"])
@pytest.mark.parametrize(("what", "code"), [("report", 0), ("fail", 1)])
def test_late_events_are_judged_by_what_their_test_held_and_may_fail_the_run(
    project, pytester, what, code, workers
):
    pytester.makeini(f"[pytest]\nyespo_mock_late = {what}\n")
    result = project(LATE, *workers, head="", in_process=not workers)
    result.assert_outcomes(passed=2)
    assert result.ret == code
    result.stdout.fnmatch_lines(
        [
            "*sent after the test had ended*",
            "*::test_fires_and_forgets",
            "  orderCreated * applied",
            "  orderCreated * ignored: item_required_missing",
            "    way out: would be applied if items[[]0[]].url were filled*",
        ]
    )


def test_a_way_to_treat_late_events_that_there_is_not_is_told(project, pytester):
    pytester.makeini("[pytest]\nyespo_mock_late = warn\n")
    result = project("def test_nothing(): pass", head="")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*yespo_mock_late is report or fail, not 'warn'.*"])


def test_what_comes_between_the_tests_is_told_and_not_forgotten_by_the_reset(project):
    result = project(
        """
@pytest.fixture
def sends_first(shop):
    send(shop)

def test_clean(sends_first, yespo_mock):
    assert yespo_mock.events() == []
""",
        head=HEAD,
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["before *::test_clean", "*orderCreated 1 ignored*"])
