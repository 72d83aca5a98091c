"""The hint is true: an order event with one fault is applied once the hint has been followed."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server import jsonio
from mock_server.documents.account_settings import IdentifierRule
from mock_server.model import Document
from mock_server.rules.order.items import REQUIRED as ITEM_FIELDS

CHANGING = ("orderUpdated", "orderDelivered", "orderCancelled")
FAILURE = {"12345679": {"eventId": 17, "eventTypeKey": "orderCreated", "verdict": "x", "trace": []}}


def _values(body: Document) -> dict[str, Any]:
    return {each["name"]: each["value"] for each in body["params"]}


class Mender:
    """Does to an order event what the hint of its outcome says, and expects that it is applied.

    Called with the event and its outcome; `known` are the arguments of the account's view. It
    knows the clauses that an order event with one fault can have; one it does not know fails.
    `mended` counts, so that a test can tell whether it tested anything.
    """

    def __init__(self, case: Any) -> None:
        self._case = case
        self.mended = 0

    def __call__(self, body: Document, outcome: Any, **known: Any) -> None:
        failed = [step for step in outcome.trace if step.result == "failed"]
        if len(failed) != 1:  # applied, or with several faults
            return
        assert outcome.hint is not None
        clause = outcome.hint.removeprefix("would be applied if ")
        assert clause != outcome.hint
        if "…" in clause:  # too long a value to be told whole
            return
        self.mended += 1
        mended, known = self._mended(body, clause, known)
        again = self._case.judge(mended, self._case.view(**known))
        assert again.verdict == "applied", (outcome.hint, again.hint, mended)

    def _mended(
        self, body: Document, clause: str, known: dict[str, Any]
    ) -> tuple[Document, dict[str, Any]]:
        for pattern, way in self._WAYS:
            match = re.fullmatch(pattern, clause)
            if match is not None:
                body, known = copy.deepcopy(body), dict(known)
                way(self, body, known, *match.groups())
                return body, known
        raise AssertionError(f"no way to do this: {clause}")

    def _put(self, body: Document, path: str, value: Any) -> None:
        name, index, field = re.fullmatch(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?", path).groups()  # type: ignore[union-attr]  # a path it is
        values = _values(body)
        if index is not None and isinstance(values[name], str):
            values[name] = json.loads(values[name])
        if index is None:
            values[name] = value
        elif field is None:
            values[name][int(index)] = value
        else:
            values[name][int(index)][field] = value
        body["params"] = self._case.params(values)

    def _fill(self, body: Document, _: Any, paths: str) -> None:
        good = {**_values(self._case.order()), **self._case.item()}
        for path in re.split(", | and ", paths):
            self._put(body, path, good[path.rpartition(".")[2]])

    def _rename(self, body: Document, _: Any, where: str | None, sent: str, name: str) -> None:
        values = _values(body)
        fields = values if where is None else values["items"][int(where[6:-2])]
        fields[name] = fields.pop(sent)
        body["params"] = self._case.params(values)

    def _set(self, body: Document, _: Any, path: str, value: str) -> None:
        self._put(body, path, json.loads(value) if value[0] == '"' else value)

    def _send_as(self, body: Document, _: Any, value: str, name: str) -> None:
        self._put(body, name, json.loads(value))

    def _add(self, body: Document, _: Any, text: str) -> None:
        param = json.loads(text)
        self._put(body, param["name"], param["value"])

    def _good(self, body: Document, _: Any, path: str) -> None:
        self._fill(body, _, path)

    def _item(self, body: Document, _: Any, path: str) -> None:
        self._put(body, path, self._case.item())

    def _anna(self, body: Document, known: dict[str, Any]) -> None:
        known.setdefault("contacts", self._case.ANNA)
        self._put(body, "phone", self._case.ANNA[7]["phone"])

    def _contact(self, _: Document, known: dict[str, Any], name: str, value: str) -> None:
        kind = {"uid": "contactKey"}.get(name, name)
        known["contacts"] = {1: {kind: json.loads(value)}}

    def _order(self, _: Document, known: dict[str, Any], order_id: str) -> None:
        known["orders"] = [self._case.existing(externalOrderId=order_id)]

    def _applied(self, body: Document, known: dict[str, Any]) -> None:
        self._order(body, known, str(_values(body)["externalOrderId"]))

    def _segmented(self, _: Document, known: dict[str, Any], key: str) -> None:
        known["event_types"] = [{"eventTypeKey": key, "segmentation": True}]

    def _own(self, body: Document, known: dict[str, Any], param: str, kind: str) -> None:
        known["contacts"] = {1: {kind: "value"}}
        self._put(body, param, "value")

    _WAYS: tuple[tuple[str, Callable[..., None]], ...] = (
        (r"(.+) were filled", _fill),
        (r"(\{.*\}) were among the params", _add),
        (r"(items\[\d+\]\.)?(.+) were named (\w+)", _rename),
        (r"(status) were (?:one of )?(\w+).*", _set),
        (r"(date) were ([-0-9T:]{19})", _set),
        (r"(totalCost) were (-?[0-9.]+)", _set),
        (r"(\w+) were (\".*\") \(contact \d+\)", _set),
        (r"(\".*\") were sent as (\w+) \(contact \d+\)", _send_as),
        (r"(items\[\d+\]) were an object with .*", _item),
        (r"([\w.\[\]]+) were (?:a|an|text) .*", _good),
        (r"externalCustomerId, email or phone of a known contact were sent", _anna),
        (r"a contact with (\w+) (\".*\") existed", _contact),
        (r"order (\S+) existed \(.*\)", _order),
        (r"order\w+ \(event \d+\) had been applied", _applied),
        (r"segmentation were on for event type (\w+)", _segmented),
        (r"(\w+) held a known contact's (\w+)", _own),
    )


@pytest.fixture(scope="session")
def mend(case: Any) -> Mender:
    """Checks that a hint is true, by doing what it says."""
    return Mender(case)


def item(**changes: Any) -> Any:
    """A change of the one item of the order."""
    return pytest.param(changes, id=f"{next(iter(changes))} {next(iter(changes.values()))}"[:40])


@pytest.mark.parametrize("key", ["orderCreated", "orderUpdated"])
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"totalCost": ...}, id="ORD-01 totalCost missing"),
        pytest.param({"status": None}, id="ORD-01 status null"),
        pytest.param({"date": " "}, id="ORD-01 date blank"),
        pytest.param({"externalOrderId": ""}, id="ORD-01, ORD-14 externalOrderId empty"),
        pytest.param({"phone": ..., "contactId": 7}, id="ORD-01 no contact field"),
        pytest.param({"phone": ..., "Phone": "380501234567"}, id="ORD-02 Phone"),
        pytest.param({"status": ..., "Status": "DELIVERED"}, id="ORD-02 Status"),
        pytest.param({"externalOrderId": ..., "externalorderid": "5"}, id="ORD-02 externalorderid"),
        pytest.param({"total_cost": 5, "totalCost": ...}, id="ORD-02 total_cost"),
        pytest.param({"status": "PAID"}, id="ORD-03 unknown"),
        pytest.param({"status": "delivered"}, id="ORD-03 lower case"),
        pytest.param({"date": "today"}, id="ORD-04 not a date"),
        pytest.param({"date": "2020-05-14 10:11"}, id="ORD-04 almost"),
        pytest.param({"date": "2021-02-29"}, id="ORD-04 no such day"),
        pytest.param({"date": 1589451060}, id="ORD-04 a number"),
        pytest.param({"totalCost": "258,0"}, id="ORD-05 comma"),
        pytest.param({"totalCost": True}, id="ORD-05 boolean"),
        pytest.param({"externalOrderId": ["1"]}, id="ORD-06 array"),
        pytest.param({"items": {}}, id="ITM-01 object"),
        pytest.param({"items": "["}, id="ITM-01 broken text"),
        pytest.param({"items": [5]}, id="ITM-02 not an object"),
        pytest.param({"items": "[5]"}, id="ITM-02 not an object, in text"),
        pytest.param({"phone": "+380501234567"}, id="IDN-09 phone with a plus"),
        pytest.param({"phone": "1"}, id="IDN-06 unknown phone"),
        pytest.param({"phone": ..., "email": "380501234567"}, id="IDN-09 phone sent as email"),
    ],
)
def test_fault_of_a_new_order(case: Any, mend: Any, key: str, changes: Any) -> None:
    body = case.order(key, **changes)
    done = mend.mended
    mend(body, case.judge(body))
    assert mend.mended == done + 1


@pytest.mark.parametrize(
    "changes",
    [
        item(url=...),
        item(imageUrl=None),
        item(externalItemId=" "),
        item(quantity=0),
        item(quantity="one"),
        item(cost=-1),
        item(cost=[]),
    ],
)
def test_fault_of_an_item(case: Any, mend: Any, changes: Any) -> None:
    """ITM-02, ITM-05."""
    body = case.order(items=[case.item(), case.item(**changes)])
    done = mend.mended
    mend(body, case.judge(body))
    assert mend.mended == done + 1


def test_misspelt_field_of_an_item(case: Any, mend: Any) -> None:
    """ITM-02."""
    body = case.order(items=[case.item(imageUrl=..., image_url="http://example.com/1.png")])
    done = mend.mended
    mend(body, case.judge(body))
    assert mend.mended == done + 1


@pytest.mark.parametrize("key", CHANGING)
@pytest.mark.parametrize(
    "changes", [{"externalOrderId": ...}, {"externalOrderId": True}], ids=["ORD-14", "ORD-06"]
)
def test_fault_of_a_change(case: Any, mend: Any, key: str, changes: Any) -> None:
    known = {"orders": [case.existing()]}
    body = case.order(key, **changes)
    done = mend.mended
    mend(body, case.judge(body, case.view(**known)), **known)
    assert mend.mended == done + 1


@pytest.mark.parametrize("key", ["orderCreated", "orderUpdated"])
@pytest.mark.parametrize(
    "known",
    [
        pytest.param({"contacts": {}}, id="IDN-06 unknown contact"),
        pytest.param(
            {"identifier_rule": IdentifierRule("uid", "contactKey")}, id="IDN-05 own parameter"
        ),
        pytest.param(
            {
                "event_types": [
                    {"eventTypeKey": "orderCreated", "segmentation": False},
                    {"eventTypeKey": "orderUpdated", "segmentation": False},
                ]
            },
            id="SEG-01 segmentation off",
        ),
    ],
)
def test_fault_of_the_account(case: Any, mend: Any, key: str, known: Any) -> None:
    body = case.order(key)
    done = mend.mended
    mend(body, case.judge(body, case.view(**known)), **known)
    assert mend.mended == done + 1


@pytest.mark.parametrize("key", ["orderDelivered", "orderCancelled"])
@pytest.mark.parametrize("failures", [{}, FAILURE], ids=["never sent", "dropped earlier"])
def test_unknown_order(case: Any, mend: Any, key: str, failures: Any) -> None:
    """ORD-12, ORD-13."""
    body = case.order(key)
    done = mend.mended
    mend(body, case.judge(body, case.view(failures=failures)))
    assert mend.mended == done + 1


# Any value in one place

quick = settings(derandomize=True)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from([" ", "[", "[]", "{}", "2020-05-14", "Delivered", "+38 050 123-45-67"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
PARAMS = ("externalOrderId", "totalCost", "status", "date", "phone", "items")


@quick
@given(name=st.sampled_from(PARAMS), value=JSON | JSON.map(jsonio.text_of))
def test_hint_for_one_bad_parameter_is_true(case: Any, mend: Any, name: str, value: Any) -> None:
    """ORD-01 to ORD-06, ITM-01 to ITM-05, IDN-06, IDN-08."""
    body = case.order(**{name: value})
    mend(body, case.judge(body))


@quick
@given(name=st.sampled_from(ITEM_FIELDS), value=JSON | st.just(...))
def test_hint_for_one_bad_field_of_an_item_is_true(
    case: Any, mend: Any, name: str, value: Any
) -> None:
    """ITM-02, ITM-05."""
    body = case.order(items=[case.item(), case.item(**{name: value})])
    mend(body, case.judge(body))
