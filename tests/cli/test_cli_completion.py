"""Shell completion: in bash, and by the words with which the other shells ask."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest

BIN = Path(sys.executable).parent
COMMANDS = (
    "serve exec check explain send tail example schema preview verify contracts state wait "
    "rules gateway init helper completion"
).split()

# What readline does when Tab is pressed: find the function of the command, give it the words.
PRESS_TAB = r"""
eval "$(yespo-mock completion bash)"
compopt() { printf '(compopt %s %s)\n' "$@"; }
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
function=$(complete -p yespo-mock | sed 's/.*-F \([^ ]*\).*/\1/')
"$function" yespo-mock "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def environment() -> dict[str, str]:
    """With `yespo-mock` on the PATH, as where it is installed."""
    clean = {name: value for name, value in os.environ.items() if "YESPO" not in name}
    return {**clean, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def press_tab(tmp_path: Path, environment: dict[str, str]) -> Callable[..., list[str]]:
    """What bash offers after these words, the last of them unfinished."""

    def press(*words: str) -> list[str]:
        ran = subprocess.run(
            ["bash", "--norc", "-c", PRESS_TAB, "bash", "yespo-mock", *words],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            timeout=50,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout.split("\n")[:-1]

    return press


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ([""], COMMANDS),
        (["ex"], ["exec", "explain", "example"]),
        (["serve", "--in"], ["--in-memory"]),
        (["serve", "--accounts", ""], ["shared", "per-key"]),
        (["exec", "--fail"], ["--fail-on"]),
        (["state", ""], ["show", "export", "import", "reset"]),
        (["state", "show", "or"], ["orders"]),
        (["state", "reset", "--keep", "con"], ["contacts"]),
        (["rules", "ord-12"], ["ORD-12"]),
        (["completion", "f"], ["fish"]),
        (["serve", "--nothing-like-it"], [""]),
    ],
)
def test_bash_completes_commands_options_and_values(press_tab, words, offered):
    assert press_tab(*words) == offered


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--seed", "sh"],
        ["serve", "--state", ""],
        ["explain", "sh"],
        ["verify", "sh"],
        ["verify", "--junit", ""],
        ["state", "import", ""],
        ["exec", "--", "npm", "te"],
    ],
)
def test_bash_completes_files_where_a_file_is_meant(press_tab, words):
    assert press_tab(*words)[0] == "(compopt -o default)"


@pytest.mark.parametrize(
    ("shell", "words", "offered"),
    [
        # Each asks with its own words, and gets lines of its own kind.
        (
            "bash",
            {"COMP_WORDS": "yespo-mock ex", "COMP_CWORD": "1"},
            "plain,exec\nplain,explain\nplain,example\n",
        ),
        (
            "zsh",
            {"COMP_WORDS": "yespo-mock wa", "COMP_CWORD": "1"},
            "plain\nwait\nWait until a server is ready.\n",
        ),
        (
            "fish",
            {"COMP_WORDS": "yespo-mock wa", "COMP_CWORD": "wa"},
            "plain,wait\tWait until a server is ready.\n",
        ),
    ],
)
def test_each_shell_is_answered(environment, shell, words, offered):
    ran = subprocess.run(
        [BIN / "yespo-mock"],
        capture_output=True,
        text=True,
        env={**environment, **words, "_YESPO_MOCK_COMPLETE": f"{shell}_complete"},
        timeout=50,
        check=True,
    )
    assert ran.stdout == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_for_that_shell_and_free_of_errors(run, shell):
    ended = run("completion", shell)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"_YESPO_MOCK_COMPLETE={shell}_complete" in ended.stdout
    if which(shell) is not None:
        subprocess.run([shell, "-n"], input=ended.stdout, text=True, timeout=50, check=True)


def test_another_shell_is_refused_with_those_there_are(run):
    ended = run("completion", "tcsh")
    assert ended.returncode == 2
    assert "'bash', 'zsh', 'fish'" in ended.stderr
