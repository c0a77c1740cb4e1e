"""How long a note holds: its tier, and the day it ends or should be looked at again.

Knows dates and kinds, not files. The lengths are rules of thumb: two weeks for what heals soon, two months
for a fracture, three for what is `currently` so, half a year for plans.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from nanomem_tui.agent.rules.archival import Note
from nanomem_tui.agent.rules.dates import Dated, Tense
from nanomem_tui.agent.rules.meaning import Meaning
from nanomem_tui.memory.facts import Tier


@dataclass(frozen=True, slots=True)
class Timing:
    """How lasting a note is."""

    tier: Tier
    expires: date | None = None
    review: date | None = None


_HEALS = timedelta(days=14)
_HEALS_SLOWLY = timedelta(days=60)
_CURRENT = timedelta(days=90)
_PLAN = timedelta(days=180)
_NO_YEAR = re.compile(
    r"\b(?:birthday|anniversary)\b(?! (?:party|dinner|trip|present|gift|celebration))|\bborn\b|\b(?:every"
    r"|each) (?:year|\w+ \d)",
    re.IGNORECASE,
)
_CURRENTLY = re.compile(
    r"\b(?:currently|at the moment|right now|these days|for now|at present|temporarily|at the minute"
    r"|for the time being|today)\b",
    re.IGNORECASE,
)
_SLOW = re.compile(
    r"\b(?:broke|broken|fractur|tore|torn|surgery|operation|cast|crutches|dislocated)", re.IGNORECASE
)
_ACUTE = re.compile(r"\b(?:flu|cold|fever|covid|sick|ill|headache|stomach bug|food poisoning|sore throat"
                    r"|bee sting|migraine today"
                    r"|hurts?|injured|sprained)\b", re.IGNORECASE)  # fmt: skip
_PRESENT_STAY = re.compile(
    r"^(?:visiting|staying|traveling|travelling|on vacation|on holiday|in [A-Z]\w+ (?:for|until|on)|away)"
)
_PLANS = re.compile(
    r"^(?:wants? to|plans? (?:to|on)|planning|hopes? to|would (?:like|love) to|trying to|tries to"
    r"|intends? to|going to|looking for|considering|thinking (?:of|about)"
    r"|saving|training for|learning|working on|reading|watching|writing|building|preparing|expecting"
    r"|pregnant|getting|moving|might|may|needs to|applying)\b",
    re.IGNORECASE,
)


def keeps_no_year(text: str) -> bool:
    """True when a day in `text` comes round every year and must not be given one."""
    return bool(_NO_YEAR.search(text)) and not re.search(
        r"\b(?:tomorrow|today|next|this|yesterday)\b", text, re.IGNORECASE
    )


def comes_round(text: str) -> str:
    """A birthday without the year of its next time: `on 2026-11-27` -> `on November 27`."""
    if not re.match(r"(?:[\w']+ ){0,3}(?:birthday|anniversary) is\b", text, re.IGNORECASE):
        return text
    return re.sub(r"\b(\d{4}-\d\d-\d\d)\b", lambda m: _month_and_day(date.fromisoformat(m[1])), text)


def _month_and_day(day: date) -> str:
    return f"{calendar.month_name[day.month]} {day.day}"


def timing_of(note: Note, dated: Dated, meaning: Meaning, today: date, said: str) -> Timing:
    """The timing of a note.

    Args:
        note: the archival form before its dates were resolved.
        dated: the same with absolute dates.
        meaning: its reading.
        today: the day it was said.
        said: the clause as the person said it.
    """
    ahead = [
        m
        for m in dated.moments
        if m.last >= today and m.preposition not in ("since", "after", "from", "starting")
    ]
    recurring = bool(_NO_YEAR.search(note.text)) or bool(
        re.search(r"\b(?:every|each|usually|always)\b", note.text, re.IGNORECASE)
    )
    stays = [m for m in ahead if m.preposition in ("until", "till", "til", "through", "to", "for")]
    if stays and not recurring:
        return Timing(Tier.WORKING, max(m.last for m in stays))
    if _heals(note, meaning):
        since = dated.last or today
        if today - since > _HEALS_SLOWLY:
            return Timing(Tier.LONG_TERM)
        return Timing(Tier.WORKING, since + (_HEALS_SLOWLY if _SLOW.search(note.text) else _HEALS))
    starts_later = any(m.first > today for m in ahead)
    if ahead and not recurring and (starts_later or note.tense is not Tense.PAST):
        return Timing(Tier.WORKING, max(m.last for m in ahead))
    if recurring:
        return Timing(Tier.LONG_TERM)
    if _CURRENTLY.search(said) and note.tense is not Tense.PAST and not meaning.key:
        return Timing(Tier.WORKING, today + _CURRENT)
    if _PRESENT_STAY.match(note.text):
        return Timing(Tier.WORKING, today + _HEALS)
    if _PLANS.match(note.text) or re.search(r"^(?:\d+ \w+ )?pregnant\b", note.text, re.IGNORECASE):
        return Timing(Tier.WORKING, review=today + _PLAN)
    return Timing(Tier.LONG_TERM)


def _heals(note: Note, meaning: Meaning) -> bool:
    acute = note.own and bool(_ACUTE.search(note.text)) and bool(meaning.kinds & {"injury", "condition"})
    return ("injury" in meaning.kinds or acute) and not meaning.ended and "allergy" not in meaning.kinds
