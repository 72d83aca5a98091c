"""Pictures of the inspector's pages: `make pictures`, which writes them to `build/pictures`.

Each page in four states (empty, usual, long values, error), at three widths, light and dark; words
of their names choose some: `make pictures ARGS='home 390'`. `ARGS=docs` writes those that the
documents show. Debian's `chromium` draws. tests/inspector/test_pictures.py measures the same pages.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "fixtures/examples"
WIDTHS = {1440: 900, 1024: 768, 390: 844}
THEMES = ("light", "dark")
STATES = ("empty", "usual", "long", "error")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
_FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]

# What every state has, by the name of its picture; {event} and the like are filled in by the state.
PAGES = {
    "home": "",
    "dropped": "?tab=dropped",
    "try": "try",
    "preview": "preview",
    "orders": "orders",
    "contacts": "contacts",
    "messages": "messages",
    "rfm": "rfm",
    "analytics": "analytics",
    "rules": "rules",
    "event-types": "event-types",
    "requests": "requests",
    "clock": "clock",
    "faults": "faults",
    "workflows": "workflows",
    "settings": "settings",
}
# Pages of one thing: where the state has it.
DETAILS = {
    "event": "events/{event}",
    "order": "orders/{order}",
    "contact": "contacts/{contact}",
    "message": "messages/{message}",
    "stored-message": "stored-messages/{stored}",
    "try-event": "try?event={event}",
    "preview-event": "preview?event={event}",
}
# What the pages say when something is wrong.
ERRORS = {
    "no-event": "events/999999",
    "no-order": "orders/none-of-ours",
    "no-contact": "contacts/999999",
    "no-page": "nowhere",
    "filter": "?q=verdict:droped+type:ordercreated",
    "no-match": "?q=nothing-has-this-word",
    "no-account": "../nobody/",
}
# In docs/screenshots, of the usual state at the largest width.
SHOWN = {"home.png": "home", "event.png": "event", "order.png": "order", "try-it.png": "try-event"}

_ORDER: dict[str, Any] = {
    "totalCost": "990",
    "status": "INITIALIZED",
    "date": "2026-11-30T10:11:00",
    "currency": "UAH",
}
_ITEM = {
    "externalItemId": "200600",
    "name": "Super Device",
    "category": "devices",
    "quantity": 1,
    "cost": 990,
    "url": "https://shop.example.com/200600",
    "imageUrl": "https://shop.example.com/200600.png",
}
_UNBROKEN = "без-пробілів-" * 12
_LONG = f"<b>{_UNBROKEN}</b> & a name that goes on for rather longer than a column is wide"


class Shop:
    """What a shop sends to a served emulator, and what somebody sets up there."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()

    def control(self, path: str, body: Any, method: str = "POST") -> Any:
        """Arrange something under `/_mock`; its answer."""
        answer = self._session.request(method, f"{self.url}/_mock/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def asked(self, path: str) -> list[Any]:
        """What a list under `/_mock` holds."""
        told = self._session.get(f"{self.url}/_mock/{path}", timeout=30).json()
        return list(next(value for value in told.values() if isinstance(value, list)))

    def send(self, event_type: str, key: str = "key", **params: Any) -> None:
        """Send an event; a parameter that is None is left out."""
        body = {
            "eventTypeKey": event_type,
            "params": [{"name": k, "value": v} for k, v in params.items() if v is not None],
        }
        self.post("v2/event", json.dumps(body, ensure_ascii=False), key)

    def post(self, path: str, body: str, key: str = "key", kind: str = "application/json") -> None:
        """Send a body as it is."""
        headers = {"Content-Type": kind}
        url = f"{self.url}/api/{path}"
        self._session.post(url, body.encode(), headers=headers, auth=("shop", key), timeout=30)


def usual(shop: Shop) -> None:
    """A day on which most goes well: what was forgotten, misspelt, sent too early, and refused."""
    shop.control("seed", json.loads((ROOT / "fixtures/seeds/shop.json").read_text("utf-8")))
    shop.post("v2/event", "{not json")
    shop.post("v2/event", "{}", kind="text/plain")
    shop.post("v2/evnt", "{}")
    known = {"externalCustomerId": "AV13760", "phone": "380501234567"}
    shop.send("orderCreated", **_ORDER, externalOrderId="2010", phone="+38 (050) 123-45-67")
    shop.send("orderCreated", **_ORDER, externalOrderId="2011", email="nobody@example.com")
    shop.send("orderCancelled", **known, externalOrderId="404", status="CANCELLED")
    shop.send("OrderCreated", **known, **_ORDER, externalOrderId="2013")
    shop.send("productViewed", **known, productKey="200600")
    for number in range(2001, 2009):
        total = f"{number - 1011}.50"
        items = [{**_ITEM, "cost": number - 1010.5 - (number == 2004)}]
        sent = {
            **_ORDER,
            **known,
            "externalOrderId": str(number),
            "totalCost": total,
            "items": items,
        }
        if number in (2002, 2005, 2008):
            sent["items"] = [{k: v for k, v in items[0].items() if k != "imageUrl"}]
        if number == 2003:
            sent |= {"date": "30.11.2026 10:11", "totalCost": "990,00", "status": "completed"}
        shop.send("orderCreated", **sent)
        shop.send("orderUpdated", **{**sent, "status": "IN_PROGRESS"})
        if number % 2:
            shop.send("orderDelivered", **{**sent, "status": "DELIVERED"})


def long(shop: Shop) -> None:
    """Values that are as long as they may be, and as hostile."""
    who = {"externalCustomerId": _UNBROKEN[:90], "email": f"{'x' * 50}@{'y' * 50}.example.com"}
    shop.control("contacts", {**who, "firstName": _LONG[:80], "lastName": _UNBROKEN[:80]})
    items = [{**_ITEM, "externalItemId": f"{n}-{_UNBROKEN[:60]}", "name": _LONG} for n in range(12)]
    for number in range(3):
        sent = {**_ORDER, **who, "externalOrderId": f"{number}-{_UNBROKEN[:80]}", "items": items}
        sent |= {"totalCost": "123456789012.99", "deliveryAddress": _LONG, "currency": "UAH"}
        shop.send("orderCreated", **sent)
        shop.send("orderUpdated", **{**sent, "status": _LONG})
    shop.send(_UNBROKEN[:100], **who, note=_LONG)
    shop.send("<script>alert(1)</script>", **who, note="<img src=x onerror=alert(1)>")
    shop.post(f"v2/{_UNBROKEN}", "{}")


def nothing(_shop: Shop) -> None:
    """Nothing was sent yet."""


FILLED = {"empty": nothing, "usual": usual, "long": long, "error": usual}


def addresses(shop: Shop, state: str) -> dict[str, str]:
    """The addresses of a state's pages by the names of their pictures."""
    chosen = dict(ERRORS if state == "error" else PAGES)
    if state in ("usual", "long"):
        order = "order=2003&" if state == "usual" else ""
        found = {
            "event": [each["eventId"] for each in shop.asked(f"events?{order}verdict=dropped")][
                -1:
            ],
            "order": [each["externalOrderId"] for each in shop.asked("orders")],
            "contact": [each["id"] for each in shop.asked("contacts")],
            "message": [each["messageId"] for each in shop.asked("outbox")],
            "stored": [each["id"] for each in shop.asked("messages")],
        }
        if state == "usual":
            found |= {"order": ["2001"], "contact": ["1"]}
        ids = {name: quote(str(each[0]), safe="") for name, each in found.items() if each}
        for name, path in DETAILS.items():
            if any(f"{{{each}}}" in path for each in ids):
                chosen[name] = path.format(**ids)
    return {name: f"{shop.url}/_mock/ui/a/default/{path}" for name, path in chosen.items()}


@contextmanager
def served(state: str) -> Iterator[Shop]:
    """An emulator in one of the states."""
    with HostedEmulator(ServerSettings(port=0, state=None)) as hosted:
        shop = Shop(hosted.url)
        FILLED[state](shop)
        yield shop


@contextmanager
def tab(browser: Browser, width: int, theme: str) -> Iterator[Page]:
    """A tab of a width that prefers a theme."""
    size = ViewportSize(width=width, height=WIDTHS[width])
    dark = "dark" if theme == "dark" else "light"
    with browser.new_context(viewport=size, color_scheme=dark, locale="en-GB") as context:
        yield context.new_page()


def opened(page: Page, address: str) -> None:
    """Open a page, and wait for what it loads after itself."""
    page.goto(address, wait_until="load")
    page.locator(".htmx-request, #pane[aria-busy]").first.wait_for(state="detached")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    path = shutil.which("chromium")
    if path is None:
        sys.exit("pictures: there is no chromium; it is Debian's package of that name")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


def draw(folder: Path, words: list[str]) -> None:
    """Write the pictures that all of some words choose: a page, a state, a width, a theme."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for state in STATES:
            with served(state) as shop:
                paths = addresses(shop, state)
                for name, width, theme in product(paths, WIDTHS, THEMES):
                    called = (name, state, str(width), theme)
                    if set(words) <= set(called):
                        file = folder / f"{'-'.join(called)}.png"
                        with tab(browser, width, theme) as page:
                            opened(page, paths[name])
                            page.screenshot(path=file, full_page=True)
                        print(file)


def draw_shown() -> None:
    """Write the pictures that the documents show."""
    with chromium() as browser, served("usual") as shop:
        for file, name in SHOWN.items():
            with tab(browser, 1440, "light") as page:
                opened(page, addresses(shop, "usual")[name])
                page.screenshot(path=ROOT / "docs/screenshots" / file)
                print(f"docs/screenshots/{file}")


if __name__ == "__main__":
    if sys.argv[1:] == ["docs"]:
        draw_shown()
    else:
        draw(ROOT / "build/pictures", sys.argv[1:])
