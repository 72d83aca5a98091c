"""Every command of the documents is executed, and its output compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from console import SERVES, Terminal, comparable, steps
from documents import CHANGES_THE_PROJECT, PAGES, TERMINAL, blocks

from mock_server.frame.hosting import HostedEmulator

# Commands that are shown and not executed, and why.
NOT_RUN = {
    "pip install .": "tests/package/test_installed.py installs what it would",
}
# Followed in a copy of the project: test_adding_a_rule.py; on machines that lack all but one
# language: tests/package/test_walks.py.
APART = (*(page.name for page in CHANGES_THE_PROJECT), "start.md")
WITH_COMMANDS = [page for page in PAGES if steps(page) and page.name not in APART]


@pytest.fixture
def terminal(tmp_path: Path, hosted: HostedEmulator) -> Iterator[Terminal]:
    """A terminal in a checkout of its own, and a fresh server in memory."""
    terminal = Terminal(tmp_path, hosted.url.removeprefix("http://"))
    yield terminal
    terminal.stop()


@pytest.mark.full
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.name)
def test_commands_do_what_the_page_shows(page: Path, terminal: Terminal) -> None:
    for command, shown in steps(page):
        if command in NOT_RUN:
            assert not shown
        elif SERVES.fullmatch(command):
            terminal.serve(command)
            greeting, stopped, farewell = shown.partition("^C\n")
            assert comparable(terminal.printed) == comparable(greeting or terminal.printed)
            if stopped:
                assert comparable(terminal.stop()) == comparable(farewell)
        else:
            assert comparable(terminal.run(command)) == comparable(shown), f"$ {command}"
    printed = terminal.stop()
    for block in blocks(page):
        if block.marker == TERMINAL:
            assert comparable(printed).startswith(comparable(block.text))


def test_commands_that_are_not_run_are_in_the_pages() -> None:
    shown = {command for page in PAGES for command, _ in steps(page)}
    assert set(NOT_RUN) <= shown
