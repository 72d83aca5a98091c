"""The comparison of names: one folding, and one measure of what is near (IDN-12)."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from heapq import nlargest
from itertools import islice
from operator import itemgetter

_NEAR = 0.75
_LONGEST = 64
_MOST = 1_000
_CLOSELY = 10
_SHOWN = 40
_SEPARATORS = str.maketrans("", "", "_- ")


def folded(name: str) -> str:
    """Return the name without letter case and separators: equal for names that differ in these."""
    return name.translate(_SEPARATORS).casefold()


def near(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant, or None."""
    return next(iter(nearest(word, known, 1)), None)


def nearest(word: str, known: Iterable[str], most: int) -> list[str]:
    """Up to `most` near names, the nearest first; bounded by length and the first thousand."""
    wanted = folded(word[: 2 * _LONGEST])
    if not wanted or len(wanted) > _LONGEST:
        return []
    compared = SequenceMatcher(b=wanted, autojunk=False)
    likely: list[tuple[float, str, str]] = []
    for name in islice(known, _MOST):
        form = folded(name[: 2 * _LONGEST])
        if form == wanted and most == 1:
            return [name]
        if len(form) > _LONGEST:
            continue
        compared.set_seq1(form)
        if compared.real_quick_ratio() >= _NEAR:
            likely.append((compared.quick_ratio(), name, form))
    found: list[tuple[float, str]] = []
    for ratio, name, form in nlargest(_CLOSELY, likely, key=itemgetter(0)):
        compared.set_seq1(form)
        if ratio >= _NEAR and (exact := compared.ratio()) >= _NEAR:
            found.append((exact, name))
    return [name for _, name in nlargest(most, found, key=itemgetter(0))]


def way_out(word: str, known: Iterable[str]) -> str:
    """Return the sentence after one that refuses a name: what was meant, or what there is."""
    known = list(known)
    meant = near(word, known)
    if meant is not None:
        return f"Did you mean {meant}?"
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"Known: {', '.join(known[:_SHOWN])}{more}." if known else "There are none."
