"""The decisions of the emulated service: pure rules, each with an id of the ledger.

`judge` takes an event and a read-only view of the account and returns an `Outcome`. Nothing in
here knows Flask, TinyDB, the clock or any other way to the outside.
"""

from mock_server.rules.judge import judge

__all__ = ["judge"]
