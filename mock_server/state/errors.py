"""The errors of the state: what is wrong, where, and the way out, on one line."""

from __future__ import annotations


class StateError(Exception):
    """The state cannot be opened, read or written, or a document does not fit.

    The message is one line for a person: it names the file or document, the cause and the way out.
    """


class UnwritableError(StateError):
    """A change cannot be written down (a full disk, no permission): it was not made."""
