"""Package metadata is in setup.cfg; this only puts the contract scenarios into wheels.

Their source is `fixtures/contracts`, where suites in any language find them; `yespo-mock verify`
needs them in an installed package too.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

FIXTURES = Path(__file__).parent / "fixtures"


class BuildWithScenarios(build_py):
    """Copies the scenarios beside the package's modules; a checkout reads them where they are."""

    def run(self) -> None:
        """Build the modules, then copy."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "mock_server" / "contracts" / "scenarios"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(FIXTURES / "contracts", target, ignore=shutil.ignore_patterns("*.md"))
            shutil.copy(FIXTURES / "contract.schema.json", target.parent)


setup(cmdclass={"build_py": BuildWithScenarios})
