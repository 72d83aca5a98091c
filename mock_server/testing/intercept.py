"""Interception: the real service's host names lead to the emulator, inside this process.

All HTTP clients share Python's own `socket` and `ssl`. While interception is on,
the names resolve to addresses reserved for it, a connection to such an address goes to the
emulator's port, and TLS towards these names is left out (the emulator speaks plain HTTP, and no
certificate of ours could be trusted). Everything else takes the original road. Libraries that
replace sockets or clients wholesale would also get between the emulator and its own sockets.
"""

import os
import socket
import ssl
import threading
import weakref
from asyncio.proactor_events import BaseProactorEventLoop
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from mock_server.settings import VENDOR_HOSTS
from mock_server.testing.plain_tls import PlainSocket, PlainTLS

# Loopback addresses that nobody uses: if ever one were really dialled, nothing would answer.
_ADDRESSES = {host: f"127.83.80.{number}" for number, host in enumerate(VENDOR_HOSTS, start=1)}
_RESERVED = frozenset(_ADDRESSES.values())
_PORTS = (80, 443)
_NO_PROXY = ("NO_PROXY", "no_proxy")


class InterceptError(OSError):
    """A connection to the real service that interception must not let through."""


class _Interception:
    """The patches, while at least one `intercepting` is open. The newest target gets the calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._targets: list[tuple[str, int]] = []
        self._patches = ExitStack()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    def add(self, target: tuple[str, int]) -> None:
        with self._lock:
            if not self._targets:
                self._install()
            self._targets.append(target)

    def remove(self, target: tuple[str, int]) -> None:
        with self._lock:
            self._targets.remove(target)
            if not self._targets:
                self._patches.close()
            # A connection that a client keeps for later must not outlive the interception.
            for each in list(self._sockets):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            self._sockets.clear()

    def _install(self) -> None:
        with ExitStack() as patches:
            self._replace(patches, socket, "getaddrinfo", self._getaddrinfo)
            self._replace(patches, socket.socket, "connect", self._connect)
            self._replace(patches, socket.socket, "connect_ex", self._connect)
            self._replace(patches, ssl.SSLContext, "wrap_socket", self._wrap_socket)
            self._replace(patches, ssl.SSLContext, "wrap_bio", self._wrap_bio)
            # Windows' event loop connects by a different system call.
            self._replace(patches, BaseProactorEventLoop, "sock_connect", self._sock_connect)
            for name in _NO_PROXY:
                patches.callback(_restore_variable, name, os.environ.get(name))
                os.environ[name] = ",".join(filter(None, (os.environ.get(name), *VENDOR_HOSTS)))
            self._patches = patches.pop_all()

    @staticmethod
    def _replace(
        patches: ExitStack, owner: Any, name: str, make: Callable[[Any], Callable[..., Any]]
    ) -> None:
        """Put `make(original)` in place of an attribute, until `patches` is closed."""
        inherited = name not in vars(owner)
        original = getattr(owner, name)
        setattr(owner, name, make(original))
        if inherited:
            patches.callback(delattr, owner, name)
        else:
            patches.callback(setattr, owner, name, original)

    def _address(self, address: Any) -> Any:
        if not isinstance(address, tuple) or len(address) < 2:
            return address
        host, port = address[:2]
        if host not in _RESERVED and _host_in(host) is None:
            return address
        if port not in _PORTS:
            raise InterceptError(f"The real service does not listen on port {port} of {host}.")
        return self._targets[-1]

    # The replacements: each makes one from the original

    def _getaddrinfo(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
            ours = _host_in(host)
            return original(host if ours is None else _ADDRESSES[ours], port, *args, **kwargs)

        return getaddrinfo

    def _connect(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def connect(sock: socket.socket, address: Any) -> Any:
            instead = self._address(address)
            if instead is not address:
                self._sockets.add(sock)
            return original(sock, instead)

        return connect

    def _sock_connect(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def sock_connect(loop: Any, sock: Any, address: Any) -> Any:
            return original(loop, sock, self._address(address))

        return sock_connect

    def _wrap_socket(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def wrap_socket(context: ssl.SSLContext, sock: socket.socket, *args: Any, **kw: Any) -> Any:
            host = _host_in(kw.get("server_hostname", args[3] if len(args) > 3 else None))
            if host is None:
                return original(context, sock, *args, **kw)
            if sock not in self._sockets and _is_connected(sock):
                sock.close()
                raise InterceptError(
                    f"The connection to {host} does not go to the emulator: it was open before"
                    " intercept(), or it leads through a proxy. Open it inside, without a proxy."
                )
            plain = PlainSocket.of(sock, context, host)
            self._sockets.add(plain)
            return plain

        return wrap_socket

    def _wrap_bio(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def wrap_bio(
            context: ssl.SSLContext,
            incoming: ssl.MemoryBIO,
            outgoing: ssl.MemoryBIO,
            server_side: bool = False,
            server_hostname: Any = None,
            session: Any = None,
        ) -> Any:
            host = _host_in(server_hostname)
            if host is None:
                return original(context, incoming, outgoing, server_side, server_hostname, session)
            return PlainTLS(incoming, outgoing, context, host)

        return wrap_bio


_INTERCEPTION = _Interception()


@contextmanager
def intercepting(url: str) -> Iterator[None]:
    """While open, the hosts of the real service lead to the server at `url`."""
    parts = urlsplit(url)
    target = (parts.hostname or "", parts.port or 80)
    _INTERCEPTION.add(target)
    try:
        yield
    finally:
        _INTERCEPTION.remove(target)


def _host_in(name: Any) -> str | None:
    if isinstance(name, (bytes, bytearray)):
        name = name.decode("ascii", "replace")
    if not isinstance(name, str):
        return None
    name = name.lower().removesuffix(".")
    return name if name in _ADDRESSES else None


def _is_connected(sock: socket.socket) -> bool:
    try:
        sock.getpeername()
    except OSError:
        return False
    return True


def _restore_variable(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
