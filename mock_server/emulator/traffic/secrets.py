"""Secrets are shown by their end only, and never stored."""

import re
from collections.abc import Iterable
from hashlib import blake2b

_SHOWN = 4
_NAMES = (
    r"(?:x-)?api[-_]?key|(?:access|auth|bearer|control)?[-_]?token|password|secret|authorization"
)
_IN_JSON = re.compile(rf'("(?:{_NAMES})"\s*:\s*")((?:[^"\\]|\\.)*)', re.IGNORECASE)
# A parameter of an event that bears such a name: {"name": "password", "value": "…"}.
_IN_PARAM = re.compile(
    rf'("name"\s*:\s*"(?:{_NAMES})"\s*,\s*"value"\s*:\s*")((?:[^"\\]|\\.)*)', re.IGNORECASE
)
# What stands in a path and looks like a key: 24 letters and digits or more, some of each.
_IN_PATH = re.compile(r"(/)(?=[A-Za-z]*\d)(?=\d*[A-Za-z])([A-Za-z0-9]{24,})(?![A-Za-z0-9_%-])")
_IN_QUERY = re.compile(rf"((?:^|[?&])(?:{_NAMES})=)([^&\s]*)", re.IGNORECASE)


def tail(secret: str) -> str:
    """The end of a secret that may be shown: four characters, fewer of a short one."""
    return secret[-min(_SHOWN, len(secret) // 2) :] if len(secret) > 1 else ""


def masked(text: str) -> str:
    """A text, such as a body or a path with its query, with the secrets in it masked."""
    for pattern in (_IN_JSON, _IN_PARAM, _IN_QUERY):
        text = pattern.sub(lambda found: f"{found[1]}…{tail(found[2])}", text)
    return text


def masked_path(text: str) -> str:
    """A path with its query, or a text about one: what looks like a key is masked as well."""
    return masked(_IN_PATH.sub(lambda found: f"/…{tail(found[2])}", text))


def without_keys(text: str, keys: Iterable[str]) -> str:
    """A path, or a text about one, with the end alone of each segment that is one of these keys."""
    for key in keys:
        if key in text:
            shown = f"/…{tail(key)}".replace("\\", r"\\")
            text = re.sub(rf"/{re.escape(key)}(?![\w%-])", shown, text)
    return text


def account_name(api_key: str) -> str:
    """The name of an API key's account, the same everywhere: its end, and a digest."""
    digest = blake2b(api_key.encode(), digest_size=8, person=b"yespo-mock").hexdigest()
    end = "".join(each if each.isascii() and each.isalnum() else "_" for each in tail(api_key))
    return f"key-{end}-{digest}"
