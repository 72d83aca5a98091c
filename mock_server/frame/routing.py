"""Which paths are whose, and the routes as people write them, for messages and documents."""

from __future__ import annotations

import re

from flask import Flask

_VARIABLE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")

ROUTE = "yespo_mock.route"
"""Where in the WSGI environ a layer that has answered without Flask leaves the route it was."""

OURS = "/_mock"
"""What is ours is below this path; everything else is the vendor's."""


def is_ours(path: str) -> bool:
    """Whether a path is one of ours."""
    return path == OURS or path.startswith(f"{OURS}/")


def route_list(app: Flask, prefix: str) -> list[str]:
    """The routes under a prefix, such as `GET /_mock/events/{event_id}`, ordered by path."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(prefix):
            path = _VARIABLE.sub(r"{\1}", rule.rule)
            methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            found.append((path, f"{methods} {path}"))
    return [text for _, text in sorted(found)]
