"""What can go wrong when one uses the emulator: errors with a code, the cause and the way out."""

from __future__ import annotations


class EmulatorError(Exception):
    """A request the emulator cannot fulfil. `code` is for programs, the message for people."""

    code = "invalid"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class InvalidError(EmulatorError):
    """What was sent is not usable as it is; nothing was changed."""


class UnknownKeyError(EmulatorError):
    """WIRE-02: the API key is none of those the server was told."""

    code = "api_key_unknown"


class NotFoundError(EmulatorError):
    """There is no such thing; the message names what there is, where that helps."""

    code = "not_found"
