"""Expected against actual: what differs, with the path of each difference."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from mock_server.names import near
from mock_server.testing.record import Record

_AMOUNTS = frozenset(("totalCost", "shipping", "discount", "taxes", "cost", "quantity"))


def differences(expected: Mapping[str, Any], actual: Record | Mapping[str, Any]) -> list[str]:
    """List differences (`status is "A", not "B"`); amounts as numbers, objects by names."""
    return list(_compare("", expected, actual))


def _compare(path: str, expected: Any, actual: Any) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(actual, (Mapping, Record)):
        for name, value in expected.items():
            where = f"{path}.{name}" if path else str(name)
            try:
                held = actual[name]
            except KeyError:
                close = near(str(name), [each for each in actual if each not in expected])
                meant = f"; did you mean {close}?" if close else ""
                yield f"{where} is not there, it should be {value!r}{meant}"
                continue
            yield from _compare(where, value, held)
    elif isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        if len(expected) != len(actual):
            yield f"{path} has length {len(actual)}, not {len(expected)}"
        for index, (one, other) in enumerate(zip(expected, actual, strict=False)):
            yield from _compare(f"{path}[{index}]", one, other)
    elif expected != actual and not _same_amount(path, expected, actual):
        yield f"{path} is {actual!r}, not {expected!r}"


def _same_amount(path: str, expected: Any, actual: Any) -> bool:
    if path.rpartition(".")[2] not in _AMOUNTS:
        return False
    try:
        return Decimal(str(expected)) == Decimal(str(actual))
    except InvalidOperation:
        return False
