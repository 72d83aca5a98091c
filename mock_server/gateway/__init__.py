"""The gateway: programs with the vendor's host in private code reach the emulator unchanged.

The port also answers as a proxy, for the vendor's hosts only, with a certificate of an authority
that vouches for nothing else. Nothing is ever forwarded.
"""

from mock_server.gateway.authority import Authority, AuthorityError
from mock_server.gateway.environment import NoProxyError, check_allowed, environment_variables
from mock_server.gateway.finding import announce, announced
