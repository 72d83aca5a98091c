"""Keys of the WSGI environ by which the layers of a request talk, and paths that are ours."""

from typing import Any

OURS = "/_mock"
"""The path of what is ours; everything else is the vendor's."""

PAGES = f"{OURS}/ui"
"""The path of the pages."""

PROBES = frozenset(f"{OURS}/{each}" for each in ("health", "livez", "readyz"))
"""The paths that say whether it is alive."""

JSON_HEADERS = (
    ("Content-Type", "application/json"),
    # A page of another origin must not make a script or a picture of it.
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""The headers of every answer in JSON under `OURS`."""

RAW_PATH = "yespo_mock.raw_path"
"""The path as it was sent: bytes, percent-encoded, without the query."""

VIA = "yespo_mock.via"
"""The way the request came: `plain`, `proxy` or `tls`."""

TARGET_HOST = "yespo_mock.target_host"
"""The authority of a request in absolute form, which beats its Host."""

CONNECTION_KEY = "yespo_mock.connection"
"""The connection of the request: `server.client.ClientConnection`, or what stands in for it."""

ROUTE = "yespo_mock.route"
"""The route that a layer has answered without Flask."""

ACCOUNT = "yespo_mock.account"
"""The name of the account that the request went to."""

EVENT_ID = "yespo_mock.event_id"
"""The id of the event record that the request became."""

BODY = "yespo_mock.body"
"""The beginning of the body, as the journal keeps it."""

REASON = "yespo_mock.reason"
"""The code of why the request was refused."""

REFUSED = "yespo_mock.refused"
"""What a page says that answers for a request that was not let in."""

FAULT = "yespo_mock.fault"
"""The id of the injected fault that hit the request."""

UNANSWERED = "yespo_mock.unanswered"
"""Whether a fault keeps the answer from the client."""

NOTES = "yespo_mock.notes"
"""The notes of the request, in the order in which they were made."""

FAILURE = "yespo_mock.failure"
"""An exception that waits for Flask to answer it."""


class NeedsThreadError(Exception):
    """A request may take long after all; nothing was done for it yet."""


def only_in_thread(environ: dict[str, Any]) -> None:
    """Go on only in a thread of the request's own: `NeedsThreadError` makes the server call again.

    On the server's own thread nobody else is served meanwhile.
    """
    connection = environ.get(CONNECTION_KEY)
    if connection is not None and not connection.can_wait:
        raise NeedsThreadError


def is_ours(path: str) -> bool:
    """Return whether a path is one of ours."""
    return path == OURS or path.startswith(f"{OURS}/")


def is_page(path: str) -> bool:
    """Return whether a path is one of the pages."""
    return path == PAGES or path.startswith(f"{PAGES}/")
