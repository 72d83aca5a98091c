"""The documents as types for test code, `mock_server/testing/documented.py`.

`python tools/typed_records.py > documented.py && mv documented.py mock_server/testing/`
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from marshmallow import Schema, fields

from mock_server.documents.contacts import Contact
from mock_server.documents.events import Effect, Event, Outcome, Step
from mock_server.documents.fields import KINDS, Amount, Anything, TextOrNumber
from mock_server.documents.orders import HistoryEntry, Order
from mock_server.documents.reports import Request
from mock_server.ledger.codes import codes_of
from mock_server.model import ORDER_STATUSES

TYPED: tuple[type[Schema], ...] = (
    Step,
    HistoryEntry,
    Order,
    Contact,
    Effect,
    Outcome,
    Event,
    Request,
)
"""The documents that test code has as objects."""

_HEAD = '''\
"""What the documents hold, as test code sees them: made from `mock_server.documents`.

Written by `python tools/typed_records.py`; not to be changed by hand.
"""

from decimal import Decimal
from typing import Any, Literal

from mock_server.model import Document
from mock_server.testing.record import Record

'''


def module() -> str:
    """The text of the module."""
    codes = (
        _literal("OrderStatus", ORDER_STATUSES, "The status of an order (ORD-03)."),
        _literal("ReasonCode", codes_of("reason"), "Why an event was not applied."),
        _literal("WarningCode", codes_of("warning"), "What is probably a mistake."),
    )
    head = _HEAD + "\n".join(codes)
    return "\n\n".join([head, *("\n".join(_class(each)) for each in TYPED)])


def _literal(name: str, values: Iterable[str], meaning: str) -> str:
    listed = "".join(f'    "{each}",\n' for each in sorted(values))
    return f'{name} = Literal[\n{listed}]\n"""{meaning}"""\n'


def _class(schema: type[Schema]) -> Iterator[str]:
    yield f"class {schema.__name__}Fields(Record):"
    base = schema.__bases__[0]
    beyond = f" beyond those of {base.__name__}" if base in TYPED else ""
    yield f'    """The fields of `documents`\' {schema.__name__}{beyond}."""\n'
    yield "    __slots__ = ()\n"
    inherited = base().fields if base in TYPED else {}
    lacked = {name for each in TYPED if issubclass(each, schema) for name in each.opts.exclude}
    for name, field in schema().fields.items():
        if name not in inherited and not _holds_typed(field):
            kind = _type(field)
            yield f"    {field.data_key or name}: {kind}{' | None' if name in lacked else ''}"
    yield ""


def _holds_typed(field: fields.Field[Any]) -> bool:
    """Whether a field holds documents that test code has as objects: `testing.records` says so."""
    held = field.inner if isinstance(field, fields.List) else field
    return isinstance(held, fields.Nested) and type(held.schema) in TYPED


def _type(field: fields.Field[Any]) -> str:
    if isinstance(field, Anything):
        return "Any"
    kind = _plain_type(field)
    # What may be missing is None for test code, but for lists: test code goes through them.
    may_lack = not field.required and not isinstance(field, fields.List)
    return f"{kind} | None" if field.allow_none or may_lack else kind


def _plain_type(field: fields.Field[Any]) -> str:
    if isinstance(field, fields.List):
        return f"list[{_plain_type(field.inner)}]"
    if isinstance(field, TextOrNumber):
        return "str"
    if isinstance(field, Amount):
        return "int | float | Decimal | str"
    return next((name for kind, _, name in KINDS if isinstance(field, kind)), "Document")


if __name__ == "__main__":
    sys.stdout.buffer.write(module().encode())
