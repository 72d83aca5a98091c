"""`yespo-mock serve` as a process: what it prints, what it keeps, how it stops and refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from tinydb import TinyDB

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "fixtures/examples"
SHOP = str(ROOT / "fixtures/seeds/shop.json")


def _post(url: str, name: str) -> requests.Response:
    body = (EXAMPLES / f"{name}.json").read_bytes()
    return requests.post(
        f"{url}/api/v2/event",
        data=body,
        headers={"Content-Type": "application/json"},
        auth=("any", "key"),
        timeout=10,
    )


def test_it_says_where_it_listens_and_where_the_state_is(serve):
    serving = serve()
    said = "\n".join(serving.lines)
    assert re.search(r"API +http://127\.0\.0\.1:\d+/api", said)
    assert re.search(r"Control +http://127\.0\.0\.1:\d+/_mock", said)
    assert re.search(r"State +yespo-mock\.json", said)
    assert requests.get(f"{serving.url}/_mock/readyz", timeout=10).json()["status"] == "ok"


def test_it_says_how_a_shell_reaches_its_gateway(serve):
    serving = serve("--in-memory", "--gateway")
    assert f'eval "$(yespo-mock gateway env --url {serving.url})"' in "\n".join(serving.lines)


def test_it_prints_a_line_for_each_event(serve):
    """Time, type, key, verdict, reasons."""
    serving = serve("--in-memory")
    _post(serving.url, "order-created")
    line = serving.read_line()
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d  orderCreated +12345679 +ignored +no contact has .*", line
    ), line
    assert "\x1b" not in line


def test_text_from_outside_cannot_steer_the_terminal(serve):
    serving = serve("--in-memory")
    requests.post(
        f"{serving.url}/api/v2/event",
        json={"eventTypeKey": "a\x1b[2Jb\nc", "keyValue": "1"},
        auth=("any", "key"),
        timeout=10,
    )
    assert r"a\x1b[2Jb\nc" in serving.read_line()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_and_nothing_is_lost(serve, tmp_path, how):
    """The whole tour: ignored, seeded, applied, delivered, stopped, started again."""
    serving = serve("--state", "shop.json")
    assert _post(serving.url, "order-created").headers["X-Mock-Verdict"] == "ignored"
    requests.post(f"{serving.url}/_mock/seed", data=Path(SHOP).read_bytes(), timeout=10)
    assert _post(serving.url, "order-created").headers["X-Mock-Verdict"] == "applied"
    assert _post(serving.url, "order-delivered").headers["X-Mock-Verdict"] == "applied"
    before = requests.get(f"{serving.url}/_mock/orders/12345679", timeout=10).json()
    assert before["status"] == "DELIVERED"
    code, rest = serving.stop(how)
    assert code == 0
    assert "Traceback" not in rest
    with TinyDB(tmp_path / "shop.json") as db:
        assert len(db.table("events")) == 3
    again = serve("--state", "shop.json")
    assert "(3 events, 11 orders, 5 contacts)" in "\n".join(again.lines)
    assert requests.get(f"{again.url}/_mock/orders/12345679", timeout=10).json() == before


def test_a_taken_port_is_one_line_with_the_way_out(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("serve", "--in-memory", "--port", str(port))
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert str(port) in line
    assert "--port" in line


@pytest.mark.parametrize(
    ("content", "told"),
    [("{", "line 1"), ('{"orders": [', "line 1"), ("[]", "broken.json"), ("\x00", "broken.json")],
)
def test_a_broken_state_file_is_refused_and_not_touched(run, tmp_path, content, told):
    broken = tmp_path / "broken.json"
    broken.write_text(content, "utf-8")
    ended = run("serve", "--port", "0", "--state", "broken.json")
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert told in line
    assert broken.read_text("utf-8") == content


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--seed", "nowhere.json"], "nowhere.json"),
        (["--seed", "bad.json"], "line 1"),
        (["--seed", "wrong.json"], "wrong.json: contact: Unknown field. Did you mean contacts?"),
        (["--state", "a.json", "--in-memory"], "exclude each other"),
        (["--port", "70000"], "70000"),
        (["--host", "999.1.1.1"], "999.1.1.1"),
        (["--state", "no/such/folder/a.json"], "no/such/folder"),
        (["--state", "."], "."),
    ],
)
def test_options_that_cannot_work_are_told(run, tmp_path, options, told):
    (tmp_path / "bad.json").write_text("{", "utf-8")
    (tmp_path / "wrong.json").write_text('{"contact": []}', "utf-8")
    ended = run(
        "serve", "--port", "0", *([] if "--state" in options else ["--in-memory"]), *options
    )
    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def test_options_are_read_from_the_environment(serve, tmp_path):
    serving = serve(
        YESPO_MOCK_STATE="from-environment.json", YESPO_MOCK_STRICT="1", YESPO_MOCK_SEED=SHOP
    )
    assert "from-environment.json (0 events, 10 orders, 5 contacts)" in "\n".join(serving.lines)
    settings = requests.get(f"{serving.url}/_mock/settings", timeout=10).json()
    assert settings["strict"] is True


def test_a_reset_brings_the_seed_back(serve):
    serving = serve("--in-memory", "--seed", SHOP, "--strict")
    _post(serving.url, "order-created")
    requests.post(f"{serving.url}/_mock/reset", timeout=10)
    health = requests.get(f"{serving.url}/_mock/health", timeout=10).json()
    assert (health["events"], health["orders"], health["contacts"]) == (0, 10, 5)
    assert requests.get(f"{serving.url}/_mock/settings", timeout=10).json()["strict"] is True


def test_a_second_server_on_the_same_state_is_refused_and_names_the_first(serve, run):
    first = serve("--state", "shop.json")
    ended = run("serve", "--port", "0", "--state", "shop.json")
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert first.url in line or str(first.process.pid) in line


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_terminal_gets_colour(tmp_path):
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mock_server", "serve", "--port", "0", "--in-memory"],
        stdout=theirs,
        cwd=tmp_path,
    )
    os.close(theirs)
    with os.fdopen(ours, encoding="utf-8", newline="") as screen:
        url = ""
        for line in screen:
            found = re.search(r"API +(http://\S+)/api", line)
            url = found[1] if found else url
            if "Ctrl-C" in line:
                break
        _post(url, "order-created")
        assert "\x1b[33m" in screen.readline()
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_it_goes_on_when_nobody_reads_its_output(serve):
    serving = serve("--in-memory")
    assert serving.process.stdout is not None
    serving.process.stdout.close()
    for _ in range(3):
        assert _post(serving.url, "order-created").status_code == 200
    serving.process.terminate()
    serving.process.wait(timeout=20)


def test_the_state_file_is_json_with_the_vendors_names(serve, tmp_path):
    serving = serve("--state", "s.json", "--seed", SHOP)
    _post(serving.url, "order-created")
    serving.stop()
    state = json.loads((tmp_path / "s.json").read_text("utf-8"))
    assert {"contacts", "orders", "events", "event_types", "settings", "accounts"} <= set(state)
    orders = {each["externalOrderId"] for each in state["orders"].values()}
    assert "12345679" in orders


def test_a_state_is_shown_beside_the_server_that_uses_it_and_nothing_is_changed(serve, tmp_path):
    first = serve("--state", "s.json", "--seed", SHOP)
    _post(first.url, "order-created")
    before = (tmp_path / "s.json").read_bytes()
    while b"12345679" not in before:  # it is folded once it is quiet
        before = (tmp_path / "s.json").read_bytes()
    shown = serve("--state", "s.json", "--read-only")
    assert "12345679" in requests.get(f"{shown.url}/_mock/ui/a/default/", timeout=10).text
    assert _post(shown.url, "order-created").status_code == 403
    for path in ("/_mock/reset", "/_mock/contacts"):
        answer = requests.post(f"{shown.url}{path}", data={"sure": "yes"}, timeout=10)
        assert (answer.status_code, answer.json()["error"]) == (403, "read_only"), path
    explained = requests.post(
        f"{shown.url}/_mock/ui/a/default/try", data={"do": "explain", "body": "{}"}, timeout=10
    )
    assert "It would be" in explained.text
    code, rest = shown.stop()
    assert code == 0
    assert rest.endswith("Stopped.\n")
    assert (tmp_path / "s.json").read_bytes() == before
    assert _post(first.url, "order-created").status_code == 200


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--state", "none.json"), "there is no file none.json"),
        (("--in-memory",), "give it with --state"),
    ],
)
def test_there_must_be_a_state_to_show(run, arguments, said):
    ended = run("serve", "--port", "0", "--read-only", *arguments)
    assert ended.returncode == 2
    assert said in ended.stderr
