"""POST /api/v1/event, /api/v2/event and /api/v3/event: Generate event, which `front` answers."""

from flask import Response, request

from mock_server.api.calls import Call
from mock_server.api.front import EXPLAINING
from mock_server.documents.events import Outcome as OutcomeDocument
from mock_server.documents.sent import GenerateEvent, GenerateEventV3
from mock_server.model import WIRE_VERSIONS
from mock_server.routes import JSON, TEXT, Answer, Routes
from mock_server.wsgi import FAILURE

ROUTES = Routes("/api")


def _raise_failure(call: Call) -> Response:  # noqa: ARG001  (as every route is called)
    failure: Exception = request.environ[FAILURE]
    raise failure


for _version in WIRE_VERSIONS:
    ROUTES.add(
        f"POST /{_version}/event",
        {
            200: Answer("Accepted; the body is empty, and the headers explain.", {}, EXPLAINING),
            400: Answer("Rejected.", {TEXT: None}, EXPLAINING),
            413: Answer("Larger than 20 KB.", {TEXT: None}, EXPLAINING),
            422: Answer("Ignored, and strict.", {JSON: OutcomeDocument}, EXPLAINING),
        },
        summary="Generate event",
        body=GenerateEventV3() if _version == "v3" else GenerateEvent(),
    )(_raise_failure)
