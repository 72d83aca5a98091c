"""JSON in and out: exact for every number (ORD-05), and clear about what is not JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server import jsonio

DEEP = 200


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("258.0", 258.0),
        ("0.1", 0.1),
        ("1e5", 100000.0),
        ("1E-7", 1e-7),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("9223372036854775808", Decimal("9223372036854775808")),
        ("18446744073709551616", Decimal("18446744073709551616")),
        ("9" * 5000, Decimal("9" * 5000)),
        ("0.1234567890123456789", Decimal("0.1234567890123456789")),
        ("0.12345678901234567", 0.12345678901234568),
        ("1e400", Decimal("1e400")),
        ("-1e-400", Decimal("-1e-400")),
        ("12345678901234567e-1", Decimal("1234567890123456.7")),
    ],
)
def test_number_is_a_double_only_where_that_is_exact(text: str, value: Any) -> None:
    read = jsonio.loads(text.encode())
    if text == "0.12345678901234567":
        assert read == Decimal(text), "the nearest double is another number"
    else:
        assert read == value
        assert type(read) is type(value)
    assert Decimal(jsonio.dumps(read).decode()) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    ['{"a":[1,"x",null,true,{}]}', '"Ґудзик \\u0000 \\" \\\\ /"', '"1234567890123456789"', '"1e5"'],
)
def test_everything_else_reads_as_usual(text: str) -> None:
    assert jsonio.loads(text.encode()) == json.loads(text)


@pytest.mark.parametrize("also", ["", ", 1e5"], ids=["fast", "exact"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(b"[NaN%s]", "", id="NaN"),
        pytest.param(b"[-Infinity%s]", "", id="infinity"),
        pytest.param(b"[01%s]", " at line 1 column ", id="leading zero"),
        pytest.param(b"[1.%s]", " at line 1 column ", id="no fraction"),
        pytest.param(b"[\n 1,\n ,%s]", " at line 3 column ", id="the line is named"),
        pytest.param(b"['a'%s]", " at line 1 column ", id="single quotes"),
        pytest.param(b'["\t"%s]', " at line 1 column ", id="control character"),
        pytest.param(b"[1%s", " at line 1 column ", id="cut off"),
        pytest.param(b"[1%s]]", " at line 1 column ", id="too much"),
        pytest.param(b"\xef\xbb\xbf[1%s]", "BOM", id="byte order mark"),
        pytest.param(b'["a\xff"%s]', "not UTF-8: byte 3 is invalid", id="not UTF-8"),
        pytest.param(b'["\xed\xa0\x80"%s]', "not UTF-8: byte 2 is invalid", id="raw surrogate"),
        pytest.param(b'["\\ud800"%s]', "surrogate", id="lone surrogate"),
        pytest.param(b'[{"\\uDC00": 1}%s]', "surrogate", id="lone surrogate as a name"),
        pytest.param(b"[1e99999999999999999999%s]", "out of any range", id="absurd exponent"),
        pytest.param(
            b"[1e" + b"9" * 60 + b"%s]",
            "the exponent of 1e" + "9" * 38 + "… is out of any range",
            id="absurd exponent, cut",
        ),
    ],
)
def test_what_is_not_json_is_told_with_the_place(text: bytes, message: str, also: str) -> None:
    with pytest.raises(jsonio.MalformedJson) as caught:
        jsonio.loads(text % also.encode())
    told = str(caught.value)
    assert message in told or (message == "surrogate" and "line 1 column" in told)
    assert told.isprintable()
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("text", [b"", b" "])
def test_nothing_is_not_json(text: bytes) -> None:
    with pytest.raises(jsonio.MalformedJson, match="empty"):
        jsonio.loads(text)


def test_pairs_of_surrogates_are_text() -> None:
    assert jsonio.loads(b'["\\ud83d\\ude00", 1e5]') == ["😀", 100000.0]


@pytest.mark.parametrize("number", [b"1", b"1e400"], ids=["fast", "exact"])
@pytest.mark.parametrize(
    ("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")], ids=["arrays", "objects"]
)
def test_two_hundred_levels_can_be_read_and_written(
    number: bytes, opening: bytes, closing: bytes
) -> None:
    text = opening * DEEP + number + closing * DEEP
    assert jsonio.dumps(jsonio.loads(text)).lower().replace(b"+", b"") == text
    for levels in (DEEP + 1, 300, 3000):
        with pytest.raises(jsonio.MalformedJson, match="nested more than 200 levels deep"):
            jsonio.loads(opening * levels + number + closing * levels)


def test_depth_is_told_rather_than_a_surrogate_that_is_none() -> None:
    text = b'["\\ud83d\\ude00", 1e5, ' + b"[" * 300 + b"]" * 300 + b"]"
    with pytest.raises(jsonio.MalformedJson, match="nested more than 200 levels deep"):
        jsonio.loads(text)


def test_brackets_in_text_are_not_levels() -> None:
    text = "[" * 500
    assert jsonio.loads(json.dumps([text, [text]]).encode()) == [text, [text]]


# Out


@dataclass
class Point:
    x: int
    y: Decimal


def test_decimals_and_dataclasses_are_written() -> None:
    point = {"p": Point(1, Decimal("1E+400"))}
    assert jsonio.dumps(point) == b'{"p":{"x":1,"y":1E+400}}'
    assert jsonio.text_of(point) == '{"p":{"x":1,"y":1E+400}}'
    assert jsonio.pretty({"a": [Decimal("0.10")], "ї": 1}) == (
        '{\n  "a": [\n    0.10\n  ],\n  "ї": 1\n}'
    )


@pytest.mark.parametrize("value", [object(), {1, 2}, [b"bytes"]])
def test_what_is_no_json_value_is_refused(value: Any) -> None:
    for write in (jsonio.dumps, jsonio.pretty, jsonio.text_of):
        with pytest.raises(TypeError):
            write(value)


# Both ways

NUMBER_TEXTS = st.one_of(
    st.from_regex(r"\A-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,4})?\Z"),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers().map(str),
)
JSON_TEXTS = st.recursive(
    st.one_of(NUMBER_TEXTS, st.sampled_from(["null", "true", '"x"']), st.text().map(json.dumps)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda parts: f"[{', '.join(parts)}]"),
        st.dictionaries(st.text().map(json.dumps), inner, max_size=4).map(
            lambda parts: f"{{{','.join(f'{name}: {parts[name]}' for name in parts)}}}"
        ),
    ),
    max_leaves=12,
)


@settings(derandomize=True)
@given(text=NUMBER_TEXTS)
def test_every_number_keeps_its_value(text: str) -> None:
    """ORD-05: digit by digit, there and back."""
    number = jsonio.loads(text.encode())
    assert Decimal(str(number)) == Decimal(text)
    assert Decimal(jsonio.dumps(number).decode()) == Decimal(text)


@settings(derandomize=True)
@given(text=JSON_TEXTS)
def test_what_was_read_reads_the_same_when_written(text: str) -> None:
    value = jsonio.loads(text.encode())
    for written in (jsonio.dumps(value), jsonio.pretty(value).encode()):
        again = jsonio.loads(written)
        assert again == value
        assert repr(again) == repr(value), "types and signs too"


@settings(derandomize=True)
@given(texts=st.lists(JSON_TEXTS, max_size=3), times=st.sampled_from([0, 1, 7, 40]))
def test_in_parts_it_is_written_as_in_one(texts: list[str], times: int) -> None:
    items = [jsonio.loads(each.encode()) for each in texts] * times
    for value in (items, {"total": len(items), "é\n": items, "more": {"in": items}, "last": texts}):
        assert b"".join(jsonio.pretty_in_parts(value)) == jsonio.pretty(value).encode()


def test_a_long_list_is_written_in_as_many_parts() -> None:
    assert len(list(jsonio.pretty_in_parts({"a": [{"b": "c"}] * 1000}))) > 1000


@settings(derandomize=True)
@given(data=st.one_of(st.binary(), JSON_TEXTS.map(str.encode).map(lambda data: data[:-1] + b"]")))
def test_bytes_are_json_or_told_not_to_be(data: bytes) -> None:
    try:
        value = jsonio.loads(data)
    except jsonio.MalformedJson:
        return
    assert jsonio.loads(jsonio.dumps(value)) == value
