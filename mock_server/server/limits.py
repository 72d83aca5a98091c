"""Limits on the size and the duration of what the server takes from a client."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds; all greater than zero.

    `max_header` bounds the request line (414), the headers together (431), trailers and chunk lines
    (413); `max_body` a body (413), `max_file` and `max_call` those the application calls large or
    small; `header_timeout` and `body_timeout` end in 408, `keep_alive` and `send_timeout` in the
    end of the connection.
    """

    max_header: int = 64 * 1024
    max_body: int = 10 * 1024 * 1024
    max_file: int = 1024 * 1024 * 1024
    max_call: int = 1024 * 1024
    header_timeout: float = 30.0
    body_timeout: float = 60.0
    keep_alive: float = 75.0
    send_timeout: float = 60.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value > 0:
                raise ValueError(f"{field.name} must be greater than 0, not {value}")

    @property
    def sweep_interval(self) -> float:
        """The seconds between two searches for connections that have timed out."""
        shortest = min(self.header_timeout, self.body_timeout, self.keep_alive, self.send_timeout)
        return min(1.0, shortest / 4)
