"""What all pages share: their frame, the account they show, their headers and their errors."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote, urlencode

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from mock_server import jsonio
from mock_server._version import __version__
from mock_server.emulator import (
    Account,
    Emulator,
    EmulatorError,
    InvalidError,
    NotFoundError,
    StateError,
    UnknownRuleError,
)
from mock_server.ledger.codes import code_meaning
from mock_server.model import DEFAULT_ACCOUNT

ROOT = "/_mock/ui"
PAGE_SIZE = 50
_COOKIE = "yespo_mock_account"
# No script or style but our own files; no request leaves the machine.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
MENU = (
    ("events", "Event history", "/"),
    ("orders", "Orders", "/orders"),
    ("contacts", "Contacts", "/contacts"),
    ("event-types", "Event types", "/event-types"),
    ("analytics", "Event analytics", "/analytics"),
    ("rfm", "RFM", "/rfm"),
    ("try", "Try it", "/try"),
    ("rules", "Rules", "/rules"),
    ("requests", "Requests", "/requests"),
    ("settings", "Settings", "/settings"),
)
# Shape and word beside the colour, for whoever does not see the colour.
SHAPES = {"applied": "✓", "recorded": "●", "ignored": "▲", "rejected": "✕"}


def frame(emulator: Emulator) -> Blueprint:
    """The blueprint that all pages are added to."""
    pages = Blueprint(
        "inspector",
        __name__,
        url_prefix=ROOT,
        template_folder="templates",
        static_folder="static",
    )

    @pages.after_request
    def finish(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if request.endpoint != "inspector.static":
            response.headers["Cache-Control"] = "no-store"
        if request.args.get("account"):
            response.set_cookie(
                _COOKIE, quote(request.args["account"]), path=ROOT, samesite="Strict", httponly=True
            )
        return response

    @pages.context_processor
    def common() -> dict[str, Any]:
        return {
            "root": ROOT,
            "menu": MENU,
            "shapes": SHAPES,
            "version": __version__,
            "account_names": emulator.account_names(),
            "keys_limited": emulator.names.is_limited,
            "account_name": account_text(),
            "meaning": code_meaning,
            "pretty": jsonio.pretty,
            "with_query": with_query,
        }

    pages.add_app_template_filter(prose, "prose")

    def answer_error(error: Exception) -> tuple[str, int]:
        missing = isinstance(error, (NotFoundError, UnknownRuleError))
        page = render_template("inspector/error.html", message=str(error), back=_back())
        return page, 404 if missing else 400

    for kind in (EmulatorError, StateError, UnknownRuleError):
        pages.register_error_handler(kind, answer_error)
    return pages


def prose(text: str) -> Markup:
    """Text with Markdown code spans as HTML; all else is escaped."""
    found = Markup("")
    end = 0
    for span in _CODE_SPAN.finditer(str(text)):
        found += Markup("{}<code>{}</code>").format(text[end : span.start()], span[2].strip(" "))
        end = span.end()
    return found + text[end:]


def account_text() -> str:
    """The account that a page shows: of `?account=`, else the one chosen last, else `default`."""
    chosen = request.args.get("account") or unquote(request.cookies.get(_COOKIE, ""))
    return chosen or DEFAULT_ACCOUNT


def account_of(emulator: Emulator) -> Account:
    """The account that a page shows; one that is gone gives way to `default`."""
    name = account_text()
    if name not in emulator.account_names():
        if request.args.get("account"):
            return emulator.account_called(name)
        name = DEFAULT_ACCOUNT
    return emulator.account(name)


def with_query(**changes: Any) -> str:
    """The query of this page with some arguments changed; None takes one away."""
    merged = {**request.args.to_dict(), **changes}
    return "?" + urlencode({name: each for name, each in merged.items() if each not in (None, "")})


def to(path: str) -> Response:
    """Lead the browser to a page of ours, after something was changed."""
    return Response(status=303, headers={"Location": ROOT + path})


def _back() -> str | None:
    """The page of ours that led to this request, if one did."""
    came_from = request.headers.get("Referer", "").removeprefix(request.host_url.rstrip("/"))
    return came_from if came_from.startswith(f"{ROOT}/") else None


def confirmed(done: str, box: str) -> None:
    """Go on when a person has ticked the box that says so; else raise `InvalidError`.

    Asked on the server: it holds without a script, and for a form that was sent by accident.
    """
    if request.form.get("sure") != "yes":
        raise InvalidError(f'Nothing was {done}: go back and tick "{box}" first.')


def offset() -> int:
    """Where the page of a list begins."""
    text = request.args.get("offset", "0")
    return min(int(text), 1 << 31) if text.isdecimal() and len(text) < 12 else 0
