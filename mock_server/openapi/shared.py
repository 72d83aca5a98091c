"""The answers that many routes share; the layers in front of the routes give most of them."""

from mock_server.api.calls import INVALID
from mock_server.documents.fields import number, shape, text
from mock_server.routes import JSON, TEXT, Answer, Route, json, plain_text

_Error = shape("Error", error=text(), message=text())
_Unauthorized = shape("Unauthorized", status=number(), error=text(), message=text())

DEFAULT = "default"
COVERED_BY_DEFAULT = frozenset((400, 401, 403, 405, 408, 413, 414, 431, 500, 507))
"""The statuses of errors that any route can give, which `default` stands for."""

_ANY = (
    "An error that any route can give: 400 for a request that is not HTTP, 401 without"
    " the key or token, 403 for another host or origin or a server that is read-only, 405 for"
    " another method, 408 for a request that does not arrive in time, 413, 414 and 431 for one"
    " that is too large, 500 for a failure of the emulator itself, 507 when the state cannot be"
    " written."
)
Named = dict[str, tuple[str, Answer]]

SERVICE: Named = {
    "400": ("BadRequest", INVALID),
    "401": ("Unauthorized", json("There is no API key, or one not let in.", _Unauthorized)),
    "415": ("NotJson", plain_text("Not application/json in UTF-8.")),
    "429": ("TooMany", plain_text("More than the rate limit; wait as `Retry-After` says.")),
    "503": ("TakenBack", plain_text("The fault that held this request up was removed.")),
    DEFAULT: ("ServiceError", plain_text(_ANY)),
}
CONTROL: Named = {
    "400": ("Invalid", json("What is wrong with the request, and the way out.", _Error)),
    "404": ("NotFound", json("The object, or the account, does not exist.", _Error)),
    DEFAULT: ("ControlError", Answer(_ANY, {JSON: _Error, TEXT: None})),
}


def answers_of(route: Route) -> dict[str, str]:
    """Return the names of the shared answers of a route, by status."""
    if not route.path.startswith("/api/"):
        return {status: name for status, (name, _) in CONTROL.items()}
    takes = {
        "400": route.body is not None or route.query is not None,
        "415": route.body is not None,
    }
    return {status: name for status, (name, _) in SERVICE.items() if takes.get(status, True)}
