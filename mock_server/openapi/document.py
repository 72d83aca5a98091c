"""Builds the document: the routes come from the application, what they do from `routes`."""

from __future__ import annotations

import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import fields

from mock_server._version import __version__
from mock_server.documents.fields import CheckedField
from mock_server.emulator import Moment
from mock_server.openapi import shared
from mock_server.openapi.operation import TEXT, Answer, Content, Operation
from mock_server.openapi.routes import ROUTES

_VARIABLE = re.compile(r"<(?:([a-z]+):)?([a-z_]+)>")
_NOT_SERVED = frozenset(("HEAD", "OPTIONS"))
_DESCRIPTION = (
    "A local emulator of the Yespo (eSputnik) Generate event API. `/api` answers as the service"
    " does; `/_mock` is the emulator's own and says what happened, and why."
    " Elsewhere under `/api`: 404 where there is nothing, 405 for another method, 501 for a method"
    " of the service that is not emulated. An injected fault answers with any status, or not."
)
_TAGS = {
    "api": "The emulated service.",
    "control": "The emulator's own API for tests and tools.",
}
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


def undescribed(app: Flask) -> list[str]:
    """The routes, such as `GET /_mock/health`, that `routes.ROUTES` says nothing about."""
    return [name for name, _, _ in _served(app) if name not in ROUTES]


def _served(app: Flask) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Each route under `/api` and `/_mock`: its name, its path and what is in its path."""
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(("/api/", "/_mock/")) or rule.rule.startswith("/_mock/ui"):
            continue
        path = _VARIABLE.sub(r"{\2}", rule.rule)
        variables = [_in_path(kind, name) for kind, name in _VARIABLE.findall(rule.rule)]
        found += [
            (f"{method} {path}", path, variables)
            for method in sorted((rule.methods or set()) - _NOT_SERVED)
        ]
    return sorted(found, key=lambda each: (each[1], each[0]))


def _in_path(kind: str, name: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string"}
    return {"in": "path", "name": name, "required": True, "schema": schema}


def build(app: Flask) -> dict[str, Any]:
    """The document of an application."""
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
    converter.field_mapping[Moment] = ("string", None)
    converter.field_mapping[CheckedField] = (None, None)
    converter.add_attribute_function(_checked_type)  # type: ignore[no-untyped-call]  # apispec's
    scheme = {"type": "http", "scheme": "basic", "description": "The password is the API key."}
    spec.components.security_scheme("apiKey", scheme)
    for each in (shared.SERVICE, shared.CONTROL):
        for name, answer in each.values():
            spec.components.response(name, _response(answer))
    for name, path, variables in _served(app):
        method = name.split()[0].lower()
        _add(spec, path, method, variables, ROUTES.get(name) or _unknown(name))
    return spec.to_dict()


def _unknown(name: str) -> Operation:
    return Operation(name, {200: Answer("Done.")})


def _checked_type(_: Any, field: fields.Field[Any], **__: Any) -> dict[str, Any]:
    if not isinstance(field, CheckedField):
        return {}
    types = [field.json_type] if isinstance(field.json_type, str) else [*field.json_type]
    types += ["null"] if field.allow_none else []
    return {"type": types if len(types) > 1 else types[0]}


def _schema_name(schema: Any) -> str:
    """What is taken is called so, as `EventTypeInput`, what the state holds as `KeptEventType`.

    `EventType` is the answer's shape. What is kept may lack fields.
    """
    name = schema if isinstance(schema, str) else getattr(schema, "__name__", None)
    name = re.sub("Schema$", "Input", name or type(schema).__name__)
    return f"Kept{name.removeprefix('Kept')}" if getattr(schema, "partial", None) else name


def _add(
    spec: APISpec, path: str, method: str, variables: list[dict[str, Any]], operation: Operation
) -> None:
    is_api = path.startswith("/api/")
    parameters: list[Any] = list(variables)
    if is_api:
        parameters += [_STRICT] if path.endswith("/event") else []
    else:
        parameters += _ACCOUNT
    if operation.query is not None:
        parameters.append({"in": "query", "schema": operation.query})
    described: dict[str, Any] = {
        "operationId": f"{method}{re.sub('[^A-Za-z0-9]+', '_', path)}".rstrip("_"),
        "summary": operation.summary,
        "tags": ["api" if is_api else "control"],
        "parameters": parameters,
        "responses": _responses(path, operation),
    }
    if is_api:
        described["security"] = [{"apiKey": []}]
    if operation.body is not None:
        described["requestBody"] = {
            "required": operation.body_required,
            "content": {"application/json": {"schema": operation.body}},
        }
    spec.path(path, operations={method: described})


def _responses(path: str, operation: Operation) -> dict[str, Any]:
    """Its own answers, and by name those that it shares with others."""
    found: dict[int, Any] = {status: _response(each) for status, each in operation.answers.items()}
    for status, name in shared.answers_of(path, has_body=operation.body is not None).items():
        found.setdefault(status, name)
    return {str(status): found[status] for status in sorted(found)}


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
