"""A message as the customer will see it: in a frame that runs and loads nothing."""

import re

from flask import Response

# What a customer's mail may do here: look like something, and load and run nothing.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'; form-action"
    " 'none'; base-uri 'none'"
)
# Elements that load, lead elsewhere or run; as unknown ones they are but their content.
_LOADING = re.compile(
    r"<(/?)(base|embed|frame|frameset|iframe|link|meta|object|portal|script)(?![\w-])",
    re.IGNORECASE,
)


def is_html(text: str) -> bool:
    """Return whether a text is to be shown as a mail."""
    return text.lstrip()[:1] == "<"


def mail(text: str) -> Response:
    """A message for a frame, bare of what a browser connects to before any policy."""
    harmless = _LOADING.sub(r"<\1x-\2", text)
    answer = Response(harmless, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = _MAIL_POLICY
    answer.headers["X-DNS-Prefetch-Control"] = "off"
    return answer
