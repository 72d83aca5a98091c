"""The errors of the state: what is wrong, where, and the way out, on one line."""


class StateError(Exception):
    """The state cannot be used, as one line says: what of it, the cause, the way out."""


class UnwritableError(StateError):
    """A change cannot be written down (a full disk, no permission): it was not made."""
