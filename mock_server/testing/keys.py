"""An API key for each test, so that what is sent after a test has ended is known to be its own."""

from __future__ import annotations

from secrets import token_hex

from mock_server.emulator import Account, Emulator, EventQuery
from mock_server.printable import printable

SESSION_KEY = "mock-api-key"


class TestKeys:
    """The keys given to tests, one each; outside a test, the session's key is the current one.

    Once its test has ended, a key opens an account of its own: an event that comes with it is
    neither seen nor failed by the test that runs then. What came so is kept in `late`, a list of
    lines for each test. Events with the session's key, or with one never given to a test, belong
    to the test that is running.
    """

    __test__ = False  # for pytest, which takes it for a class of tests

    def __init__(self) -> None:
        self.current = SESSION_KEY
        self.late: dict[str, list[str]] = {}
        self._emulator: Emulator | None = None
        self._ended: dict[str, str] = {}  # test by key
        self._test = ""

    def attach(self, emulator: Emulator) -> None:
        """Use another emulator from now on; it, too, knows the keys of the tests that ended."""
        self._emulator = emulator
        for key in self._ended:
            emulator.names.set_aside(key, _account(key))

    def begin(self, test: str) -> None:
        """A test begins, and gets a key that nobody has had before."""
        self._test, self.current = test, f"{SESSION_KEY}-{token_hex(8)}"

    def end(self) -> None:
        """The test has ended."""
        key, self.current = self.current, SESSION_KEY
        self._ended[key] = self._test
        if self._emulator is not None:
            self._emulator.names.set_aside(key, _account(key))

    def look(self) -> None:
        """Put down what has come late to the emulator so far, once."""
        if self._emulator is None:
            return
        held = set(self._emulator.account_names())
        for key, test in self._ended.items():
            if _account(key) in held:
                lines = _lines(self._emulator.account(_account(key)))
                if lines:
                    self.late[test] = lines


def _lines(account: Account) -> list[str]:
    """List what came to an account, oldest first: events, then refused requests.

    It holds no contact, so the verdicts say nothing of what the events were worth.
    """
    events = account.events(EventQuery(limit=1000)).items[::-1]
    refused = account.journal.page(limit=1000, refused=True)["requests"][::-1]
    return [
        *(
            printable(f"{each['eventTypeKey']} {each['eventKey'] or ''}".rstrip())
            for each in events
        ),
        *(printable(f"{each['method']} {each['path']}: {each['status']}") for each in refused),
    ]


def _account(key: str) -> str:
    return f"late-{key.rpartition('-')[2]}"
