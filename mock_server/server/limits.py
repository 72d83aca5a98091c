"""Limits on the size and the duration of what the server takes from a client."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds; all greater than zero.

    Attributes:
        max_header: the request line of one request (more is 414), its headers together (431), and
            the trailers of its body together with what the line of each chunk has beyond
            `CHUNK_LINE` bytes (413).
        max_body: body of one request; more is answered with 413, without reading it to its end.
        max_file: the same where a request brings a file, which is for the application to say.
        max_call: the same where it says that little is sent.
        header_timeout: from the first byte of a request to the end of its headers; then 408.
        body_timeout: from there to the end of the body; then 408.
        keep_alive: how long an open connection may stay without a request; then it is closed.
        send_timeout: how long a client may take nothing of an answer; then it is disconnected.

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
