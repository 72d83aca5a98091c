"""Addresses of the pages: the account is part of every path."""

from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, g, request

from mock_server.emulator import NotFoundError
from mock_server.model import DEFAULT_ACCOUNT
from mock_server.wsgi import PAGES

ROOT = PAGES
OF_ACCOUNTS = f"{ROOT}/a"
"""Below this and an account's name are the pages of that account."""

# What a page says after something was done; the address carries the key.
DONE = {
    "saved": "Saved.",
    "added": "Added.",
    "deleted": "Deleted.",
    "reset": "Everything was reset.",
    "seeded": "Seeded.",
    "imported": "Imported.",
    "sent": "Sent.",
    "normal": "The clock shows real time again, and no fault is armed.",
}
# Where one is led who asks for the address of a form; "": to the page above it.
_FORM_OF = {
    "reset": "/settings",
    "seed": "/settings",
    "import": "/settings",
    "demo": "/",
    "again": "",
    "delete": "",
    "new": "",
    "stop": "/faults",
    "normal": "/",
    "switch": "/workflows",
}


def root_of(account: str) -> str:
    """Return the root of an account's pages."""
    return f"{OF_ACCOUNTS}/{quote(account, safe='')}"


def order_path(order_id: str) -> str:
    """The path of an order's page below the account; ids like `..` go into a query."""
    if order_id in (".", ".."):
        return f"/order?{urlencode({'id': order_id})}"
    return f"/orders/{quote(order_id, safe='')}"


def with_query(**changes: Any) -> str:
    """The query of this page with some arguments changed; None removes one."""
    merged = {**request.args.to_dict(), "done": None, **changes}
    return "?" + urlencode({name: each for name, each in merged.items() if each not in (None, "")})


def to(path: str, done: str = "") -> Response:
    """Lead the browser to a page of this account after something was changed, and say `done`."""
    place, _, fragment = path.partition("#")
    joint = "&" if "?" in place else "?"
    query = f"{joint}done={done}" if done else ""
    fragment = f"#{fragment}" if fragment else ""
    there = f"{root_of(g.get('account', DEFAULT_ACCOUNT))}{place}{query}{fragment}"
    return Response(status=303, headers={"Location": there})


def came_from() -> str | None:
    """The page of ours that led to this request, if one did."""
    there = request.headers.get("Referer", "").removeprefix(request.host_url.rstrip("/"))
    return there if there.startswith(f"{ROOT}/") else None


def page_of_form(parts: list[str]) -> Response:
    """The way from a form's address, which answers to being sent only, to the form's page."""
    there = _FORM_OF.get(parts[-1] if parts else "")
    if request.method != "GET" or there is None:
        raise NotFoundError(f"There is no page {request.path} here. The menu has all there are.")
    return to(there or "/" + "/".join(quote(each) for each in parts[:-1]))
