"""ENV-07 to ENV-09: the params of an event."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from marshmallow import missing

from mock_server.model import Step
from mock_server.rules.trace import Checked, Trace
from mock_server.rules.values import json_type, show

MAX_PARAM_NAME = 100

_TEXT = frozenset((str,))

_NONE = Step("ENV-07", "noted", "there are no params", "params")
_NAMES_FIT = Step("ENV-08", "passed", "each name is filled and short enough", "params")
_NAMES_DIFFER = Step("ENV-09", "passed", "no name is sent twice", "params")


def check_params(value: Any) -> Checked:
    """The params as a dictionary of names and values; of broken ones, as much as can be read."""
    trace = Trace()
    if value is missing or value is None:
        trace.add(_NONE)
        return Checked({}, trace)
    if not isinstance(value, list):
        trace.failed(
            "ENV-07",
            "param_malformed",
            f"params is {json_type(value)}, not an array",
            "params",
            "params were an array of objects with name and value",
        )
        return Checked({}, trace)
    params = _sound(value)
    if params is not None:
        trace.steps += (_counted(len(value)), _NAMES_FIT, _NAMES_DIFFER)
        return Checked(params, trace)
    params = {}
    for index, param in enumerate(value):
        _explain(param, f"params[{index}]", params, trace)
    _note_what_holds(len(value), trace)
    return Checked(params, trace)


def _sound(value: list[Any]) -> dict[str, Any] | None:
    """The params, when nothing at all is wrong with them, as nearly always; else None."""
    try:
        params = {param["name"]: param["value"] for param in value}
    except (TypeError, KeyError):
        return None
    if (
        len(params) != len(value)
        or not _TEXT.issuperset(map(type, params))
        or max(map(len, params), default=0) > MAX_PARAM_NAME
        or not all(map(str.strip, params))
    ):
        return None
    return params


@lru_cache(maxsize=128)
def _counted(count: int) -> Step:
    message = f"{count} params, each with name and value" if count else "params is an empty array"
    return Step("ENV-07", "passed", message, "params")


def _note_what_holds(count: int, trace: Trace) -> None:
    broken = {step.rule for step in trace.steps}
    for step in (_counted(count), _NAMES_FIT, _NAMES_DIFFER):
        if step.rule not in broken:
            trace.add(step)


def _explain(param: Any, path: str, params: dict[str, Any], trace: Trace) -> None:
    """Add a param to the params, and say all that is wrong with it."""
    if not isinstance(param, dict):
        trace.failed(
            "ENV-07",
            "param_malformed",
            f"{path} is {json_type(param)}, not an object",
            path,
            f"{path} were an object with name and value",
        )
        return
    for key in ("name", "value"):
        if key not in param:
            trace.failed(
                "ENV-07",
                "param_malformed",
                f"{path} has no {key}",
                path,
                f"{path} had a {key}",
            )
    if "name" in param:
        _explain_name(param, f"{path}.name", params, trace)


def _explain_name(param: dict[str, Any], path: str, params: dict[str, Any], trace: Trace) -> None:
    name = param["name"]
    if not isinstance(name, str):
        trace.failed(
            "ENV-08",
            "param_malformed",
            f"{path} is {json_type(name)}, not text",
            path,
            f"{path} were text",
        )
    elif not name.strip():
        trace.failed("ENV-08", "param_malformed", f"{path} is blank", path, f"{path} were filled")
    elif len(name) > MAX_PARAM_NAME:
        trace.failed(
            "ENV-08",
            "param_name_too_long",
            f"{path} has {len(name)} characters, more than {MAX_PARAM_NAME}",
            path,
            f"{path} had at most {MAX_PARAM_NAME} characters",
        )
    elif name in params:
        trace.failed(
            "ENV-09",
            "param_name_duplicate",
            f"param {show(name)} is sent more than once",
            path,
            f"param {show(name)} were sent once",
        )
    else:
        params[name] = param.get("value")  # of one without a value, the name counts for ENV-09
