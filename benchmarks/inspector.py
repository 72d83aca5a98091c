"""Server time of the inspector's pages with 100 and with 100,000 stored events.

A second table has the first look after a restart, at a shop of which a third of the events was
dropped: CPU of the request itself. What a start reads in the background is a row of its own.

The pages are asked of the application itself, without a socket: what is measured is what the
server computes. The sizes take turns, so that whatever else the machine does meets both alike.
"""

from __future__ import annotations

import gc
import tempfile
from functools import partial
from pathlib import Path
from time import process_time, thread_time

from flask.testing import FlaskClient
from werkzeug.test import Client

from benchmarks.common import Result, add_buyer, figure, fill, middle, order_event, show, timed
from mock_server.emulator import Emulator
from mock_server.emulator.account import Account
from mock_server.frame.app import Doors
from mock_server.rules.outcome import EventRequest

SIZES = (100, 100_000)
QUICK_SIZES = (100, 1_000)
UI = "/_mock/ui/a/default"
LIMIT_MS = 60.0
"""What each page may take at the largest size."""

PAGES = {
    "history, first page": "/",
    "history, page 100": "/?offset=5000",
    "history, with a pane": "/?show=50",
    "history, dropped": "/?tab=dropped",
    "history, refused": "/?tab=refused",
    "history, by reason": "/?q=reason:contact_not_found",
    "history, by order": "/?q=order:f7",
    "history, by contact": "/?q=contact:1",
    "history, by rule": "/?q=rule:ITM-02",
    "history, text found": "/?q=kettle",
    "history, text not found": "/?q=nowhere",
    "one event": "/events/50",
    "orders": "/orders",
    "orders, text not found": "/orders?q=nowhere",
    "one order": "/orders/f7",
    "contacts": "/contacts",
    "contacts, text not found": "/contacts?q=nowhere",
    "one contact": "/contacts/1",
    "event types": "/event-types",
    "event analytics": "/analytics",
    "RFM": "/rfm",
    "fix first": "/fixes",
    "messages": "/messages",
    "preview": "/preview?event=50",
    "try it": "/try",
    "rules": "/rules",
    "requests": "/requests",
    "settings": "/settings",
}

FIRST_LOOKS = ("/", "/?tab=dropped", "/orders", "/contacts", "/fixes", "/rfm", "/analytics")


def run(*, quick: bool) -> Result:
    """Milliseconds (medians) by page and size, and ratios to the smaller size."""
    sizes = QUICK_SIZES if quick else SIZES
    emulators = {size: Emulator(None, max_events=0) for size in sizes}
    clients: dict[int, FlaskClient] = {}
    polls: dict[int, str] = {}
    for size, emulator in emulators.items():
        _fill(emulator.account(), size)
        clients[size] = Client(Doors(emulator))
        page = clients[size].get(f"{UI}/").text
        polls[size] = f"/?newest={page.partition('newest=')[2].partition(chr(34))[0]}"
    gc.collect()
    costs: dict[str, dict[int, list[float]]] = {}
    for _ in range(3 if quick else 15):
        for size, client in clients.items():
            for name, path in {"nothing new": polls[size], **PAGES}.items():
                values = costs.setdefault(name, {}).setdefault(size, [])
                values.append(timed(partial(_get, client, path)) / 1000)
    for emulator in emulators.values():
        emulator.close()
    return {**_report(costs), "first": _first_looks(sizes[-1])}


def _first_looks(size: int) -> Result:
    """CPU milliseconds by page of the first request after a start with so many events."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "state.json")
        with Emulator(path, max_events=0) as emulator:
            fill_shop(emulator.account(), size)
        costs = {}
        with Emulator() as emulator:  # loads modules and templates
            client = Client(Doors(emulator))
            for page in FIRST_LOOKS:
                _get(client, page)
        for page in FIRST_LOOKS:
            begin = process_time()
            with Emulator(path, max_events=0) as emulator:
                client = Client(Doors(emulator))
                _get(client, "/event-types")  # opens the door, which costs the same at any size
                mine = thread_time()
                _get(client, page)
                costs[page] = (thread_time() - mine) * 1000
                emulator.account().costs()
                with emulator.account().analytics.sales.book():
                    costs["start"] = (process_time() - begin) * 1000 - costs[page]
    rows = [[page, figure(costs[page])] for page in (*FIRST_LOOKS, "start")]
    title = f"First look after a restart with {size:,} events: CPU ms (limit: {LIMIT_MS:g})"
    show(title, ["", "ms"], rows)
    return costs


def fill_shop(account: Account, size: int) -> None:
    """Orders of up to 1,000 contacts; a third of them is dropped, for one of four causes."""
    buyers = [f"buyer{number}@example.com" for number in range(max(size // 100, 1))]
    for email in buyers:
        account.add_contact({"email": email})
    for number in range(size):
        body = order_event(f"f{number}")
        params = {each["name"]: each for each in body["params"]}
        del body["params"][1]  # externalCustomerId
        params["email"]["value"] = buyers[number % len(buyers)]
        if number % 3 == 0:
            name, value = _MISTAKES[number // 3 % len(_MISTAKES)]
            params[name]["value"] = value
        account.generate_event(EventRequest(body))


_MISTAKES = (
    ("totalCost", "a lot"),
    ("status", "other"),
    ("date", "tomorrow"),
    ("email", "nobody@example.com"),
)


def _fill(account: Account, size: int) -> None:
    """Mostly applied events, and of each ten one that is ignored and one of nobody's."""
    fill(account, size - 2 * (size // 10))
    for number in range(size // 10):
        for body in (order_event(f"i{number}"), order_event(f"n{number}")):
            params = {each["name"]: each for each in body["params"]}
            if body["params"][0]["value"].startswith("n"):
                params["externalCustomerId"]["value"] = f"nobody{number}"
                params["email"]["value"] = f"nobody{number}@example.com"
            else:
                params["totalCost"]["value"] = "a lot"
            account.generate_event(EventRequest(body))
    add_buyer(account)
    for number in range(size // 10):
        account.add_contact({"email": f"contact{number}@example.com"})


def _get(client: FlaskClient, path: str) -> None:
    answer = client.get(UI + path)
    if answer.status_code not in (200, 204):
        raise RuntimeError(f"{path} was answered with {answer.status_code}")


def _report(costs: dict[str, dict[int, list[float]]]) -> Result:
    medians = {
        name: {size: middle(values) for size, values in by_size.items()}
        for name, by_size in costs.items()
    }
    sizes = sorted(next(iter(medians.values())))
    small, large = sizes[0], sizes[-1]
    ratios = {name: by_size[large] / by_size[small] for name, by_size in medians.items()}
    rows = [
        [name, *(figure(by_size[size]) for size in sizes), f"{ratios[name]:.2f}"]
        for name, by_size in medians.items()
    ]
    title = f"The inspector's pages against stored events: ms (limit: {LIMIT_MS:g})"
    show(title, ["", *(f"{size:,}" for size in sizes), "ratio"], rows)
    return {"milliseconds": medians, "ratios": ratios, "limit": LIMIT_MS}
