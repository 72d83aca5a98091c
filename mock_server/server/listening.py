"""Opening the sockets a server listens on, with errors that say what to do."""

from __future__ import annotations

import errno
import socket
import sys
from contextlib import suppress
from pathlib import Path

BACKLOG = 1024


class ListenError(OSError):
    """A server cannot listen where it should; `str()` is one line, with the way out."""

    def __str__(self) -> str:
        return str(self.strerror)


class PortTakenError(ListenError):
    """The port asked for (`host`, `port`) is taken; `errno` is ``EADDRINUSE``."""

    def __init__(self, host: str, port: int, *, may_be_reserved: bool = False) -> None:
        self.host = host
        self.port = port
        why = "is taken. Stop the program that uses it, or choose"
        if may_be_reserved:
            why = (
                "is taken by another program for itself alone, or reserved by Windows (see `netsh"
                " interface ipv4 show excludedportrange protocol=tcp`). Choose"
            )
        super().__init__(
            errno.EADDRINUSE,
            f"Port {port} on {host} {why} another port with --port (0 picks a free one).",
        )

    def __reduce__(self) -> tuple[type[PortTakenError], tuple[str, int]]:
        return type(self), (self.host, self.port)


def open_listeners(host: str, port: int) -> list[socket.socket]:
    """Sockets on every address `host` stands for, all on the same port (0: a free one).

    Raises `PortTakenError`, or `ListenError` for another host, or a port it may not have.
    """
    if not 0 <= port <= 65535:
        raise ListenError(errno.EINVAL, f"Port {port} is not between 0 and 65535.")
    addresses = _resolve(host)
    attempts = 20 if port == 0 and len(addresses) > 1 else 1
    while True:
        attempts -= 1
        try:
            return _listen_on_all(addresses, host, port)
        except PortTakenError:
            if not attempts:
                raise


def _resolve(host: str) -> list[tuple[int, str]]:
    try:
        if not host:
            raise socket.gaierror(socket.EAI_NONAME, "empty")
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise ListenError(
            errno.EADDRNOTAVAIL, f"Cannot listen on {host!r}: the name is not known. {_HOSTS}"
        ) from error
    pairs = dict.fromkeys((int(family), str(address[0])) for family, _, _, _, address in found)
    return sorted(pairs, key=lambda pair: pair[0] != socket.AF_INET)


_HOSTS = "Use an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them."


def _listen_on_all(addresses: list[tuple[int, str]], host: str, port: int) -> list[socket.socket]:
    """One listener per address; an address family this machine lacks is left out if others work."""
    listeners: list[socket.socket] = []
    missing: OSError | None = None
    try:
        for family, address in addresses:
            try:
                listener = _listen(family, address, port)
            except OSError as error:
                if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    missing = error
                    continue
                raise
            listeners.append(listener)
            port = port or listener.getsockname()[1]
        if not listeners:
            raise ListenError(
                errno.EADDRNOTAVAIL,
                f"Cannot listen on {host}: it is not an address of this machine. {_HOSTS}",
            ) from missing
    except OSError as error:
        for listener in listeners:
            listener.close()
        # Windows says "access denied" for a port another program holds for itself alone, and for
        # one in a range that Hyper-V and others have reserved.
        reserved = sys.platform == "win32" and error.errno == errno.EACCES
        if error.errno == errno.EADDRINUSE or reserved:
            raise PortTakenError(host, port, may_be_reserved=reserved) from error
        if error.errno == errno.EACCES:
            raise ListenError(
                errno.EACCES,
                f"Port {port} needs the rights of an administrator. Choose one above 1023 with"
                " --port (0 picks a free one).",
            ) from error
        raise
    return listeners


def _is_answered(family: int, address: str, port: int) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(0.2)
        return client.connect_ex((address, port)) == 0


def _listen(family: int, address: str, port: int) -> socket.socket:
    # macOS lets one program have 0.0.0.0 and another 127.0.0.1 on the same port.
    if sys.platform == "darwin" and port and _is_answered(family, address, port):
        raise OSError(errno.EADDRINUSE, "somebody answers there already")
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # There SO_REUSEADDR would let two programs share the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            with suppress(OSError):
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


def open_socket_file(path: Path) -> socket.socket:
    """A socket at a file of its owner, replaced if it was left. Raises `ListenError`."""
    way_out = "Name a file that is not there yet, in a folder that is."
    try:
        listener = socket.socket(socket.AF_UNIX)
    except AttributeError:
        text = "This system has no socket files. Use --port."
        raise ListenError(errno.EAFNOSUPPORT, text) from None
    try:
        if path.is_socket():
            with socket.socket(socket.AF_UNIX) as client:
                if client.connect_ex(str(path)) != errno.ECONNREFUSED:
                    way_out = "Stop the program that listens there, or name another file."
                    raise OSError(errno.EADDRINUSE, "it is taken")
            path.unlink()
        listener.bind(str(path))
        path.chmod(0o600)  # before anybody can connect
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:  # also for a path that is too long
        listener.close()
        told = f"Cannot listen at {path}: {error.strerror or error}. {way_out}"
        raise ListenError(error.errno or errno.EINVAL, told) from error
    return listener
