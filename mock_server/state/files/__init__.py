"""The state on the disk: the state file, the log of what is newer, the lock.

For a state file `state.json` there are, at any moment:

- `state.json`: all documents up to some commit, as JSON that TinyDB and `jq` read (`snapshot`);
- `state.json.log`: a line for each commit after that (`log`), and perhaps some that the state file
  holds already; there is none when all is in the state file;
- `state.json.lock`, while a server has the file: it names that server (`lock`);
- `state.json.new`, `state.json.log.new` or `….again`, while they are being written; of no worth
  after a crash;
- `state.json.foreign`, `state.json.0.1.0`: what others wrote meanwhile, and what version 0.1.0
  wrote (`file_format`), kept aside.

A commit is appended to the log before it counts. A fold writes everything into a new state file,
which replaces the old one atomically, then takes out of the log what it holds. One
thread does that (`fold_thread`), soon after a commit while the state is small, later when the log
has grown as large as the state file, so that a commit costs the same at any size.

So what a start reads (`reading`) is the state file, then the lines of the log that are newer. A
file that its checksum vouches for is cut up at known places; one that somebody edited is parsed and
every document checked (`edited_file`).

What is true when a step fails:

- append to the log: the change is refused, memory is as it was, and what was written of the line is
  cut off at once, or before the next line;
- write the new state file, or replace the old one with it: the old file and the log hold
  everything; a fold is tried again, an import is refused;
- shorten the log: the fold, or the import, is made; what the log holds twice is skipped;
- the process is killed anywhere: the state file and the log hold every commit that was confirmed.

What differs between systems, and what makes bytes and names durable, is in `durable`.
"""
