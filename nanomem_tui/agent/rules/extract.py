"""The person's text into candidate facts: what is kept, in archival form, and what is not and why.

Knows neither memory nor tools. Every quote is an exact span of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from nanomem_tui.agent.rules import languages
from nanomem_tui.agent.rules.archival import archive_form
from nanomem_tui.agent.rules.clauses import Clause, clauses
from nanomem_tui.agent.rules.dates import Dated, resolve
from nanomem_tui.agent.rules.leads import Lead, lead_of
from nanomem_tui.agent.rules.masks import mask, unmask
from nanomem_tui.agent.rules.meaning import Meaning, read
from nanomem_tui.agent.rules.pronouns import third
from nanomem_tui.agent.rules.references import Mentioned
from nanomem_tui.agent.rules.sentences import Sentence, is_transcript, sentences
from nanomem_tui.agent.rules.statements import (
    GENERAL,
    HYPOTHETICAL,
    QUESTION,
    REQUEST,
    about_life,
    is_hedged,
    why_not,
)
from nanomem_tui.agent.rules.timing import Timing, comes_round, keeps_no_year, timing_of
from nanomem_tui.memory.facts import Confidence, Tier


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fact the text states."""

    text: str
    quote: str
    timing: Timing
    confidence: Confidence
    meaning: Meaning
    corrects: bool = False
    """The person says that the earlier statement was wrong."""
    wrong: str = ""
    """What was wrong, where the person says it."""
    changes: bool = False
    """The person marks it as news: `actually`, `now`."""
    foreign: bool = False
    """Kept word for word, since the rules do not read its language."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence, or a part of one, that is not kept."""

    quote: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a text gives."""

    kept: tuple[Candidate, ...]
    dropped: tuple[Dropped, ...]
    sentences: int
    """How many sentences of the person were read."""
    unread: int = 0
    """How many more there are."""


MAX_CHARACTERS = 1_500
"""Of one fact. A longer sentence is no fact but a document."""
MAX_SENTENCES = 2000
"""Longer texts are read up to here; a document comes in parts."""


def extract(text: str, today: date, *, document: bool = False) -> Extraction:
    """The facts that `text` states.

    Args:
        text: a note, a document or a transcript with labeled turns.
        today: the day it was said.
        document: nobody handed it over as a note, so only first-person statements count.
    """
    own_words = not is_transcript(text) and not document
    kept: list[Candidate] = []
    dropped: list[Dropped] = []
    mentioned = Mentioned()
    material_of = -1
    everything = sentences(text)
    found = everything[:MAX_SENTENCES]
    for sentence in found:
        if sentence.turn == material_of or len(sentence.text) > MAX_CHARACTERS:
            reason = "material of a request" if sentence.turn == material_of else "too long for one fact"
            dropped.append(Dropped(sentence.text, reason))
            continue
        for part in _sentence(sentence, today, own_words, kept, mentioned):
            if isinstance(part, Dropped):
                dropped.append(part)
                if part.reason in (REQUEST, QUESTION) and sentence.text.endswith((":", "：")):
                    material_of = sentence.turn
            else:
                kept.append(part)
    return Extraction(_latest(kept), tuple(dropped), len(found), len(everything) - len(found))


def _sentence(
    sentence: Sentence, today: date, own_words: bool, before: list[Candidate], mentioned: Mentioned
) -> Iterator[Candidate | Dropped]:
    if not languages.is_english(sentence.text):
        reason = languages.why_not_foreign(sentence.text, own_words=own_words)
        yield Dropped(sentence.text, reason) if reason else _verbatim(sentence.text)
        return
    mentioned.enter(sentence.turn)
    if standing := _STANDING.match(sentence.text):
        yield _wish(standing, sentence.text)
        return
    lead = lead_of(sentence.text)
    body = sentence.text[lead.length :]
    if lead.corrects and before and (fixed := _fragment_correction(before[-1], body, sentence.text, today)):
        yield fixed
        return
    first_reason = ""
    end = 0
    for number, clause in enumerate(clauses(body)):
        joint = body[end : clause.start]
        end = clause.end
        quote = sentence.text[: lead.length + clause.end] if number == 0 else body[clause.start : clause.end]
        statement = mentioned.named(clause.text)
        reason = why_not(statement, lead) or _dependent(first_reason, joint, sentence.text)
        if (
            not reason
            and statement == clause.text
            and not about_life(clause.text, own_words=own_words or lead.remember)
        ):
            reason = GENERAL
        if number == 0:
            first_reason = reason
        quote = quote.strip()
        if reason:
            yield Dropped(quote, reason)
            continue
        mentioned.note(statement)
        candidate = _candidate(Clause(statement, clause.start, clause.end), quote, lead, today)
        if not any(character.isalnum() for character in candidate.text):
            yield Dropped(quote, GENERAL)
        else:
            yield candidate


def _dependent(first_reason: str, joint: str, sentence: str) -> str:
    """Why a later part falls with the first: what hangs on an `if` or an order is no statement."""
    if first_reason == HYPOTHETICAL:
        return HYPOTHETICAL
    if first_reason == QUESTION and sentence.rstrip().endswith(("?", "？")):
        return QUESTION
    if first_reason == REQUEST and "and" in joint:
        return REQUEST
    return ""


_NOT_BUT = re.compile(r"\bnot (?:in |at |on |to )?(?P<wrong>[\w' .-]+?),? but (?P<right>.+)", re.IGNORECASE)
_COMMA_NOT = re.compile(
    r",? (?:and )?not (?:in |at |on |to |with |the "
    r"|an? )*(?P<wrong>[\w'.+-]+(?: [A-Z\d][\w'.-]*)*)(?: any ?more)?$"
)
_NOW = re.compile(r"\b(?:now|these days|nowadays|switched|changed|new)\b", re.IGNORECASE)


def _candidate(clause: Clause, quote: str, lead: Lead, today: date) -> Candidate:
    said = clause.text.rstrip(" ?？") if lead.remember else clause.text
    wrong = ""
    note = archive_form(said)
    if match := _COMMA_NOT.search(note.text):
        wrong, note = match["wrong"], replace(note, text=note.text[: match.start()].rstrip(" ,"))
    elif match := _NOT_BUT.search(note.text):
        wrong, note = match["wrong"], replace(note, text=note.text[: match.start()] + match["right"])
    masked, hidden = mask(note.text)
    dated = Dated(masked) if keeps_no_year(masked) else resolve(masked, today, note.tense)
    text = _plain(unmask(comes_round(dated.text), hidden))
    doubtful = lead.hedged and not is_hedged(text)
    if doubtful:
        text += " (not certain)"
    meaning = read(text)
    if wrong and not (meaning.key or lead.corrects):
        text, wrong = unmask((Dated(mask(archive_form(said).text)[0])).text, hidden), ""
        meaning = read(text)
    confidence = Confidence.HIGH
    if lead.hedged or is_hedged(text):
        confidence = (
            Confidence.LOW
            if re.search(r"maybe|perhaps|might|not sure|possibly|could be", said + quote, re.IGNORECASE)
            else Confidence.MEDIUM
        )
    return Candidate(
        text=text,
        quote=quote,
        timing=timing_of(note, dated, meaning, today, said),
        confidence=confidence,
        meaning=meaning,
        corrects=lead.corrects or bool(wrong),
        wrong=wrong.casefold(),
        changes=lead.changes or bool(_NOW.search(said)),
    )


_STANDING = re.compile(
    r"(?:please |from now on,? |in (?:the )?future,? )*(?P<how>always"
    r"|never) (?:please )?(?P<what>(?:answer|reply|respond|write|use|call|address|suggest"
    r"|recommend|give|keep|speak|talk|explain|include|ask|assume|remind|mention|start|end|show"
    r"|tell)\b.{3,200})"
    r"|(?:i want|i(?: woul|['’])d like) you to (?P<call>(?:always|never|call me|address me)\b.{2,200})",
    re.IGNORECASE | re.DOTALL,
)


def _wish(match: re.Match[str], sentence: str) -> Candidate:
    """How the person wants to be treated from now on: `Always answer me in Spanish.`"""
    what = match["call"] or f"{match['how'].casefold()} {match['what']}"
    text = _plain(third(f"Wants assistants to {what.rstrip(' .!')}", own=True))
    return Candidate(text, sentence, Timing(Tier.LONG_TERM), Confidence.HIGH, read(text))


def _plain(text: str) -> str:
    """One line that cannot be read as metadata: ` | tier=` is of the file format, never of a fact."""
    bare = re.sub(r"^(?:[-*+.…]\s+)+", "", " ".join(text.split()))
    return re.sub(r"\|(?=\s*\w+\s*=)", "/", bare)


def _verbatim(sentence: str) -> Candidate:
    text = sentence.strip()
    stripped = _plain(re.sub(r"[.。．｡।!！\s]+$", "", text) or text)
    kinds = [kind for kind, pattern in languages.FILING if pattern.search(text)]
    meaning = Meaning("", "", frozenset(kinds[:1]))
    return Candidate(stripped, text, Timing(Tier.LONG_TERM), Confidence.HIGH, meaning, foreign=True)


def _fragment_correction(before: Candidate, body: str, quote: str, today: date) -> Candidate | None:
    """`I live in Seattle. Sorry, I meant Portland.`: the earlier candidate with the right value."""
    value = body.strip(" .!")
    if not before.meaning.value or len(value.split()) > 4 or re.match(r"(?:I|i|my|we|My|We|it|It)\b", value):
        return None
    value = re.sub(r"^(?:in|at|on|to) ", "", value)
    at = before.text.casefold().rfind(before.meaning.value)
    if at < 0:
        return None
    text = before.text[:at] + value + before.text[at + len(before.meaning.value) :]
    return replace(
        before, text=text, quote=quote, meaning=read(text), corrects=True, wrong=before.meaning.value
    )


def _latest(kept: list[Candidate]) -> tuple[Candidate, ...]:
    """Without repetitions, and with only the last word on each single-valued thing."""
    found: list[Candidate] = []
    for candidate in kept:
        meaning = candidate.meaning
        same_key = [
            other
            for other in found
            if meaning.key and (other.meaning.subject, other.meaning.key) == (meaning.subject, meaning.key)
            and (other.meaning.value == meaning.value or candidate.changes or candidate.corrects)
            and (not meaning.role or candidate.corrects or candidate.changes)
        ]  # fmt: skip
        found = [
            other
            for other in found
            if other not in same_key and other.text.casefold() != candidate.text.casefold()
        ]
        found.append(candidate)
    return tuple(found)
