"""Every page in every state and at every width, measured as a reader sees it.

tools/pictures.py has the pages and the states, and draws the same pictures to be looked at.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
PICTURES = runpy.run_path(str(ROOT / "tools/pictures.py"))
MEASURE = (Path(__file__).parent / "measure.js").read_text("utf-8")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("state", PICTURES["STATES"])
def test_pages_hold_what_they_show(browser: Browser, state: str) -> None:
    """Nothing sticks out, no word breaks, and what can be clicked is seen and not covered."""
    faults: dict[str, Any] = {}
    with PICTURES["served"](state) as shop:
        for name, address in PICTURES["addresses"](shop, state).items():
            for width in PICTURES["WIDTHS"]:
                with PICTURES["tab"](browser, width, "light") as page:
                    PICTURES["opened"](page, address)
                    if found := page.evaluate(MEASURE):
                        faults[f"{name} at {width}"] = found
    assert faults == {}


def test_the_pictures_of_the_documents_are_made_by_the_command() -> None:
    drawn = {each.name for each in (ROOT / "docs/screenshots").iterdir()}
    assert drawn == set(PICTURES["SHOWN"])


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p style='width: 3000px'>wide</p>", "the page is 3000 px wide"),
        (
            "<p style='width: 2em; overflow-wrap: anywhere'>IN_PROGRESS</p>",
            '"IN_PROGRESS" is broken',
        ),
        ("<button style='width: 0; padding: 0; border: 0'></button>", "has no size"),
        ("<a href='#'>under</a><div style='position: fixed; inset: 0'>over</div>", "is covered by"),
    ],
)
def test_what_is_broken_is_named(browser: Browser, html: str, fault: str) -> None:
    with PICTURES["tab"](browser, 1024, "light") as page:
        page.set_content(f"<body style='margin: 0'><main>{html}</main>")
        assert fault in "\n".join(page.evaluate(MEASURE))
