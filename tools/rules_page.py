"""The ledger as Markdown: `python tools/rules_page.py > docs/rules.md`."""

import re
import sys
from collections.abc import Iterable, Iterator

from mock_server.ledger.catalogue import RULES, Family, families
from mock_server.ledger.codes import CODES, VERDICT_TEXTS
from mock_server.ledger.entry import BASES, Kind, Rule, Source

_INTRO = """\
# The rules

The real service answers 200 with an empty body even when it throws an order away; this emulator
gives the same answer, and tells you which rule decided and what it rests on. Every event carries a
**verdict**, **reasons** and **warnings** (codes, explained [below](#reason-codes)) and a **trace**:
the rules in the order in which they were applied, each `passed`, `failed` (this is why the event
was not applied) or `noted` (worth knowing, changes nothing), with what was seen. What a rule can
say of an event, its **findings**, stands with it; `ORD-04/not_a_date` names one. Read a trace from
the top, stop at the first `failed`, and look its rule up here by its id, which never changes."""

_OUTRO = """\
*This page is generated from the rule catalogue in the code:
`python tools/rules_page.py > docs/rules.md`.*"""

_BASIS_TEXTS = {
    "documented": "a public page of the vendor says so",
    "observed": "public clients rely on it, or recorded answers show it",
    "our decision": "the public sources are silent, and this project had to choose",
}

# A code span of CommonMark (any number of backticks, the same number again), or else a rule id.
_CODE_SPAN_OR_RULE_ID = re.compile(
    r"(`+)(?!`).+?(?<!`)\1(?!`)|\b(?:{})-\d\d\b".format(
        "|".join(family.key for family in families())
    )
)


_MARKDOWN = re.compile(r"[\\`*_<>\[\]]")


def page() -> str:
    """The whole page, Markdown, ending in a line break."""
    parts = [
        _INTRO,
        *_contents(),
        *_verdicts(),
        *_basis(),
        *(part for family in families() for part in _family(family)),
        *_decisions(),
        *_codes("reason", "Reason codes", "Why an event was ignored or rejected."),
        *_codes(
            "warning",
            "Warning codes",
            "What the real service swallows silently, though it is probably a mistake. A warning "
            "never changes what happens to the event.",
        ),
        _OUTRO,
    ]
    return "\n\n".join(parts) + "\n"


def anchor(rule_id: str) -> str:
    """The name of a rule's anchor on the page: `ORD-04` is at `#ord-04`."""
    return rule_id.lower()


def _contents() -> Iterator[str]:
    links = [
        f"- {family.title}: " + " · ".join(_link(each.id) for each in family.rules)
        for family in families()
    ]
    links.append(
        "- [Our decisions](#our-decisions) · [Reason codes](#reason-codes) · "
        "[Warning codes](#warning-codes)"
    )
    yield "\n".join(links)


def _verdicts() -> Iterator[str]:
    yield "## Verdicts"
    yield _table(
        ("Verdict", "Answer", "Meaning"),
        ((f"`{each.verdict}`", each.answer, each.meaning) for each in VERDICT_TEXTS.values()),
    )


def _basis() -> Iterator[str]:
    yield "## What the rules rest on"
    yield _table(
        ("Basis", "Meaning", "Rules"),
        (
            (basis, _BASIS_TEXTS[basis], str(sum(rule.basis == basis for rule in RULES.values())))
            for basis in BASES
        ),
    )
    yield (
        "Sources are pages of the vendor's public guides and API reference, named by their titles, "
        "and what public clients of the service send and expect. Where two of them disagree, the "
        f"page {_source(Source.ORDERS_PAGE)} decides, and the other behaviour is a setting."
    )


def _family(family: Family) -> Iterator[str]:
    yield f"## {family.key} · {family.title}"
    for rule in family.rules:
        yield f'<a id="{anchor(rule.id)}"></a>'
        yield f"### {rule.id} · {rule.title}"
        yield _linked(rule.statement, but=rule.id)
        yield "\n".join(_facts(rule))
        if rule.findings:
            yield from _findings(rule)


def _facts(rule: Rule) -> Iterator[str]:
    if rule.when_broken:
        yield f"- **When broken:** {_linked(rule.when_broken)}"
    yield f"- **Basis:** {rule.basis}"
    if rule.basis != "our decision":
        yield f"- **Source:** {', '.join(_source(source) for source in rule.sources)}"
    if rule.parts:
        said = "; ".join(f"{part}: {_source(source)}" for part, source in rule.parts)
        yield f"- **In parts:** {said}"
    if rule.decision:
        yield f"- **Our decision:** {_linked(rule.decision, but=rule.id)}"


def _findings(rule: Rule) -> Iterator[str]:
    """List what the rule can say; what stands in braces is filled in."""
    yield _table(
        ("Finding", "Result", "What it says", "Way out: it would be applied if …"),
        (
            (
                f"`{each.name}`",
                f"{each.result}, `{each.code or each.note}`"
                if each.code or each.note
                else each.result,
                _plain(each.message),
                _plain(each.way_out),
            )
            for each in rule.findings
        ),
    )


def _plain(text: str) -> str:
    """A template as text in which nothing is Markdown."""
    return _MARKDOWN.sub(r"\\\g<0>", text.replace("{{", "{").replace("}}", "}"))


def _decisions() -> Iterator[str]:
    yield "## Our decisions"
    yield (
        "Where the public documentation is silent or ambiguous, the emulator had to choose. Do not "
        "rely on these against the real service without trying them there."
    )
    yield "\n".join(
        f"- {_link(rule.id)} **{rule.title}.** "
        f"{_linked(rule.decision or rule.statement, but=rule.id)}"
        for rule in RULES.values()
        if rule.decision or rule.basis == "our decision"
    )


def _codes(kind: Kind, title: str, about: str) -> Iterator[str]:
    yield f"## {title}"
    yield about
    yield _table(
        ("Code", "Meaning", "Way out", "Rules"),
        (
            (
                f"`{each.code}`",
                _linked(each.meaning),
                _linked(each.way_out),
                ", ".join(
                    _link(rule.id) for rule in RULES.values() if each.code in rule.codes(kind)
                ),
            )
            for each in CODES.values()
            if kind in each.kinds
        ),
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _source(source: Source) -> str:
    return f"[{source.title}]({source.url})" if source.url else source.title


def _link(rule_id: str) -> str:
    return f"[{rule_id}](#{anchor(rule_id)})"


def _linked(text: str, but: str = "") -> str:
    """The text with every rule id made a link, but one; code spans stay as they are."""
    return _CODE_SPAN_OR_RULE_ID.sub(
        lambda hit: hit[0] if hit[1] or hit[0] == but else _link(hit[0]), text
    )


if __name__ == "__main__":
    # As bytes: the page is UTF-8 with plain line breaks on every platform.
    sys.stdout.buffer.write(page().encode())
