"""`MockServer`: the emulator for the length of a test, with assertions that explain themselves."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mock_server.emulator import (
    Account,
    AccountDB,
    InvalidError,
    change_clock,
)
from mock_server.emulator.reports.coverage import rule_coverage
from mock_server.emulator.schemas import SettingsSchema
from mock_server.frame.hosting import HostedEmulator
from mock_server.model import Document
from mock_server.printable import printable
from mock_server.settings import (
    DEFAULT_HOST,
    DEFAULT_MAX_EVENTS,
    VENDOR_HOSTS,
    SeedFile,
    ServerSettings,
)
from mock_server.testing.arguments import Settings, ShortContact
from mock_server.testing.assertions import Assertions
from mock_server.testing.intercept import intercepting
from mock_server.testing.keys import TestKeys
from mock_server.testing.records import Contact

if TYPE_CHECKING:
    from typing_extensions import Unpack  # in `typing` since Python 3.11

Seed = Mapping[str, Any] | str | PathLike[str]
"""A seed document, or the path of a JSON file that holds one."""


class MockServer(Assertions):
    """The emulator on a free port of this machine, in memory; a context manager.

    It is ready when entered, and does not leave threads, sockets or files. `start` and
    `close` do the same for test frameworks without context managers.

    Args:
        seed: what the account holds from the start and after each `reset`: a seed document, the
            path of a JSON file with one, or a list of these.
        host, port: where to listen; port 0 is a free one.
        state: a state file to keep everything in; None keeps it in memory.
        max_events: how many events are kept, the oldest go first; 0 keeps all.
        settings: settings of the account by name, such as `strict=True`; the control API's
            documentation lists them.

    Raises `InvalidError` for a setting or a seed that is not valid, and says what is wrong.

    """

    def __init__(
        self,
        *,
        seed: Seed | Iterable[Seed] | None = None,
        host: str = DEFAULT_HOST,
        port: int = 0,
        state: str | PathLike[str] | None = None,
        max_events: int = DEFAULT_MAX_EVENTS,
        **settings: Unpack[Settings],
    ) -> None:
        super().__init__()
        self._settings = ServerSettings(
            host=host,
            port=port,
            state=None if state is None else Path(state),
            seeds=tuple(read_seed(each) for each in _several(seed)),
            account=SettingsSchema().read(settings, "MockServer"),
            max_events=max_events,
            allow_hosts=VENDOR_HOSTS,  # for `intercept`
        )
        self._hosted: HostedEmulator | None = None
        self._process = 0
        self._exercised: dict[str, set[str]] = {}
        self._taken_back: list[Document] = []  # faults that went before they were met
        self._keys = TestKeys()

    # Running

    def start(self) -> MockServer:
        """Start; on return it answers. Starting what runs already raises `RuntimeError`."""
        if self._hosted is not None:
            raise RuntimeError("This MockServer runs already.")
        self._hosted = HostedEmulator(self._settings)
        self._keys.attach(self._hosted.emulator)
        self._hosted.emulator.subscribe_to_unused(self._taken_back.append)
        self._keys.note_known("", anew=False)
        self._process = os.getpid()
        return self

    def close(self) -> None:
        """Finish the requests under way and stop. Closing what does not run does nothing."""
        hosted, self._hosted = self._hosted, None
        if hosted is not None and self._process == os.getpid():
            self._keys.look()
            hosted.close()

    @property
    def is_running(self) -> bool:
        """Say whether it was started, here and not in another process, and not closed."""
        return self._hosted is not None and self._process == os.getpid()

    @contextmanager
    def down(self) -> Iterator[None]:
        """While open, connections are refused, as when the service is down; nothing is lost.

        What the emulator knows can be looked at meanwhile. Raises `OSError` at the end when
        another program has taken the port.
        """
        hosted = self._running
        hosted.stop_listening()
        try:
            yield
        finally:
            hosted.listen()

    def __enter__(self) -> MockServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> MockServer:
        """`async with` does the same without holding up the loop, whose tasks may be sending."""
        return await asyncio.to_thread(self.start)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.close)

    def __repr__(self) -> str:
        return f"<MockServer {self._hosted.url if self._hosted else 'not running'}>"

    @property
    def url(self) -> str:
        """The address, such as `http://127.0.0.1:40123`; the control API is under `/_mock`."""
        return self._running.url

    @property
    def api_url(self) -> str:
        """The base URL for a client of the emulated service: ends in `/api`."""
        return self._running.api_url

    @property
    def api_key(self) -> str:
        """A key the emulated API accepts. It accepts any; each test of the fixture has its own."""
        return self._keys.current

    @property
    def _running(self) -> HostedEmulator:
        if self._hosted is None:
            raise RuntimeError("This MockServer is not running: use `with MockServer() as mock:`.")
        if self._process != os.getpid():
            raise RuntimeError(
                f"This MockServer runs in process {self._process}, and this is a forked child:"
                " what it would see here is a copy that nobody sends to. Ask in the parent, or"
                f" talk to {self._hosted.url}/_mock over HTTP."
            )
        return self._hosted

    @property
    def _account(self) -> Account:
        return self._running.emulator.account()

    @property
    def db(self) -> AccountDB:
        """The content of the account as a live TinyDB database, to look at and to change.

        `mock.db.table("orders").search(where("status") == "DELIVERED")`. Its tables are those of
        the state file. A write raises `StateError` for a document that does not fit its table, and
        `ValueError` for a key that is there already; then nothing has changed.
        """
        return self._account.db

    # Arranging

    def add_contact(self, **short: Unpack[ShortContact]) -> Contact:
        """Add a contact, or update the one it means; events are for existing contacts only.

        Takes any of the identifiers and names of `ShortContact`. Raises `InvalidError`.
        """
        return Contact(self._account.add_contact({**short}))

    def add_workflow(
        self,
        event_type: str,
        template: str,
        *,
        recipient: str,
        channel: str = "email",
        subject: str | None = None,
        json: str | None = None,
        obligatory: bool = False,
    ) -> Document:
        """Assign a workflow with one message block to an event type (MSG-05); return it, with `id`.

        `recipient` and `subject` take variables such as `${email}`, named exactly as the parameter
        is sent; `json` is the field "JSON"; an `obligatory` workflow also sends to addresses that
        unsubscribed. Its messages are in `outbox`. Raises `InvalidError`.
        """
        workflow = {
            "eventTypeKey": event_type,
            "channel": channel,
            "recipient": recipient,
            "template": template,
            "subject": subject,
            "json": json,
            "obligatory": obligatory or None,
        }
        given = {name: value for name, value in workflow.items() if value is not None}
        return self._account.resources.outbox.add_workflow(given)

    def seed(self, *seeds: Seed) -> None:
        """Add contacts, orders, event types and settings: seed documents, or paths of JSON files.

        Raises `InvalidError` for a seed that is not valid, and adds nothing of it.
        """
        for each in seeds:
            self._account.seed(read_seed(each))

    def configure(self, **settings: Unpack[Settings]) -> None:
        """Change settings of the account, such as `strict=True`, until the next reset.

        Raises `InvalidError` for a setting or a value that there is not, and changes nothing.
        """
        self._account.change_settings({**settings})

    def freeze(self, moment: str | datetime) -> None:
        """Stop the emulator's clock at a moment (ISO 8601; without an offset it is UTC).

        Raises `InvalidError` for what is not such a moment.
        """
        text = moment.isoformat() if isinstance(moment, datetime) else moment
        change_clock(self._account.clock, {"now": text})

    def advance(self, by: timedelta | float) -> None:
        """Move the emulator's clock by a `timedelta` or by seconds, frozen or not."""
        self._account.clock.advance(by if isinstance(by, timedelta) else timedelta(seconds=by))

    def unfreeze(self) -> None:
        """Return the emulator's clock to real time."""
        self._account.clock.resume()

    def fail_next(
        self,
        status: int | None = None,
        *,
        times: int | None = 1,
        after: int = 0,
        method: str | None = None,
        path: str | None = None,
        event_type: str | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        delay: float = 0,
        action: Literal["reset", "timeout", "truncate"] | None = None,
        when: Literal["before", "after"] = "before",
    ) -> int:
        """Let the next requests to `/api` fail, and return the fault's id.

        `after` matching requests are let through, then `times` are hit (None: all). `method`,
        `path` (with `*` for anything) and `event_type` say which match. `status`, `body` and
        `headers` are the answer, `delay` comes before it (seconds), `action` breaks the
        connection instead. `when="after"`: only after the event was stored. Raises `InvalidError`
        for what does not go together.
        """
        match = {"method": method, "path": path, "eventTypeKey": event_type}
        fault: Document = {
            "match": {name: value for name, value in match.items() if value is not None},
            "times": times,
            "after": after,
            "delayMs": round(delay * 1000),
            "status": status,
            "headers": dict(headers or {}),
            "action": action,
            "when": when,
        }
        if body is not None:
            fault["body"] = body
        return self._account.faults.add(fault)

    def faults(self) -> list[Document]:
        """Return the faults in the order they are asked, as `GET /_mock/faults` has them.

        `hits` says how many requests each has met, `left` how many it is still to meet.
        """
        return self._account.faults.documents()

    def reset(self) -> None:
        """Back to the state after the start: seeds and settings of the start, nothing else."""
        self._remember_rules()
        self._account.reset()
        self._looked.clear()
        self._looked_requests.clear()
        self._taken_back.clear()

    def intercept(self) -> AbstractContextManager[None]:
        """While open, this process reaches the emulator under the real service's host names.

        These are yespo.io, api.yespo.io, esputnik.com and esputnik.com.ua, by http and https, for
        whatever connects through Python's `socket` and `ssl`. Other hosts are not touched.
        """
        return intercepting(self._running.url)

    # What the pytest plugin asks

    def unused(self) -> list[Document]:
        """Return the faults since the reset that were not met, or not often enough."""
        return [*self._taken_back, *self._account.faults.unused()]

    def begin_test(self, test: str) -> None:
        """Give a test its own API key; `test` is its name."""
        self._keys.begin(test)

    def end_test(self) -> None:
        """Count what comes with the test's key from now on as late, not as another test's."""
        self._keys.end()

    def blame(self, test: str, events: list[Document], *, anew: bool) -> list[str]:
        """Say of each of these dropped events which test made its order or contact known.

        `anew` says that the account was emptied when the running test began.
        """
        self._keys.note_known(test, anew=anew)
        said = []
        for each in events:
            about, by = self._keys.made_known_by(each) or ("", test)
            if by != test:
                said.append(f"event {each['eventId']}: {printable(about)} was made known by {by}")
        return said

    def told(self, events: list[Document], requests: list[Document]) -> None:
        """Count these as looked at: a test has failed of them."""
        self._look_at(events)
        self._looked_requests.update(each["requestId"] for each in requests)

    def late(self) -> dict[str, list[str]]:
        """By test, a line for each event and refused request that came after it had ended."""
        self._keys.look()
        return self._keys.late

    # Coverage

    def coverage(self) -> Document:
        """List the rules that events have exercised since the start, resets or not.

        `exercised`: by rule id the results there were; `never`: the ids of all other rules.
        """
        self._remember_rules()
        return rule_coverage({rule: sorted(results) for rule, results in self._exercised.items()})

    def _remember_rules(self) -> None:
        for rule, results in self._account.exercised_rules().items():
            self._exercised.setdefault(rule, set()).update(results)


def read_seed(seed: Seed) -> Any:
    """Return a seed to apply. Raises `InvalidError` for a file that cannot be used."""
    if isinstance(seed, Mapping):
        return dict(seed)
    try:
        return SeedFile(str(seed), json.loads(Path(seed).read_text("utf-8")))
    except OSError as error:
        raise InvalidError(f"Seed {seed} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise InvalidError(f"Seed {seed} is not JSON: {error}.") from None


def _several(seed: Seed | Iterable[Seed] | None) -> Iterable[Seed]:
    if seed is None:
        return ()
    if isinstance(seed, (Mapping, str, PathLike)):
        return (seed,)
    return seed
