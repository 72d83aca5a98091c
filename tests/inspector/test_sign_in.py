"""The pages of a server that was started with a control token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
import requests
from playwright.sync_api import Page, expect

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings
from tests.conftest import Client

UI = "/_mock/ui"
TOKEN = "a tökén; of=ours"


@pytest.fixture
def guarded() -> Iterator[Client]:
    with HostedEmulator(ServerSettings(port=0, state=None, control_token=TOKEN)) as hosted:
        client = Client(hosted)
        client.session.auth = None
        with client.session:
            yield client


def sign_in(client: Client, token: str = TOKEN, **kwargs: object) -> requests.Response:
    return client.call(
        "POST", f"{UI}/sign-in", data={"token": token}, allow_redirects=False, **kwargs
    )


def test_a_page_leads_to_the_form_and_the_form_back_to_the_page(guarded: Client) -> None:
    wanted = f"{UI}/a/default?tab=dropped&q=%D1%97"
    answer = guarded.call("GET", wanted)
    assert answer.url.startswith(f"{guarded.url}{UI}/sign-in?next=")
    assert "Control token" in answer.text
    assert "Account" not in answer.text
    (hidden,) = re.findall(r'name="next" value="([^"]*)"', answer.text)
    done = guarded.call(
        "POST",
        f"{UI}/sign-in",
        data={"token": TOKEN, "next": unescape(hidden)},
        allow_redirects=False,
    )
    assert (done.status_code, done.headers["Location"]) == (303, wanted)
    assert guarded.call("GET", wanted, allow_redirects=False).status_code == 200


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(guarded: Client) -> None:
    name, *attributes = sign_in(guarded).headers["Set-Cookie"].rsplit("; ", 3)
    assert name.startswith("yespo_mock_token=")
    assert set(attributes) == {"HttpOnly", "Path=/_mock", "SameSite=Strict"}
    assert guarded.call("GET", "/_mock/events").status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN[:-1]])
def test_another_token_is_refused_with_the_way_out(guarded: Client, token: str) -> None:
    answer = sign_in(guarded, token)
    assert answer.status_code == 401
    assert "--control-token" in answer.text
    assert TOKEN not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert guarded.call("GET", f"{UI}/", allow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("https://evil.example/", "//evil.example/_mock/ui/", "/_mock/reset", "/\\evil.example"),
        *("/_mock/ui/\\..", "/_mock/ui/sign-in", "/_mock/ui/\r\nX: y"),
    ],
)
def test_nobody_is_led_elsewhere(guarded: Client, elsewhere: str) -> None:
    answer = guarded.call(
        "POST",
        f"{UI}/sign-in",
        data={"token": TOKEN, "next": elsewhere},
        allow_redirects=False,
    )
    assert answer.headers["Location"] == f"{UI}/"


@pytest.mark.parametrize("path", ["sign-in", "sign-out"])
def test_a_page_of_another_origin_neither_signs_in_nor_out(guarded: Client, path: str) -> None:
    sign_in(guarded)
    answer = guarded.call(
        "POST", f"{UI}/{path}", data={"token": TOKEN}, headers={"Origin": "https://evil.example"}
    )
    assert (answer.status_code, answer.json()["error"]) == (403, "cross_origin")
    assert "Set-Cookie" not in answer.headers


def test_nothing_is_changed_without_the_token(guarded: Client) -> None:
    answer = guarded.call("POST", f"{UI}/contacts", data={"email": "a@b.cc"}, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"{UI}/sign-in?next=%2F_mock%2Fui%2F",
    )
    held = guarded.call("GET", "/_mock/contacts", headers={"Authorization": "Bearer wrong"})
    assert held.status_code == 401
    sign_in(guarded)
    assert guarded.get("/_mock/contacts")["total"] == 0


def test_signing_out_forgets_the_token(guarded: Client) -> None:
    sign_in(guarded)
    assert "Sign out" in guarded.call("GET", f"{UI}/").text
    assert guarded.call("POST", f"{UI}/sign-out").url == f"{guarded.url}{UI}/sign-in"
    assert not guarded.session.cookies
    assert guarded.call("GET", "/_mock/events").status_code == 401


def test_only_the_form_and_its_style_are_open(guarded: Client) -> None:
    for path, status in (
        (f"{UI}/static/inspector.css", 200),
        (f"{UI}/static/../events/1", 303),
        (f"{UI}/static/%2e%2e/", 404),
        (f"{UI}/sign-in/x", 303),
        (f"{UI}/export", 303),
    ):
        url = guarded.url + path
        prepared = guarded.session.prepare_request(requests.Request("GET", url))
        prepared.url = url  # as it is, dots and all
        answer = guarded.session.send(prepared, allow_redirects=False, timeout=10)
        assert answer.status_code == status, path


def test_without_a_token_nobody_is_asked(client: Client) -> None:
    for method in ("GET", "POST"):
        answer = client.call(method, f"{UI}/sign-in", allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{UI}/a/default/")
    assert "Sign out" not in client.call("GET", f"{UI}/").text


def test_a_person_signs_in_looks_and_signs_out(guarded: Client, page: Page) -> None:
    page.goto(f"{guarded.url}/")
    page.get_by_label("Control token").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not the token.")
    page.get_by_label("Control token").fill(TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_text("No events yet.")).to_be_visible()
    assert page.evaluate("document.cookie") == ""
    guarded.session.cookies.clear()
    page.context.clear_cookies()  # an open page finds out by itself
    expect(page.get_by_label("Control token")).to_be_visible()
    assert "next=" in page.url
