"""Dates in sentences: relative ones become absolute, and every one becomes a span of days.

Knows the calendar and English date words, not what a fact is. Weeks begin on Monday; `next Friday` is the
one of next week, a bare `Friday` the nearest one in the direction of the sentence's tense.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

from nanomem_tui.agent.rules.days import HOLIDAYS, add_months, leap_safe, monday, month_end, moved, number_of
from nanomem_tui.agent.rules.words import MONTHS, NUMBERS, WEEKDAYS


class Tense(Enum):
    """Which way a sentence looks."""

    PAST = auto()
    PRESENT = auto()
    FUTURE = auto()
    PERFECT = auto()
    """Began in the past and goes on: `has lived`. Dates look back."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A span of days that a sentence names."""

    first: date
    last: date
    preposition: str
    """The word written before it: `on`, `until`, …; "" for none."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A sentence whose dates are absolute."""

    text: str
    moments: tuple[Moment, ...] = ()

    @property
    def last(self) -> date | None:
        """The last day named; None without any."""
        return max((moment.last for moment in self.moments), default=None)


_Found = tuple[str, str, date, date]
"""The date as written absolutely, its preposition where none is written, its first and its last day."""
_Handler = Callable[[re.Match[str], date, Tense], _Found | None]

_PREPOSITIONS = (
    "on|by|until|till|til|since|before|after|from|for|in|during|through|to|of|starting|around|at|between"
    "|due"
    "|and|as of"
)
_MONTH = "(?P<month>" + "|".join(sorted((m.capitalize() for m in MONTHS), key=len, reverse=True)) + r")\b\.?"
_DAY_NAME = "(?P<weekday>" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r")\b"
_NUMBER = (
    r"(?P<number>\d{1,3}|a couple of|couple of|a few|" + "|".join(n for n in NUMBERS if " " not in n) + ")"
)
_UNIT = r"(?P<unit>day|week|month|year|hour)s?"
_ORDINAL = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_PART = r"(?: (?P<part>morning|afternoon|evening|night))?"


_TAKES_A_TIME = re.compile(
    r"\b(?:spen(?:d|ds|t|ding)|miss(?:ed)?|enjoy(?:ed)?|loved?|hated?) (?:the |all )?$", re.IGNORECASE
)
"""Verbs whose object is a stretch of time: `spent last summer`."""


def resolve(text: str, today: date, tense: Tense) -> Dated:
    """`text` with its relative dates written absolutely.

    Args:
        text: one clause; quoted speech must be masked by the caller.
        today: the day the clause was said.
        tense: which way to look for `Friday` or `May 3`.
    """
    found: list[tuple[int, int, str, Moment]] = []
    direction = Tense.PAST if tense is Tense.PERFECT else tense
    for pattern, handler in _PATTERNS:
        for match in pattern.finditer(text):
            if any(low < match.end() and match.start() < high for low, high, _, _ in found):
                continue
            preposition = (match["before"] or "").strip().casefold()
            looks = {
                "until": Tense.FUTURE,
                "till": Tense.FUTURE,
                "by": Tense.FUTURE,
                "since": Tense.PAST,
                "for": Tense.FUTURE,
            }
            try:
                looking = tense if handler is _duration else looks.get(preposition, direction)
                result = handler(match, today, looking)
            except (ValueError, OverflowError):
                continue
            if result is not None:
                words, default, first, last = result
                if default and preposition in ("", "in", "within"):
                    preposition = default
                    lead = default + " "
                else:
                    lead = match["before"] or ""
                if default and not match["before"] and _TAKES_A_TIME.search(text[: match.start()]):
                    lead = ""
                if handler is _duration and tense is Tense.PERFECT:
                    preposition = "since"
                moment = Moment(first, last, preposition)
                found.append((match.start(), match.end(), lead + words, moment))
    found.sort()
    pieces: list[str] = []
    at = 0
    for start, end, words, _ in found:
        pieces += [text[at:start], words]
        at = end
    return Dated("".join([*pieces, text[at:]]), tuple(moment for *_, moment in found))


def _day(match: re.Match[str], today: date, tense: Tense) -> _Found:
    offsets = {
        "the day after tomorrow": 2, "the day before yesterday": -2, "tomorrow": 1, "yesterday": -1,
        "last night": -1, "tonight": 0, "later today": 0, "earlier today": 0,
    }  # fmt: skip
    word = match["name"].casefold()
    day = today + timedelta(days=offsets.get(word, 0))
    part = match["part"] or {"last night": "night", "tonight": "evening"}.get(word) or ""
    if word.startswith("this "):
        part = word[5:]
    return day.isoformat() + (f" in the {part}" if part and part != "night" else ""), "on", day, day


def _weekday(match: re.Match[str], today: date, tense: Tense) -> _Found:
    number = WEEKDAYS[match["weekday"].casefold()]
    which = (match["which"] or "").strip().casefold()
    if which == "next" or which == "the next":
        day = monday(today) + timedelta(days=7 + number)
    elif which in ("last", "this past", "past") or (tense is Tense.PAST and which != "this coming"):
        day = today - timedelta(days=(today.weekday() - number) % 7 or 7)
    else:
        day = today + timedelta(days=(number - today.weekday()) % 7 or 7)
    part = match["part"]
    return day.isoformat() + (f" in the {part}" if part and part != "night" else ""), "on", day, day


def _period(match: re.Match[str], today: date, tense: Tense) -> _Found | None:
    step = {"next": 1, "last": -1, "this": 0, "this coming": 1, "this past": -1}[match["which"].casefold()]
    unit = match["unit"].casefold()
    if unit == "week":
        first = monday(today) + timedelta(weeks=step)
        return f"the week of {first.isoformat()}", "in", first, first + timedelta(days=6)
    if unit == "weekend":
        first = monday(today) + timedelta(
            days=5, weeks=max(step, 0) if match["which"] != "this coming" else 0
        )
        if step < 0:
            first = monday(today) - timedelta(days=2)
        return f"the weekend of {first.isoformat()}", "on", first, first + timedelta(days=1)
    if unit == "month":
        first = add_months(today.replace(day=1), step)
        return f"{calendar.month_name[first.month]} {first.year}", "in", first, month_end(first)
    if unit == "year":
        year = today.year + step
        return str(year), "in", date(year, 1, 1), date(year, 12, 31)
    return _season(unit, step, today, tense)


def _season(name: str, step: int, today: date, tense: Tense) -> _Found:
    start_month = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12}[name]
    year = today.year
    first = date(year, start_month, 1)
    last = month_end(add_months(first, 2))
    if step > 0 and first <= today:
        first, last = add_months(first, 12), month_end(add_months(first, 14))
    if step < 0 and last >= today:
        first, last = add_months(first, -12), month_end(add_months(first, -10))
    if step == 0 and last < today and tense is not Tense.PAST:
        first, last = add_months(first, 12), month_end(add_months(first, 14))
    return f"{name} {first.year}", "in", first, last


def _distance(match: re.Match[str], today: date, tense: Tense) -> _Found | None:
    backwards = (match["ago"] or "").casefold() in ("ago", "back", "earlier")
    ahead = (match["before"] or "").strip().casefold() in ("in", "within") or (
        match["ago"] or ""
    ) == "from now"
    if not backwards and (not ahead or tense is Tense.PAST):
        return None
    day, words, preposition = moved(number_of(match["number"]), match["unit"], today, -1 if backwards else 1)
    first = day
    if match["unit"] == "year":
        first, day = date(day.year, 1, 1), date(day.year, 12, 31)
    elif match["unit"] == "month":
        first, day = day.replace(day=1), month_end(day)
    return words, preposition, first, day


def _duration(match: re.Match[str], today: date, tense: Tense) -> _Found | None:
    """`for two weeks`, `for the next month`: a stay that ends."""
    unit = match["unit"].casefold()
    if unit == "hour":
        return None
    number = number_of(match["number"]) if match["number"] else 1
    if tense is Tense.PERFECT and unit in ("year", "month"):
        day, words, _ = moved(number, unit, today, -1)
        return f"{match['length']} (since about {words})", "", day, today
    if tense is not Tense.FUTURE:
        return None
    day, _, _ = moved(number, unit, today, 1)
    return f"{match['length']} (until {day.isoformat()})", "", today, day


def _end_of(match: re.Match[str], today: date, tense: Tense) -> _Found:
    unit = match["unit"].casefold()
    if unit == "year":
        day = date(today.year, 12, 31)
    elif unit == "month":
        day = month_end(today)
    else:
        day = monday(today) + timedelta(days=6)
    return day.isoformat(), "by", day, day


def _month_day(match: re.Match[str], today: date, tense: Tense) -> _Found | None:
    month = MONTHS[match["month"].rstrip(".").casefold()]
    number = int(match["day"])
    if match["year"]:
        day = date(int(match["year"]), month, number)
        return match[0][len(match["before"] or "") :], "", day, day
    year = today.year
    day = leap_safe(year, month, number)
    if tense is Tense.PAST and day > today:
        day = leap_safe(year - 1, month, number)
    elif tense is not Tense.PAST and day < today:
        day = leap_safe(year + 1, month, number)
    return day.isoformat(), "on" if not match["before"] else "", day, day


def _days_of_month(match: re.Match[str], today: date, tense: Tense) -> _Found | None:
    """`December 20-27`."""
    month = MONTHS[match["month"].rstrip(".").casefold()]
    first = leap_safe(today.year, month, int(match["day"]))
    if tense is not Tense.PAST and first < today:
        first = leap_safe(today.year + 1, month, int(match["day"]))
    last = first.replace(day=int(match["end"]))
    return f"{first.isoformat()} to {last.isoformat()}", "", first, last


def _month(match: re.Match[str], today: date, tense: Tense) -> _Found | None:
    month = MONTHS[match["month"].rstrip(".").casefold()]
    if match["year"]:
        first = date(int(match["year"]), month, 1)
        return match[0][len(match["before"] or "") :], "", first, month_end(first)
    which = (match["which"] or "").strip().casefold()
    year = today.year
    if which == "next" or (which != "last" and tense is not Tense.PAST):
        year += month < today.month or (which == "next" and month == today.month)
    else:
        year -= month > today.month or (which == "last" and month == today.month)
    first = date(year, month, 1)
    return f"{match['rough'] or ''}{calendar.month_name[month]} {year}", "in", first, month_end(first)


def _holiday(match: re.Match[str], today: date, tense: Tense) -> _Found:
    month, number = HOLIDAYS[match["name"].casefold()]
    day = date(today.year, month, number)
    if day < today:
        day = day.replace(year=today.year + 1)
    return day.isoformat(), "", day, day


def _iso(match: re.Match[str], today: date, tense: Tense) -> _Found:
    day = date.fromisoformat(match["iso"])
    return match["iso"], "", day, day


def _year(match: re.Match[str], today: date, tense: Tense) -> _Found:
    year = int(match["year"])
    return match["year"], "", date(year, 1, 1), date(year, 12, 31)


def _compile(pattern: str, *, before: str = _PREPOSITIONS, needs: bool = False) -> re.Pattern[str]:
    optional = "" if needs else "?"
    return re.compile(rf"(?<![\w'’-])(?P<before>(?:{before}) ){optional}{pattern}(?![\w-])", re.IGNORECASE)


_YEAR = r"(?:,? (?:of )?(?P<year>(?:19|20)\d\d))"
_PATTERNS: tuple[tuple[re.Pattern[str], _Handler], ...] = (
    (_compile(r"(?P<iso>\d{4}-\d\d-\d\d)"), _iso),
    (
        _compile(
            r"(?P<name>the day after tomorrow|the day before yesterday|later today|earlier today|tomorrow"
            r"|yesterday"
            r"|last night|tonight|today|this (?:morning|afternoon|evening))(?!['’]s)" + _PART
        ),
        _day,
    ),
    (_compile(rf"(?P<name>{'|'.join(HOLIDAYS)})",
              before="until|till|til|by", needs=True), _holiday),
    (re.compile(rf"(?<![\w-])(?P<before>(?:{_PREPOSITIONS}) )?{_MONTH} {_ORDINAL} ?[-–] ?(?P<end>\d{{1,2}})"
                r"(?:st|nd|rd|th)?(?![\w-])"), _days_of_month),
    (_compile(r"the end of (?:the|this) (?P<unit>week|month|year)"), _end_of),
    (_compile(r"(?P<which>this coming|this past|next|last|this) (?P<unit>weekend|week|month|year|spring"
              r"|summer"
              r"|fall|autumn|winter)"), _period),
    (_compile(rf"{_NUMBER} {_UNIT} (?P<ago>ago|back|earlier|from now)"), _distance),
    (_compile(rf"(?P<unused>about |around |roughly )?{_NUMBER} {_UNIT}(?P<ago>)",
              before="in|within", needs=True),
     _distance),
    (_compile(rf"(?P<length>(?:the )?(?:next |coming )?(?:{_NUMBER} )?{_UNIT})(?! now| already| straight)",
              before="for", needs=True), _duration),
    (re.compile(rf"(?<![\w-])(?P<before>(?:{_PREPOSITIONS}) )?(?P<the>the )?{_MONTH} {_ORDINAL}(?![\d:])"
                rf"(?:{_YEAR})?(?![\w-])"), _month_day),
    (re.compile(rf"(?<![\w-])(?P<before>(?:{_PREPOSITIONS}) )?(?P<the>the )?{_ORDINAL}(?: of)? "
                rf"{_MONTH}{_YEAR}?"
                r"(?![\w-])"), _month_day),
    (re.compile(rf"(?<![\w-])(?P<before>(?:{_PREPOSITIONS}) "
                rf")?(?P<rough>)(?P<which>){_MONTH}{_YEAR}(?![\w-])"),
     _month),
    (re.compile(rf"(?<![\w-])(?P<before>(?:in|since|until|till|by|during|from|around|for|to|through) )"
                rf"(?P<rough>(?:early|late|mid|mid-|the beginning of"
                rf"|the end of)[ -]?)?(?P<which>){_MONTH}(?P<year>)"
                r"(?![\w-])"), _month),
    (re.compile(rf"(?<![\w-])(?P<before>(?:{_PREPOSITIONS}) )?(?P<rough>)(?P<which>next |last "
                rf"|this ){_MONTH}"
                r"(?P<year>)(?![\w-])"), _month),
    (_compile(rf"(?P<which>(?:the next|next|last|this coming|this past|this|past) ){_DAY_NAME}{_PART}"),
     _weekday),
    (_compile(rf"(?P<which>){_DAY_NAME}{_PART}", needs=True,
              before="on|by|until|till|since|from|for|due|to|through"),
     _weekday),
    (_compile(r"(?P<year>(?:19|20)\d\d)", needs=True,
              before="in|since|until|till|by|during|from|to|through|of"),
     _year),
)  # fmt: skip
