"""What all pages share: their frame, the account in their path, their headers and their errors."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
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
    EventQuery,
    InvalidError,
    NotFoundError,
    StateError,
    UnknownRuleError,
)
from mock_server.ledger.catalogue import RULES
from mock_server.model import DEFAULT_ACCOUNT

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ROOT = "/_mock/ui"
OF_ACCOUNTS = f"{ROOT}/a"
"""Below this and an account's name are the pages of that account."""

PAGE_SIZE = 50
# No script or style but our own files; no request leaves the machine.
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
# What a page says after something was done; the address carries the key.
DONE = {
    "saved": "Saved.",
    "added": "Added.",
    "deleted": "Deleted.",
    "reset": "Everything was reset.",
    "seeded": "Seeded.",
    "imported": "Imported.",
    "sent": "Sent.",
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
}


@dataclass(frozen=True)
class MenuEntry:
    """A line of the menu. `count` stands beside it, loudly where it `is_hot`."""

    key: str
    name: str
    path: str
    count: str = ""
    is_hot: bool = False


@dataclass(frozen=True)
class Frame:
    """What surrounds every page. `root` is where the pages of its account are, `top` of all."""

    page: str
    root: str
    top: str
    account_name: str
    account_names: list[str]
    keys_limited: bool
    menu: list[tuple[str, list[MenuEntry]]]
    version: str
    done: str
    signed_in: bool
    read_only: bool


def frame(emulator: Emulator) -> Blueprint:
    """The blueprint that all pages of an account are added to."""
    pages = Blueprint(
        "inspector",
        __name__,
        url_prefix=f"{OF_ACCOUNTS}/<string:account>",
        template_folder="templates",
    )

    @pages.url_value_preprocessor
    def take_account(_: str | None, values: dict[str, Any] | None) -> None:
        sent = (values or {}).pop("account", DEFAULT_ACCOUNT)
        g.account = _segment(sent)

    _finish(pages, emulator)
    return pages


def entry(emulator: Emulator) -> Blueprint:
    """The blueprint of what belongs to no account: files, signing in, and the ways to `default`."""
    pages = Blueprint("inspector_entry", __name__, url_prefix=ROOT, static_folder="static")

    def lead(rest: str = "") -> Response:
        account, *parts = rest.removeprefix("a/").split("/")
        if rest.startswith("a/"):  # a page of an account that there is not
            g.account = _segment(account)
            return _page_of_form(parts)
        if request.method == "POST":
            raise InvalidError(
                "This form does not say whose account it changes, and nothing was changed. Open"
                " the page anew: the account stands in its address."
            )
        kept = {name: each for name, each in request.args.items() if name != "account"}
        query = f"?{urlencode(kept)}" if kept else ""
        name = request.args.get("account") or DEFAULT_ACCOUNT
        path = quote(rest, safe="/%") if "account" not in request.args else ""
        return Response(status=302, headers={"Location": f"{root_of(name)}/{path}{query}"})

    for rule in ("/", "/<path:rest>"):
        pages.add_url_rule(rule, "lead", lead, methods=["GET", "POST"])
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


def _segment(sent: str) -> str:
    """A segment of a path as it was meant: see `frame.paths.normalised`."""
    return sent.replace("%2F", "/").replace("%25", "%")


def _page_of_form(parts: list[str]) -> Response:
    """The way from a form's address, which answers to being sent only, to the form's page."""
    there = _FORM_OF.get(parts[-1] if parts else "")
    if request.method != "GET" or there is None:
        raise NotFoundError(f"There is no page {request.path} here. The menu has all there are.")
    return to(there or "/" + "/".join(quote(each) for each in parts[:-1]))


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
    return render("error.html", "error", _Error(message, _back()))


def render(template: str, page: str, context: DataclassInstance) -> str:
    """A page from its template and its context; `page` is its key in the menu."""
    held = {each.name: getattr(context, each.name) for each in fields(context)}
    around = {each.name: each for each in fields(Frame)}
    shown = _frame(page)
    return render_template(
        f"inspector/{template}",
        **{name: getattr(shown, name) for name in around},
        **held,
        with_query=with_query,
        order_path=order_path,
    )


def part(template: str, context: DataclassInstance) -> str:
    """A part of a page, without its frame; it may use what surrounds every page."""
    return render(template, "", context)


def _frame(page: str) -> Frame:
    emulator: Emulator = g.emulator
    name = g.get("account", DEFAULT_ACCOUNT)
    names = emulator.account_names()
    is_plain = page == "sign-in"
    menu = [] if is_plain else _menu(emulator, name if name in names else DEFAULT_ACCOUNT)
    return Frame(
        page=page,
        root=root_of(name),
        top=ROOT,
        account_name=name,
        account_names=names,
        keys_limited=emulator.names.is_limited,
        menu=menu,
        version=__version__,
        done=DONE.get(request.args.get("done", ""), ""),
        signed_in=bool(g.get("signed_in")),
        read_only=emulator.read_only,
    )


def _menu(emulator: Emulator, name: str) -> list[tuple[str, list[MenuEntry]]]:
    account = emulator.account(name)
    counts = account.counts()
    dropped = account.records(EventQuery(group="dropped", limit=0)).total
    to_mend = len(account.fix_book.fixes())
    exercised = len(account.exercised_rules())
    return [
        (
            "Watch",
            [
                MenuEntry("events", "Event history", "/", _count(dropped), is_hot=True),
                MenuEntry("orders", "Orders", "/orders", _count(counts["orders"])),
                MenuEntry("contacts", "Contacts", "/contacts", _count(counts["contacts"])),
                MenuEntry("messages", "Messages", "/messages", _count(counts["outbox"])),
                MenuEntry("requests", "Requests", "/requests"),
            ],
        ),
        (
            "Understand",
            [
                MenuEntry("fixes", "Fix first", "/fixes", _count(to_mend), is_hot=True),
                MenuEntry("analytics", "Event analytics", "/analytics"),
                MenuEntry("rfm", "RFM", "/rfm"),
                MenuEntry("rules", "Rules", "/rules", f"{exercised}/{len(RULES)}"),
            ],
        ),
        (
            "Do",
            [
                MenuEntry("try", "Try it", "/try"),
                MenuEntry("preview", "Preview", "/preview"),
                MenuEntry("event-types", "Event types", "/event-types"),
                MenuEntry("settings", "Settings", "/settings"),
            ],
        ),
    ]


def _count(number: int) -> str:
    return f"{number:,}".replace(",", " ") if number else ""


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


def root_of(account: str) -> str:
    """Where the pages of an account are."""
    return f"{OF_ACCOUNTS}/{quote(account, safe='')}"


def order_path(order_id: str) -> str:
    """Where the page of an order is, below the account's; ids that no path can hold go in a query.

    A browser resolves `.` and `..` in a path however they are written.
    """
    if order_id in (".", ".."):
        return f"/order?{urlencode({'id': order_id})}"
    return f"/orders/{quote(order_id, safe='')}"


def account_of(emulator: Emulator) -> Account:
    """The account that a page shows: its path says which. Raises `NotFoundError`."""
    name: str = g.account
    names = emulator.account_names()
    if name not in names and name != DEFAULT_ACCOUNT:
        there_are = ", ".join(names[:10]) or DEFAULT_ACCOUNT
        raise NotFoundError(f"There is no account {name}. There are: {there_are}.")
    return emulator.account(name)


def with_query(**changes: Any) -> str:
    """The query of this page with some arguments changed; None takes one away."""
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
