"""Profiles of settings: applied at the start, by a seed and later; what is named beats them."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.documents.account_settings import PROFILES
from mock_server.emulator import Emulator


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_sets_what_it_says_and_what_is_named_beats_it(client: Any, profile: Any) -> None:
    answer = client.call("PATCH", "/_mock/settings", json={"profile": profile})
    assert answer.status_code == 200
    held = client.get("/_mock/settings")
    assert held["profile"] == profile
    assert PROFILES[profile].items() <= held.items()
    changes = {"profile": profile, "rate_limits": not held["rate_limits"]}
    client.call("PATCH", "/_mock/settings", json=changes)
    assert client.get("/_mock/settings")["rate_limits"] is changes["rate_limits"]
    client.call("PATCH", "/_mock/settings", json={"profile": profile})
    assert client.get("/_mock/settings") == held, "it is applied again"


def test_an_unknown_profile_is_refused_with_those_there_are(client: Any) -> None:
    answer = client.call("PATCH", "/_mock/settings", json={"profile": "prod"})
    assert answer.status_code == 400
    assert "new-account" in answer.text


def test_a_reset_returns_to_the_profile_of_the_start() -> None:
    with Emulator(settings={"profile": "production", "rate_limits": False}) as emulator:
        account = emulator.account()
        assert (account.settings.duplicate_guard, account.settings.rate_limits) == (True, False)
        account.change_settings({"profile": "test"})
        assert not account.settings.duplicate_guard
        account.reset()
        assert account.settings.profile == "production"
        assert (account.settings.duplicate_guard, account.settings.rate_limits) == (True, False)


def test_in_a_new_account_no_order_is_saved_until_segmentation_is_on(
    client: Any, example: Any
) -> None:
    """SEG-01."""
    client.call("POST", "/_mock/seed", json={"settings": {"profile": "new-account"}})
    client.add_contact(phone="380501234567")
    assert client.event(example()).headers["X-Mock-Reasons"] == "segmentation_disabled"
    client.call("PUT", "/_mock/event-types/orderCreated", json={"segmentation": True})
    assert client.event(example()).headers["X-Mock-Verdict"] == "applied"


def test_the_page_changes_a_profile_and_shows_it(client: Any) -> None:
    page = client.call("GET", "/_mock/ui/settings", headers={"Accept": "text/html"})
    assert 'name="profile"' in page.text
    summary = client.get("/_mock/summary")["unusual"]
    assert summary == []
    client.call("PATCH", "/_mock/settings", json={"profile": "production", "strict": True})
    said = [each["sentence"] for each in client.get("/_mock/summary")["unusual"]]
    assert said == ["Profile production", "Settings changed: strict"]
