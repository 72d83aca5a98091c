"""The routes of the emulated API: no more and no less than the table says, all as they should be.

The table is the contract; each of its rows has tests of its own beside this one.
"""

from __future__ import annotations

import base64
import re

import pytest
import requests

from mock_server.api import door

TABLE = """
    POST /v1/event
    POST /v2/event
    POST /v1/past_events
    POST /v2/past_events
    POST /v3/event
    POST /v3/past_events
    DELETE /v1/past_events
    POST /v1/auth/token
    POST /v1/contact
    GET /v1/contact/{contact_id}
    PUT /v1/contact/{contact_id}
    DELETE /v1/contact/{contact_id}
    DELETE /v1/contact
    POST /v1/contact/subscribe
    GET /v1/contacts
    POST /v1/contacts
    GET /v1/contacts/email
    GET /v1/importstatus/{session_id}
    GET /v1/subscriptions
    GET /v1/contact/{contact_id}/subscriptions
    PUT /v1/contact/{contact_id}/subscriptions
    POST /v1/orders
    GET /v1/account/info
    GET /v1/version
    GET /v2/version
    GET /v1/balance
    GET /v1/addressbooks
    GET /v1/groups
    GET /v1/group/{group_id}/contacts
    POST /v1/group/{group_id}/contacts/attach
    POST /v1/group/{group_id}/contacts/detach
    POST /v1/emails/unsubscribed/add
    POST /v1/emails/unsubscribed/delete
    POST /v1/message/email
    POST /v1/message/sms
    POST /v1/message/viber
    POST /v1/message/{message_id}/smartsend
    POST /v1/message/{message_id}/send
    GET /v1/message/status
    GET /v1/message/email/status
    GET /v1/message/sms/status
    GET /v1/message/viber/status
    GET /v1/interfaces/email
    GET /v1/interfaces/sms
    GET /v1/messages/email
    POST /v1/messages/email
    GET /v1/messages/email/{message_id}
    PUT /v1/messages/email/{message_id}
    DELETE /v1/messages/email/{message_id}
    PUT /v1/messages/email/{message_id}/{language}
    DELETE /v1/messages/email/{message_id}/{language}
    GET /v1/messages/sms
    POST /v1/messages/sms
    GET /v1/messages/sms/{message_id}
    PUT /v1/messages/sms/{message_id}
    DELETE /v1/messages/sms/{message_id}
    PUT /v1/messages/sms/{message_id}/{language}
    DELETE /v1/messages/sms/{message_id}/{language}
    GET /v1/messages/viber
    POST /v1/messages/viber
    GET /v1/messages/viber/{message_id}
    PUT /v1/messages/viber/{message_id}
    DELETE /v1/messages/viber/{message_id}
    PUT /v1/messages/viber/{message_id}/{language}
    DELETE /v1/messages/viber/{message_id}/{language}
    GET /v1/messages/telegram
    POST /v1/messages/telegram
    GET /v1/messages/telegram/{message_id}
    PUT /v1/messages/telegram/{message_id}
    DELETE /v1/messages/telegram/{message_id}
    PUT /v1/messages/telegram/{message_id}/{language}
    DELETE /v1/messages/telegram/{message_id}/{language}
    GET /v1/messages/mobilepush
    POST /v1/messages/mobilepush
    GET /v1/messages/mobilepush/{message_id}
    PUT /v1/messages/mobilepush/{message_id}
    DELETE /v1/messages/mobilepush/{message_id}
    PUT /v1/messages/mobilepush/{message_id}/{language}
    DELETE /v1/messages/mobilepush/{message_id}/{language}
    GET /v1/messages/appinbox
    POST /v1/messages/appinbox
    GET /v1/messages/appinbox/{message_id}
    PUT /v1/messages/appinbox/{message_id}
    DELETE /v1/messages/appinbox/{message_id}
    PUT /v1/messages/appinbox/{message_id}/{language}
    DELETE /v1/messages/appinbox/{message_id}/{language}
    GET /v1/messages/email/{message_id}/viewLink
    GET /v1/workflows
    GET /v1/site/domains
    POST /v1/site/domains
    GET /v1/site/script
    GET /v1/site/webpush/domains
    POST /v1/site/webpush/domains
    POST /v1/site/webpush/domain
    DELETE /v1/site/webpush/domains
    GET /v1/site/webpush/script
    POST /v1/auth/contact/token
    POST /v1/apps/{app}/tokens
    POST /v1/apps/{app}/token/mute
    POST /v1/apps/{app}/token/unmute
    GET /v1/contact/token/{app}/{token}/contactId
    GET /v1/contact/token/activated/{app}/{token}
    PUT /v1/contact/token/activated/{app}/{token}
    GET /v1/promocodes
    POST /v1/promocodes
    GET /v1/promocodes/count
"""
ROUTES = [tuple(line.split()) for line in TABLE.strip().splitlines()]
BODIES = [(method, path) for method, path in ROUTES if method in ("POST", "PUT")]
TAKES_BODY = [row for row in BODIES if row[1] != "/v1/auth/token"] + [("DELETE", "/v1/past_events")]


def concrete(path: str) -> str:
    return f"/api{re.sub('{[a-z]+_id}', '1', path)}".replace("{", "").replace("}", "")


@pytest.fixture(scope="module")
def api():
    """One served emulator for all rows: nothing here changes it."""
    from mock_server.frame.hosting import HostedEmulator
    from mock_server.settings import ServerSettings

    with (
        HostedEmulator(ServerSettings(port=0, state=None)) as hosted,
        requests.Session() as session,
    ):
        session.trust_env = False
        session.auth = ("any", "key")

        def call(method: str, path: str, **kwargs):
            return session.request(method, f"{hosted.url}{path}", timeout=20, **kwargs)

        yield call


def test_the_routes_are_those_of_the_table():
    """The table and the code cannot drift apart."""
    assert {(each.method, each.path.removeprefix("/api")) for each in door.ROUTES} == set(ROUTES)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_answers_with_and_without_a_trailing_slash(api, method, path):
    """WIRE-06: neither is redirected, and both answer the same."""
    plain, slashed = (api(method, concrete(path) + end, allow_redirects=False) for end in ("", "/"))
    assert plain.status_code == slashed.status_code
    assert plain.status_code not in (301, 302, 307, 308, 405, 500, 501)
    assert "There is nothing at" not in plain.text


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("authorization", [None, "Basic Og==", "Bearer unknown"])
def test_every_route_wants_an_api_key(api, method, path, authorization):
    """WIRE-02, WIRE-03: 401 is JSON with a numeric status."""
    headers = {"Authorization": authorization} if authorization else {}
    answer = api(method, concrete(path), headers=headers, auth=lambda request: request)
    assert answer.status_code == 401
    assert answer.json()["status"] == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_detach_does_without_a_body(api):
    """Nobody named means everybody."""
    path = "/v1/group/{group_id}/contacts/detach"
    assert api("POST", concrete(path)).status_code == 404  # there is no such segment
    assert api("POST", concrete(path.replace("detach", "attach"))).status_code == 400


@pytest.mark.parametrize(("method", "path"), TAKES_BODY)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"null", b'"text"'])
def test_a_body_that_is_no_object_is_400_and_says_so(api, method, path, body):
    if path.endswith(("/detach", "/{token}")) and not body:
        return  # these do without one
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    answer = api(method, concrete(path), data=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "body is" in answer.text


@pytest.mark.parametrize(("method", "path"), TAKES_BODY)
def test_a_body_of_another_type_is_415(api, method, path):
    """WIRE-05."""
    headers = {"Content-Type": "text/xml"}
    answer = api(method, concrete(path), data=b"<a/>", headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize(("method", "path"), TAKES_BODY)
def test_a_missing_content_type_is_tolerated_with_a_warning(api, method, path):
    """WIRE-05."""
    answer = api(method, concrete(path), data=b'{"eventTypeKey": 1}')
    assert "content_type_missing" in answer.headers["X-Mock-Warnings"]


@pytest.mark.parametrize("path", sorted({path for _, path in ROUTES}))
def test_a_wrong_method_is_405_with_allow(api, path):
    """WIRE-05."""
    answer = api("PATCH", concrete(path))
    assert answer.status_code == 405
    documented = {"DELETE"} if path == "/v1/orders" else set()
    emulated = {m for m, p in ROUTES if p == path}
    if path.endswith("/viewLink"):  # a translation could have this name
        emulated |= {"PUT", "DELETE"}
    assert set(answer.headers["Allow"].split(", ")) == emulated | documented


@pytest.mark.parametrize("user", ["any", "", "кирилиця"])
def test_the_api_key_goes_with_any_user_name(api, user):
    """WIRE-02."""
    text = base64.b64encode(f"{user}:key".encode()).decode()
    headers = {"Authorization": f"Basic {text}"}
    answer = api("GET", "/api/v1/account/info", headers=headers, auth=lambda request: request)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/promocodes/SALE", 501),
        ("GET", "/api/v2/contacts/recoms/5/", 501),
        ("POST", "/api/v1/shopify/token", 501),
        ("PATCH", "/api/v1/broadcasts", 405),
        ("GET", "/api/v1/workflow", 404),
        ("POST", "/api/v2/contact", 404),
        ("GET", "/api/v1/contact/abc", 404),
    ],
)
def test_what_is_not_emulated_says_so(api, method, path, status):
    """WIRE-08: documented and not emulated 501, unknown 404; the latter names what is near."""
    answer = api(method, path)
    assert answer.status_code == status
    if path == "/api/v2/contact":
        assert "Did you mean" in answer.text
    if status == 405:
        assert answer.headers["Allow"] == "GET"
