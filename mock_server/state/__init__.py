"""What the emulator remembers: accounts, in memory or in one state file.

`Store` is the state of a server and `AccountState` that of one account in it. Underneath are
TinyDB tables with key indices (`tables`), a state file that TinyDB and `jq` read (`snapshot`) and
beside it a log of the newest commits (`log`). No other package knows TinyDB.
"""

from .account import AccountState
from .database import AccountDB
from .errors import StateError, UnwritableError
from .query import EventQuery, Page
from .specs import TABLES
from .store import Store

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
