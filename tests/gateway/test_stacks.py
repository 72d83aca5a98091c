"""Programs with the service's host in private code, unchanged, under `exec --gateway`.

Each runs with its real runtime; where that is missing the test says so.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mock_server.emulator.examples import EXAMPLES

EXEC = ("exec", "--gateway", "--fail-on", "ignored", "--")
PROGRAMS = Path(__file__).parent / "programs"
STACKS = {
    "php": ("php", "shop.php"),
    "phpunit": ("phpunit", "ShopModuleTest.php"),
    "wordpress": ("php", "wordpress.php"),
    "node fetch": ("node", "shop-fetch.mjs"),
    "node https": ("node", "shop-https.cjs"),
    "node http": ("node", "shop-http.cjs"),
    "go": ("go", "run", "shop.go"),
    "ruby": ("ruby", "shop.rb"),
    "java": ("java", "Shop.java"),
    "python": (sys.executable, "shop.py"),
    "curl": (
        *("curl", "-s", "-f", "-u", "shop:key", "-H", "Content-Type: application/json"),
        *("https://esputnik.com/api/v1/event", "-d"),
    ),
}
QUICK = ("python", "curl")


@pytest.fixture
def event(tmp_path):
    """An order without the picture of its item: the service would drop it without a word."""
    made = copy.deepcopy(EXAMPLES["orderCreated"])
    for each in made["params"]:
        if each["name"] == "items":
            each["value"][0]["imageUrl"] = ""
    path = tmp_path / "event.json"
    path.write_text(json.dumps(made), "utf-8")
    return path


@pytest.mark.parametrize(
    "stack",
    [each if each in QUICK else pytest.param(each, marks=pytest.mark.full) for each in STACKS],
)
def test_an_unchanged_program_reaches_the_emulator_which_explains_its_order(stack, event, tmp_path):
    program, *arguments = STACKS[stack]
    if shutil.which(program) is None:
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed: {stack} was not tried")
    command = [program, *(str(PROGRAMS / x) if "." in x and "/" not in x else x for x in arguments)]
    if stack == "curl":
        command.append(f"@{event}")
    elif stack != "phpunit":
        command.append(str(event))
    environment = {name: value for name, value in os.environ.items() if "YESPO" not in name}
    environment |= {"SHOP_EVENT": str(event), "NO_PROXY": "esputnik.com,.io,10.0.0.0/8"}
    ended = subprocess.run(
        [sys.executable, "-m", "mock_server", *EXEC, *command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        timeout=100,
        check=False,
    )
    assert ended.returncode == 3, ended.stdout + ended.stderr
    assert "items[0].imageUrl is not filled" in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr


def test_who_goes_past_the_gateway_makes_the_run_red(tmp_path):
    """Also without --fail-on; and a NO_PROXY that leads everything past it is refused."""
    line = [sys.executable, "-m", "mock_server", "exec", "--gateway", "--", sys.executable, "-c"]
    environment = {name: value for name, value in os.environ.items() if "YESPO" not in name}
    ended = subprocess.run(
        [*line, "pass"], capture_output=True, text=True, env=environment, check=False
    )
    assert ended.returncode == 3
    told = " ".join(ended.stderr.split())
    assert "No request of the command came through the gateway" in told
    assert "base URL" not in told
    environment["NO_PROXY"] = "localhost, *"
    ended = subprocess.run(
        [*line, "print('never')"], capture_output=True, text=True, env=environment, check=False
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert 'NO_PROXY is "*"' in ended.stderr


def exec_gateway(*line, **more):
    environment = {name: value for name, value in os.environ.items() if "YESPO" not in name}
    return subprocess.run(
        [sys.executable, "-m", "mock_server", "exec", "--gateway", *line],
        capture_output=True,
        text=True,
        env=environment | more,
        timeout=100,
        check=False,
    )


def needs(program: str) -> None:
    if shutil.which(program) is None:
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed")


def test_node_is_refused_every_other_host_and_reaches_its_database():
    """Default deny: with the text the proxy gives, and red."""
    needs("node")
    ended = exec_gateway("--", "node", str(PROGRAMS / "refused.cjs"), "www.esputnik.com")
    told = dict(line.split(": ", 1) for line in ended.stdout.splitlines())
    database = told.pop("database")
    assert len(told) == 6
    assert all("is a neighbour of esputnik.com" in each for each in told.values()), told
    assert "yespo-mock" not in database
    assert ended.returncode == 3
    assert "fell into --fail-on nothing,refused: 6" in ended.stderr
    assert "CONNECT www.esputnik.com:443 403 connect_refused" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_host_that_is_let_through_is_not_led_to_the_gateway():
    needs("node")
    line = ("--gateway-allow", "pay.invalid", "--fail-on", "refused", "--")
    ended = exec_gateway(*line, "node", str(PROGRAMS / "refused.cjs"), "pay.invalid")
    assert "yespo-mock" not in ended.stdout
    assert "were refused" not in ended.stderr
    for name in ("esputnik.com", "*"):
        ended = exec_gateway("--gateway-allow", name, "--", "node", "-e", "0")
        assert ended.returncode == 2
        assert "--gateway-allow" in ended.stderr


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("node", ("node", "-e", "fetch('https://esputnik.com/api/v1/version').catch(() => 0)")),
        ("curl", ("curl", "-s", "--cacert", "/dev/null", "https://esputnik.com/api/v1/version")),
    ],
)
def test_who_does_not_trust_the_authority_is_told_why_it_failed(program, line):
    """The handshake fails; from Node, which leaves after it, the reason is not empty either."""
    needs(program)
    without = ("env", "NODE_EXTRA_CA_CERTS=") if program == "node" else ()
    ended = exec_gateway("--", *without, *line)
    assert ended.returncode == (3 if program == "node" else 77)  # which is curl's own
    told = " ".join(ended.stderr.split())
    assert "CONNECT esputnik.com tls_failed" in told
    assert "does not trust the authority" in told


def test_over_https_the_command_trusts_the_emulator(event, tmp_path):
    """`exec --tls`: for clients whose base URL can be set, but insists on https."""
    code = (
        "import os, sys, urllib.request\n"
        "url = os.environ['YESPO_API_URL']\n"
        "assert url.startswith('https://127.0.0.1:'), url\n"
        "request = urllib.request.Request(url + '/v1/account/info',\n"
        "    headers={'Authorization': 'Basic c2hvcDprZXk='})\n"
        "print(urllib.request.urlopen(request).status)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "mock_server", "exec", "--tls", "--", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout == "200\n", ended.stderr
