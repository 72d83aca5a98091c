"""The template language: what it means, what it refuses, and that nothing can make it run away."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from mock_server.velocity import Run, TemplateError, parse
from mock_server.velocity.date_patterns import read_date
from mock_server.velocity.tools import tools

NOW = datetime(2026, 1, 2, 15, 4, 5, 6000, tzinfo=timezone.utc)


def text_of(template: str, **names: Any) -> str:
    """What a template comes to."""
    run = Run({**tools(NOW), **names})
    parse(template).start(run)
    return run.text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("a ## comment\nb #* c *#d", "a b d"),
        ("#[[ $a #if ]]#", " $a #if "),
        (r"\$a \#if \x #ffaacc #x(1) $5 $! ${ #", r"$a #if \x #ffaacc #x(1) $5 $! ${ #"),
        ("$a. $a.b ${a}b $!{a}.", "A. $a.b Ab A."),
        ('#set($b = "x${a}y")$b', "xAy"),
        ("#set($b = '$a')$b", "$a"),
        ("#set($b = [1, 'x', [2]])$b $b[0] ${b.get(1)} $b [x]", "[1, x, [2]] 1 x [1, x, [2]] [x]"),
        ('#set($b = {"a": 1, "b": null})$b $b.a $b["a"]', "{a=1, b=null} 1 1"),
        ("#set($b = {})$b.size() #set($c = [])$c.isEmpty()", "0 true"),
        ("#foreach($i in [3..1])$i#if($foreach.hasNext),#end#end", "3,2,1"),
        ("#foreach($i in {'x': 1})$i#end", "1"),
        ("#foreach($i in [1, 2])#foreach($j in [1, 2])$i$j #break#end#end", "11 21 "),
        ("#foreach($i in [1])#end$i", "$i"),
        ("a#stop b", "a"),
        ("a#break b", "a"),
        ("#set($n = 1 + 2 * 3 - 8 / 3 % 2)$n", "7"),
        ("#set($n = (1 + 2) * 3)$n #set($n = 7 / 2)$n #set($n = 7.0 / 2)$n", "9 3 3"),
        ("#set($n = 7.5 / 2)$n #set($s = 'a' + 1)$s #set($s = 1 + 'a')$s", "3.75 a1 1a"),
        ("#if(1 == 1.0 && 'a' != 'b' || false)y#end", "y"),
        ("#if(null == null)y#end#if($a == null)n#end", "y"),
        ("#if(!false)a#end#if(not true)b#end#if('')c#end#if(0)d#end", "acd"),
        ("#if(false and $mathTool.div(1, 0))#{else}lazy#end", "lazy"),
        ("#if(1 < 2)a#end#if(2 <= 1)b#end#if(1 >= 2)c#end#if(3 > 2)d#end", "ad"),
        ("$a.toLowerCase() $a.length() $a.contains('A') $a.startsWith('b')", "a 1 true false"),
        ("#set($s=' ab-c ')$s.trim().replace('b', 'x').substring(1).split('-')", "[x, c]"),
        ("$s.substring(0, 2) $s.indexOf('c') $s.endsWith('d') $s.toUpperCase()", "ab 2 true ABCD"),
        ("$l.contains(2) $l.add(3) $l.size()", "true true 3"),
        (
            "$m.containsKey('x') $m.keySet() $m.values() $m.put('y', 2)",
            "true [x] [1] $m.put('y', 2)",
        ),
        ("#foreach($e in $m.entrySet())$e.key=$e.value#end", "x=1"),
        ("$big $small $none", "1234567890.5 1E-100 $none"),
        ("$numberTool.format('0.00', 1) $numberTool.format('#.##', 0.5)", "1.00 .5"),
        ("$numberTool.format('$#', 3) $numberTool.integer('x')", "$3 $numberTool.integer('x')"),
        ("$!numberTool.format('0', 'x')", ""),
        ("$dateTool.currentDate('yy d M H h:mm a EEE EEEE MMM MMMM SSS')", None),
        ("$dateTool.currentDate(\"dd 'of' MM ''\", 'GMT-02:30')", "02 of 01 '"),
        ("$dateTool.currentDate('HH') $mathTool", "15 mathTool"),
        (
            "$numberTool.format('0,000', 5) $numberTool.format('#,##0.00', -1234567.895)",
            "0,005 -1,234,567.90",
        ),
        (
            "$numberTool.format('0.0000000000', '1234567890123456789012345678')",
            "1234567890123456789012345678.0000000000",
        ),
        ("$numberTool.format('.#', 5) $numberTool.format('0.0', -0.01)", "5 0.0"),
        ("#set($n = 100000000000000000000000000000 % 7)$n $numberTool.integer('1E-999999')", "5 0"),
        (
            "$l.contains([1, 2]) $l.contains('2') $l.contains($none) $l.contains('x')",
            "false true false false",
        ),
        (
            "$dateTool.currentDate('hh:mm a Z X XXX z D u k K', 'GMT+3')",
            "06:04 PM +0300 +03 +03:00 GMT+03:00 2 5 18 6",
        ),
    ],
)
def test_a_template_means_what_velocity_means(template: str, text: str | None) -> None:
    names = {"a": "A", "s": "abcd", "l": [1, 2], "m": {"x": 1}}
    names |= {"big": Decimal("1234567890.5"), "small": Decimal("1E-100")}
    expected = text if text is not None else "26 2 1 15 3:04 PM Fri Friday Jan January 006"
    assert text_of(template, **names) == expected


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("a\n#if(1)", "line 2: #if has no #end"),
        ("#foreach($i in $l)", "line 1: #foreach has no #end"),
        ("\n#end", "line 2: #end without #if or #foreach before it"),
        ("#if(1)#else#else#end", "line 1: #else after #else"),
        ("#if 1", "line 1: #if needs ( here, not '1'"),
        ("#if(1", "line 1: #if needs ) here, not the end"),
        ("#if(x)", "line 1: a value was expected, not 'x'"),
        ("#set(v = 1)", "line 1: #set needs a variable such as $item"),
        ("#foreach($i of $l)", "line 1: #foreach needs `in` after its variable"),
        ("#set($v = 'x)", "line 1: a text has no ' at its end"),
        ('\n#set($v = "#if")', "line 2: #if needs ( here, not the end"),
        ("${a", "line 1: ${a needs } here, not the end"),
        ("#set($v = 1 / 0)", "line 1: division by zero"),
        ("$mathTool.div(1, 0)", "line 1: division by zero"),
        ('#set($v = "$mathTool.div(1, 0)")', "line 1: division by zero"),
        ("#set($v = 1 - 'a')", "line 1: 'a', which is text, stands where - needs a number"),
        ("#if($none > 1)#end", "line 1: nothing stands where > needs a number"),
        ("$l.get('x')", "line 1: an index is a whole number, not x"),
        ("$l.get(1, 2)", "line 1: .get is called with the wrong arguments"),
        ("$a.substring(9)", "line 1: substring goes beyond the text, which has 1 characters"),
        ("#foreach($i in ['a'..3])#end", "line 1: a range goes between numbers, not a"),
        ("$numberTool.format('x', 1)", "line 1: 'x' is not a pattern of a number, such as '#.00'"),
        ("$dateTool.currentDate('q')", "line 1: 'q' means nothing in a date's pattern"),
        ("$dateTool.currentDate('d', 'X')", "line 1: 'X' is not a time zone such as 'GMT+3'"),
        ("$dateTool.formatDate('d', 'x')", "line 1: 'x' is not a time in milliseconds since 1970"),
        ("$dateTool.formatDate('d', 1)$dateTool.formatDate('d', -62135596800000, 'GMT-1')", None),
        ("$mathTool.div('1E30', '1E-999999')", "line 1: a number is too large"),
        ("$mathTool.mul('1E30', '1E30')", "line 1: a number is too large"),
        ("$mathTool.add('1E99999999999', 1)", "line 1: a number is too large"),
        (
            "$numberTool.format('" + "," * 1001 + "', 1)",
            "line 1: a pattern is longer than 1000 characters",
        ),
        ("$numberTool.format('" + "," * 999 + "', 1)", None),
        (
            "$dateTool.currentDate('" + "d" * 1001 + "')",
            "line 1: a pattern is longer than 1000 characters",
        ),
        ('$dateTool.currentDate("d\'")', "line 1: a ' in the pattern \"d'\" has no ' after it"),
        (
            "$dateTool.addDays('32/01/2020', 1, 'dd/MM/yyyy')",
            "line 1: '32/01/2020' is not a date of the form dd/MM/yyyy",
        ),
        ("$dateTool.addDays('01/01/2020', 'x')", "line 1: the amount 'x' is not a number"),
        ("$dateTool.addDays('01/01/2020', '1E20')", "line 1: the date is out of range"),
        ("$dateTool.addYears('01/01/2020', 9000)", "line 1: the date is out of range"),
        ("$dateTool.addDays('x', 1, 'FF')", "line 1: 'FF' means nothing in a date's pattern"),
        ("$dateTool.addDays('x', 1, 'D')", "line 1: 'D' cannot be read from a date"),
        (
            "$dateTool.diff('01/01/2020', '01/01/2020', 'WEEKS')",
            "line 1: 'WEEKS' is not a unit: it is one of YEARS, MONTHS, DAYS, HOURS, MINUTES",
        ),
    ],
)
def test_an_error_says_what_is_wrong_and_where(template: str, error: str | None) -> None:
    others = {"-62": "line 1: the date is out of range", ",,,": "line 1: ',,,,"}
    with pytest.raises(TemplateError) as raised:
        text_of(template, a="A", l=[1])
    if error is None:
        error = next((each for key, each in others.items() if key in template), "line 2: ")
        assert str(raised.value).startswith(error)
    else:
        assert str(raised.value) == error


HOSTILE = {
    "brackets": "#if(" + "(" * 50_000,
    "blocks": "#if(1)" * 10_000,
    "nots": "#if(" + "!" * 50_000 + "1)#end",
    "calls": "$a.b(" * 19_000,
    "lists": "#set($x = " + "[" * 50_000,
    "lists and calls": "#set($x = " + "[$a.b(" * 15_000,
    "range": "#foreach($i in [1..1000000000])x#end",
    "loops": "#foreach($i in [1..9999])#foreach($j in [1..9999])x#end#end",
    "endless list": "#set($l = [1])#foreach($i in [1..9999])$l.add($l)#end$l",
    "doubling text": "#set($s = 'aaaaaaaaaa')" + '#set($s = "$s$s")' * 60,
    "adding text": "#set($s = 'aaaaaaaaaa')" + "#set($s = $s + $s)" * 60,
    "doubling list": "#set($l = [''])" + "#set($l = [$l, $l])" * 28 + "#if($l == $l)#end$l",
    "squaring": "#set($n = 9)" + "#set($n = $n * $n)" * 60,
    "replacing": "#set($s = '" + "a" * 50_000 + "')$s.replace('a', 'bbb')",
    "long template": "a" * 100_001,
    "long output": "#set($s = '" + "a" * 60_000 + "')" + "$s" * 20,
    "much missing": "$x" * 50_000,
    "parse": "#parse('x.vm')",
    "include": "#include('/etc/passwd')",
    "evaluate": "#evaluate('$a')",
    "macro": "#macro(a)#a()#end#a()",
    "define": "#define($a)$a#end$a",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_ends_in_an_error(name: str) -> None:
    """By steps, sizes and nesting, not by the clock: so it ends as soon on a busy machine."""
    with pytest.raises(TemplateError):
        text_of(HOSTILE[name])


@pytest.mark.parametrize(
    "template",
    [
        "$a.__class__",
        "$a.getClass().forName('java.lang.Runtime')",
        "$a.format('x')",
        "$l.__len__()",
        "$l.append(1)",
        "$m.__init__",
        "$m.items()",
        "$n.real",
        "$mathTool.methods",
        "$dateTool.__call__()",
    ],
)
def test_nothing_of_python_can_be_reached(template: str) -> None:
    assert text_of(template, a="{0.__class__}", l=[1], m={"x": 1}, n=5) == template


# MSG-09: the results that the guide "Using Velocity features" shows
DATES = {
    "date": "01/01/2020 12:00",
    "customDate": "12:00 2020-30-04",
    "dateTime": "2020-05-01T00:00",
    "first": "01/01/2019",
    "second": "05/05/2020",
    "late": "17:15 05/05/2020",
    "early": "10:05 01/01/2019",
}


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("addYears($date, 2)", "01/01/2022 12:00"),
        ("addMonths($date, 5)", "01/06/2020 12:00"),
        ("addDays($date, 15)", "16/01/2020 12:00"),
        ("addHours($date, 7)", "01/01/2020 19:00"),
        ("addMinutes($date, 15)", "01/01/2020 12:15"),
        ("addYears($customDate, 2, 'HH:mm yyyy-dd-MM')", "12:00 2022-30-04"),
        ("addDays($dateTime, 2, \"yyyy-MM-dd'T'HH:mm\", 'dd-MM-yyyy')", "03-05-2020"),
        ("addHours($dateTime, 7, \"yyyy-MM-dd'T'HH:mm\", 'dd/MM HH:mm')", "01/05 07:00"),
        ("addMinutes($dateTime, 2, \"yyyy-MM-dd'T'HH:mm\", 'HH:mm')", "00:02"),
        ("diff($first, $second, 'YEARS')", "1"),
        ("diff($first, $second, 'MONTHS')", "16"),
        ("diff($first, $second, 'DAYS')", "490"),
        ("diff($first, $second, 'HOURS')", "11760"),
        ("diff($first, $second, 'MINUTES')", "705600"),
        ("diff($late, $early, 'HH:mm dd/MM/yyyy', 'MINUTES')", "706030"),
        # What the guide says without a result
        ("addDays($date, -1)", "31/12/2019 12:00"),
        ("addDays($date, '2')", "03/01/2020 12:00"),
        ("addMonths('31/01/2020', 1)", "29/02/2020"),
        ("addMonths('2020-01-31', -14)", "2018-11-30"),
        ("diff('01/02/2020', '31/01/2020', 'MONTHS')", "0"),
        ("addDays('Tue 1 Dec 26, 11 PM GMT', 1, 'EEE d MMM yy, hh a z', 'd MMMM')", "2 December"),
        ("addDays('20260131', 1, 'yyyyMMdd')", "20260201"),
        ("addHours('2026-01-31 10:00 +03:00', 1, 'yyyy-MM-dd HH:mm XXX', 'HH:mm')", "08:00"),
        ("addHours('GMT 10', 1, 'z HH', 'HH')", "11"),
        ("addHours('31 Z', 1, 'dd X', 'dd Z')", "31 +0000"),
        ("addHours('12 am', 1, 'hh a', 'HH')", "01"),
        ("currentDate()", "02/01/2026"),
        ("currentTimeStamp()", "1767366245006"),
        ("formatInContactTimezone('dd.MM.yyyy', '2020-05-14T10:11:00')", "14.05.2020"),
        ("formatInContactTimezone('dd.MM HH:mm', '2020-05-14T22:11:00Z')", "15.05 01:11"),
        ("formatInContactTimezone('dd.MM HH:mm', '14/05/2020 22:11:00')", "15.05 01:11"),
    ],
)
def test_dates_are_moved_compared_and_written(call: str, result: str) -> None:
    run = Run({**tools(NOW, timezone(timedelta(hours=3))), **DATES})
    parse(f"$!dateTool.{call}").start(run)
    assert (run.text, run.missing) == (result, [])


@pytest.mark.parametrize("text", ["x 10", "1 Foo", "1 Jan x", "1 Jan AM +1", "99 Jan AM Z"])
def test_a_text_that_a_pattern_does_not_fit_is_not_a_date(text: str) -> None:
    assert read_date("d MMM a X", text) is None
