"""A forked child that uses its parent's server would work on a copy that nobody sends to."""

from __future__ import annotations

import subprocess
import sys

import pytest

CHILD = """
import os
from mock_server import MockServer

with MockServer() as mock:
    child = os.fork()
    if child == 0:
        for use in (lambda: mock.add_contact(email="a@b.c"), mock.events, mock.reset,
                    lambda: mock.api_url):
            try:
                use()
                print("no error", flush=True)
            except RuntimeError as error:
                print(error, flush=True)
        mock.close()
        os._exit(0)
    os.waitpid(child, 0)
    mock.add_contact(email="parent@b.c")
    print(len(mock.contacts()))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
def test_it_raises_with_the_reason_and_the_parent_goes_on() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    *refused, held = done.stdout.splitlines()
    assert len(refused) == 4
    assert all("this is a forked child" in each for each in refused)
    assert held == "1"
