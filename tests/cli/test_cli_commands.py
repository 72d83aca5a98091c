"""The other commands as processes: explain, rules, state, wait."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CREATED = str(ROOT / "fixtures/examples/order-created.json")
SHOP = str(ROOT / "fixtures/seeds/shop.json")


def test_the_version_is_told(run):
    assert run("--version").stdout.startswith("yespo-mock, version ")


def test_an_unknown_command_is_told(run):
    ended = run("sevre")
    assert ended.returncode == 2
    assert "sevre" in ended.stderr


def test_explain_says_why_an_order_would_be_dropped(run):
    ended = run("explain", CREATED)
    assert ended.returncode == 1
    assert ended.stdout.startswith("ignored: contact_not_found")
    assert "would be applied if a contact with externalCustomerId" in ended.stdout
    assert "IDN-06" in ended.stdout
    assert max(map(len, ended.stdout.splitlines())) <= 80


def test_explain_judges_by_a_seed_and_stores_nothing(run, tmp_path):
    ended = run("explain", CREATED, "--seed", SHOP)
    assert ended.returncode == 0
    assert ended.stdout.startswith("applied")
    assert not list(tmp_path.iterdir())


def test_explain_reads_standard_input_and_prints_json(run):
    told = json.loads(run("explain", "-", "--json", stdin=Path(CREATED).read_text("utf-8")).stdout)
    assert (told["verdict"], told["reasons"]) == ("ignored", ["contact_not_found"])
    assert told["trace"][0]["rule"] == "ENV-11"


def test_explain_of_what_is_not_json_is_a_rejection(run):
    ended = run("explain", stdin="{")
    assert ended.returncode == 1
    assert ended.stdout.startswith("rejected: malformed_body")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.json"], "nowhere.json"),
        (["--state", "nowhere.json"], "nowhere.json"),
        (["--api-version", "v4"], "v4"),
    ],
)
def test_explain_refuses_what_it_cannot_read(run, arguments, told):
    ended = run("explain", *arguments, stdin="{}")
    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def test_explain_judges_by_the_state_of_a_server_while_it_runs(serve, run):
    serving = serve("--seed", SHOP)
    ended = run("explain", CREATED)
    assert ended.stdout.startswith("applied")
    assert run("explain", CREATED, "--in-memory").stdout.startswith("ignored")
    assert serving.stop()[0] == 0


def test_rules_lists_all_and_shows_one(run):
    listed = run("rules")
    assert listed.returncode == 0
    assert "ENV-01" in listed.stdout
    assert "WIRE-09" in listed.stdout
    assert max(map(len, listed.stdout.splitlines())) <= 80
    one = run("rules", "ord-12")
    assert one.returncode == 0
    assert "DELIVERED" in one.stdout
    assert "documented" in one.stdout
    assert json.loads(run("rules", "ORD-12", "--json").stdout)["id"] == "ORD-12"
    assert len(json.loads(run("rules", "--json").stdout)) > 80


def test_an_unknown_rule_is_told_with_its_neighbours(run):
    ended = run("rules", "ORD-9")
    assert ended.returncode == 2
    assert "ORD-09" in ended.stderr


def test_wait_succeeds_when_the_server_is_ready(serve, run):
    ended = run("wait", "--url", serve("--in-memory").url)
    assert (ended.returncode, "is ready" in ended.stdout) == (0, True)


def test_wait_gives_up_in_time(run):
    ended = run("wait", "--url", "http://127.0.0.1:1", "--timeout", "0.2")
    assert ended.returncode == 1
    assert "not ready after 0.2 s" in ended.stderr


def test_a_state_can_be_shown_taken_along_and_put_back(serve, run, tmp_path):
    serve("--state", "a.json", "--seed", SHOP).stop()
    shown = run("state", "show", "--state", "a.json")
    assert shown.returncode == 0
    assert ["orders", "10"] in [line.split() for line in shown.stdout.splitlines()]
    orders = run("state", "show", "orders", "--state", "a.json").stdout.splitlines()
    assert {json.loads(line)["externalOrderId"] for line in orders} >= {"1001", "1010"}
    assert run("state", "export", "copy.json", "--state", "a.json").returncode == 0
    assert run("state", "reset", "--state", "a.json").returncode == 0
    assert run("state", "show", "orders", "--state", "a.json").stdout == ""
    assert run("state", "import", "copy.json", "--state", "a.json").returncode == 0
    exported = run("state", "export", "--state", "a.json").stdout
    assert (
        json.loads(exported)["orders"] == json.loads((tmp_path / "copy.json").read_text())["orders"]
    )


def test_the_state_of_a_running_server_is_reached_by_url(serve, run):
    url = serve("--in-memory", "--seed", SHOP).url
    assert len(run("state", "show", "contacts", "--url", url).stdout.splitlines()) == 5
    (exported,) = [run("state", "export", "--url", url).stdout]
    assert len(json.loads(exported)["orders"]) == 10
    assert run("state", "reset", "--url", url, "--keep", "contacts").returncode == 0
    refused = run("state", "reset", "--url", url, "--keep", "contcts")
    assert refused.returncode == 2
    assert "contcts" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show"], "yespo-mock.json"),
        (["show", "--state", "broken.json"], "broken.json"),
        (["show", "nothing", "--state", "good.json"], "orders"),
        (["export", "no/folder/x.json", "--state", "good.json"], "no/folder"),
        (["import", "broken.json", "--state", "good.json"], "broken.json"),
        (["import", "list.json", "--state", "good.json"], "list"),
        (["reset", "--state", "nowhere.json"], "nowhere.json"),
        (["show", "--url", "http://127.0.0.1:1"], "does not answer"),
    ],
)
def test_what_cannot_be_done_to_a_state_is_told(run, tmp_path, arguments, told):
    (tmp_path / "broken.json").write_text("{", "utf-8")
    (tmp_path / "list.json").write_text("[]", "utf-8")
    (tmp_path / "good.json").write_text('{"orders": {}}', "utf-8")
    ended = run("state", *arguments)
    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (tmp_path / "good.json").read_text("utf-8") == '{"orders": {}}'


def test_a_state_in_use_is_not_changed_behind_the_servers_back(serve, run):
    serving = serve("--state", "a.json")
    ended = run("state", "reset", "--state", "a.json")
    assert ended.returncode == 2
    assert serving.url in ended.stderr or str(serving.process.pid) in ended.stderr


def test_rules_are_looked_up_by_code_and_by_word(run):
    for word, meant in (("itmes", "items"), ("item_required_mising", "item_required_missing")):
        assert f"{word!r}. Did you mean {meant}?" in run("rules", word).stderr
    code = run("rules", "item_required_missing").stdout
    assert code.startswith("item_required_missing  (reason)")
    assert "ITM-02" in code
    assert "BLK-02" in code
    listed = run("rules", "items")
    assert listed.returncode == 0
    assert "ITM-01" in listed.stdout
    assert "PST-06" not in listed.stdout
    assert run("rules", "nothing-of-the-kind").returncode == 2


def test_rules_that_passed_are_folded_unless_asked_for(run):
    folded = run("explain", CREATED, "--in-memory").stdout
    assert "ENV-01" not in folded
    assert "rules passed; -v shows them" in folded
    shown = run("explain", CREATED, "--in-memory", "-v").stdout
    assert "ENV-01" in shown
    assert "-v shows them" not in shown


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another signal there")
@pytest.mark.parametrize("command", [("explain", "-"), ("verify",)])
def test_ctrl_c_ends_a_command_without_a_word(command, tmp_path):
    """Also while it is imported, which takes the first half of a second."""
    code = (
        "import os, signal, sys, importlib\n"
        "from mock_server.cli import main\n"
        "def imported(name, *_):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "importlib.import_module = imported\n"
        f"main({list(command)!r})\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=tmp_path, timeout=50, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")
