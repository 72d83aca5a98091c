"""Settings that make a process that only serves faster."""

import gc
import sys

# Requests leave next to no cycles behind. While Python looks for some, no thread does anything: so
# it looks at few new objects at a time, and hardly ever at all that there are, of which a large
# answer has hundreds of thousands for a moment.
_THRESHOLDS = (5_000, 2, 2_000)
# Seconds until a thread that makes a page lets the one that answers events have the interpreter.
_TURN = 0.0005


def serve_alone() -> None:
    """Set up a process that only serves: rarer collections, shorter turns of threads."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    sys.setswitchinterval(_TURN)
