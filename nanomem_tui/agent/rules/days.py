"""Days counted from other days: months on, Mondays, leap days. Knows the calendar, not sentences."""

import calendar
from datetime import date, timedelta

from nanomem_tui.agent.rules.words import NUMBERS

HOLIDAYS = {
    "christmas eve": (12, 24),
    "christmas": (12, 25),
    "new year's eve": (12, 31),
    "new year's": (1, 1),
    "new year": (1, 1),
    "halloween": (10, 31),
    "valentine's day": (2, 14),
}


def add_months(day: date, months: int) -> date:
    """`day` moved by months, held at the month's end."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def number_of(word: str) -> int:
    """`3` or `three` as a number."""
    return int(word) if word.isdigit() else NUMBERS[word.casefold()]


def monday(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def moved(number: int, unit: str, today: date, sign: int) -> tuple[date, str, str]:
    """`today` moved by a distance, how that is written, and the word before it."""
    if unit == "year":
        day = add_months(today, sign * 12 * number)
        return day, str(day.year), "in"
    if unit == "month":
        day = add_months(today, sign * number)
        return day, f"{calendar.month_name[day.month]} {day.year}", "in"
    if unit == "hour":
        return today, today.isoformat(), "on"
    day = today + timedelta(days=sign * number * (7 if unit == "week" else 1))
    return day, day.isoformat(), "around" if unit == "week" else "on"


def leap_safe(year: int, month: int, day: int) -> date:
    """The date; 29 February waits for the next leap year."""
    while month == 2 and day == 29 and not calendar.isleap(year):
        year += 1
    return date(year, month, day)
