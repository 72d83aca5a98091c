"""The help of every command: within 80 columns, with examples that are right, nothing untold.

And the first line of what it says when it is called in a wrong way.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from mock_server.cli import main
from tests.conftest import every

ROOT = click.Context(main, info_name="yespo-mock")


def commands(group: click.Group, *names: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A group and all commands below it, with the words that call them."""
    yield names, group
    for name in group.list_commands(ROOT):
        command = group.get_command(ROOT, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)
        else:
            yield (*names, name), command


ALL = dict(commands(main))
EACH = every({" ".join(words): words for words in ALL})
OPTIONS = {
    " ".join((*words, each.opts[0])): each
    for words, command in ALL.items()
    for each in command.params
    if isinstance(each, click.Option) and words
}


def test_all_commands_are_known():
    assert {words[0] for words in ALL if words} == set(main.list_commands(ROOT))
    assert len(ALL) == 25


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_fits_80_columns_and_has_an_example(run, words):
    ended = run(*words, "--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[0].startswith(" ".join(["Usage: yespo-mock", *words, "[OPTIONS]"]))
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line != line.rstrip()] == []
    assert not [line for line in lines if "\b" in line or "\\b" in line]
    # Neither a name is broken at its hyphen, nor is a sentence cut off.
    assert not [line for line in lines if re.search(r"\w-$|[a-z]\.\.\.$", line)]
    assert "Examples:" in lines
    assert any(line.lstrip().endswith(".") for line in lines[2:6])  # a sentence says what it does


@EACH
def test_help_is_the_same_for_both_names_of_the_option(words):
    short, long = (CliRunner().invoke(main, [*words, name]) for name in ("-h", "--help"))
    assert short.output == long.output
    assert (short.exit_code, short.output[:6]) == (0, "Usage:")


@EACH
def test_examples_are_commands_that_exist_with_options_that_exist(words):
    examples = ALL[words].examples
    assert examples
    for example in examples:
        called = shlex.split(example.partition(" && ")[0].partition(" < ")[0], comments=True)
        if words == ("completion",):
            called = called[1].strip("$()").split() if called[0] == "eval" else called[:3]
        assert called.pop(0) == "yespo-mock", example
        command: click.Command = main
        while isinstance(command, click.Group):
            found = command.get_command(ROOT, called.pop(0))
            assert found is not None, example
            command = found
        with command.make_context("example", called, parent=ROOT):
            pass  # raises UsageError for what is not right


@every(OPTIONS)
def test_an_option_is_told_about_and_reads_its_variable(option):
    assert option.help
    assert option.help.rstrip("]").endswith(".") or "  [default: " in option.help
    assert option.envvar == "YESPO_MOCK_" + option.opts[0][2:].replace("-", "_").upper()
    assert option.multiple == ("repeatable" in option.help)


@EACH
def test_an_option_with_a_value_says_what_it_takes(words):
    help_text = ALL[words].get_help(click.Context(ALL[words], info_name="x"))
    for word in ("TEXT", "INTEGER", "FLOAT", "RANGE"):
        assert f" {word} " not in help_text


def test_a_variable_is_read(run):
    variables = {"YESPO_MOCK_JSON": "1", "YESPO_MOCK_API_VERSION": "v1"}
    ended = run("explain", "--in-memory", stdin="{}", env=variables)
    assert ended.stdout.startswith("{")


def test_options_stand_under_headings_all_in_the_same_columns(run):
    lines = run("serve", "--help").stdout.splitlines()
    headings = ["Options:", "State:", "Behaviour:", "Callers:"]
    assert [line for line in lines if line in headings] == headings
    named = [line for line in lines if "  --" in line and "--help" not in line]
    told = [re.fullmatch(r"(  --\S+(?: \S+)? {2,})\S.*", line) for line in named]
    assert len(told) == len(ALL["serve",].params)
    assert len({len(line[1]) for line in told}) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("sevre",), "There is no command 'sevre'. Did you mean serve?"),
        (("state", "exprot"), "There is no command 'exprot'. Did you mean export?"),
        (("nothing-like-it",), "Known: serve, exec, check"),
        (("serve", "--in-memroy"), "--in-memory"),
    ],
)
def test_a_near_name_is_proposed(run, arguments, told):
    ended = run(*arguments)
    assert (ended.returncode, told in " ".join(ended.stderr.split())) == (2, True)


# Nothing serves there, no state can be kept there, and nothing waits for either.
NOWHERE = {
    "YESPO_MOCK_URL": "http://127.0.0.1:1",
    "YESPO_MOCK_STATE": "no/folder/state.json",
    "YESPO_MOCK_TIMEOUT": "0.1",
}


def is_told_from_the_first_line_on(ended: subprocess.CompletedProcess[str]) -> bool:
    lines = ended.stderr.splitlines()
    assert not lines or (lines[0] and lines[-1]), ended.stderr
    assert [line for line in lines if line != line.rstrip()] == []
    assert "Traceback" not in ended.stderr
    return bool(lines)


@pytest.mark.full
@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_what_goes_wrong_is_told_from_the_first_line_on(run_process, words):
    """Called with nothing, with too much, and with a slip, as a process."""
    for arguments in ((), ("a", "b", "c")):
        ended = run_process(*words, *arguments, env=NOWHERE)
        # Lists of what there is need nothing.
        assert is_told_from_the_first_line_on(ended) or (ended.stdout and not arguments)
    slip = run_process(*words, "--hepl", env=NOWHERE)
    assert is_told_from_the_first_line_on(slip)
    assert (slip.returncode, "--help" in slip.stderr.splitlines()[-1]) == (2, True)


TAKEN = {name: each for name, each in OPTIONS.items() if not each.is_flag}


@pytest.mark.parametrize("name", TAKEN)
def test_an_option_of_nothing_is_told_from_the_first_line_on(run, name):
    *words, option = name.split()
    is_told_from_the_first_line_on(run(*words, f"{option}=", env=NOWHERE))


@pytest.mark.parametrize("name", OPTIONS)
def test_a_slip_in_an_option_is_told_with_its_name(run, name):
    *words, option = name.split()
    slip = f"{option[:4]}{option[5:]}" if len(option) > 6 else f"{option}x"
    ended = run(*words, slip, env=NOWHERE)
    assert (ended.returncode, f"'{option}'" in ended.stderr.splitlines()[-1]) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.full
@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ("verify ORD-12", "scenarios"),
        ("explain --in-memory long.ndjson", "reading"),
        ("state export --state a.json copy.json", "reading a.json"),
        ("state export --state a.json copy.json", "writing copy.json"),
        ("state import --state a.json a.json", "reading a.json"),
        ("state import --state a.json a.json", "changing a.json"),
        ("state import --url {url} a.json", "waiting for {url}"),
        ("state export --url {url} copy.json", "waiting for {url}"),
    ],
)
def test_long_work_is_shown_on_a_terminal_and_gone_in_the_end(hosted, tmp_path, arguments, shown):
    import pty

    (tmp_path / "a.json").write_text('{"orders": {}}', "utf-8")
    (tmp_path / "long.ndjson").write_text('{"eventTypeKey": "visit"}\n' * 50_000, "utf-8")
    environment = {name: value for name, value in os.environ.items() if "YESPO" not in name}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mock_server", *arguments.format(url=hosted.url).split()],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        cwd=tmp_path,
        env={**environment, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(theirs)
    seen = b""
    with contextlib.suppress(OSError):  # Linux says so that the other side is closed
        while data := os.read(ours, 65536):
            seen += data
    os.close(ours)
    assert process.wait(timeout=20) in (0, 1)
    screen = seen.decode()
    assert shown.format(url=hosted.url) in screen
    assert screen.endswith("\x1b[2K")  # the line of the bar is erased


def test_what_is_printed_into_a_pipe_has_no_blanks_at_the_ends_of_lines(run, tmp_path):
    """A long way out is wrapped: rich fills the line that it leaves."""
    order = tmp_path / "order.json"
    order.write_text(run("example", "orderCreated").stdout, "utf-8")
    explained = run("explain", "--in-memory", str(order)).stdout
    under = run("exec", "--fail-on", "nothing", "--", sys.executable, "-c", "1").stderr
    known = run("rules", "ITM-02").stdout
    lines = f"{explained}{under}{known}".splitlines()
    assert len(lines) > 20
    assert [line for line in lines if line != line.rstrip()] == []


def test_the_greeting_names_the_socket_file(serve, tmp_path):
    server = serve("--in-memory", "--unix", str(tmp_path / "mock.sock"))
    assert f"  Socket     {tmp_path / 'mock.sock'}" in server.lines
