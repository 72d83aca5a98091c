"""The routes of an application as people write them, for messages and documents."""

from __future__ import annotations

import re

from flask import Flask

_VARIABLE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


def route_list(app: Flask, prefix: str) -> list[str]:
    """List the routes under a prefix, such as `GET /_mock/events/{event_id}`, ordered by path."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(prefix):
            path = _VARIABLE.sub(r"{\1}", rule.rule)
            methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            found.append((path, f"{methods} {path}"))
    return [text for _, text in sorted(found)]
