"""Secrets are shown by their end only, wherever they stand in what is journaled."""

from __future__ import annotations

import pytest
import requests

from mock_server import MockServer
from mock_server.emulator.traffic.secrets import masked, masked_path, tail, without_keys
from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings


@pytest.mark.parametrize(
    ("secret", "shown"),
    [("", ""), ("a", ""), ("ab", "b"), ("abc", "c"), ("abcdefg", "efg"), ("abcdefgh12", "gh12")],
)
def test_of_a_short_secret_less_is_shown(secret: str, shown: str) -> None:
    assert tail(secret) == shown


@pytest.mark.parametrize(
    "text",
    [
        '{"password": "open-sesame"}',
        '{"name": "password", "value": "open-sesame"}',
        '{"name":"Auth_Token","value":"open-sesame"}',
        '{ "name" : "secret" ,\n "value" : "open-sesame" }',
        "/api/v1/contacts?api_key=open-sesame&x=1",
    ],
)
def test_a_secret_is_masked(text: str) -> None:
    assert "open-" not in masked(text)
    assert "…same" in masked(text)


@pytest.mark.parametrize("text", ['{"name": "phone", "value": "380501234567"}', "/api?q=token"])
def test_what_is_none_is_left_alone(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("key", ["0123456789ABCDEF0123456789ABCDEF", "k3y" * 8])
def test_a_key_as_a_segment_of_a_path_is_masked(key: str) -> None:
    for path in (f"/api/{key}/v2/event", f"/{key}", f"/api/v1/{key}?x=1"):
        assert masked_path(path) == path.replace(key, f"…{key[-4:]}")
    for path in ("/api/v1/contacts/123456789012345678901234567890", "/api/v2/event", "/a/b-c"):
        assert masked_path(path) == path
    with MockServer() as mock:
        requests.post(f"{mock.url}/api/{key}/v2/event", json={}, timeout=10)
        (entry,) = mock.requests(refused=True)
        assert key not in str(entry)


@pytest.mark.parametrize("key", ["secret-api-key-1234", "Ключ", r"a.b\1", "ab"])
def test_a_key_that_was_given_is_masked_whatever_it_looks_like(key: str) -> None:
    shown = f"/api/…{tail(key)}"
    for rest in ("", "/v2/event", "?x=1", " is unknown", "."):
        assert without_keys(f"/api/{key}{rest}", ["other", key]) == f"{shown}{rest}"
    for other in (f"/api/{key}1", f"/api/x{key}", f"/api/{key}-"):
        assert without_keys(other, [key]) == other


def test_no_key_that_was_given_stands_in_the_journal() -> None:
    key = "secret-api-key-1234"
    with HostedEmulator(ServerSettings(state=None, port=0, api_keys=(key,))) as hosted:
        for path in (f"/api/{key}/v2/event", f"/{key}"):
            requests.post(f"{hosted.url}{path}", json={}, timeout=10)
        told = requests.get(f"{hosted.url}/_mock/requests", timeout=10).json()
    assert told["total"] == 2
    assert key not in str(told)
    assert "/api/…1234/v2/event" in str(told["requests"][1]["notes"])


def test_the_journal_masks_and_the_record_keeps_what_was_sent() -> None:
    params = [{"name": "password", "value": "open-sesame"}]
    event = {"eventTypeKey": "signUp", "keyValue": "1", "params": params}
    with MockServer() as mock:
        auth = ("shop", mock.api_key)
        requests.post(f"{mock.api_url}/v2/event", json=event, auth=auth, timeout=10)
        (entry,) = mock.requests()
        assert "open-" not in entry.body
        assert mock.events()[0].params == params
