"""The wheel, installed with what it declares and nothing else, works."""

from __future__ import annotations

import configparser
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mock_server._version import __version__

from .conftest import Installed, clean_environment

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.full, pytest.mark.network, pytest.mark.timeout(600)]


@pytest.fixture
def url(installed: Installed, tmp_path: Path) -> Iterator[str]:
    """Where `yespo-mock serve --port 0` listens."""
    with subprocess.Popen(
        [installed.command, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=clean_environment(),
    ) as process:
        try:
            for line in process.stdout or ():
                found = re.search(r"(http://\S+)/_mock$", line.rstrip())
                if found:
                    yield found[1]
                    break
        finally:
            process.terminate()
            process.communicate(timeout=50)
    assert process.returncode == 0


def test_only_what_is_declared_comes_along(installed, tmp_path):
    """Every module imports with it; pytest, which the plugin is for, is not there."""
    code = (
        "import pkgutil, importlib, importlib.util, mock_server\n"
        "assert importlib.util.find_spec('pytest') is None\n"
        "for each in pkgutil.walk_packages(mock_server.__path__, 'mock_server.'):\n"
        "    if each.name not in ('yespo_mock_plugin', 'mock_server.__main__'):\n"
        "        importlib.import_module(each.name)\n"
        "print(mock_server.__file__)"
    )
    where = installed.run(installed.python, "-W", "error", "-c", code, cwd=tmp_path).stdout
    assert Path(where).is_relative_to(installed.folder)


def test_every_dependency_that_is_declared_is_used():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    lines = config["options"]["install_requires"].split("\n")
    declared = {re.match(r"[\w-]+", line)[0] for line in lines if line and line[0] != "#"}
    imported = set()
    for path in (ROOT / "mock_server").rglob("*.py"):
        found = re.findall(r"^\s*(?:import|from) (\w+)", path.read_text("utf-8"), re.MULTILINE)
        imported |= {each.replace("_", "-") for each in found}
    assert declared - {"tzdata"} <= imported  # which zoneinfo reads where a system has no zones


def test_the_command_tells_its_version_and_its_help(installed, tmp_path):
    told = installed.run(installed.command, "--version", cwd=tmp_path).stdout
    assert told == f"yespo-mock, version {__version__}\n"
    assert "Examples:" in installed.run(installed.command, "serve", "--help", cwd=tmp_path).stdout


def test_it_serves_an_event_and_says_what_became_of_it(url, example):
    answer = requests.post(f"{url}/api/v2/event", json=example(), auth=("any", "key"), timeout=20)
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["X-Mock-Reasons"] == "contact_not_found"
    record = requests.get(f"{url}/_mock/events/1", timeout=20).json()
    assert record["verdict"] == "ignored"
    document = requests.get(f"{url}/_mock/openapi.json", timeout=20).json()
    assert document["openapi"] == "3.1.0"


def test_it_serves_the_pages_and_their_files(url):
    for page in ("", "orders", "contacts", "event-types", "analytics", "try", "rules", "requests"):
        answer = requests.get(f"{url}/_mock/ui/{page}", timeout=20)
        assert answer.status_code == 200, page
        found = set(re.findall(r'"(/_mock/ui/static/[^"?]+)', answer.text))
        assert {Path(each).suffix for each in found} >= {".css", ".js"}
        for each in found:
            file = ROOT / "mock_server/inspector/static" / each.rpartition("/")[2]
            assert requests.get(f"{url}{each}", timeout=20).content == file.read_bytes()


def test_it_verifies_itself_by_the_scenarios_that_come_with_it(installed, tmp_path):
    told = installed.run(installed.command, "verify", "ORD-12", "ENV-01", cwd=tmp_path).stdout
    assert re.search(r"^\d+ scenarios: \d+ passed, 0 failed", told, re.MULTILINE)
