"""The documentation as a site: `make docs` builds it with Sphinx from the pages as they stand.

The README is its first page; the contents of the README are its navigation. Nothing that a page
needs is loaded from elsewhere (tests/package/test_site.py).
"""

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

project = "yespo-mock"
extensions = ["myst_parser"]
root_doc = "README"
include_patterns = ["*.md", "docs/*.md"]
html_theme = "furo"
html_title = "yespo-mock"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
# The address of a heading is the one that the repository's pages have.
myst_heading_anchors = 4
# What is linked but is not a page (fixtures, workflows) is copied beside them; folders are not.
# Pages begin their headings where they like, and shells write what a lexer cannot read.
suppress_warnings = ["myst.header", "misc.highlighting_failure"]


def _navigation(text: str) -> str:
    """The README's contents as a tree of pages: a caption for each table, its links in order."""
    contents = text.partition("\n## Contents\n")[2].partition("\n## ")[0]
    trees = []
    for caption, table in re.findall(r"^### (.+)\n\n((?:\|.*\n)+)", contents, re.M):
        pages = re.findall(r"^\| \[([^\]]+)\]\(([^)#]+)\.md\)", table, re.M)
        lines = "".join(f"{title} <{page}>\n" for title, page in pages)
        trees.append(f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{lines}```")
    return "\n\n".join(trees)


def _read(_app: Any, page: str, source: list[str]) -> None:
    # An anchor of its own is a target in MyST's writing; otherwise links to it are not checked.
    source[0] = re.sub(r'^<a id="([^"]+)"></a>$', r"(\1)=", source[0], flags=re.M)
    if page == root_doc:
        source[0] += "\n" + _navigation(source[0])


def setup(app: Any) -> None:
    """Let Sphinx ask for the navigation when it reads the README."""
    app.connect("source-read", _read)
