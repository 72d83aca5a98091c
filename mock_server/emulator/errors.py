"""Errors of using the emulator: a code, the cause and the way out."""


class EmulatorError(Exception):
    """A request the emulator cannot fulfil. `code` is for programs, the message for people."""

    code = "invalid"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class InvalidError(EmulatorError):
    """The input is not usable as it is; nothing was changed."""


class UnknownKeyError(EmulatorError):
    """WIRE-02: the API key is none of those the server was told."""

    code = "api_key_unknown"


class NotFoundError(EmulatorError):
    """Something does not exist; the message names what there is, where that helps."""

    code = "not_found"


class RefusedError(EmulatorError):
    """The emulated service itself would refuse this; `status` is its HTTP status for that."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message, code)
        self.status = status
