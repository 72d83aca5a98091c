"""ENV-07 to ENV-09: the params of an event."""

from functools import lru_cache
from typing import Any

from marshmallow import missing

from mock_server.rules.mending import Edit, cut, json_or_none, list_params, put
from mock_server.rules.outcome import Step
from mock_server.rules.trace import Checked, Trace
from mock_server.rules.values import as_text, filled, json_type, show

MAX_PARAM_NAME = 100

_TEXT = frozenset((str,))

_NONE = Step("ENV-07/none")
_EMPTY = Step("ENV-07/empty")
_NAMES_FIT = Step("ENV-08/fit")
_NAMES_DIFFER = Step("ENV-09/differ")


def check_params(value: Any) -> Checked:
    """The params as a dictionary of names and values; of broken ones, as much as can be read."""
    trace = Trace()
    if value is missing or value is None:
        trace.add(_NONE)
        return Checked({}, trace)
    if not isinstance(value, list):
        trace.say("ENV-07/not_an_array", mend=_listed(value), type=json_type(value))
        return Checked({}, trace)
    params = _sound(value)
    if params is not None:
        trace.steps += (_counted(len(value)), _NAMES_FIT, _NAMES_DIFFER)
        return Checked(params, trace)
    params = {}
    for index, param in enumerate(value):
        _explain(param, f"params[{index}]", params, trace)
    broken = {step.rule for step in trace.steps}
    for step in (_counted(len(value)), _NAMES_FIT, _NAMES_DIFFER):
        if step.rule not in broken:
            trace.add(step)
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
    return Step("ENV-07/pairs", args={"count": count}) if count else _EMPTY


def _explain(param: Any, path: str, params: dict[str, Any], trace: Trace) -> None:
    if not isinstance(param, dict):
        inner = json_or_none(param) if isinstance(param, str) else None
        mend = put(path, inner) if isinstance(inner, dict) else None
        trace.say("ENV-07/not_an_object", path, mend=mend, type=json_type(param))
        return
    for key in ("name", "value"):
        if key not in param:
            trace.say("ENV-07/lacks", path, mend=_completed(param, path, key), field=key)
    if "name" in param:
        _explain_name(param, f"{path}.name", params, trace)


def _explain_name(param: dict[str, Any], path: str, params: dict[str, Any], trace: Trace) -> None:
    name = param["name"]
    if not isinstance(name, str):
        mend = None if as_text(name) is None else put(path, as_text(name))
        trace.say("ENV-08/not_text", path, mend=mend, type=json_type(name))
    elif not name.strip():
        mend = None if filled(param.get("value")) else cut(path.removesuffix(".name"))
        trace.say("ENV-08/blank", path, mend=mend)
    elif len(name) > MAX_PARAM_NAME:
        trace.say("ENV-08/too_long", path, count=len(name))
    elif name in params:
        same = not filled(param.get("value")) or params[name] == param.get("value")
        mend = cut(path.removesuffix(".name")) if same else None
        trace.say("ENV-09/twice", path, mend=mend, name=show(name))
    else:
        params[name] = param.get("value")  # of one without a value, the name counts for ENV-09


_NAMES = ("key", "param", "field", "Name", "parameter", "code")
_VALUES = ("val", "Value", "data", "content", "text")


def _listed(value: Any) -> Edit | None:
    if isinstance(value, str):
        value = json_or_none(value)
    if isinstance(value, list):
        return list_params(value)
    if not isinstance(value, dict) or not value:
        return None
    if value.keys() == {"name", "value"}:
        return list_params([value])
    return list_params([{"name": name, "value": each} for name, each in value.items()])


def _completed(param: dict[str, Any], path: str, key: str) -> Edit | None:
    """A param whose name or value stands under another key, or that is `{name: value}` itself."""
    if len(param) == 1 and not {"name", "value"} & param.keys():
        ((name, value),) = param.items()
        return put(path, {"name": name, "value": value})
    for other in _NAMES if key == "name" else _VALUES:
        if other in param:
            return put(path, {key if each == other else each: v for each, v in param.items()})
    return None
