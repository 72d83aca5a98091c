"""The OpenAPI document, made from the declarations of the routes."""

import re
from collections.abc import Iterable
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from mock_server._version import __version__
from mock_server.documents.fields import CheckedField
from mock_server.emulator.resources.segment_schemas import MomentField
from mock_server.openapi import shared
from mock_server.routes import TEXT, VARIABLE, Answer, Content, Route

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")  # to other pages of the documentation
_DESCRIPTION = (
    "A local emulator of the Yespo (eSputnik) Generate event API. `/api` answers as the service"
    " does; `/_mock` is the emulator's own and says what happened, and why."
    " Elsewhere under `/api`: 404 where there is nothing, 405 for another method, 501 for a method"
    " of the service that is not emulated. An injected fault answers with any status, or not at"
    " all. Documents of a state that was imported, or edited by hand, may lack fields."
)
_TAGS = {"api": "The emulated service.", "control": "The emulator's own API for tests and tools."}
_ACCOUNT: list[dict[str, Any]] = [
    {
        "in": "header",
        "name": "X-Mock-Account",
        "description": "The account the call is about; `default` when absent.",
        "schema": {"type": "string"},
    },
    {
        "in": "query",
        "name": "account",
        "description": "The same, where a header is hard to send.",
        "schema": {"type": "string"},
    },
]
_STRICT = {
    "in": "header",
    "name": "X-Mock-Strict",
    "description": "Whether an ignored event is answered with 422, for this request.",
    "schema": {"type": "string", "enum": ["true", "false"]},
}


def build(routes: Iterable[Route]) -> dict[str, Any]:
    """Make the document of these routes."""
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    spec = APISpec(
        title="yespo-mock",
        version=__version__,
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": _DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
        servers=[{"url": "http://127.0.0.1:9380"}],
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    converter = plugin.converter
    assert converter is not None  # noqa: S101  (the plugin has one once it is part of a spec)
    converter.field_mapping[MomentField] = ("string", None)
    converter.field_mapping[CheckedField] = (None, None)
    converter.add_attribute_function(_checked_type)  # type: ignore[no-untyped-call]  # apispec's
    scheme = {"type": "http", "scheme": "basic", "description": "The password is the API key."}
    spec.components.security_scheme("apiKey", scheme)
    for each in (shared.SERVICE, shared.CONTROL):
        for name, answer in each.values():
            spec.components.response(name, _response(answer))
    for route in sorted(routes, key=lambda each: (each.path, each.name)):
        _add(spec, route)
    return spec.to_dict()


def _checked_type(_: Any, field: fields.Field[Any], **__: Any) -> dict[str, Any]:
    if not isinstance(field, CheckedField):
        return {}
    types = [field.json_type] if isinstance(field.json_type, str) else [*field.json_type]
    types += ["null"] if field.allow_none else []
    return {"type": types if len(types) > 1 else types[0]}


def _schema_name(schema: Any) -> str:
    """Name a schema as sent (`…Input`), stored (`Kept…`, may lack fields) or answered."""
    name = schema if isinstance(schema, str) else getattr(schema, "__name__", None)
    name = re.sub("Schema$", "Input", name or type(schema).__name__)
    return f"Kept{name.removeprefix('Kept')}" if getattr(schema, "partial", None) else name


def _add(spec: APISpec, route: Route) -> None:
    path, method = route.path, route.method.lower()
    is_api = path.startswith("/api/")
    parameters: list[Any] = [_in_path(kind, name) for kind, name in VARIABLE.findall(route.rule)]
    if is_api:
        parameters += [_STRICT] if path.endswith("/event") else []
    else:
        parameters += _ACCOUNT
    if route.query is not None:
        parameters.append({"in": "query", "schema": route.query})
    described: dict[str, Any] = {
        "operationId": f"{method}{re.sub('[^A-Za-z0-9]+', '_', path)}".rstrip("_"),
        "summary": route.summary,
        "tags": ["api" if is_api else "control"],
        "parameters": parameters,
        "responses": _responses(route),
    }
    if route.details:
        described["description"] = _LINK.sub(r"\1", route.details)
    if is_api:
        described["security"] = [{"apiKey": []}]
    if route.body is not None:
        described["requestBody"] = {
            "required": route.body_required,
            "content": {"application/json": {"schema": route.body}},
        }
    spec.path(path, operations={method: described})


def _in_path(kind: str, name: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string"}
    return {"in": "path", "name": name, "required": True, "schema": schema}


def _responses(route: Route) -> dict[str, Any]:
    """Return its own answers, and by name those that it shares with others."""
    found: dict[str, Any] = {str(each): _response(its) for each, its in route.answers.items()}
    for status, name in shared.answers_of(route).items():
        found.setdefault(status, name)
    return {status: found[status] for status in sorted(found)}


def _response(answer: Answer) -> dict[str, Any]:
    response: dict[str, Any] = {"description": answer.description}
    if answer.content:
        response["content"] = {
            media: {"schema": _content(media, schema)} for media, schema in answer.content.items()
        }
    if answer.headers:
        response["headers"] = {name: {"schema": {"type": "string"}} for name in answer.headers}
    return response


def _content(media: str, schema: Content | None) -> Any:
    if schema is not None:
        return schema
    return {"type": "string"} if media == TEXT else {}
