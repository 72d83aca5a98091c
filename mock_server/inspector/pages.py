"""The common parts of all pages: frame, account, headers and errors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, Response, g, render_template, request
from jinja2 import StrictUndefined
from markupsafe import Markup

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
from mock_server.emulator.reports.unusual import Unusual
from mock_server.inspector.addresses import (
    DONE,
    OF_ACCOUNTS,
    ROOT,
    came_from,
    order_path,
    page_of_form,
    root_of,
    with_query,
)
from mock_server.inspector.menu import Menu, menu_of
from mock_server.model import DEFAULT_ACCOUNT

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PAGE_SIZE = 50
# Only our own scripts and styles; requests never leave the machine.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True)
class Frame:
    """The frame of every page. `root` is the path of its account's pages, `top` that of all."""

    page: str
    root: str
    top: str
    account_name: str
    account_names: list[str]
    keys_limited: bool
    menu: Menu
    version: str
    done: str
    signed_in: bool
    read_only: bool
    unusual: list[Unusual]


def frame(emulator: Emulator) -> Blueprint:
    """The blueprint that all pages of an account are added to."""
    pages = Blueprint(
        "inspector",
        __name__,
        url_prefix=f"{OF_ACCOUNTS}/<segment:account>",
        template_folder="templates",
    )

    @pages.url_value_preprocessor
    def take_account(_: str | None, values: dict[str, Any] | None) -> None:
        g.account = (values or {}).pop("account", DEFAULT_ACCOUNT)

    _finish(pages, emulator)
    return pages


def entry(emulator: Emulator) -> Blueprint:
    """The blueprint outside accounts: files, signing in, and the ways to `default`."""
    pages = Blueprint("inspector_entry", __name__, url_prefix=ROOT, static_folder="static")

    def lead(rest: str = "") -> Response:
        if request.method == "POST":
            raise InvalidError(
                "This form does not say whose account it changes, and nothing was changed. Open"
                " the page again: the account stands in its address."
            )
        kept = {name: each for name, each in request.args.items() if name != "account"}
        query = f"?{urlencode(kept)}" if kept else ""
        name = request.args.get("account") or DEFAULT_ACCOUNT
        path = quote(rest, safe="/%") if "account" not in request.args else ""
        return Response(status=302, headers={"Location": f"{root_of(name)}/{path}{query}"})

    def miss(account: str, rest: str = "") -> Response:
        g.account = account
        return page_of_form(rest.split("/"))

    both = ["GET", "POST"]
    for rule in ("/", "/<path:rest>"):
        pages.add_url_rule(rule, "lead", lead, methods=both)
    pages.add_url_rule("/a/<segment:account>/<path:rest>", "miss", miss, methods=both)
    _finish(pages, emulator)
    return pages


def _finish(pages: Blueprint, emulator: Emulator) -> None:
    """Have a blueprint's answers carry our headers, and its errors be pages."""

    @pages.before_request
    def remember() -> None:
        g.emulator = emulator

    @pages.after_request
    def finish(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if not (request.endpoint or "").endswith(".static"):
            response.headers["Cache-Control"] = "no-store"
        return response

    def answer_error(error: Exception) -> tuple[str, int]:
        missing = isinstance(error, (NotFoundError, UnknownRuleError))
        return error_page(str(error)), 404 if missing else 400

    for kind in (EmulatorError, StateError, UnknownRuleError):
        pages.register_error_handler(kind, answer_error)


def prepare(app: Flask) -> None:
    """Set up the templates: what a page does not define is an error, and never a blank."""
    app.jinja_env.undefined = StrictUndefined
    app.add_template_filter(prose, "prose")
    app.add_template_filter(at, "at")


@dataclass(frozen=True)
class _Error:
    message: str
    back: str | None


def error_page(message: str) -> str:
    """A page that says what is wrong and leads back."""
    return render("error.html", "error", _Error(message, came_from()))


def render(template: str, page: str, context: DataclassInstance) -> str:
    """A page from its template and its context; `page` is its key in the menu."""
    emulator: Emulator = g.emulator
    name = g.get("account", DEFAULT_ACCOUNT)
    whose = name if name in emulator.account_names() else DEFAULT_ACCOUNT
    if page == "sign-in":
        return _render(template, _frame(page, name, [], []), context)
    account = emulator.account(whose)
    around = _frame(page, name, menu_of(account), account.unusual(read_only=emulator.read_only))
    return _render(template, around, context)


def part(template: str, context: DataclassInstance) -> str:
    """A part of a page, without the menu; it may use all else that surrounds every page."""
    return _render(template, _frame("", g.get("account", DEFAULT_ACCOUNT), [], []), context)


def _render(template: str, around: Frame, context: DataclassInstance) -> str:
    held = {**vars(around), **vars(context)}
    return render_template(
        f"inspector/{template}", **held, with_query=with_query, order_path=order_path
    )


def _frame(page: str, name: str, menu: Menu, unusual: list[Unusual]) -> Frame:
    emulator: Emulator = g.emulator
    return Frame(
        page=page,
        root=root_of(name),
        top=ROOT,
        account_name=name,
        account_names=emulator.account_names(),
        keys_limited=emulator.names.is_limited,
        menu=menu,
        version=__version__,
        done=DONE.get(request.args.get("done", ""), ""),
        signed_in=bool(g.get("signed_in")),
        read_only=emulator.read_only,
        unusual=unusual,
    )


def prose(text: str) -> Markup:
    """Text with Markdown code spans as HTML; all else is escaped."""
    found = Markup("")
    end = 0
    for span in _CODE_SPAN.finditer(str(text)):
        found += Markup("{}<code>{}</code>").format(text[end : span.start()], span[2].strip(" "))
        end = span.end()
    return found + text[end:]


def at(time: str) -> Markup:
    """A time of the emulator as an element that a script turns into the reader's own time."""
    shown = time[:19].replace("T", " ")
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(time, shown, shown)


def account_of(emulator: Emulator) -> Account:
    """The account that a page shows: its path says which. Raises `NotFoundError`."""
    name: str = g.account
    names = emulator.account_names()
    if name not in names and name != DEFAULT_ACCOUNT:
        there_are = ", ".join(names[:10]) or DEFAULT_ACCOUNT
        raise NotFoundError(f"There is no account {name}. There are: {there_are}.")
    return emulator.account(name)


def confirmed(done: str, box: str) -> None:
    """Go on when a person has ticked the box that says so; else raise `InvalidError`.

    Asked on the server: it holds without a script, and for a form that was sent by accident.
    """
    if request.form.get("sure") != "yes":
        raise InvalidError(f'Nothing was {done}: go back and tick "{box}" first.')


def offset() -> int:
    """Return the position at which the page of a list begins."""
    text = request.args.get("offset", "0")
    return min(int(text), 1 << 31) if text.isdecimal() and len(text) < 12 else 0
