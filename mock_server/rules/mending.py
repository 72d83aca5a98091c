"""The draft of a corrected body, to which is done what rules propose as they decide."""

import re
from collections.abc import Callable, Iterable, MutableMapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

from mock_server import jsonio
from mock_server.model import Document

_STEP = re.compile(r"\[(\d+)\]|\.?([^.\[\]]+)")


class Unknown(str):
    """Text that stands for a value that only the shop knows, or holds such text."""

    __slots__ = ()


UNKNOWN = Unknown("…")
_CUT = object()

Edit = Callable[["Draft"], object]
P = ParamSpec("P")


class Draft:
    """A copy of a body, on the way to the corrected one, and the calls of the control API first."""

    def __init__(self, body: Any) -> None:
        self.body = deepcopy(body)
        self.arrange: list[Document] = []

    # The body

    def replace(self, value: Any) -> None:
        """Put another body in its place."""
        self.body = deepcopy(value)

    def take_first(self, events: list[Any]) -> None:
        """Keep the first of several events; the others need separate requests."""
        self.body = deepcopy(events[0])
        if len(events) > 1:
            self.arrange.append({"unsent": len(events) - 1})

    def rename_field(self, old: str, new: str) -> None:
        """Rename a field of the envelope, unless the new one is there already."""
        if old in self.body and new not in self.body:
            self.body = {new if each == old else each: v for each, v in self.body.items()}

    def drop_field(self, name: str) -> None:
        """Leave a field of the envelope out."""
        self.body.pop(name, None)

    def set_field(self, name: str, value: Any) -> None:
        """Set a field of the envelope."""
        self.body[name] = value

    def move_into_params(self, names: Iterable[str]) -> None:
        """Make params of fields that stand next to them."""
        moved = {name: self.body.pop(name) for name in names if name in self.body}
        if not isinstance(self.body.get("params"), (list, dict)):
            self.body["params"] = []
        known = self.params()
        for name, value in moved.items():
            if name not in known:
                self.add(name, value)

    def list_params(self, params: list[Any]) -> None:
        """Make params this list."""
        self.body["params"] = deepcopy(params)

    def lift(self, name: str, fields: Document) -> None:
        """Make params of what stands inside one of them."""
        known = self.params()
        self.remove(name)
        for each, value in fields.items():
            if each not in known or each == name:
                self.add(each, deepcopy(value))

    def put(self, path: str, value: Any, *, cut: bool = False) -> None:
        """Set, or leave out, what stands at a place such as `params[2].name`."""
        steps = [int(x[1]) if x[1] is not None else x[2] for x in _STEP.finditer(path)]
        holder: Any = self.body
        try:
            for each in steps[:-1]:
                holder = holder[each]
            if cut:
                holder[steps[-1]] = _CUT  # the places of the others stay until all is done
            else:
                holder[steps[-1]] = deepcopy(value)
        except (LookupError, TypeError):
            return

    def tidy(self) -> None:
        """Take out what was cut."""
        params = self.body.get("params") if isinstance(self.body, dict) else None
        if isinstance(params, list):
            params[:] = [each for each in params if each is not _CUT]

    # Its params

    def params(self) -> Document:
        """The params by name, as far as they can be read."""
        params = self.body.get("params") if isinstance(self.body, dict) else None
        if isinstance(params, dict):
            return params
        pairs = params if isinstance(params, list) else ()
        return {
            each["name"]: each.get("value")
            for each in pairs
            if isinstance(each, dict) and isinstance(each.get("name"), str)
        }

    def _pairs(self) -> list[Any] | None:
        params = self.body.setdefault("params", [])
        if not isinstance(params, (dict, list)):  # nothing that can be mended
            params = self.body["params"] = []
        return params if isinstance(params, list) else None

    def _fields(self) -> MutableMapping[str, Any]:
        fields: MutableMapping[str, Any] = self.body["params"]
        return fields

    def add(self, name: str, value: Any) -> None:
        """Set a param, or add it at the end."""
        pairs = self._pairs()
        if pairs is None:
            self._fields()[name] = value
            return
        for each in pairs:
            if isinstance(each, dict) and each.get("name") == name:
                each["value"] = value
                return
        pairs.append({"name": name, "value": value})

    def remove(self, name: str) -> None:
        """Leave a param out."""
        pairs = self._pairs()
        if pairs is None:
            self._fields().pop(name, None)
        else:
            pairs[:] = [x for x in pairs if not (isinstance(x, dict) and x.get("name") == name)]

    def rename(self, old: str, new: str) -> None:
        """Rename a param, or what a path such as `items[0].link` names."""
        if old not in self.params():
            self._inside(old, lambda holder, key: _rename_key(holder, key, new))
            return
        if new in self.params():  # there, and not filled
            self.remove(new)
        pairs = self._pairs()
        if pairs is None:
            _rename_key(self._fields(), old, new)
            return
        for each in pairs:
            if isinstance(each, dict) and each.get("name") == old:
                each["name"] = new

    def set(self, path: str, value: Any) -> None:
        """Set what a path names: a param, or a value inside one."""
        if path in self.params() or not re.search(r"[.\[]", path):
            self.add(path, value)
            return

        def put(holder: Any, key: Any) -> None:
            holder[key] = value

        self._inside(path, put)

    def _inside(self, path: str, change: Callable[[Any, Any], None]) -> None:
        name, *steps = [
            int(found[1]) if found[1] is not None else found[2] for found in _STEP.finditer(path)
        ]
        if not steps:
            return
        value = self.params().get(str(name))
        text = isinstance(value, str)
        try:
            root = jsonio.loads(value.encode()) if isinstance(value, str) else value
            holder: Any = root
            for each in steps[:-1]:
                holder = holder[each]
            change(holder, steps[-1])
        except (jsonio.MalformedJson, LookupError, TypeError):
            return
        if text:
            written = jsonio.text_of(root)
            self.add(str(name), Unknown(written) if UNKNOWN in written else written)


def _rename_key(fields: MutableMapping[str, Any], old: str, new: str) -> None:
    renamed = {new if each == old else each: value for each, value in fields.items()}
    fields.clear()
    fields.update(renamed)


def _proposing(change: Callable[Concatenate[Draft, P], object]) -> Callable[P, Edit]:
    def propose(*args: P.args, **named: P.kwargs) -> Edit:
        return lambda draft: change(draft, *args, **named)

    propose.__doc__ = change.__doc__
    return propose


replace = _proposing(Draft.replace)
take_first = _proposing(Draft.take_first)
rename_field = _proposing(Draft.rename_field)
drop_field = _proposing(Draft.drop_field)
set_field = _proposing(Draft.set_field)
move_into_params = _proposing(Draft.move_into_params)
list_params = _proposing(Draft.list_params)
lift = _proposing(Draft.lift)
put = _proposing(Draft.put)
add_value = _proposing(Draft.add)
rename = _proposing(Draft.rename)
set_to = _proposing(Draft.set)


@dataclass(frozen=True, slots=True)
class AskShop:
    """Replace a value that only the shop knows with a placeholder."""

    path: str
    of_envelope: bool = False

    def __call__(self, draft: Draft) -> None:
        """Change the draft."""
        if self.of_envelope:
            draft.set_field(self.path, UNKNOWN)
        elif draft.params().get(self.path) is not UNKNOWN:
            draft.set(self.path, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Arrange:
    """Call the control API first."""

    method: str
    path: str
    body: Document

    def __call__(self, draft: Draft) -> None:
        """Remember the call, unless it is there or only the shop knows what to write in it."""
        call = {"method": self.method, "path": self.path, "body": self.body}
        if call not in draft.arrange and UNKNOWN not in jsonio.text_of(self.body):
            draft.arrange.append(call)


def unknown_field(name: str) -> Edit:
    """Say that only the shop knows the value of a field of the envelope."""
    return AskShop(name, of_envelope=True)


def propose_only(path: str, readings: list[Any]) -> Edit:
    """Propose the only reading of a value; of several, or none, only the shop knows."""
    return set_to(path, readings[0]) if len(readings) == 1 else AskShop(path)


def cut(path: str) -> Edit:
    """Propose to leave out what stands at a place of the list of params."""
    return lambda draft: draft.put(path, None, cut=True)


def json_or_none(text: str) -> Any:
    """Return what a JSON text holds; None if it is not JSON."""
    try:
        return jsonio.loads(text.encode("utf-8", "surrogatepass"))
    except jsonio.MalformedJson:
        return None
