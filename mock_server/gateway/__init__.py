"""The gateway: programs that have the vendor's host in private code reach the emulator unchanged.

The server's port also answers as a proxy: CONNECT and absolute-form requests, for the vendor's
hosts only. TLS ends here, with a certificate of an authority of our own (`authority`), which can
vouch for nothing but these hosts and this machine; `environment` makes a command use all that.
Nothing is ever forwarded: the emulator opens no connection.
"""

from mock_server.gateway.authority import Authority, AuthorityError
from mock_server.gateway.environment import NoProxyError, check_allowed, environment_variables
from mock_server.gateway.finding import announce, announced
