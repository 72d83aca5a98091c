"""The HTTP/1.1 server: asyncio (uvloop if there), httptools, threads for what takes long."""

from mock_server.server.answering import Rules
from mock_server.server.attempt import Attempt, Wording, plain_wording
from mock_server.server.client import ClientConnection
from mock_server.server.http_server import HttpServer
from mock_server.server.limits import Limits
from mock_server.server.listening import ListenError, PortTakenError
from mock_server.server.process import serve_alone
from mock_server.server.tunnel import Tunnels
