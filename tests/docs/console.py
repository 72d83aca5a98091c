"""The `console` blocks of the documents: their commands, and a terminal to give them to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from documents import ROOT, blocks

ADDRESS = "127.0.0.1:9380"
_ADDRESSES = re.compile(r"(?:localhost|127\.0\.0\.1):9380")
_TIMES = re.compile(
    r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|\d{4}-\d\d-\d\dT[\d:.]+Z?|^\d\d:\d\d:\d\d",
    re.MULTILINE,
)
_SECONDS = re.compile(r"\(\d+\.\d s\)")
SERVES = re.compile(r"(?:\w+=\S+ )*(?:\.venv/bin/)?(?:yespo-mock|make) serve(?: [^|]*)?")
_READY = "Ctrl-C"


def steps(page: Path) -> list[tuple[str, str]]:
    r"""The commands of a page, each with the output it shows.

    A `\` at its end continues a command in the next line, and so does the prompt `> `.
    """
    found: list[tuple[str, str]] = []
    for block in blocks(page):
        if block.language != "console":
            continue
        for line in block.text.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:], ""))
            elif not found[-1][1] and (line.startswith("> ") or found[-1][0].endswith("\\\n")):
                found[-1] = (found[-1][0] + line.removeprefix("> "), "")
            else:
                command, shown = found[-1]
                found[-1] = (command, shown + line)
    return [(command.rstrip("\n"), shown) for command, shown in found]


def comparable(text: str) -> str:
    """A text without what differs between two runs: times, and blanks at the ends of lines."""
    text = re.sub(r"yespo-mock \d+\.\d+\.\d+\w*", "yespo-mock (version)", text)
    text = _TIMES.sub("(time)", _ADDRESSES.sub("(address)", text).replace("\r", ""))
    text = _SECONDS.sub("(seconds)", text)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


class Terminal:
    """What a reader has: a checkout to work in, a shell, and the server the page speaks of."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self.address = address
        self._server: subprocess.Popen[str] | None = None
        self.printed = ""
        # What the page installs into .venv is what runs this test.
        self._own = f"{Path(sys.executable).parent}{os.sep}"
        # Nothing of what runs the tests: no settings, no CI that gets annotations, no colours, and
        # nothing that `make test` hands down to a `make` within it.
        foreign = re.compile("YESPO|^GITHUB_|COLOR|^MAKE|^MFLAGS$|^ARGS$")
        clean = {name: value for name, value in os.environ.items() if not foreign.search(name)}
        self._environment = {
            **clean,
            "PATH": self._own + os.pathsep + os.environ["PATH"],
            "COLUMNS": "80",
            "NO_PROXY": "*",
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
        }
        for each in ROOT.iterdir():
            if not each.name.startswith((".", "yespo-mock.json")):
                (folder / each.name).symlink_to(each)

    def run(self, command: str) -> str:
        """Execute a command to its end; what it printed, with the address the page has."""
        done = subprocess.run(
            ["bash", "-c", self._here(command)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=self._folder,
            env=self._environment,
            timeout=50,
            check=False,
        )
        return done.stdout.replace(self.address, ADDRESS)

    def serve(self, command: str) -> None:
        """Start the server of a page, on a free port; the commands that follow are for it."""
        self.stop()
        if "make " in command:  # what make would run, once it has made .venv
            command = self.run(f"make -n {command.removeprefix('make ')}").splitlines()[-1]
        self.printed = ""
        self._server = subprocess.Popen(
            ["bash", "-c", self._here(f"{command} --port 0")],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            cwd=self._folder,
            env=self._environment,
            start_new_session=True,
        )
        assert self._server.stdout is not None
        for line in self._server.stdout:
            self.printed += line
            if _READY in line:
                break
        found = re.search(r"http://(\S+)/api", self.printed)
        assert found, self.printed
        self.address = found[1]
        self.printed = self.printed.replace(self.address, ADDRESS)

    def stop(self) -> str:
        """Stop the server that was started, if any; what it printed since it was ready."""
        if self._server is None:
            return ""
        os.killpg(self._server.pid, signal.SIGINT)
        printed, _ = self._server.communicate(timeout=30)
        self._server = None
        return printed

    def _here(self, command: str) -> str:
        command = _ADDRESSES.sub(self.address, command)
        return re.sub(r"(?<![\w/])\.venv/bin/", lambda _: self._own, command)
