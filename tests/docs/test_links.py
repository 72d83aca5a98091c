"""Every link of the documents to a file or to an anchor leads somewhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from documents import PAGES, ROOT, anchors, links

from tests.conftest import every


@every({page.name: page for page in PAGES})
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme == "https", link
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        assert target.exists(), f"{page.name} links to {link}, which is not there"
        assert target.is_relative_to(ROOT), f"{page.name} links out of the project: {link}"
        if parts.fragment:
            assert parts.fragment in anchors(target), f"{page.name} links to {link}"


def test_links_and_anchors_are_found() -> None:
    readme, rules = ROOT / "README.md", ROOT / "docs/rules.md"
    assert {"docs/rules.md", "docs/screenshots/home.png"} <= set(links(readme))
    assert {"our-decisions", "env-01", "env--the-envelope-of-an-event"} <= anchors(rules)
