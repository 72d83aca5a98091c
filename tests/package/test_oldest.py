"""The oldest versions that `make test-oldest` installs are those that setup.cfg names."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def printed(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, root / "tests/oldest.py"], capture_output=True, text=True, timeout=50
    )


@pytest.fixture
def with_setup(tmp_path):
    """The printed requirements for another setup.cfg."""

    def with_setup(requires: str, test: str = "") -> subprocess.CompletedProcess[str]:
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests/oldest.py").write_bytes((ROOT / "tests/oldest.py").read_bytes())
        text = f"[options]\ninstall_requires =\n{requires}\n"
        text += f"[options.extras_require]\ntest =\n{test}\n"
        (tmp_path / "setup.cfg").write_text(text, "utf-8")
        return printed(tmp_path)

    return with_setup


def test_each_dependency_that_is_declared_is_printed_with_its_lower_bound():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    declared = config["options"]["install_requires"]
    bounds = dict(re.findall(r"^([\w-]+)>=([\w.]+)", declared, re.MULTILINE))
    assert len(bounds) >= 12
    lines = printed(ROOT).stdout.splitlines()
    for name, bound in bounds.items():
        assert [line for line in lines if re.match(rf"{name}=={re.escape(bound)}(;|$)", line)]
    assert [line for line in lines if line.startswith("pytest==")]


def test_markers_stay_upper_bounds_go_and_what_has_no_bound_is_taken_as_it_is(with_setup):
    requires = '    # Why.\n    a>=1.2,<2\n    b-c>=0.1; sys_platform != "win32"'
    lines = with_setup(requires, "    types-a").stdout.splitlines()
    assert lines == ["a==1.2", 'b-c==0.1; sys_platform != "win32"', "types-a"]


def test_a_line_without_a_lower_bound_of_that_form_is_refused(with_setup):
    ended = with_setup("    a~=1.2")
    assert ended.returncode == 1
    assert "'a~=1.2' has no lower bound of the form name>=version" in ended.stderr
