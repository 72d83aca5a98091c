"""The hall: everything a door can do is a method here. It joins the rules and the state."""

from mock_server.emulator.account import KEEPABLE, Account
from mock_server.emulator.accounts import ACCOUNT_MODES, AccountMode
from mock_server.emulator.clock import change_clock, clock_document
from mock_server.emulator.emulator import Emulator, read_state
from mock_server.emulator.errors import (
    EmulatorError,
    InvalidError,
    NotFoundError,
    RefusedError,
    UnknownKeyError,
)
from mock_server.emulator.records import outcome_document
from mock_server.emulator.traffic.faults import Fault, Faults
from mock_server.emulator.traffic.journal import Journal, JournalEntry, Note
from mock_server.emulator.traffic.limits import is_guarded
from mock_server.ledger import catalogue
from mock_server.ledger.catalogue import UnknownRuleError
from mock_server.rules.contact.identifiers import kind_of
from mock_server.rules.fix import Mended
from mock_server.rules.outcome import EventRequest, Outcome, Step
from mock_server.state import AccountDB, EventQuery, Page, StateError, UnwritableError
