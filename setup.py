"""Package metadata is in setup.cfg; this puts the fixtures into wheels, and writes the description.

The fixtures' source is the folder `fixtures`, where suites in any language find them; an installed
package carries a copy. The description is the README without its links and pictures that lead into
the repository: where packages are listed they would lead nowhere.
"""

import re
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent


class BuildWithFixtures(build_py):
    """Copies the fixtures beside the package's modules; a checkout reads them where they are."""

    def run(self) -> None:
        """Build the modules, then copy."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "mock_server" / "fixtures"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(ROOT / "fixtures", target)


def described() -> str:
    """The README with the text of its relative links, and without its relative pictures."""
    text = (ROOT / "README.md").read_text("utf-8")
    text = re.sub(r"^!\[[^\]]*\]\((?!https?:)[^)]*\)\n+", "", text, flags=re.M)
    return re.sub(r"\[([^\]]*)\]\((?!https?:)[^)]*\)", r"\1", text)


setup(
    cmdclass={"build_py": BuildWithFixtures},
    long_description=described(),
    long_description_content_type="text/markdown",
)
