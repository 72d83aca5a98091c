"""The findings of all rules by id; the sentence of a step is made when somebody reads it."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from mock_server.ledger.catalogue import RULES
from mock_server.ledger.entry import Finding

FINDINGS: Mapping[str, Finding] = MappingProxyType(
    {f"{rule.id}/{each.name}": each for rule in RULES.values() for each in rule.findings}
)
"""Every finding by its id: the rule's, a slash, and its own name."""


_NO_TEXT = {"rule": "", "finding": None, "result": "noted", "message": "", "param": None}


def rule_of(finding_id: str) -> str:
    """The id of the rule that a finding belongs to: `ORD-04` of `ORD-04/not_a_date`."""
    return finding_id.partition("/")[0]


def param_of(finding_id: str, other_param: str | None) -> str | None:
    """The parameter or field that a finding is said of: another one, or else that of its rule."""
    if other_param is not None:
        return other_param
    rule = RULES.get(rule_of(finding_id))
    return None if rule is None else rule.param


def message_of(finding_id: str, other_param: str | None, args: Mapping[str, Any]) -> str:
    """The sentence of a finding; where it cannot be made, its name and its arguments."""
    known = FINDINGS.get(finding_id)
    if known is not None:
        with suppress(KeyError):
            return _filled_in(known.message, param_of(finding_id, other_param), args)
    told = ", ".join(f"{name} {value}" for name, value in args.items())
    return f"{finding_id}: {told}" if told else finding_id


def way_out_of(finding_id: str, other_param: str | None, args: Mapping[str, Any]) -> str:
    """Return what would help, as a clause after "would be applied if …", or ""."""
    template = FINDINGS[finding_id].way_out
    return _filled_in(template, param_of(finding_id, other_param), args)


def stored_way_out(stored: Any) -> str:
    """The same of a step as a record holds it; "" also where another version wrote it."""
    if isinstance(stored, dict):
        return ""
    try:
        return way_out_of(*_parts(stored))
    except KeyError:
        return ""


def _filled_in(template: str, param: str | None, args: Mapping[str, Any]) -> str:
    return template.format(param=param, **args) if "{" in template else template


def shown_step(stored: Any) -> dict[str, Any]:
    """A step as it is read: `rule`, `finding`, `result`, `message` and `param`.

    Kept is the id of a finding, or a list of that, another parameter, and arguments; or, by version
    0.1.0, its text.
    """
    if stored.__class__ is str:
        return _shown(stored, None).copy()
    if isinstance(stored, dict):
        return {**_NO_TEXT, **stored}
    finding_id, other_param, args = _parts(stored)
    shown = _shown(finding_id, other_param).copy()
    if args:
        try:
            shown["message"] = FINDINGS[finding_id].message.format(param=shown["param"], **args)
        except KeyError:
            shown["message"] = message_of(finding_id, other_param, args)
    return shown


@lru_cache(maxsize=10_000)
def _shown(finding_id: str, other_param: str | None) -> dict[str, Any]:
    known = FINDINGS.get(finding_id)
    return {
        "rule": rule_of(finding_id),
        "finding": finding_id,
        "result": "noted" if known is None else known.result,
        "message": message_of(finding_id, other_param, {}),
        "param": param_of(finding_id, other_param),
    }


def finding_of(stored: Any) -> str:
    """The id of the finding of a step, kept or as read, without making its sentence; or ""."""
    return str(stored.get("finding") or "") if isinstance(stored, dict) else _parts(stored)[0]


def is_failed(stored: Any) -> bool:
    """Whether a step as a record holds it, or as it is read, failed; its sentence is not made."""
    if isinstance(stored, dict):
        return stored.get("result") == "failed"
    known = FINDINGS.get(_parts(stored)[0])
    return known is not None and known.result == "failed"


def near_misses(steps: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps, as `shown_step` reads them, whose sentence tells of something close."""
    return [
        step
        for step in steps
        if step["message"].startswith("near miss: ") or "did you mean " in step["message"]
    ]


def _parts(stored: Any) -> tuple[str, str | None, Mapping[str, Any]]:
    if not isinstance(stored, list) or not stored:
        return "None" if stored == [] else str(stored), None, {}
    param = stored[1] if len(stored) > 1 else None
    if isinstance(param, dict):
        return str(stored[0]), None, param
    args = stored[2] if len(stored) > 2 else None
    return str(stored[0]), param, args if isinstance(args, dict) else {}
