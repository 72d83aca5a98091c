"""`yespo-mock exec`: what COMMAND gets, what it leaves, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psutil
import pytest
import xmlschema

from mock_server.emulator.gate.gathering import Gathering
from mock_server.emulator.gate.report import Case, Report
from mock_server.emulator.gate.report_files import annotation_lines, write_junit

ROOT = Path(__file__).parents[2]

# What a command under test does; standard library only, as any language could.
SEND = """
import base64, json, os, urllib.request
def send(event):
    request = urllib.request.Request(
        os.environ["YESPO_API_URL"] + "/v2/event", json.dumps(event).encode(),
        {"Content-Type": "application/json", "Authorization":
         "Basic " + base64.b64encode(b"any:" + os.environ["YESPO_API_KEY"].encode()).decode()})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
def control(method, path, body=None):
    request = urllib.request.Request(
        os.environ["YESPO_MOCK_URL"] + "/_mock" + path, body and json.dumps(body).encode(),
        method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
"""
IGNORED = 'send({"eventTypeKey": "orderDelivered", "keyValue": "1", "params": []})\n'
REJECTED = 'send({"eventTypeKey": "a|b", "keyValue": "1"})\n'
WARNED = 'send({"eventTypeKey": "visit", "keyValue": "1"})\n'


def python(code: str) -> tuple[str, ...]:
    return ("--", sys.executable, "-c", SEND + code)


def test_the_command_finds_the_emulator_by_its_variables(run):
    ended = run("exec", *python('print(send({"eventTypeKey": "visit", "keyValue": "1"}))'))
    assert (ended.returncode, ended.stdout) == (0, "200\n")
    assert "1 event" in ended.stderr
    assert "visit" in ended.stderr


def test_messages_of_the_outbox_are_counted(run):
    workflow = {"eventTypeKey": "visit", "channel": "sms", "recipient": "${phon}", "template": "x"}
    ended = run(
        "exec", *python(f'control("POST", "/workflows", {workflow})\n{WARNED}{WARNED}print("done")')
    )
    assert ended.returncode == 0, ended.stderr
    assert "2 messages in the outbox, 2 to nobody" in ended.stderr
    assert "2 × the recipient ${phon}: there is no parameter phon" in ended.stderr


def raw(path: str, headers: str = "{}", body: str = "{}", base: str = "YESPO_API_URL") -> str:
    """What sends any request, whatever is answered."""
    return (
        "request = urllib.request.Request("
        f"os.environ[{base!r}] + {path!r}, {body!r}.encode(), {headers})\n"
        "try: urllib.request.urlopen(request).close()\n"
        "except urllib.error.HTTPError as error: error.close()\n"
    )


KEY = '{"Authorization": "Basic YTprZXk=", "Content-Type": "application/json"}'


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (raw("/v2/event"), "There is no API key"),
        (raw("/v2/event", '{"Authorization": "Basic YTprZXk="}'), "is not supported"),
        (raw("/v2/event", KEY, base="YESPO_MOCK_URL"), "Did you mean POST /api/v2/event?"),
        (raw("/v1/orders", KEY, '{"orders": [{"externalOrderId": "1"}]}'), "totalCost is missing"),
    ],
)
def test_a_request_that_was_refused_turns_the_run_red(run, tmp_path, code, told):
    ended = run("exec", "--fail-on", "refused", "--junit", "out.xml", *python(code))
    assert ended.returncode == 3
    assert "fell into --fail-on refused: 1" in ended.stderr
    assert told in " ".join(ended.stderr.split())
    (case,) = ElementTree.parse(tmp_path / "out.xml").iter("testcase")
    assert told in case.find("failure").get("message")


def test_a_run_in_which_nothing_came_in_is_red_when_asked_for(run):
    ended = run("exec", "--fail-on", "ignored,nothing", *python("pass"))
    assert ended.returncode == 3
    assert "nothing came in: no event and no refused request" in ended.stderr
    assert run("exec", "--fail-on", "ignored", *python("pass")).returncode == 0


def test_a_look_up_alone_is_nothing_and_is_not_refused(run):
    code = (
        "request = urllib.request.Request(os.environ['YESPO_API_URL'] + '/v1/contact/7', "
        f"headers={KEY})\n"
        "try: urllib.request.urlopen(request).close()\n"
        "except urllib.error.HTTPError as error: error.close()\n"
    )
    assert run("exec", "--fail-on", "refused", *python(code)).returncode == 0
    assert run("exec", "--fail-on", "refused,nothing", *python(code)).returncode == 3


def test_a_green_run_has_one_passing_case(run, tmp_path):
    code = 'send({"eventTypeKey": "visit", "keyValue": "1"})'
    ended = run("exec", "--fail-on", "ignored", "--junit", "out.xml", *python(code))
    assert ended.returncode == 0
    (case,) = ElementTree.parse(tmp_path / "out.xml").iter("testcase")
    assert case.find("failure") is None


@pytest.fixture(scope="session")
def jenkins() -> xmlschema.XMLSchema:
    """What Jenkins reads reports by; the file carries its licence."""
    return xmlschema.XMLSchema(ROOT / "tests/vendor/junit-10.xsd")


@pytest.mark.parametrize("code", ["pass", IGNORED + WARNED + REJECTED + raw("/v2/event")])
def test_reports_are_valid_by_the_schema_of_jenkins(run, tmp_path, jenkins, code):
    kinds = "ignored,rejected,warning,refused,nothing"
    run("exec", "--fail-on", kinds, "--junit", "out.xml", *python(code))
    jenkins.validate(tmp_path / "out.xml")


def test_the_rules_that_were_exercised_are_told_and_may_be_too_few(run):
    ended = run("exec", "--coverage", *python(IGNORED))
    assert ended.returncode == 0
    assert "rules exercised." in ended.stderr
    assert "broken: " in ended.stderr
    ended = run("exec", "--coverage", "90", *python(IGNORED))
    assert ended.returncode == 3
    assert "--coverage asks for 90 %" in ended.stderr
    assert "is not in the range" in run("exec", "--coverage", "101", *python("pass")).stderr


def test_junit_works_alone_and_does_not_decide(run, tmp_path):
    ended = run("exec", "--junit", "out.xml", *python(IGNORED + raw("/v2/event")))
    assert ended.returncode == 0
    cases = list(ElementTree.parse(tmp_path / "out.xml").iter("testcase"))
    assert [case.find("failure").get("type") for case in cases] == ["ignored", "refused"]


def test_a_command_that_cannot_be_started_leaves_no_empty_report(run_process, tmp_path):
    ended = run_process(
        "exec", "--junit", "out.xml", "--export", "out.json", "--", "nonesuch-command"
    )
    assert ended.returncode == 127
    (case,) = ElementTree.parse(tmp_path / "out.xml").iter("testcase")
    assert "There is no command nonesuch-command" in case.find("failure").get("message")
    kept = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert kept.pop("meta") == {"1": {"format": 1}}
    assert not any(kept.values())


def test_what_the_emulator_holds_in_the_end_is_kept(run, tmp_path):
    code = 'send({"eventTypeKey": "visit", "keyValue": "1"})'
    assert run("exec", "--export", "state.json", *python(code)).returncode == 0
    kept = json.loads((tmp_path / "state.json").read_text("utf-8"))
    assert [each["eventTypeKey"] for each in kept["events"].values()] == ["visit"]
    assert run("exec", "--export", "/dev/null/x", *python("pass")).returncode == 2


def test_the_key_and_the_token_that_were_given_reach_the_command(run):
    code = (
        "print(os.environ['YESPO_API_KEY'], os.environ['YESPO_MOCK_CONTROL_TOKEN'])\n"
        'print(send({"eventTypeKey": "visit", "keyValue": "1"}))'
    )
    options = ("--api-key", "secret-1", "--control-token", "token-1")
    assert run("exec", *options, *python(code)).stdout == "secret-1 token-1\n200\n"


def test_a_proxy_in_the_environment_does_not_swallow_the_events(run_process):
    proxy = {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"}
    code = 'print(send({"eventTypeKey": "visit", "keyValue": "1"}), os.environ["NO_PROXY"])'
    ended = run_process("exec", *python(code), env={**proxy, "NO_PROXY": "corp.example"})
    assert ended.stdout == "200 corp.example,127.0.0.1,localhost,::1\n"
    assert "1 event" in ended.stderr


def test_the_variables_fit_together(run):
    names = ("YESPO_API_URL", "YESPO_MOCK_URL", "YESPO_API_KEY")
    ended = run("exec", *python(f"print(json.dumps([os.environ[n] for n in {names}]))"))
    api_url, url, key = json.loads(ended.stdout)
    assert api_url == f"{url}/api"
    assert key


def test_input_and_output_pass_through(run_process):
    code = "import sys; print(sys.stdin.read().upper()); print('oops', file=sys.stderr)"
    ended = run_process("exec", "--", sys.executable, "-c", code, stdin="text")
    assert ended.stdout == "TEXT\n"
    assert ended.stderr.startswith("oops\n")


def test_without_events_the_summary_says_so(run):
    assert "no events came in" in run("exec", *python("")).stderr


def test_options_after_the_command_are_its_own(run_process):
    ended = run_process(
        "exec", sys.executable, "-c", "import sys; print(sys.argv)", "--port", "x", "-h"
    )
    assert ended.stdout == "['-c', '--port', 'x', '-h']\n"


def test_nothing_is_kept_unless_a_state_is_named(run, tmp_path):
    run("exec", *python(WARNED))
    assert list(tmp_path.iterdir()) == []
    run("exec", "--state", "s.json", *python(WARNED))
    assert len(json.loads((tmp_path / "s.json").read_text("utf-8"))["events"]) == 1


def test_seeds_and_strict_are_options_too(run):
    seed = str(ROOT / "fixtures/seeds/shop.json")
    code = 'print(control("GET", "/health")["orders"])\nprint(' + IGNORED.strip() + ")"
    ended = run("exec", "--seed", seed, "--strict", *python(code))
    assert ended.stdout == "10\n422\n"


@pytest.mark.parametrize(
    ("fail_on", "code", "exit_code"),
    [
        ("ignored", IGNORED, 3),
        ("ignored", REJECTED + WARNED, 0),
        ("rejected", REJECTED, 3),
        ("warning", WARNED, 3),
        ("warning", REJECTED, 0),
        ("ignored, rejected,warning", IGNORED, 3),
        ("ignored", IGNORED + "raise SystemExit(7)", 7),
        ("ignored", IGNORED + 'control("POST", "/reset")', 3),
        ("", IGNORED, 0),
    ],
)
def test_the_exit_code_says_how_it_went(run, fail_on, code, exit_code):
    ended = run("exec", "--fail-on", fail_on, *python(code))
    assert ended.returncode == exit_code, ended.stderr


def test_what_fell_into_fail_on_is_told_with_the_way_out(run):
    ended = run("exec", "--fail-on", "ignored", *python(IGNORED))
    assert "event 1 orderDelivered 1 ignored: required_missing" in ended.stderr
    assert "externalOrderId is missing" in ended.stderr
    assert "would be applied if externalOrderId were filled" in ended.stderr
    assert max(map(len, ended.stderr.splitlines())) <= 80


def test_the_environment_variable_of_fail_on(run):
    assert run("exec", *python(IGNORED), env={"YESPO_MOCK_FAIL_ON": "ignored"}).returncode == 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "There is no COMMAND"),
        (("--fail-on", "ignord", "--", "x"), "There is no kind 'ignord'. Did you mean ignored?"),
    ],
)
def test_wrong_usage_is_told_before_anything_runs(run, arguments, told):
    ended = run("exec", *arguments)
    assert ended.returncode == 2
    assert told in ended.stderr.replace("\n", " ")


def test_a_state_that_cannot_be_used_is_told(run, tmp_path):
    (tmp_path / "s.json").write_text("{", "utf-8")
    ended = run("exec", "--state", "s.json", "--", sys.executable, "-c", "print('ran')")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "s.json" in ended.stderr


def test_a_command_that_cannot_be_started(run_process, tmp_path):
    script = tmp_path / "script"
    script.write_text("#!/nonesuch\n", "utf-8")
    plain = tmp_path / "plain"
    plain.write_text("x", "utf-8")
    script.chmod(0o755)
    for command, code, told in (
        ("nonesuch-command", 127, "There is no command nonesuch-command on the PATH"),
        (str(tmp_path / "nonesuch"), 127, "There is no command /"),
        (str(script), 126, "interpreter"),
        (str(plain), 126, "Permission denied"),
        (str(tmp_path), 126, "Permission denied"),
    ):
        ended = run_process("exec", "--", command)
        assert ended.returncode == code, command
        assert told in ended.stderr


def test_a_command_killed_by_a_signal_gives_128_and_its_number(run_process):
    ended = run_process("exec", *python("import signal; os.kill(os.getpid(), signal.SIGKILL)"))
    assert ended.returncode == 128 + signal.SIGKILL
    ended = run_process("exec", *python("import signal; os.kill(os.getpid(), signal.SIGTERM)"))
    assert ended.returncode == 128 + signal.SIGTERM


def is_running(pid: int) -> bool:
    """Whether a process is there; one that has ended may wait for whoever is to take note of it."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


LEAVE = """
import subprocess, sys
wait = "import signal; print('up', flush=True); signal.sigwait([signal.SIGUSR1])"
stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + wait
def leave(code, **options):
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, **options)
    child.stdout.readline()
    print(child.pid, flush=True)
"""


@pytest.mark.parametrize(
    "how",
    [
        "leave(wait)",
        "leave(wait, start_new_session=True)",
        "leave(stubborn)",
        "leave(wait, start_new_session=True, env={})",
        "leave(wait); os.kill(os.getpid(), 9)",
        'leave("import os; os.fork() and os._exit(0);" + wait, start_new_session=True)',
    ],
)
def test_nothing_is_left_running(run_process, how):
    ended = run_process("exec", *python(LEAVE + how))
    pid = int(ended.stdout.split()[0])
    assert not is_running(pid)
    marked = [
        each.pid
        for each in psutil.process_iter()
        if each.pid != os.getpid() and "signal.sigwait([signal.SIGUSR1])" in _line(each)
    ]
    assert pid not in marked


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_an_orphan_that_ends_leaves_the_table_of_processes(run_process):
    """Programs wait for a process to be gone; one that nobody reaps never would be."""
    code = """
import subprocess, sys
inner = (
    "import subprocess, sys; "
    "print(subprocess.Popen([sys.executable, '-c', 'input()'], stdout=subprocess.DEVNULL).pid)"
)
reader, writer = os.pipe()
told = subprocess.run([sys.executable, "-c", inner], stdin=reader, stdout=subprocess.PIPE)
os.write(writer, b"end\\n")
while True:
    try:
        os.kill(int(told.stdout), 0)
    except ProcessLookupError:
        break
print("gone")
"""
    assert run_process("exec", *python(code)).stdout == "gone\n"


class Running:
    """`yespo-mock exec` whose command has said that it is up."""

    def __init__(self, code: str, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mock_server", "exec", *python(code)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "up\n"

    def end(self, how: int) -> tuple[int, str]:
        self.process.send_signal(how)
        out, _ = self.process.communicate(timeout=30)
        return self.process.returncode, out


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_go_to_the_command(tmp_path, how):
    code = f"""
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [{int(how)}])
print("up", flush=True)
print("got", int(signal.sigwait([{int(how)}])))
raise SystemExit(9)
"""
    assert Running(code, tmp_path).end(how) == (9, f"got {int(how)}\n")


def test_a_command_that_dies_of_the_signal_gives_its_number(tmp_path):
    # SIG_DFL, for where a tool that measures the tests catches the signal.
    code = (
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_DFL)\n"
        "print('up', flush=True)\nsignal.sigwait([signal.SIGUSR1])"
    )
    assert Running(code, tmp_path).end(signal.SIGTERM) == (143, "")


def test_the_report_has_a_case_for_each_event_that_fell_in(run, tmp_path):
    code = 'send({"eventTypeKey": "\\x1b[1m", "keyValue": "\\x00"})\n' + IGNORED + REJECTED
    report = "reports/deep/junit.xml"
    ended = run("exec", "--fail-on", "ignored,rejected", "--junit", report, *python(code + WARNED))
    assert ended.returncode == 3
    assert "\x1b" not in ended.stderr
    suite = ElementTree.parse(tmp_path / report).getroot()[0]
    assert suite.attrib["tests"] == suite.attrib["failures"] == "2"
    first = suite[0]
    assert first.attrib["name"] == "event 2 orderDelivered 1 ignored: required_missing"
    assert first[0].attrib["type"] == "ignored"
    assert "x ORD-14   externalOrderId is missing" in (first[0].text or "")


def test_in_github_actions_failures_are_annotations(run):
    github = {"GITHUB_ACTIONS": "true"}
    fail_on = ("--fail-on", "ignored,warning")
    ended = run("exec", *fail_on, *python(IGNORED + WARNED), env=github)
    lines = [line for line in ended.stderr.splitlines() if line.startswith("::")]
    assert lines[0].startswith("::error title=yespo-mock%3A event 1 orderDelivered 1 ignored%3A")
    assert "%0Awould be applied if externalOrderId were filled" in lines[0]
    assert "%0Aonly the shop knows: /params/" in lines[0]
    assert lines[1].startswith("::warning title=")
    assert "::" not in run("exec", *fail_on, *python(IGNORED)).stderr
    assert "::" not in run("exec", *python(IGNORED), env=github).stderr


def test_annotations_are_escaped():
    case = Case("ignored", "a:b,c%\n", ("50 %\r\n: ,",), file="x:y", line=3)
    (line,) = annotation_lines(Report(cases=[case]))
    assert line == (
        "::error file=x%3Ay,line=3,title=yespo-mock%3A a%3Ab%2Cc%25%0A::50 %25%0D%0A: ,"
    )


def test_a_report_holds_any_text(tmp_path):
    nasty = "<&\"'\x00\x1b\ud800\ufffe]]>é"
    case = Case("ignored", nasty, (nasty,), details=nasty)
    write_junit(tmp_path / "x.xml", nasty, [case, Case("skipped", "n", (nasty,))], 1.0)
    root = ElementTree.parse(tmp_path / "x.xml").getroot()
    assert root[0][0].attrib["name"] == "<&\"'\\x00\\x1b\\xd800\\xfffe]]>é"
    assert root[0].attrib["skipped"] == "1"


def test_only_so_many_cases_are_kept_but_all_are_counted(monkeypatch):
    monkeypatch.setattr("mock_server.emulator.gate.gathering.MAX_CASES", 2)
    gathered = Gathering(("ignored",))
    record: dict[str, Any] = {
        "eventId": 1, "eventTypeKey": None, "eventKey": None, "verdict": "ignored",
        "reasons": ["a", "b"], "warnings": [], "trace": [], "hint": None,
    }  # fmt: skip
    for _ in range(3):
        gathered.add_event(record)
    report = gathered.finish()
    assert (report.total, report.cases_total, len(report.cases)) == (3, 3, 2)
    assert report.codes["reasons"]["a"] == 3


def test_whatever_fell_in_is_counted_once_and_in_one_number(run, tmp_path):
    """Ignored, rejected and refused in one number, and as many failures in JUnit."""
    kinds = "ignored,rejected,refused,nothing,unused"
    fault = 'control("POST", "/faults", {"status": 503, "match": {"eventTypeKey": "other"}})\n'
    code = IGNORED + REJECTED + raw("/v2/event") + fault + 'control("POST", "/reset", {})\n'
    ended = run("exec", "--fail-on", kinds, "--junit", "out.xml", *python(code))
    assert ended.returncode == 3
    assert f"fell into --fail-on {kinds}: 4" in " ".join(ended.stderr.split())
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()[0]
    assert suite.attrib["failures"] == "4"
    assert "event type other) was never met" in " ".join(ended.stderr.split())


@pytest.mark.parametrize(
    ("options", "fail_on"),
    [
        ((), "nothing,refused"),
        (("--fail-on", "ignored"), "ignored,nothing,refused"),
    ],
)
def test_a_client_that_went_past_the_gateway_is_red(run, tmp_path, options, fail_on):
    ended = run("exec", "--gateway", *options, "--junit", "x.xml", *python("pass"))
    assert ended.returncode == 3
    told = " ".join(ended.stderr.split())
    assert f"fell into --fail-on {fail_on}: 1" in told
    assert "No request of the command came through the gateway" in told
    (case,) = ElementTree.parse(tmp_path / "x.xml").iter("testcase")
    assert case.find("failure").get("type") == "nothing"
    assert run("exec", "--gateway", "--fail-on", "", *python("pass")).returncode == 0


def test_an_option_after_the_command_is_warned_of(run_process):
    ended = run_process("exec", "true", "--fail-on", "ignored")
    assert ended.returncode == 0
    assert "--fail-on stands after the command, which gets it" in ended.stderr
