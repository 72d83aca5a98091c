"""`MockServer`: the emulator for the length of a test, with assertions that explain themselves."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_server.emulator import Account, AccountDB, EmulatorError, StateError
from mock_server.emulator.gate.gathering import unused_case
from mock_server.emulator.schemas import SettingsSchema
from mock_server.frame.hosting import HostedEmulator
from mock_server.model import DEFAULT_ACCOUNT, Document
from mock_server.printable import printable
from mock_server.settings import (
    DEFAULT_HOST,
    DEFAULT_MAX_EVENTS,
    VENDOR_HOSTS,
    SeedFile,
    ServerSettings,
)
from mock_server.testing.arguments import Settings
from mock_server.testing.arranging import Arranging, Seed, read_seed, several
from mock_server.testing.connected import connect
from mock_server.testing.intercept import intercepting
from mock_server.testing.keys import TestKeys

if TYPE_CHECKING:
    from typing_extensions import Unpack  # in `typing` since Python 3.11

__tracebackhide__ = True  # for pytest: a failure is in the line of the test


class MockServer(Arranging):
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
        try:
            account = SettingsSchema().read(settings, "MockServer")
        except EmulatorError as error:
            raise error.with_traceback(None) from None  # it is in the line of the test, too
        self._settings = ServerSettings(
            host=host,
            port=port,
            state=None if state is None else Path(state),
            seeds=tuple(_named(each) for each in several(seed)),
            account=account,
            max_events=max_events,
            allow_hosts=VENDOR_HOSTS,  # for `intercept`
        )
        self._hosted: HostedEmulator | None = None
        self._process = 0
        self._taken_back: list[Document] = []  # faults that went before they were met
        self._keys = TestKeys()

    connect = staticmethod(connect)
    _name = DEFAULT_ACCOUNT

    # Running

    def start(self) -> MockServer:
        """Start; on return it answers. Starting what runs already raises `RuntimeError`."""
        if self._hosted is not None:
            raise RuntimeError("This MockServer runs already.")
        try:
            self._hosted = HostedEmulator(self._settings)
        except (EmulatorError, StateError, OSError) as error:
            raise error.with_traceback(None) from None
        self._keys.attach(self._hosted.emulator)
        self._hosted.emulator.on_unused.append(self._taken_back.append)
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

    # Talking to it

    def _call(self, method: str, target: str, body: bytes | None) -> tuple[int, bytes]:
        return self._running.ask(method, target, body)

    def reset(self) -> None:
        """Back to the state after the start: seeds and settings of the start, nothing else."""
        super().reset()
        self._taken_back.clear()

    def intercept(self) -> AbstractContextManager[None]:
        """While open, this process reaches the emulator under the real service's host names.

        These are yespo.io, api.yespo.io, esputnik.com and esputnik.com.ua, by http and https, for
        whatever connects through Python's `socket` and `ssl`. Other hosts are not touched.
        """
        return intercepting(self._running.url)

    # What the pytest plugin asks

    def unused(self, counts: Document | None = None) -> list[Document]:
        """The faults since the reset that were not met, or not often enough."""
        taken_back = [unused_case(each).to_document() for each in self._taken_back]
        return taken_back + super().unused(counts)

    def begin_test(self, test: str) -> None:
        """Give a test its own API key; `test` is its name."""
        self._keys.begin(test)

    def end_test(self) -> None:
        """Count what comes with the test's key from now on as late, not as another test's."""
        self._keys.end()

    def blame(self, test: str, events: list[Document], *, anew: bool) -> list[str]:
        """Say which other test made what each dropped event lacked; `anew`: emptied."""
        self._keys.note_known(test, anew=anew)
        said = []
        for each in events:
            about, by = self._keys.made_known_by(each) or ("", test)
            if by != test:
                said.append(f"event {each['eventId']}: {printable(about)} was made known by {by}")
        return said

    def late(self) -> dict[str, list[str]]:
        """By test, a line for each event and refused request that came after it had ended."""
        self._keys.look()
        return self._keys.late


def _named(seed: Seed) -> Any:
    """A seed as the emulator takes it; errors name the file it is from."""
    content = read_seed(seed)
    return content if isinstance(seed, Mapping) else SeedFile(str(seed), content)
