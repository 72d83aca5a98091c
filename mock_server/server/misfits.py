"""Requests that cannot be served, whatever they are for: what is wrong, and the way out."""

import re
from http import HTTPStatus
from urllib.parse import quote_from_bytes

import httptools

from mock_server.server.environ import HttpRequest

_NOT_ASCII = re.compile(rb"[\x80-\xff]+")
_SHOWN = 40


def malformed(error: Exception, piece: bytes) -> tuple[str, str]:
    """Say why a request cannot be read, and the way out."""
    told = str(error)
    if "Transfer-Encoding" in told or told == "Duplicate Content-Length":
        return "ambiguous_length", (
            f"The request declares its length twice ({told}). Send one Content-Length, or"
            " Transfer-Encoding: chunked alone."
        )
    line = piece.partition(b"\r\n")[0]
    if isinstance(error, httptools.HttpParserInvalidURLError) and (
        found := _NOT_ASCII.search(line)
    ):
        bad = found[0].decode("utf-8", "replace")[:_SHOWN]
        sent = quote_from_bytes(bad.encode())
        return "malformed", (
            f'The address holds "{bad}", which is not percent-encoded. Send "{sent}" in its'
            " place: encode every value of the query."
        )
    if told.startswith("Expected HTTP/"):
        told = "after the address comes no HTTP/1.1; does the address hold a space?"
    elif told.startswith("Pause on PRI"):
        told = "it is HTTP/2"
    return "malformed", (
        f"This is not a valid HTTP/1.1 request: {told}. Send it with an HTTP library, and"
        " percent-encode what the address holds."
    )


def misfit(request: HttpRequest) -> tuple[HTTPStatus, str, str] | None:
    """Say what is wrong with headers that are well-formed one by one; take the target apart."""
    if request.method == "CONNECT":
        text = "CONNECT must be the first request of a connection. Open another one for the tunnel."
        return HTTPStatus.BAD_REQUEST, "connect_refused", text
    try:
        request.locate()
    except httptools.HttpParserError:
        text = "The address cannot be read. Send a path, or http:// with a host and a path."
        return HTTPStatus.BAD_REQUEST, "malformed", text
    if request.version not in ("1.1", "1.0"):
        text = f"HTTP/{request.version} is not spoken here. Use HTTP/1.1."
        return HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "malformed", text
    hosts = 0
    for name, value in request.headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding" and value.strip().lower() != b"chunked":
            text = "This Transfer-Encoding is not supported. Send the body as it is, or chunked."
            return HTTPStatus.NOT_IMPLEMENTED, "malformed", text
        elif name == b"upgrade" and b"websocket" in value.lower():
            text = "There are no websockets here. Send the request without the Upgrade header."
            return HTTPStatus.NOT_IMPLEMENTED, "upgrade_unsupported", text
    if hosts > 1 or (request.version == "1.1" and not hosts):
        text = "The request must have one Host header. Send exactly one."
        return HTTPStatus.BAD_REQUEST, "malformed", text
    return None
