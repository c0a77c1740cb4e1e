"""Text into sentences with their exact places, and transcripts into turns.

Knows where sentences begin and end and who speaks them, not what they mean. `source[s.start:s.end]`
is always the sentence as written, so that it can be quoted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nanomem_tui.agent.rules.words import words


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the person's own words."""

    text: str
    start: int
    end: int
    line_start: bool = False
    """True for the first sentence of a line, list item or cell, where a note may stand without a subject."""
    turn: int = 0
    """Which turn of a transcript it belongs to."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of text by one speaker."""

    own: bool
    """True when the person themself speaks."""
    start: int
    end: int


_OWN = r"user|human|me|you said|myself"
_OTHER = (
    r"assistant|ai|a\.i\.|chat ?gpt|gpt(?:-?[\w.]+)?|claude|gemini|copilot|llama|mistral|bot|chatbot"
    r"|model|system|chatgpt said|claude said|tool|function|agent"
)
_LABEL = re.compile(
    rf"^[ \t]*(?:[-*+][ \t]+|#{{1,6}}[ \t]*|>[ \t]*)?(?:\*\*|__"
    rf"|\[)?(?:(?P<own>{_OWN})|(?P<other>{_OTHER}))\b"
    r"[ \t]*(?:\([^)\n]{0,60}\)|\[[^\]\n]{0,60}\])?(?:\]|\*\*|__)?[ \t]*(?:\([^)\n]{0,60}\)[ \t]*)?"
    r"(?:[:：][ \t]*(?:\*\*|__)?|[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_HEADING_LABEL = re.compile(r"^[ \t]*(?:#{1,6}|\*\*|\[)")
_INLINE = re.compile(
    r"(?<=\s)(?:\*\*)?(?:(?P<own>User|Human)|(?P<other>Assistant|ChatGPT|Claude|Gemini|Bot"
    r"|System))(?:\*\*)?:(?:\*\*)?(?=\s|$)"
    r"|(?<=[.!?。！？]\s)(?:\*\*)?(?P<other2>AI)(?:\*\*)?:(?=\s)"
)


def turns(text: str) -> list[Turn]:
    """The turns of a transcript; one own turn for any other text.

    A text is a transcript when a line begins with the label of an assistant, or with `User:` or `Human:`.
    Words before the first label are the person's only when the assistant speaks next.
    """
    labels = [
        (m.start(), m.end(), m["own"] is not None, (m["own"] or m["other"] or "").casefold())
        for m in _LABEL.finditer(text)
        if ":" in m[0]
        or "：" in m[0]
        or _HEADING_LABEL.match(m[0])
        or m[0].strip().casefold().endswith("said")
    ]
    strong = any(not own or name in ("user", "human", "you said") for _, _, own, name in labels)
    if not strong:
        return [Turn(True, 0, len(text))]
    taken = {at for start, end, _, _ in labels for at in range(start, end)}
    labels += [
        (m.start(), m.end(), m["own"] is not None, "")
        for m in _INLINE.finditer(text)
        if m.start() not in taken
    ]
    labels.sort()
    found: list[Turn] = []
    if text[: labels[0][0]].strip():
        found.append(Turn(not labels[0][2], 0, labels[0][0]))
    ends = [label[0] for label in labels[1:]] + [len(text)]
    found += [Turn(own, end, stop) for (_, end, own, _), stop in zip(labels, ends, strict=True)]
    return found


def is_transcript(text: str) -> bool:
    """True when `text` holds turns of more than the person alone."""
    found = turns(text)
    return len(found) > 1 or (bool(found) and found[0].start > 0)


def sentences(text: str) -> list[Sentence]:
    """The person's sentences in order. Code blocks, quoted lines and markup are left out."""
    found: list[Sentence] = []
    for number, turn in enumerate(turns(text)):
        if turn.own:
            for start, end, first in _blocks(text, turn.start, turn.end):
                found += _split(text, start, end, first, number)
    return found


_FENCE = re.compile(r"^[ \t]*(?:```|~~~)")
_BULLET = re.compile(r"[ \t]*(?:[-*+•–—·▪◦‣]|\d{1,3}[.)]|\(\d{1,3}\)|\[[ xX]\])[ \t]+(?:\[[ xX]\][ \t]+)?")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+")
_TERMINAL = ".!?。！？…:;؟।"


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Stretches of prose inside [start, end): paragraphs with wrapped lines joined, list items apart."""
    fenced = False
    open_at: int | None = None
    last_end = start
    position = start
    for line in text[start:end].splitlines(keepends=True):
        here, position = position, position + len(line)
        body = line.strip()
        starts_new = bool(_BULLET.match(line)) and len(body) > 2
        if _FENCE.match(line):
            fenced = not fenced
            body = ""
        if (
            fenced
            or not body
            or body.startswith((">", "|", "<!--"))
            or _HEADING.match(line)
            or set(body) <= set("-*_= ")
        ):
            if open_at is not None:
                yield open_at, last_end, True
                open_at = None
            continue
        content = here + (len(line) - len(line.lstrip()))
        if match := _BULLET.match(line) if starts_new else None:
            content = here + match.end()
        if open_at is not None and (starts_new or not _wraps(text[open_at:last_end], body)):
            yield open_at, last_end, True
            open_at = None
        if open_at is None:
            open_at = content
        last_end = here + len(line.rstrip())
    if open_at is not None and open_at < last_end:
        yield open_at, last_end, True


def _wraps(before: str, line: str) -> bool:
    """True when `line` goes on with the sentence of `before`: a hard wrap in prose."""
    last = before.rsplit("\n", 1)[-1].rstrip()
    if last[-1:] in _TERMINAL:
        return last[-1:] in ".!?" and len(last) > 60
    if re.match(r"[\w ]{1,30}[:：]", line) or re.match(r"[\w ]{1,30}[:：]", last):
        return False
    return line[:1].islower() or (len(last) > 40 and line.startswith(("I ", "I'")))


_ABBREVIATIONS = words("""
    mr mrs ms dr prof st sr jr vs etc e.g i.e a.m p.m approx dept est inc ltd co corp no nr vol fig mt
    ft ave blvd rd apt jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun u.s
    u.k ph.d m.d b.a b.s m.a b.sc m.sc gen col sgt capt lt rev hon bzw z.b ca usw
""")
_NEVER_LAST = words(
    "mr mrs ms dr prof st e.g i.e vs approx mt gen col sgt capt lt rev hon z.b bzw no nr fig vol"
)
_STOP = re.compile(
    r"[.!?…]+[\"'”’)\]]*(?=\s|$)|[。！？｡]+[」』”’）\"]*|[؟।]+|(?<=[.!?])(?=[A-Z][a-z]+\s[a-z])"
)
_PAIRS = {"“": "”", "「": "」", "『": "』", "«": "»", "„": "“"}


def _split(text: str, start: int, end: int, first: bool, turn: int) -> Iterator[Sentence]:
    """Sentences of one stretch; a stop inside quotation marks, an address or an abbreviation is none."""
    at = start
    quoted = _quoted_spans(text, start, end)
    for match in _STOP.finditer(text, start, end):
        if any(low < match.start() and match.end() < high for low, high in quoted) or not _ends_here(
            text, at, match, end
        ):
            continue
        yield from _one(text, at, match.end(), first, turn)
        at, first = match.end(), False
    yield from _one(text, at, end, first, turn)


def _one(text: str, start: int, end: int, first: bool, turn: int) -> Iterator[Sentence]:
    body = text[start:end]
    left = start + len(body) - len(body.lstrip())
    right = end - (len(body) - len(body.rstrip()))
    if left < right and any(character.isalnum() for character in text[left:right]):
        yield Sentence(text[left:right], left, right, first, turn)


def _ends_here(text: str, at: int, match: re.Match[str], end: int) -> bool:
    if re.match(r"\s*(?:and|but|or|to|at|in|with|by|on|for|is|was)\b", text[match.end() : end]):
        return match[0][0] not in ".!?" or match[0].endswith("..")
    if not match[0].startswith(".") or match[0].startswith(".."):
        return True
    word = re.search(r"[\w.]*$", text[at : match.start()])
    last = word[0].casefold() if word else ""
    following = text[match.end() : end].lstrip()
    if not following:
        return True
    if last in _NEVER_LAST:
        return False
    if last in _ABBREVIATIONS or re.fullmatch(r"(?:[a-z]\.)+[a-z]", last):
        return (
            bool(re.match(r"[A-Z]", following))
            and last not in ("u.s", "jan", "feb")
            and bool(_STARTS.match(following))
        )
    if re.fullmatch(r"[A-Z]", word[0] if word else "") and last != "i":
        return not re.match(r"[A-Z][a-z]+", following) or bool(_STARTS.match(following))
    if re.fullmatch(r"\d{1,2}", last) and following[:1].islower():
        return False
    return not following[:1].islower() or bool(re.match(r"(?:i|i'm|my|we)\b", following)) or len(last) > 2


_STARTS = re.compile(r"(?:I|I['’]\w+|My|We|Our|She|He|They|It|The|And|But|She's|He's|Also|Actually)\b")


def _quoted_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Places of quoted speech: straight double quotes in pairs, and typographic pairs."""
    spans: list[tuple[int, int]] = []
    open_at, closing = -1, ""
    for index in range(start, end):
        character = text[index]
        if open_at >= 0:
            if character == closing:
                spans.append((open_at, index + 1))
                open_at = -1
        elif character == '"':
            open_at, closing = index, '"'
        elif character in _PAIRS:
            open_at, closing = index, _PAIRS[character]
    return spans


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Places of quoted speech in `text`."""
    return _quoted_spans(text, 0, len(text))
