"""The hall: everything a door can do is a method here. It joins the rules and the state."""

from mock_server.emulator.account import KEEPABLE, Account
from mock_server.emulator.emulator import Emulator, read_state
from mock_server.emulator.errors import EmulatorError, InvalidError, NotFoundError, RefusedError
from mock_server.emulator.journal import Journal, JournalEntry
from mock_server.emulator.records import outcome_document
from mock_server.rules import catalogue
from mock_server.rules.catalogue import UnknownRuleError
from mock_server.rules.order_fields import STATUSES
from mock_server.state import TABLES, EventQuery, Page, StateError

__all__ = [
    "KEEPABLE",
    "STATUSES",
    "TABLES",
    "Account",
    "Emulator",
    "EmulatorError",
    "EventQuery",
    "InvalidError",
    "Journal",
    "JournalEntry",
    "NotFoundError",
    "Page",
    "RefusedError",
    "StateError",
    "UnknownRuleError",
    "catalogue",
    "outcome_document",
    "read_state",
]
