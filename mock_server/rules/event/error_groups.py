"""The groups of errors in Event analytics: contact not found, parameter errors, and the rest.

The vendor's screen knows the first two. Which codes belong to which is our decision: the first are
those of the rules of identification (IDN); of the others, an event that names an unknown
order, or whose type does not take part in segmentation, may be flawless as it was sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from mock_server.ledger.codes import CODES

ErrorGroup = Literal["contact not found", "parameter error", "other error"]

ERROR_GROUPS: tuple[ErrorGroup, ...] = ("contact not found", "parameter error", "other error")
"""The groups, in the order they are shown; an event with reasons of several is in the first."""

_NOT_WHAT_WAS_SENT = ("segmentation_disabled", "order_not_found")


def error_group(reason: str) -> ErrorGroup:
    """The group of a reason code; a code that is not of the ledger is an "other error"."""
    code = CODES.get(reason)
    if code is None or reason in _NOT_WHAT_WAS_SENT:
        return "other error"
    by_identity = any(rule.startswith("IDN-") for rule in code.rules)
    return "contact not found" if by_identity else "parameter error"


def error_group_of(reasons: Iterable[str]) -> ErrorGroup | None:
    """The group an event with these reasons is counted in, once, if any."""
    groups = {error_group(each) for each in reasons}
    return next((each for each in ERROR_GROUPS if each in groups), None)
