"""One record: something stored, as an object whose attributes are named as in the JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from inspect import get_annotations, getmro
from typing import TYPE_CHECKING, Any, ClassVar

from mock_server.model import Document
from mock_server.names import near


class Record:
    """Something stored, with attributes named as in the JSON of the control API.

    `record.name` and `record["name"]` are the same. A documented attribute that is not there is
    None; one that cannot be there raises `AttributeError` and names the nearest. Two records are
    equal when all they hold is equal; a record also equals a dictionary of the same content.
    """

    __slots__ = ("_document",)
    _shown: ClassVar[tuple[str, ...]] = ()
    _kinds: ClassVar[dict[str, Callable[[Any], Any]]] = {}

    def __init__(self, document: Document) -> None:
        self._document = document

    def to_dict(self) -> Document:
        """Everything as plain JSON values."""
        return dict(self._document)

    if not TYPE_CHECKING:  # so that type checkers still tell a misspelt attribute

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            return self._value(name)

    def _value(self, name: str) -> Any:
        if name in self._document:
            value = self._document[name]
            read = self._kinds.get(name)
            return value if read is None or value is None else read(value)
        kind: Any = type(self)
        known = _documented(kind)
        if name in known:
            return None
        names = [*self._document, *known]
        meant = near(name, names)
        hint = f"did you mean {meant}?" if meant else f"there is {', '.join(self._document)}"
        raise AttributeError(f"{kind.__name__} has no attribute {name}; {hint}")

    def __getitem__(self, name: str) -> Any:
        try:
            return self._value(name)
        except AttributeError as error:
            raise KeyError(str(error)) from None

    def __contains__(self, name: object) -> bool:
        return name in self._document

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Record):
            return type(self) is type(other) and self.to_dict() == other.to_dict()
        return self.to_dict() == other if isinstance(other, dict) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # a record is as little a key as a dictionary is

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={self._document.get(name)!r}" for name in self._shown)
        return f"<{type(self).__name__} {shown}>"


@cache
def _documented(kind: Any) -> frozenset[str]:
    names = [name for each in getmro(kind) for name in get_annotations(each)]
    return frozenset(name for name in names if not name.startswith("_"))
