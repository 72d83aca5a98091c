"""What is to be in the sdist, the wheel and the image of a release, and what is not.

Each `wrong_in_…` gives the sentences about what differs, none when all is well.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
FILES = "LICENSE README.md CHANGELOG.md MANIFEST.in setup.py pyproject.toml yespo_mock_plugin.py"
FOLDERS = ("mock_server", "fixtures", "docs")
# The build writes these itself.
_WRITTEN = re.compile(r"PKG-INFO|setup\.cfg|[^/]+\.(?:egg|dist)-info/.+")
_JUNK = re.compile(r"(?:^|/)(?:\.|__pycache__/|[^/]*(?:\.py[cod]|\.orig|\.rej|\.bak|\.swp|~)$)")

# Printed by the image's own Python: what it holds of the package, and what should not be there.
IN_THE_IMAGE = """
import hashlib, importlib.util, json, os
from importlib.metadata import distribution
package = distribution("yespo-mock")
files = [each for each in package.files if not str(each).endswith(".pyc")]
print(json.dumps({
    "version": package.version,
    "user": os.getuid(),
    "files": {str(each): hashlib.sha256(each.locate().read_bytes()).hexdigest() for each in files},
    "left": [each for each in ("pip", "setuptools") if importlib.util.find_spec(each)]
    + [each for each in ("/source", "/package") if os.path.exists(each)],
}))
"""


def _below(folder: str) -> dict[str, bytes]:
    """The files of a folder of the checkout by name, but for what Python leaves there."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _sources() -> dict[str, bytes]:
    named = {name: (ROOT / name).read_bytes() for name in FILES.split()}
    return {**named, **{name: data for folder in FOLDERS for name, data in _below(folder).items()}}


def _packaged() -> dict[str, bytes]:
    """The modules, helper files, templates and styles, and beside them the fixtures."""
    fixtures = {f"mock_server/{name}": data for name, data in _below("fixtures").items()}
    plugin = "yespo_mock_plugin.py"
    return {**_below("mock_server"), **fixtures, plugin: (ROOT / plugin).read_bytes()}


def _differences(what: str, found: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> list[str]:
    """What lacks, is too much, is junk, differs, or names a folder of this machine."""
    held = {name: data for name, data in found.items() if not _WRITTEN.fullmatch(name)}
    said = [f"{what} lacks {name}" for name in sorted(wanted.keys() - held.keys())]
    said += [f"{what} has {name} besides" for name in sorted(held.keys() - wanted.keys())]
    said += [f"{what} has {name}, which is not a source" for name in found if _JUNK.search(name)]
    for name in sorted(held.keys() & wanted.keys()):
        if held[name] != wanted[name]:
            said.append(f"{what} has another {name} than the checkout")
    here = str(ROOT).encode()
    return said + [f"{what} names {ROOT} in {name}" for name in found if here in found[name]]


def wrong_in_sdist(sdist: Path) -> list[str]:
    """It holds the sources and documents as the checkout has them, below one folder."""
    found, said = {}, []
    top = sdist.name.removesuffix(".tar.gz") + "/"
    with tarfile.open(sdist) as archive:
        for each in archive.getmembers():
            file = archive.extractfile(each) if each.isreg() else None
            if not f"{each.name}/".startswith(top) or ".." in each.name.split("/"):
                said.append(f"the sdist has {each.name} outside of {top}")
            elif file is not None:
                found[each.name.removeprefix(top)] = file.read()
            elif not each.isdir():
                said.append(f"the sdist has {each.name}, which is neither a file nor a folder")
    said += [f"the sdist lacks {name}" for name in ("PKG-INFO", "setup.cfg") if name not in found]
    return said + _differences("the sdist", found, _sources())


def wrong_in_wheel(wheel: Path) -> list[str]:
    """It holds the package as the checkout has it, though it was built from the sdist."""
    with ZipFile(wheel) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    said = _differences("the wheel", found, _packaged())
    licences = {name.partition(".dist-info/licenses/")[2] for name in found}
    return said if "LICENSE" in licences else [*said, "the wheel lacks its LICENSE"]


def wrong_in_image(told: str, wheel: Path, version: str) -> list[str]:
    """It holds the wheel's files, though it was built from another context, and no tool to build.

    told: what IN_THE_IMAGE printed there.
    """
    image = json.loads(told)
    with ZipFile(wheel) as archive:
        wanted = {
            name: hashlib.sha256(archive.read(name)).hexdigest().encode()
            for name in archive.namelist()
            if ".dist-info/" not in name
        }
    held = {
        name: digest.encode()
        for name, digest in image["files"].items()
        if ".dist-info/" not in name and not name.startswith("../")
    }
    said = _differences("the image", held, wanted)
    said += [f"the image has {each}" for each in image["left"]]
    if image["version"] != version:
        said.append(f"the image is version {image['version']}, not {version}")
    return said if image["user"] else [*said, "the image runs as root"]
