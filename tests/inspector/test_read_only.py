"""A state open for reading: the account that holds something, and nothing that cannot work."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from mock_server.emulator.examples import EXAMPLES
from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings
from tests.conftest import ROOT, Client

Shown = tuple[Client, str]
"""A client, and the root of the pages of the account that holds something."""
PAGES = (
    *("/", "/events/1", "/orders", "/orders/12345679", "/contacts", "/contacts/1", "/messages"),
    *("/workflows", "/requests", "/fixes", "/analytics", "/rfm", "/rules", "/try?event=1"),
    *("/preview?workflow=1", "/event-types", "/clock", "/faults", "/settings", "/events/99"),
)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """A server that shows the state of another, whose events went to the account of a key."""
    path = tmp_path_factory.mktemp("state") / "state.json"
    seed = json.loads((ROOT / "fixtures/seeds/shop.json").read_text("utf-8"))
    with HostedEmulator(ServerSettings(port=0, state=path, accounts="per-key")) as hosted:
        client = Client(hosted)
        with client.session:
            client.session.auth = ("any", "shop")
            client.call("POST", "/_mock/seed?account=shop", json=seed)
            client.call("POST", "/api/v2/event", json=EXAMPLES["orderCreated"])
            workflow = {"eventTypeKey": "x", "channel": "sms", "recipient": "1", "template": "x"}
            client.call("POST", "/_mock/workflows?account=shop", json=workflow)
    with HostedEmulator(ServerSettings(port=0, state=path, read_only=True)) as hosted:
        client = Client(hosted)
        with client.session:
            (name,) = {*hosted.emulator.account_names()} - {"default"}
            yield client, f"/_mock/ui/a/{name}"


def test_the_first_account_that_holds_something_is_shown(shown: Shown) -> None:
    client, root = shown
    assert client.call("GET", "/").url.endswith(f"{root}/")
    assert client.call("GET", "/_mock/ui/orders").url.endswith("/a/default/orders")
    empty = client.call("GET", "/_mock/ui/a/default/").text
    assert f'<a href="{root}/">' in empty
    assert "demo shop" not in empty


@pytest.mark.parametrize("path", PAGES)
def test_no_page_offers_what_cannot_work(shown: Shown, path: str) -> None:
    client, root = shown
    page = client.call("GET", root + path).text
    forms = re.findall(r"<form\b[^>]*method=.post[^>]*>.*?</form>", page, re.DOTALL)
    working = [each for each in forms if "<button" in each]
    actions = {action for each in working for action in re.findall(r'action="([^"#]+)', each)}
    assert actions <= {f"{root}/try", f"{root}/preview", f"{root}/preview/mail"}
    assert 'value="send"' not in page


@pytest.mark.parametrize("path", ["/reset", "/settings", "/contacts", "/events/1/again", "/normal"])
def test_what_cannot_be_changed_is_said_on_a_page(shown: Shown, path: str) -> None:
    client, root = shown
    headers = {"Origin": client.url}
    answer = client.call("POST", root + path, data={"sure": "yes"}, headers=headers)
    assert answer.status_code == 403
    assert '<nav id="menu"' in answer.text
    assert "This server shows a state and changes nothing" in answer.text
