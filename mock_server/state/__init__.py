"""The memory of the emulator: accounts, in memory or in one state file.

`Store` is the state of a server and `AccountState` that of one account in it; `AccountDB` shows the
same account as a TinyDB database. Underneath are two folders: `tables/` is what is in memory,
`files/` what is on the disk. Nothing but `database` knows TinyDB.

What comes from outside is checked first, by what `documents` declares: a state that is imported or
was edited, and what TinyDB changes. One change then goes this way, all of it with the store's lock
held: `AccountState.commit` has every key checked and every document encoded (`tables.change`),
`Store.record` writes it down as one line of the log
(`files.log`), and only then the tables are changed, which cannot fail. Without a state file the
step in the middle is left out; nothing else differs.

The locks, in the one order in which they are taken; a holder of one never asks for one before it:

1. `StateFiles.alone`: a new state file is being written, by a fold, an import or the start.
2. `Store.lock`: a change is being made, or several answers of one moment are being read.
3. `FoldThread` guards what wakes it, for some microseconds; nothing is asked for meanwhile.

The one thread there is folds. Nobody waits for it with the store's lock held, and nobody for longer
than a minute.
"""

from mock_server.documents.tables import TABLES
from mock_server.state.account import AccountState
from mock_server.state.database import AccountDB
from mock_server.state.errors import StateError, UnwritableError
from mock_server.state.store import Store
from mock_server.state.tables.search import EventQuery, Page
