"""`yespo-mock check` and `GET /_mock/check`: the same report, whatever it is about."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import requests

from mock_server import MockServer
from mock_server.documents.reports import CheckReport
from mock_server.emulator.examples import EXAMPLES
from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings

GOOD = {"eventTypeKey": "visit", "keyValue": "1", "params": [{"name": "email", "value": "a@b.cd"}]}
IGNORED = EXAMPLES["orderDelivered"]
REJECTED = {"eventTypeKey": "a|b", "keyValue": "1"}
WARNED = {"eventTypeKey": "visit", "keyValue": "1"}


def send(
    mock: MockServer | HostedEmulator, *events: Any, key: str = "any", path: str = "/v2/event"
) -> None:
    for event in events:
        requests.post(mock.api_url + path, json=event, auth=("a", key), timeout=10)


def checked(mock: MockServer | HostedEmulator, **query: Any) -> tuple[int, Any]:
    answer = requests.get(f"{mock.url}/_mock/check", params=query, timeout=10)
    found = answer.json()
    if answer.status_code in (200, 409):
        assert CheckReport().validate(found) == {}
    return answer.status_code, found


@pytest.fixture
def contact() -> Iterator[MockServer]:
    with MockServer() as mock:
        mock.add_contact(email="a@b.cd")
        yield mock


@pytest.mark.parametrize(
    ("events", "fail_on", "fallen"),
    [
        ((GOOD,), None, {}),
        ((), None, {"nothing": 1}),
        ((), "ignored", {}),
        ((GOOD, IGNORED), None, {"ignored": 1}),
        ((GOOD, IGNORED, IGNORED, REJECTED), None, {"ignored": 2, "rejected": 1}),
        ((GOOD, IGNORED), "rejected", {}),
        ((WARNED,), None, {}),
        ((WARNED, IGNORED), "warning,ignored", {"ignored": 1, "warning": 1}),
        ((GOOD,), "", {}),
    ],
)
def test_the_verdict_of_the_check_follows_what_came_in(run, contact, events, fail_on, fallen):
    send(contact, *events)
    query = {} if fail_on is None else {"failOn": fail_on}
    status, report = checked(contact, **query)
    assert (status, report["fallen"]) == (409 if fallen else 200, fallen)
    assert (report["total"], report["failed"]) == (len(events), bool(fallen))
    assert report["casesTotal"] == len(report["cases"])
    options = () if fail_on is None else ("--fail-on", fail_on)
    ended = run("check", "--url", contact.url, "--json", *options)
    assert ended.returncode == (3 if fallen else 0)
    assert json.loads(ended.stdout) == report


def test_refused_requests_and_unused_faults_are_told_with_the_way_out(run, contact, tmp_path):
    send(contact, GOOD)
    send(contact, GOOD, path="/v2/evnt")
    contact.fail_next(status=503, times=2)
    send(contact, GOOD)
    options = ("--fail-on", "refused,unused", "--junit", "out.xml", "--github")
    ended = run("check", "--url", contact.url, *options)
    assert ended.returncode == 3
    told = " ".join(ended.stdout.split())
    assert "fell into --fail-on refused,unused: 2" in told
    assert "POST /api/v2/evnt 404 route_unknown" in told
    assert "Did you mean POST /api/v2/event?" in told
    assert "fault 1 (503 for any request) was met 1 of 2 times" in told
    assert ended.stderr.count("::error title=yespo-mock%3A ") == 2
    cases = list(ElementTree.parse(tmp_path / "out.xml").iter("testcase"))
    assert [case.find("failure").get("type") for case in cases] == ["refused", "unused"]


def test_annotations_have_the_fix_of_a_server_a_state_and_a_log(run, contact, tmp_path):
    order = {"externalOrderId": "1", "totalCost": 9, "status": "completed", "email": "a@b.cd"}
    order["date"] = "2026-01-31T12:00:00"
    params = [{"name": name, "value": value} for name, value in order.items()]
    sent = {"eventTypeKey": "orderCreated", "keyValue": "1", "params": params}
    send(contact, sent)
    exported = requests.get(f"{contact.url}/_mock/state", timeout=10).text
    (tmp_path / "export.json").write_text(exported, "utf-8")
    (tmp_path / "a.log").write_text(f"12:00 {json.dumps(sent)}\n", "utf-8")
    for source in (("--url", contact.url), ("export.json",), ("a.log",)):
        ended = run("check", "--github", *source)
        (line,) = ended.stderr.splitlines()[-1:]
        assert line.startswith("::error ")
        assert line.endswith('%0Afix: replace /params/2/value "DELIVERED"')
    (case,) = checked(contact)[1]["cases"]
    assert case["fix"] == requests.get(f"{contact.url}/_mock/events/1", timeout=10).json()["fix"]


def test_only_what_came_after_an_event_is_looked_at(contact):
    send(contact, IGNORED)
    send(contact, IGNORED, path="/v2/evnt")
    send(contact, GOOD)
    assert checked(contact)[0] == 409
    status, report = checked(contact, since=2)
    assert (status, report["refused"], report["fallen"]) == (409, 0, {"nothing": 1})
    status, report = checked(contact, since=1, failOn="ignored,rejected,refused")
    assert (report["total"], report["byVerdict"]["recorded"]) == (1, 1)
    assert checked(contact, since=9)[0] == 400


def test_all_accounts_are_looked_at_unless_one_is_named():
    with HostedEmulator(ServerSettings(port=0, state=None, accounts="per-key")) as mock:
        send(mock, IGNORED, key="one")
        send(mock, WARNED, key="two")
        assert checked(mock)[1]["total"] == 2
        assert checked(mock, account="two", failOn="ignored")[0] == 200
        assert checked(mock, account="one", failOn="ignored")[0] == 409


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"failOn": "ignord"}, "Did you mean ignored?"),
        ({"failOn": "unread"}, "unread cannot be checked in a server"),
        ({"since": "x"}, "since"),
        ({"failon": "ignored"}, "failon"),
    ],
)
def test_what_cannot_be_asked_is_refused(contact, query, told):
    status, answer = checked(contact, **query)
    assert (status, told in answer["message"]) == (400, True)


def test_a_state_and_an_export_are_told_as_they_stand(run, contact, tmp_path):
    send(contact, GOOD, IGNORED)
    (tmp_path / "export.json").write_text(
        requests.get(f"{contact.url}/_mock/state", timeout=10).text, "utf-8"
    )
    ended = run("check", "export.json")
    assert ended.returncode == 3
    assert "event 2 orderDelivered" in ended.stdout
    assert run("check", "export.json", "--fail-on", "rejected").returncode == 0
    assert run("check", "export.json", "--since", "2", "--fail-on", "ignored").returncode == 0
    for kind in ("refused", "unused", "unread"):
        ended = run("check", "export.json", "--fail-on", kind)
        assert (ended.returncode, f"{kind} cannot be checked in a state" in ended.stderr) == (
            2,
            True,
        )


def test_a_log_is_judged_with_contacts_and_orders_taken_for_known(run, tmp_path: Path):
    (tmp_path / "a.log").write_text(f"12:00 {json.dumps(IGNORED)}\n", "utf-8")
    ended = run("check", "a.log")
    assert (ended.returncode, ended.stderr) == (0, "")
    (tmp_path / "a.log").write_text(f"12:00 {json.dumps(REJECTED)}\n", "utf-8")
    assert run("check", "a.log").returncode == 3
    assert run("check", "a.log", "--fail-on", "refused").returncode == 2
    assert run("check", "a.log", "--url", "http://127.0.0.1:1").returncode == 2
    assert run("check", "nothing.log").returncode == 2


def order(number: str, **values: Any) -> dict[str, Any]:
    made = copy.deepcopy(EXAMPLES["orderCreated"])
    for each in made["params"]:
        each["value"] = {**values, "externalOrderId": number}.get(each["name"], each["value"])
        each["name"] = "totalcost" if values.get(each["name"]) == "misspelt" else each["name"]
    return made


SPOILT = [
    order("1", status="sold", date="soon", totalCost="misspelt"),
    order("2", status="gone", date="later"),
    order("3", date="never"),
    order("4", date="tomorrow"),
]
OWN_HINTS = {
    "ORD-01/missing": "would be applied if totalcost were named totalCost",
    "ORD-03/unknown": "would be applied if status were one of INITIALIZED, IN_PROGRESS, DELIVERED,"
    " CANCELLED or ABANDONED_SHOPPING_CART",
    "ORD-04/not_a_date": "would be applied if date were a real date and time as"
    " YYYY-MM-ddTHH:mm:ss",
}


@pytest.mark.parametrize("command", ["explain", "check", "check --url", "exec"])
def test_each_cause_has_the_hint_of_that_cause_alone(run, contact, tmp_path, command):
    (tmp_path / "a.ndjson").write_text("".join(json.dumps(each) + "\n" for each in SPOILT))
    contact.add_contact(phone="380501234567")
    send(contact, *SPOILT)
    sender = (
        "import os, json, pathlib, requests\n"
        "requests.post(os.environ['YESPO_MOCK_URL'] + '/_mock/contacts', json="
        "{'phone': '380501234567'})\n"
        "for each in pathlib.Path('a.ndjson').read_text().splitlines():\n"
        "    requests.post(os.environ['YESPO_API_URL'] + '/v2/event', json=json.loads(each),\n"
        "        auth=('a', os.environ['YESPO_API_KEY']))\n"
    )
    arguments = {
        "explain": ("explain", "--in-memory", "--contacts", "known", "--json", "a.ndjson"),
        "check": ("check", "--json", "a.ndjson"),
        "check --url": ("check", "--json", "--url", contact.url),
        "exec": ("exec", "--", sys.executable, "-c", sender),
    }[command]
    ended = run(*arguments)
    if command == "exec":
        told = " ".join(ended.stderr.split("fix first")[1].split())
        assert all(told.count(hint) == 1 for hint in OWN_HINTS.values())
        assert told.count("would be") == len(OWN_HINTS)
    else:
        fixes = json.loads(ended.stdout)["fixes"]
        assert {each["finding"]: each["hint"] for each in fixes} == OWN_HINTS
