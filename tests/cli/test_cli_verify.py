"""`yespo-mock verify` in real processes: its own server, another one, and one that is not ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
import xmlschema

from mock_server.contracts import shipped_folder

VENDORED = Path(__file__).parents[1] / "vendor"
SHIPPED = len(list(shipped_folder().glob("*.json")))
SHOP = str(Path(__file__).parents[2] / "fixtures/seeds/shop.json")
VISIT = {"eventTypeKey": "visit", "keyValue": "1"}


def scenario(**changes: Any) -> dict[str, Any]:
    step = {
        "request": {"method": "POST", "path": "/api/v2/event", "body": VISIT},
        "response": {"status": 200, "body": ""},
        "event": {"verdict": "recorded"},
    }
    return {"scenario": "a visit", "rules": ["ENV-13"], "steps": [step], **changes}


def failing() -> dict[str, Any]:
    wrong = scenario(scenario="a visit that is wrong", then={"orders": {"1": {"status": "X"}}})
    wrong["steps"][0]["response"] = {"status": 201, "body": "made"}
    wrong["steps"][0]["event"] = {"verdict": "applied"}
    return wrong


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(name: str, document: Any) -> str:
        text = document if isinstance(document, str) else json.dumps(document, indent=2)
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
        return name

    return write


def test_the_emulator_keeps_to_all_shipped_scenarios(run):
    ended = run("verify")
    assert ended.returncode == 0, ended.stdout
    assert f"{SHIPPED} scenarios: {SHIPPED} passed, 0 failed" in ended.stdout
    assert ended.stderr == ""  # no progress bar unless somebody watches


def test_files_folders_and_rules_choose_scenarios(run, write):
    file = write("one.json", scenario())
    write("many/a.json", scenario())
    write("many/b.json", scenario())
    assert "1 scenario: 1 passed" in run("verify", file).stdout
    assert "2 scenarios: 2 passed" in run("verify", "many").stdout
    assert "3 scenarios: 3 passed" in run("verify", "many", file, "./one.json").stdout
    by_rule = run("verify", "ORD-12", file).stdout
    assert "4 scenarios: 4 passed" in by_rule, by_rule


def test_what_differs_is_told_side_by_side(run, write):
    write("good.json", scenario())
    write("wrong.json", failing())
    ended = run("verify", "good.json", "wrong.json")
    assert ended.returncode == 1
    lines = ended.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "a visit that is wrong"
    assert lines[1] == "wrong.json (ENV-13)"
    assert lines[2].split() == ["where", "expected", "actual"]
    rows = [line.split() for line in lines]
    assert ["steps[0].response.status", "201", "200"] in rows
    assert ["steps[0].event.verdict", '"applied"', '"recorded"'] in rows
    assert ["then.orders.1", '{"status":"X"}', "null"] in rows
    assert lines[-1].startswith("2 scenarios: 1 passed, 1 failed")


def test_a_malformed_scenario_is_refused_with_file_and_line(run, write):
    write("a.json", '{\n  "scenario": }')
    write("b.json", scenario(rules=["ENV-999"]))
    ended = run("verify", "a.json", "b.json")
    assert (ended.returncode, ended.stdout) == (2, "")
    first, second = ended.stderr.splitlines()
    assert first.startswith("a.json:2:15: not JSON")
    assert second.startswith("b.json:4:5: $.rules[0]: There is no rule ENV-999")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nonesuch.json",), "There is no file or folder nonesuch.json"),
        (("empty",), "There are no scenarios (*.json) in empty"),
        (("XYZ-99",), "No scenario that comes with yespo-mock is about XYZ-99"),
        (("--url", "nonsense"), "nonsense is not a URL such as http://127.0.0.1:9380"),
        (("--url", "http://127.0.0.1:1"), "http://127.0.0.1:1 does not answer"),
        (("--url", "http://127.0.0.1:x"), "127.0.0.1:x is not a URL such as http://127.0.0.1:9380"),
        (("--junit", "/dev/null/x"), "cannot be written"),
    ],
)
def test_wrong_usage_is_told(run, tmp_path, arguments, told):
    (tmp_path / "empty").mkdir()
    ended = run("verify", *arguments)
    assert ended.returncode == 2
    assert told in ended.stderr.replace("\n", " ")


def test_a_given_that_the_server_refuses_is_a_difference(run, write):
    file = write("x.json", scenario(given={"orders": [{
        "externalOrderId": "1", "totalCost": 1, "status": "PAID", "date": "x"}]}))  # fmt: skip
    ended = run("verify", file)
    assert ended.returncode == 1
    assert "given" in ended.stdout


def test_captured_values_and_control_steps(run, write):
    seen = {
        "request": {"method": "GET", "path": "/_mock/events/{{id}}"},
        "response": {"status": 200, "body": {"eventId": "{{id}}", "eventTypeKey": "visit"}},
    }
    listed = {
        "request": {"method": "GET", "path": "/_mock/events"},
        "response": {"status": 200, "body": {"total": 1}},
        "capture": {"id": "/events/0/eventId"},
    }
    good = scenario()
    good["steps"] += [listed, seen]
    assert run("verify", write("good.json", good)).returncode == 0
    listed["capture"] = {"id": "/events/1/eventId"}
    ended = run("verify", write("bad.json", good))
    assert ended.returncode == 1
    assert "steps[1].capture.id" in ended.stdout


def test_the_report_has_a_case_for_each_scenario(run, write, tmp_path):
    write("good.json", scenario())
    write("wrong.json", failing())
    run("verify", "--junit", "junit.xml", "good.json", "wrong.json")
    xmlschema.validate(tmp_path / "junit.xml", VENDORED / "junit-10.xsd")
    suite = ElementTree.parse(tmp_path / "junit.xml").getroot()[0]
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("2", "1")
    good, wrong = suite
    assert (good.attrib["name"], len(good)) == ("a visit", 0)
    assert (wrong[0].text or "").startswith("wrong.json\n")
    assert wrong[0].attrib["message"] == (
        "steps[0].response.status: expected 201, was 200 (and 3 more)"
    )
    assert "expected: 201\n  actual:   200" in (wrong[0].text or "")


def test_another_server_is_verified_and_gets_its_state_back(run, serve):
    serving = serve("--seed", SHOP, "--strict", "--in-memory")
    requests.post(f"{serving.url}/api/v2/event", json=VISIT, auth=("a", "b"), timeout=10)
    before = requests.get(f"{serving.url}/_mock/state", timeout=10).json()
    ended = run("verify", "--url", serving.url)
    assert ended.returncode == 0, ended.stdout
    assert f"{SHIPPED} passed" in ended.stdout
    assert run("verify", "--url", f"{serving.url}/api", "ORD-12").returncode == 0
    assert requests.get(f"{serving.url}/_mock/state", timeout=10).json() == before


def test_the_url_may_come_from_the_environment(run, serve):
    url = serve("--in-memory").url
    ended = run("verify", "ORD-12", env={"YESPO_MOCK_URL": url})
    assert ended.returncode == 0
    requests = json.loads(_get(f"{url}/_mock/health"))
    assert requests["events"] == 0


def _get(url: str) -> str:
    return requests.get(url, timeout=10).text


class Foreign:
    """A server that answers events as the real service does, and has no control API."""

    def __init__(self) -> None:
        self.status = 200
        self.methods: set[str] = set()
        self.bodies: list[bytes] = []
        foreign = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                foreign.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.answer(foreign.status if self.path.startswith("/api/") else 404)

            def do_GET(self) -> None:
                self.answer(404)

            def answer(self, status: int) -> None:
                foreign.methods.add(self.command)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    foreign = Foreign()
    with foreign.server as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield foreign
        server.shutdown()
        thread.join()


CHANGES = "--allow-changes"


def test_a_server_that_is_not_ours_is_sent_only_what_reads(run, write, foreign):
    seen = {"request": {"method": "GET", "path": "/api/x"}, "response": {"status": 404}}
    write("reads.json", {**scenario(), "steps": [seen]})
    write("writes.json", scenario())
    ended = run("verify", "--url", foreign.url, "reads.json", "writes.json")
    assert "2 scenarios: 1 passed, 0 failed, 1 not checked" in ended.stdout
    assert "is not yespo-mock" in ended.stdout
    assert "it would change the account; --allow-changes lets it" in " ".join(ended.stdout.split())
    assert ended.returncode == 0
    assert foreign.methods == {"GET"}


def test_what_checked_nothing_is_not_good(run, write, foreign, tmp_path):
    ended = run("verify", "--url", foreign.url, "--junit", "x.xml", write("x.json", scenario()))
    assert ended.returncode == 1
    suite = ElementTree.parse(tmp_path / "x.xml").getroot()[0]
    assert suite.attrib["skipped"] == "1"
    assert suite[0][0].tag == "skipped"


def test_with_allow_changes_the_answers_are_checked(run, write, foreign):
    file = write("x.json", scenario(then={"orders": {"1": {}}}))
    ended = run("verify", CHANGES, "--url", foreign.url, file)
    assert ended.returncode == 0
    assert "1 scenario: 1 passed, 0 failed; 1 only in part" in ended.stdout


def test_its_answers_can_fail(run, write, foreign, tmp_path):
    file = write("x.json", failing())
    ended = run("verify", CHANGES, "--url", foreign.url, "--junit", "x.xml", file)
    assert ended.returncode == 1
    assert "steps[0].response.status" in ended.stdout
    case = ElementTree.parse(tmp_path / "x.xml").getroot()[0][0]
    assert case[0].tag == "failure"


def test_what_is_given_is_set_up_as_a_client_would(run, write, foreign):
    document = scenario(given={"contacts": [{"phone": "1", "firstName": "Ann"}]})
    assert run("verify", CHANGES, "--url", foreign.url, write("x.json", document)).returncode == 0
    sent = json.loads(foreign.bodies[0])
    assert sent == {"firstName": "Ann", "channels": [{"type": "sms", "value": "1"}]}


def test_what_cannot_be_set_up_is_not_checked(run, write, foreign):
    document = scenario(given={"settings": {"strict": True}})
    ended = run("verify", CHANGES, "--url", foreign.url, write("x.json", document))
    assert ended.returncode == 1
    assert "given: settings cannot be set up" in " ".join(ended.stdout.split())
    assert foreign.bodies == []


def test_a_server_that_answers_500_to_everything_passes_nothing(run, foreign):
    foreign.status = 500
    ended = run("verify", CHANGES, "--url", foreign.url, "ord-12", "ITM-02")
    assert ended.returncode == 1
    assert " 0 passed" in ended.stdout


def test_a_rule_is_named_in_any_letter_case(run):
    assert run("verify", "ord-12").stdout.startswith("3 scenarios: 3 passed")


def test_the_control_token_is_taken_from_the_environment(run, serve):
    url = serve("--in-memory", "--control-token", "open").url
    assert run("verify", "--url", url, "ORD-12").returncode == 2
    env = {"YESPO_MOCK_CONTROL_TOKEN": "open"}
    assert run("verify", "--url", url, "ORD-12", env=env).returncode == 0
