"""The HTTP server that carries the application, and the one place that knows which server it is.

It is asyncio's transports under httptools, the C parser of Node: the whole request is read by the
event loop, then the WSGI application is called on the same thread, without handing over between
threads. Requests that may take long (long polls, streams, delays) run in threads of their own.
`uvloop`, where installed (``yespo-mock[fast]``), takes the place of asyncio's loop.
"""

from .client import CONNECTION_KEY, ClientConnection
from .http_server import HttpServer
from .listening import PortTakenError

__all__ = ["CONNECTION_KEY", "ClientConnection", "HttpServer", "PortTakenError"]
