"""The template language: what it means, what it refuses, and that nothing can make it run away."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from mock_server.velocity import Run, TemplateError, parse
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
        ("$numberTool.format('x', 1)", "line 1: 'x' is no pattern of a number, such as '#.00'"),
        ("$dateTool.currentDate('q')", "line 1: 'q' means nothing in a date's pattern"),
        ("$dateTool.currentDate('d', 'X')", "line 1: 'X' is no time zone such as 'GMT+3'"),
        ("$dateTool.formatDate('d', 'x')", "line 1: 'x' is no time in milliseconds since 1970"),
        ("$dateTool.formatDate('d', 1)$dateTool.formatDate('d', -62135596800000, 'GMT-1')", None),
        ("$numberTool.format('0.0000000000', '1234567890123456789012345678')", None),
    ],
)
def test_an_error_says_what_is_wrong_and_where(template: str, error: str | None) -> None:
    others = {"-62": "line 1: the date is out of range", "12345": "line 1: a number has too many"}
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
