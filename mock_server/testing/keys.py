"""An API key for each test, so that what is sent after a test has ended is known to be its own."""

from secrets import token_hex

from mock_server.emulator import Account, Emulator, EventQuery, EventRequest
from mock_server.model import DEFAULT_ACCOUNT, Document
from mock_server.printable import printable
from mock_server.testing.text import request_lines

SESSION_KEY = "mock-api-key"
_JUDGED_BY = ("contacts", "orders", "event_types", "settings")
_MOST_DOCUMENTS = 500
_MOST_HELD = 100
_MOST_KNOWN = 500


class TestKeys:
    """The keys given to tests, one each; outside a test, the session's key is the current one.

    Once its test has ended, a key opens a separate account: an event that comes with it is
    neither seen nor failed by the test that runs then. Such events are kept in `late`, a list of
    lines for each test. Events with the session's key, or with one never given to a test, belong
    to the test that is running.
    """

    __test__ = False  # for pytest, which takes it for a class of tests

    def __init__(self) -> None:
        self.current = SESSION_KEY
        self.late: dict[str, list[str]] = {}
        self._emulator: Emulator | None = None
        self._ended: dict[str, str] = {}  # test by key
        self._held: dict[str, Document | None] = {}  # by key, what events of the test are judged by
        self._test = ""
        self._size = (0, 0)  # of what is known
        self._known: dict[str, str] = {}  # test by what it made known; "" for seeds

    def attach(self, emulator: Emulator) -> None:
        """Use another emulator from now on; it, too, knows the keys of the tests that ended."""
        self._emulator = emulator
        for key in self._ended:
            emulator.names.set_aside(key, _account(key))

    def begin(self, test: str) -> None:
        """Give a test that begins a new key."""
        self._test, self.current = test, f"{SESSION_KEY}-{token_hex(8)}"

    def end(self) -> None:
        """Set the key of the test that has ended aside, with what its account held then."""
        key, self.current = self.current, SESSION_KEY
        self._ended[key] = self._test
        if self._emulator is not None:
            self._held[key] = _held(self._emulator)
            if len(self._held) > _MOST_HELD:
                del self._held[next(iter(self._held))]
            self._emulator.names.set_aside(key, _account(key))

    def note_known(self, test: str, *, anew: bool) -> None:
        """Remember what the account knows as this test's, unless it was before."""
        if self._emulator is None:
            return
        account = self._emulator.account()
        counts = account.counts()
        size = counts["orders"], counts["contacts"]
        if size == self._size and not anew:
            return
        self._size = size
        names = [
            f"order {each['externalOrderId']}" for each in account.orders(limit=_MOST_KNOWN).items
        ]
        for each in account.contacts(limit=_MOST_KNOWN).items:
            values = [each.get("externalCustomerId"), each.get("contactKey")]
            values += [channel["value"] for channel in each["channels"]]
            names += [f"contact {value}" for value in values if value]
        for name in names:
            if anew or name not in self._known:
                self._known[name] = test

    def made_known_by(self, event: Document) -> tuple[str, str] | None:
        """Return what an event is about, and the test that made it known; or None."""
        sent = event["params"] if isinstance(event["params"], list) else []
        values = [each.get("value") for each in sent if isinstance(each, dict)]
        names = [f"order {event['externalOrderId']}", *(f"contact {value}" for value in values)]
        return next(((name, self._known[name]) for name in names if self._known.get(name)), None)

    def look(self) -> None:
        """Put down what has come late to the emulator so far, once."""
        if self._emulator is None:
            return
        names = set(self._emulator.account_names())
        for key, test in self._ended.items():
            if _account(key) in names:
                lines = _lines(self._emulator.account(_account(key)), self._held.get(key))
                if lines:
                    self.late[test] = lines


def _held(emulator: Emulator) -> Document | None:
    """Return what events are judged by, or None if it is too much to keep for each test."""
    counts = emulator.account().counts()
    if counts["contacts"] + counts["orders"] > _MOST_DOCUMENTS:
        return None
    state = emulator.export_state(DEFAULT_ACCOUNT)
    return {table: state[table] for table in _JUDGED_BY if table in state}


def _lines(account: Account, held: Document | None) -> list[str]:
    events = account.events(EventQuery(limit=1000)).items[::-1]
    refused = account.journal.page(limit=1000, refused=True)["requests"][::-1]
    lines = []
    with Emulator() as emulator:
        if held is not None:
            emulator.import_state(held, DEFAULT_ACCOUNT)
        rehearsal = emulator.account().rehearsal()
        for each in events:
            body = {name: each[name] for name in ("eventTypeKey", "keyValue", "params")}
            outcome = rehearsal.judge(EventRequest(body, each["apiVersion"]))
            said = f"{each['eventTypeKey']} {each['eventKey'] or ''}".rstrip()
            reasons = f": {', '.join(outcome.reasons)}" if outcome.reasons else ""
            lines.append(printable(f"{said} {outcome.verdict}{reasons}"))
            if outcome.hint:
                lines.append(printable(f"  way out: {outcome.hint}"))
    return lines + request_lines(refused).splitlines()


def _account(key: str) -> str:
    return f"late-{key.rpartition('-')[2]}"
