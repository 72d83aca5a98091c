"""The documents as Markdown sees them: their code blocks, headings, tables and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
CHANGELOG = ROOT / "CHANGELOG.md"
DOCS = ROOT / "docs"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
PAGES = [README, CHANGELOG, CONTRIBUTING, ROOT / "SECURITY.md", *sorted(DOCS.glob("*.md"))]
# Followed in a copy of the project, for they change it.
CHANGES_THE_PROJECT = [CONTRIBUTING, DOCS / "adding-a-rule.md"]

# What the comment before a code block says is to be done with it.
PROGRAMS = ("run: pytest", "run: unittest", "run: python")
NODE_PROGRAM, NODE_COMMAND = "run: node", "run: node, by this command"
FAILURE = "shows: failure"  # of the first recipe
TERMINAL = "shows: terminal"  # of the server the page starts
APPLY = "apply: "  # to a copy of the project

_COMMENT = re.compile(r"<!-- (.+?) -->")
_ANCHOR = re.compile(r'<a id="([^"]+)">')


@dataclass(frozen=True)
class Block:
    """A code block: its language ("" for an indented one), and the comment right before it."""

    page: str
    line: int
    language: str
    marker: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@cache
def tokens(page: Path) -> tuple[Token, ...]:
    """The page as Markdown tokens."""
    return tuple(MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8")))


@cache
def blocks(page: Path) -> tuple[Block, ...]:
    """The code blocks of a page, in order."""
    found = []
    marker = ""
    for token in tokens(page):
        if token.type in ("fence", "code_block"):
            line = token.map[0] + 1
            found.append(Block(page.name, line, token.info.strip(), marker, token.content))
        comment = _COMMENT.fullmatch(token.content.strip()) if token.type == "html_block" else None
        marker = comment[1] if comment else ""
    return tuple(found)


def all_blocks() -> list[Block]:
    """The code blocks of all pages."""
    return [block for page in PAGES for block in blocks(page)]


def links(page: Path) -> Iterator[str]:
    """Where the links and images of a page lead."""
    for token in tokens(page):
        for child in token.children or ():
            for attribute in ("href", "src"):
                if attribute in child.attrs:
                    yield str(child.attrs[attribute])


def anchors(page: Path) -> set[str]:
    """What can be linked to on a page: headings as GitHub names them, and anchors of its own."""
    seen = tokens(page)
    named = {hit for token in seen for hit in _ANCHOR.findall(token.content)}
    for opening, inline in pairwise(seen):
        if opening.type == "heading_open":
            words = "".join(each.content for each in inline.children or ())
            named.add(re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-"))
    return named


def tables(page: Path) -> list[list[list[str]]]:
    """The tables of a page: rows of cells, each as it is written, without the heading row."""
    found: list[list[list[str]]] = []
    for number, token in enumerate(tokens(page)):
        if token.type == "tbody_open":
            found.append([])
        elif token.type == "tr_open" and found and token.level > 1:
            found[-1].append([])
        elif token.type == "td_open":
            found[-1][-1].append(tokens(page)[number + 1].content)
    return [[row for row in table if row] for table in found]
