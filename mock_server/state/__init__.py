"""What the emulator remembers: accounts, in memory or in one state file.

`Store` is the state of a server and `AccountState` that of one account in it. Underneath are
TinyDB tables with key indices (`tables`), a state file that TinyDB and `jq` read (`snapshot`) and
beside it a log of the newest commits (`log`). No other package knows TinyDB.
"""

from mock_server.state.account import AccountState
from mock_server.state.database import AccountDB
from mock_server.state.errors import StateError, UnwritableError
from mock_server.state.store import Store
from mock_server.state.tables.names import TABLES
from mock_server.state.tables.query import EventQuery, Page

__all__ = [
    "TABLES",
    "AccountDB",
    "AccountState",
    "EventQuery",
    "Page",
    "StateError",
    "Store",
    "UnwritableError",
]
