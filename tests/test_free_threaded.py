"""A Python without its global lock, where one is on this machine: the state under load.

docs/windows.md says what is supported; `state/reads.py` lists what is read without a lock.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[1]
STRESS = """
import sys, threading
from mock_server import MockServer
from mock_server.emulator.examples import EXAMPLES
from mock_server.model import EventRequest

with MockServer() as mock:
    account, problems = mock._account, []
    mock.add_contact(phone="380501234567")

    def sends(number):
        try:
            for _ in range(200):
                account.generate_event(EventRequest(EXAMPLES["orderCreated"]))
                assert account.order("12345679")["externalOrderId"] == "12345679"
                assert account.summary()["byVerdict"]["applied"] > 0
                assert mock.events(order="12345679", type="orderCreated")
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=sends, args=(n,)) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not problems, problems
    assert account.counts()["events"] == 1600
print("gil", getattr(sys, "_is_gil_enabled", lambda: True)())
"""


def free_threaded() -> Path | None:
    """A free-threaded interpreter of this machine, the newest."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in ("3.14t", "3.13t"):
        found = shutil.which(f"python{version}")
        here = [Path(found)] if found else sorted(pyenv.glob(f"{version[:4]}.*t/bin/python"))
        if here:
            return here[-1]
    return None


@pytest.mark.network
def test_threads_see_whole_documents_without_the_global_lock(tmp_path: Path) -> None:
    python = free_threaded()
    if python is None:
        pytest.skip("there is no free-threaded Python on this machine")
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True)
    inside = tmp_path / "venv" / "bin" / "python"
    made = subprocess.run(
        [inside, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", ROOT],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        pytest.skip(f"not all wheels are there: {made.stderr[-200:]}")
    done = subprocess.run(
        [inside, "-X", "gil=0", "-c", STRESS], capture_output=True, text=True, check=False
    )
    assert done.stdout == "gil False\n", done.stderr
