# ruff: noqa: E501  (the lines of a page)
"""The page of the commonest mistakes: made of bodies that are judged and mended here.

`python tests/docs/mistakes.py > docs/mistakes.md` writes it again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mock_server import jsonio
from mock_server.emulator import Emulator
from mock_server.emulator.event_bodies import read_event
from mock_server.emulator.fixing import fix_document

PAGE = Path(__file__).parents[2] / "docs" / "mistakes.md"
ORDER = {
    "externalOrderId": "1001",
    "email": "ann@shop.test",
    "totalCost": "1200.50",
    "status": "INITIALIZED",
    "date": "2025-11-30T12:05:06",
}
ITEM = {
    "externalItemId": "200",
    "name": "Tea",
    "category": "tea",
    "quantity": 1,
    "cost": "1200.50",
    "url": "https://shop.test/200",
    "imageUrl": "https://shop.test/200.png",
}


def event(key: str = "orderCreated", /, key_value: str = "1001", **params: Any) -> dict[str, Any]:
    """A good order event, with other values for some params; `...` leaves one out."""
    values = {name: value for name, value in {**ORDER, **params}.items() if value is not ...}
    listed = [{"name": name, "value": value} for name, value in values.items()]
    return {"eventTypeKey": key, "keyValue": key_value, "params": listed}


def renamed(old: str, new: str) -> dict[str, Any]:
    """A good order event in which a param has another name."""
    return event(**{old: ..., new: ORDER[old]})


MISTAKES: list[tuple[str, Any]] = [
    ("A flat body", {"eventTypeKey": "orderCreated", **ORDER}),
    ("A list where a body belongs", [event()]),
    ("The order inside one param", {**event(), "params": [{"name": "array", "value": ORDER}]}),
    ("Items beside the params", {**event(), "items": [ITEM]}),
    (
        "`parameters` for `params`",
        {"eventTypeKey": "orderCreated", "parameters": event()["params"]},
    ),
    (
        "`event_type` for `eventTypeKey`",
        {"event_type": "orderCreated", "params": event()["params"]},
    ),
    ("A PHP list with gaps", event(items={"0": ITEM, "2": {**ITEM, "externalItemId": "201"}})),
    ("Encoded as JSON twice", json.dumps(event())),
    ("A PHP warning before the JSON", b"<b>Notice</b>: x\n" + jsonio.dumps(event())),
    ("The identifier in keyValue alone", event(email=..., key_value="ann@shop.test")),
    ("Another form of the phone number", event(email=..., phone="+380 50 123-45-67")),
    ("A contact that was never imported", event(email="bob@shop.test")),
    ("`completed` for DELIVERED", event(status="completed")),
    ("`d.m.Y` for the date", event(date="30.11.2025 12:05:06")),
    ("Seconds since 1970 for the date", event(date=1764504306)),
    ("`1 200,50` for a number", event(totalCost="1 200,50")),
    ("`totalcost`: letter case counts", renamed("totalCost", "totalcost")),
    (
        "`image` for `imageUrl`",
        event(items=[{**ITEM, "imageUrl": ..., "image_url": "https://shop.test/200.png"}]),
    ),
    ("`orderCreate` for orderCreated", event("orderCreate")),
    (
        "Delivered before it was created",
        event("orderDelivered", totalCost=..., status=..., date=...),
    ),
]


def bodies() -> list[bytes]:
    """The bodies as they are sent."""
    return [
        body if isinstance(body, bytes) else jsonio.dumps(_without(body)) for _, body in MISTAKES
    ]


def _without(value: Any) -> Any:
    """A value without what is left out."""
    if isinstance(value, dict):
        return {name: _without(each) for name, each in value.items() if each is not ...}
    return [_without(each) for each in value] if isinstance(value, list) else value


def page() -> str:
    """The page."""
    rows = []
    with Emulator() as emulator:
        account = emulator.account()
        account.add_contact({"email": "ann@shop.test", "phone": "380501234567"})
        for (title, _), body in zip(MISTAKES, bodies(), strict=True):
            rehearsal = account.rehearsal()
            request = read_event(body, "v2")
            mended = rehearsal.fix(request)
            outcome = rehearsal.judge(request)
            fix = fix_document(request.body, mended)
            assert fix is not None, title
            assert fix["complete"], title
            codes = ", ".join(f"`{each}`" for each in [*outcome.reasons, *outcome.warnings])
            done = [_shown(each) for each in fix["patch"]]
            done += [f"first {each['method']} `{each['path']}`" for each in fix["arrange"]]
            cells = (title, _brief(body.decode()), f"{outcome.verdict}: {codes}", "<br>".join(done))
            rows.append(f"| {' | '.join(cells)} |")
    return f"{_HEAD}{chr(10).join(rows)}\n{_TAIL}"


def _shown(operation: dict[str, Any]) -> str:
    value = jsonio.text_of(operation["value"]) if "value" in operation else ""
    place = operation["path"] or "the whole body"
    source = f" from `{operation['from']}`" if "from" in operation else ""
    return f"{operation['op']} `{place}`{source}{f' {_code(value, 70)}' if value else ''}"


def _brief(text: str) -> str:
    for name, value in ORDER.items():  # what is right in all of them says nothing
        text = text.replace(f'{{"name":"{name}","value":"{value}"}}', "…")
    while "…,…" in text:
        text = text.replace("…,…", "…")
    return _code(text, 150)


def _code(text: str, most: int) -> str:
    text = text if len(text) <= most else f"{text[:most]}…"
    return f"`{text.replace('|', chr(92) + '|').replace(chr(10), ' ')}`"


_HEAD = """# The commonest mistakes

Each of these bodies was sent by somebody. The service answers most of them with 200 and drops the order; the emulator says so,
and proposes the change: a [JSON Patch](https://www.rfc-editor.org/rfc/rfc6902) of the body as it was sent. It stands in
`fix` of an event, in `/_mock/fixes`, in `yespo-mock explain`, and in the text of a failing test:

```json
{
  "patch": [{"op": "replace", "path": "/params/3/value", "value": "DELIVERED"}],
  "complete": true,
  "arrange": [],
  "unknown": []
}
```

`complete` says that the patched body, after the calls of `arrange`, is applied or recorded. `unknown` are the places, as JSON Pointers,
whose value only the shop knows: the patch has `"…"` there. What can be read in two ways (`03/04/2025`, `1,200`) is not guessed.

```console
$ echo '{"eventTypeKey":"orderCreated","externalOrderId":"1","totalCost":"1 200,50","status":"completed","date":"30.11.2025","email":"ann@shop.test"}' > bad.json
$ yespo-mock explain --in-memory --contacts known --fix bad.json
{"eventTypeKey":"orderCreated","params":[{"name":"externalOrderId","value":"1"},{"name":"totalCost","value":"1200.50"},{"name":"status","value":"DELIVERED"},{"name":"date","value":"2025-11-30T00:00:00"},{"name":"email","value":"ann@shop.test"}]}
$ yespo-mock explain --in-memory --contacts known --fix bad.json | yespo-mock explain --in-memory --contacts known - | head -n 1
applied
```

`--fix-as patch` prints the patches, `--fix-as diff` the lines that change. Over HTTP: `POST /_mock/fix`, body as for Generate event.

The account of this table has one contact, ann@shop.test, 380501234567. Every fix in it is complete: a test of the project applies each of
them and sends what comes out.

| mistake | body (what is right in it is `…`) | verdict | fix |
|---|---|---|---|
"""
_TAIL = """
What such a patch cannot know: what a shop means by its word for a status (the sentence says *probably*), the zone of a time without an offset,
which of two parameters of one name counts, and whose order it is when nobody is named.
"""

if __name__ == "__main__":
    print(page(), end="")  # noqa: T201  (a script)
