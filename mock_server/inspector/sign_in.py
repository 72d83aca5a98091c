"""Signing in, on a server that was started with a control token: a form, and a cookie."""

from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, request

from mock_server.inspector.addresses import ROOT, root_of
from mock_server.inspector.pages import Gate, here, outside, render
from mock_server.model import DEFAULT_ACCOUNT

_PATH = "/_mock"
_SIGN_IN = f"{ROOT}/sign-in"


def lead_to_sign_in(environ: dict[str, Any]) -> Response:
    """The answer to a request for a page that was let in without the token: to the form."""
    if "HTTP_HX_REQUEST" in environ:
        # A part of a page that is open: the whole page has to go.
        there = f"{_SIGN_IN}?{urlencode({'next': environ.get('HTTP_HX_CURRENT_URL', '')})}"
        return Response(status=401, headers={"HX-Redirect": there})
    wanted = f"{ROOT}/"
    if environ["REQUEST_METHOD"] == "GET":
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING")
        wanted = quote(path.encode("latin-1"), safe="/%") if path != ROOT else wanted
        wanted += f"?{query}" if query else ""
    return Response(status=303, headers={"Location": f"{_SIGN_IN}?{urlencode({'next': wanted})}"})


def _gate() -> Gate | None:
    gate = here().gate
    return gate if gate is not None and gate.has_token else None


@outside.get("/sign-in")
def _sign_in() -> str | Response:
    return _home() if _gate() is None else _form()


@outside.post("/sign-in")
def _take_token() -> tuple[str, int] | Response:
    gate, token = _gate(), request.form.get("token", "").strip()
    if gate is None:
        return _home()
    if not gate.opens(token):
        return _form("That is not the token." if token else "The token is missing."), 401
    answer = Response(status=303, headers={"Location": _wanted()})
    answer.set_cookie(gate.cookie, token, path=_PATH, **_cookie_options())
    return answer


@outside.post("/sign-out")
def _sign_out() -> Response:
    gate = _gate()
    if gate is None:
        return _home()
    answer = Response(status=303, headers={"Location": _SIGN_IN})
    answer.delete_cookie(gate.cookie, path=_PATH, **_cookie_options())
    return answer


def _cookie_options() -> dict[str, Any]:
    """Keep the cookie from scripts and from requests of other sites."""
    return {"secure": request.is_secure, "httponly": True, "samesite": "Strict"}


def _home() -> Response:
    return Response(status=303, headers={"Location": f"{root_of(DEFAULT_ACCOUNT)}/"})


def _form(problem: str = "") -> str:
    elsewhere = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    return render(
        "sign_in.html", "sign-in", problem=problem, wanted=_wanted(), from_elsewhere=elsewhere
    )


def _wanted() -> str:
    """The page to go to once signed in: one of ours, whatever the address says."""
    wanted = request.form.get("next") or request.args.get("next") or ""
    wanted = wanted.removeprefix(request.host_url.rstrip("/"))
    is_ours = wanted.startswith(f"{ROOT}/") and wanted.isprintable() and "\\" not in wanted
    return wanted if is_ours and not wanted.startswith(_SIGN_IN) else f"{ROOT}/"
