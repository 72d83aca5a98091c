"""`yespo-mock send`, `example` and `contracts`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from mock_server import MockServer
from mock_server.cli.example import OFFERED
from mock_server.emulator.examples import EXAMPLES
from mock_server.pages.snippets import _WRITERS, snippet

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def httpd() -> Iterator[str]:
    """A server that answers 200 to everything and knows nothing."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer() as mock:
        mock.add_contact(phone="380501234567")
        yield mock


def test_an_example_is_sent_and_what_became_of_it_is_told(run: Run, mock: MockServer) -> None:
    done = run("send", "orderCreated", "--to", mock.url)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("200\napplied")
    assert mock.order("12345679").status == "INITIALIZED"


@pytest.mark.parametrize("to", ["{url}", "{url}/", "{url}/api", "{url}/api/"])
def test_the_url_is_that_of_the_server_or_of_its_api(run: Run, mock: MockServer, to: str) -> None:
    assert run("send", "orderCreated", "--to", to.format(url=mock.url)).returncode == 0


def test_values_are_changed_added_and_left_out(run: Run, mock: MockServer) -> None:
    changes = (
        *("--set", "externalOrderId=77", "--set", "items[0].imageUrl="),
        *("--set", 'items[1]={"externalItemId": "2"}', "--set", "note=two words"),
        *("--set", "keyValue=k=v", "--unset", "currency"),
    )
    done = run("send", "orderCreated", *changes, "--to", mock.url)
    assert done.returncode == 1, done.stderr
    assert "items[0].imageUrl is not filled" in done.stdout
    (event,) = mock.events()
    sent = {each["name"]: each["value"] for each in event.params}
    assert sent["externalOrderId"] == 77
    assert sent["items"][1] == {"externalItemId": "2"}
    assert sent["note"] == "two words"
    assert event.keyValue == "k=v"
    assert "currency" not in sent


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("orderCreatd",), "Did you mean orderCreated?"),
        (("orderCreated", "--set", "totalCost"), "--set takes PATH=VALUE, not totalCost"),
        (("orderCreated", "--set", "itmes[0].url=x"), "no itmes in the event. Did you mean items?"),
        (("orderCreated", "--set", "items[5].url=x"), "there is no 5 in a list of 1"),
        (("orderCreated", "--set", "totalCost.x=1"), "there is no 'x' in the value 258"),
        (("orderCreated", "--set", "[0]=1"), "'[0]' is not a path"),
        (("orderCreated", "--unset", "nothing"), "there is no 'nothing' in an object with phone"),
        (("orderCreated", "--api-key-file", "no.txt"), "no.txt cannot be read"),
        (("orderCreated", "--to", "http://127.0.0.1:1"), "does not answer"),
    ],
)
def test_what_cannot_be_sent_is_told(run: Run, arguments: tuple[str, ...], told: str) -> None:
    done = run("send", *arguments)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_each_key_has_its_own_account_where_it_has(
    run: Run, serve: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "key.txt").write_text("worker-3\n", "utf-8")
    server = serve("--in-memory", "--accounts", "per-key")
    done = run("send", "orderCreated", "--api-key-file", "key.txt", "--to", server.url)
    assert "ignored: contact_not_found" in done.stdout


def test_a_server_that_is_not_ours_is_told_apart(run: Run, httpd: str) -> None:
    done = run("send", "orderCreated", "--to", httpd)
    assert done.returncode == 2
    assert "not yespo-mock" in done.stderr


def test_examples_are_listed_and_printed(run: Run) -> None:
    assert run("example").stdout.split() == list(EXAMPLES)
    assert json.loads(run("example", "orderUpdated").stdout) == EXAMPLES["orderUpdated"]
    assert "getenv('YESPO_API_URL') ?: 'http://127.0.0.1:1/api';" in (
        run("example", "orderCreated", "--as", "php", "--url", "http://127.0.0.1:1").stdout
    )


RUNTIMES = {
    "curl": ("event.sh", ("sh", "event.sh")),
    "php": ("event.php", ("php", "event.php")),
    "node": ("event.mjs", ("node", "event.mjs")),
    "python": ("event.py", ("python3", "event.py")),
    "ruby": ("event.rb", ("ruby", "event.rb")),
    "java": ("SendEvent.java", ("java", "SendEvent.java")),
}
NOWHERE = "http://127.0.0.1:1/api"
HOSTILE = {
    "eventTypeKey": "visit",
    "keyValue": 'it\'s \\ $x #{x} `x` "x" ${x} {{x}}',
    "params": [
        {"name": "Привіт \n\t", "value": [None, True, 1.5, 10**17, {"a": '\'\'"""\\u0041'}]}
    ],
}


@pytest.mark.full
@pytest.mark.parametrize("language", RUNTIMES)
@pytest.mark.parametrize(
    ("event", "by"),
    [(EXAMPLES["orderCreated"], "address"), (HOSTILE, "variable")],
    ids=["example, by its address", "hostile, by the variable"],
)
def test_a_snippet_sends_the_event_as_it_is(
    language: str, event: dict[str, Any], by: str, mock: MockServer, tmp_path: Path
) -> None:
    name, command = RUNTIMES[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"not run: there is no {command[0]}")
    written, environment = (
        (mock.api_url, {}) if by == "address" else (NOWHERE, {"YESPO_API_URL": mock.api_url})
    )
    (tmp_path / name).write_text(snippet(event, language, written), "utf-8")
    if language == "python":
        command = (sys.executable, name)
    clean = {name: each for name, each in os.environ.items() if not name.startswith("YESPO")}
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**clean, **environment},
    )
    (record,) = mock.events()
    assert record.body == event, done.stderr


def test_every_language_is_run_or_known_not_to_be() -> None:
    assert set(OFFERED) - set(RUNTIMES) == {"csharp", "json"}


def test_the_scenarios_are_exported_with_their_schema(run: Run, tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.json").write_text("{}", "utf-8")
    done = run("contracts", "export", "scenarios")
    written = {path.name for path in (tmp_path / "scenarios").iterdir()}
    assert {"mine.json", "contract.schema.json", "ord-12-delivered.json"} <= written
    assert done.stdout == f"{len(written) - 2} scenarios are in scenarios.\n"


def test_a_folder_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = run("contracts", "export", "file")
    assert done.returncode == 2
    assert "file cannot be written" in done.stderr


def test_sending_makes_no_account_and_shows_no_key(run: Run, mock: MockServer) -> None:
    """Where all keys share one account, a key is not the name of another one."""
    done = run("send", "orderCreated", "--to", mock.url, env={"YESPO_API_KEY": "my-secret"})
    assert done.returncode == 0, done.stderr
    held = requests.get(f"{mock.url}/_mock/accounts", timeout=10).text
    assert "my-secret" not in held
    assert '"total": 1' in held


@pytest.mark.parametrize("digits", [7, 5000])
def test_an_index_beyond_all_lists_is_told(run: Run, digits: int) -> None:
    done = run("send", "orderCreated", "--set", f"items[{'9' * digits}].url=x")
    assert done.returncode == 2
    assert "is not a path" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_languages_offered_are_those_there_are(run: Run) -> None:
    assert set(_WRITERS) == set(OFFERED)
