"""The common parts of all pages: frame, account, headers and errors."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from mock_server._version import __version__
from mock_server.emulator import (
    Account,
    Emulator,
    EmulatorError,
    InvalidError,
    NotFoundError,
    StateError,
    UnknownRuleError,
    UnwritableError,
)
from mock_server.emulator.reports.summary import Unusual
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
from mock_server.inspector.live import Shared
from mock_server.inspector.menu import Menu, menu_of
from mock_server.model import DEFAULT_ACCOUNT, ReceivedAnswer
from mock_server.pages.sentences import counted, grouped, money
from mock_server.wsgi import REFUSED

PAGE_SIZE = 50
_METHODS = ["GET", "POST"]
_ANY = [*_METHODS, "PUT", "PATCH", "DELETE"]
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


Send = Callable[[dict[str, Any], bytes, str, str], ReceivedAnswer]
"""Sends an event as a client would: environ of the page, body, version, Authorization header."""


class Gate(Protocol):
    """The guard in front of all doors, which decides on tokens."""

    @property
    def has_token(self) -> bool:
        """Return whether a token is asked for at all."""

    @property
    def cookie(self) -> str:
        """The name of the cookie that carries the token."""

    def opens(self, token: str) -> bool:
        """Return whether this is the token."""


@dataclass(frozen=True)
class Here:
    """What the pages of an application work with."""

    emulator: Emulator
    send: Send
    gate: Gate | None
    live: Shared = field(default_factory=Shared)


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


ui = Blueprint(
    "inspector",
    __name__,
    url_prefix=f"{OF_ACCOUNTS}/<segment:account>",
    template_folder="templates",
)
"""All pages of an account."""

outside = Blueprint("inspector_entry", __name__, url_prefix=ROOT, static_folder="static")
"""The pages outside accounts: files, signing in, and the ways to `default`."""


@ui.url_value_preprocessor
def _take_account(_: str | None, values: dict[str, Any] | None) -> None:
    g.account = (values or {}).pop("account", DEFAULT_ACCOUNT)


@outside.route("/", methods=_ANY)
@outside.route("/<path:rest>", methods=_ANY)
def _lead(rest: str = "") -> Response:
    _check_method()
    if request.method == "POST":
        raise InvalidError(
            "This form does not say whose account it changes, and nothing was changed. Open"
            " the page again: the account stands in its address."
        )
    kept = {name: each for name, each in request.args.items() if name != "account"}
    query = f"?{urlencode(kept)}" if kept else ""
    name = request.args.get("account") or (DEFAULT_ACCOUNT if rest else _first_to_show())
    path = quote(rest, safe="/%") if "account" not in request.args else ""
    return Response(status=302, headers={"Location": f"{root_of(name)}/{path}{query}"})


@outside.route("/a/<segment:account>/<path:rest>", methods=_ANY)
def _miss(account: str, rest: str) -> Response:
    g.account = account
    _check_method()
    return page_of_form(rest.split("/"))


def _check_method() -> None:
    if request.method not in _METHODS:
        said = f"Pages are opened (GET) and forms are sent (POST); {request.method} is for /_mock."
        raise MethodNotAllowed(_METHODS, said)


def _first_to_show() -> str:
    """Return the first account that holds something, `default` before others."""
    names = (DEFAULT_ACCOUNT, *emulator_here().account_names())
    holding = (each for each in names if _holds(emulator_here().account(each)))
    return next(holding, DEFAULT_ACCOUNT)


def _holds(account: Account) -> bool:
    counts = account.counts()
    return any(counts[table] for table in ("events", "orders", "contacts"))


def _refuse() -> tuple[str, int] | None:
    message = request.environ.get(REFUSED)
    return None if message is None else (error_page(message), 403)


def _finish(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not (request.endpoint or "").endswith(".static"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _answer_error(error: Exception) -> ResponseReturnValue:
    if isinstance(error, HTTPException):
        said = error_page(error.description or error.name)
        return said, error.code or 500, error.get_headers()
    missing = isinstance(error, (NotFoundError, UnknownRuleError))
    full = isinstance(error, UnwritableError)
    return error_page(str(error)), 404 if missing else 507 if full else 400


for _each in (ui, outside):
    _each.before_request(_refuse)
    _each.after_request(_finish)
    for _kind in (EmulatorError, StateError, UnknownRuleError, HTTPException):
        _each.register_error_handler(_kind, _answer_error)


def open_pages(app: Flask, here: Here) -> None:
    """Register the pages. What a template asks for and has not is an error, and never a blank."""
    app.extensions["inspector"] = here
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters |= {each.__name__: each for each in (prose, at, money, grouped, counted)}
    app.register_blueprint(ui)
    app.register_blueprint(outside)


def error_page(message: str) -> str:
    """A page that says what is wrong and leads back."""
    return render("error.html", "error", message=message, back=came_from())


def render(template: str, page: str, /, **context: Any) -> str:
    """A page from its template and its context; `page` is its key in the menu."""
    emulator, name = emulator_here(), g.get("account", DEFAULT_ACCOUNT)
    if page == "sign-in":
        return _render(template, _frame(page, name, [], []), context)
    account = emulator.account(name if name in emulator.account_names() else DEFAULT_ACCOUNT)
    around = _frame(page, name, menu_of(account), account.unusual(read_only=emulator.read_only))
    return _render(template, around, context)


def part(template: str, /, **context: Any) -> str:
    """A part of a page, without the menu; it may use all else that surrounds every page."""
    return _render(template, _frame("", g.get("account", DEFAULT_ACCOUNT), [], []), context)


def _render(template: str, around: Frame, context: dict[str, Any]) -> str:
    held = {**vars(around), **context, "with_query": with_query, "order_path": order_path}
    return render_template(f"inspector/{template}", **held)


def _frame(page: str, name: str, menu: Menu, unusual: list[Unusual]) -> Frame:
    emulator, gate = emulator_here(), here().gate
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
        signed_in=gate is not None and gate.has_token and gate.cookie in request.cookies,
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


def here() -> Here:
    """Return what the pages of this application work with."""
    found: Here = current_app.extensions["inspector"]
    return found


def emulator_here() -> Emulator:
    """Return the emulator whose pages these are."""
    return here().emulator


def account_here() -> Account:
    """Return the account that a page shows: its path says which. Raises `NotFoundError`."""
    emulator, name = emulator_here(), str(g.account)
    names = emulator.account_names()
    if name not in names and name != DEFAULT_ACCOUNT:
        there_are = ", ".join(names[:10]) or DEFAULT_ACCOUNT
        raise NotFoundError(f"There is no account {name}. There are: {there_are}.")
    return emulator.account(name)


def confirmed(done: str, box: str) -> None:
    """Go on when a person has ticked the box, else raise `InvalidError`; holds without scripts."""
    if request.form.get("sure") != "yes":
        raise InvalidError(f'Nothing was {done}: go back and tick "{box}" first.')


def number_asked(values: Mapping[str, str], name: str) -> int:
    """Return a number of an address or a form, 0 for none or one that is too large."""
    text = values.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def offset() -> int:
    """Return the position at which the page of a list begins."""
    return min(number_asked(request.args, "offset"), 1 << 31)
