"""A real headless Chromium for the tests of the pages."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import NO_BROWSER

_FLAGS = tuple(
    (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync"
    ).split()
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what needs a browser to `make test-all`, but for the smoke test of each page."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("smoke"):
            item.add_marker(pytest.mark.full)


# Not for the whole session: Playwright leaves its event loop running in the thread of the tests.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("YESPO_MOCK_REQUIRE_BROWSER"):
            pytest.fail(NO_BROWSER, pytrace=False)
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that fails the test when a script fails or the policy blocks something."""
    problems: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda told: problems.append(told.text) if "Content Security" in told.text else None,
        )
        yield page
    assert not problems


def squeezed(html: str) -> str:
    """A page on one line, without the blanks that its templates have for people who read them."""
    edges = r" ?(</?(?:d[dlt]|t[dhr]|tbody|thead|table|p|li|[ou]l|h\d)\b[^>]*>) ?"
    return re.sub(edges, r"\1", " ".join(html.split()))
