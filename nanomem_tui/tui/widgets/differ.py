"""What differs between two texts, word by word and line by line. Pure functions, no widget."""

import re
from difflib import SequenceMatcher
from itertools import zip_longest

_WORDS = re.compile(r"\w+|\s+|[^\w\s]", re.UNICODE)
_LONGEST = 4000
"""Texts above this many words are not compared word by word: the cost is quadratic."""

Span = tuple[int, int]


def word_spans(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """The spans (start, end) of characters that only `old` has, and those that only `new` has.

    Nothing is marked when the texts share too little for marks to help.
    """
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    if len(a) + len(b) > _LONGEST:
        return [], []
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    shared = sum(
        len(word) for block in matcher.get_matching_blocks() for word in a[block.a : block.a + block.size]
    )
    if shared * 4 < min(len(old), len(new)):
        return [], []
    starts_a, starts_b = _starts(a), _starts(b)
    gone: list[Span] = []
    come: list[Span] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag != "equal":
            _join(gone, (starts_a[a1], starts_a[a2]), old)
            _join(come, (starts_b[b1], starts_b[b2]), new)
    return gone, come


def line_diff(old: list[str], new: list[str], context: int = 2) -> list[tuple[str, str]]:
    """The lines around each difference as (sign, line): `-`, `+`, ` `, and `…` between the places."""
    rows: list[tuple[str, str]] = []
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(context)
    for number, group in enumerate(groups):
        if number or group[0][1] > 0:
            rows.append(("…", ""))
        for tag, a1, a2, b1, b2 in group:
            if tag == "equal":
                rows += [(" ", line) for line in old[a1:a2]]
            else:
                rows += [("-", line) for line in old[a1:a2]]
                rows += [("+", line) for line in new[b1:b2]]
    return rows


def line_pairs(old: list[str], new: list[str], context: int = 2) -> list[tuple[str | None, str | None]]:
    """The lines around each difference as (old, new), side by side; None where a side has no such line.

    A pair of None and None stands between two places.
    """
    rows: list[tuple[str | None, str | None]] = []
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(context)
    for number, group in enumerate(groups):
        if number or group[0][1] > 0:
            rows.append((None, None))
        for _, a1, a2, b1, b2 in group:
            rows += zip_longest(old[a1:a2], new[b1:b2])
    return rows


def _starts(words: list[str]) -> list[int]:
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    return starts


def _join(spans: list[Span], span: Span, text: str) -> None:
    """Add a span; spans with only white space between them become one."""
    start, end = span
    if start == end:
        return
    if spans and not text[spans[-1][1] : start].strip():
        start = spans.pop()[0]
    spans.append((start, end))
