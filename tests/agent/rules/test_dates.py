"""Relative dates written absolutely, seen from Sunday, 22 November 2026 unless a test says otherwise."""

from datetime import date

import pytest

from nanomem_tui.agent.rules.dates import Tense, resolve

TODAY = date(2026, 11, 22)
PAST, NOW, FUTURE, PERFECT = Tense.PAST, Tense.PRESENT, Tense.FUTURE, Tense.PERFECT


@pytest.mark.parametrize(
    ("said", "tense", "written", "last"),
    [
        ("moved yesterday", PAST, "moved on 2026-11-21", "2026-11-21"),
        ("dentist tomorrow at 3pm", FUTURE, "dentist on 2026-11-23 at 3pm", "2026-11-23"),
        ("party tonight", FUTURE, "party on 2026-11-22 in the evening", "2026-11-22"),
        ("meets Ana the day after tomorrow", NOW, "meets Ana on 2026-11-24", "2026-11-24"),
        ("meeting next Friday", FUTURE, "meeting on 2026-11-27", "2026-11-27"),
        ("ran last Friday", PAST, "ran on 2026-11-20", "2026-11-20"),
        ("flies on Friday", FUTURE, "flies on 2026-11-27", "2026-11-27"),
        ("ran on Friday", PAST, "ran on 2026-11-20", "2026-11-20"),
        ("done by Friday", FUTURE, "done by 2026-11-27", "2026-11-27"),
        ("plays on Fridays", NOW, "plays on Fridays", None),
        ("plays every Friday", NOW, "plays every Friday", None),
        ("hiking next weekend", FUTURE, "hiking on the weekend of 2026-11-28", "2026-11-29"),
        ("wedding in two weeks", FUTURE, "wedding around 2026-12-06", "2026-12-06"),
        ("starts in 3 days", FUTURE, "starts on 2026-11-25", "2026-11-25"),
        ("moved two years ago", PAST, "moved in 2024", "2024-12-31"),
        ("started last month", PAST, "started in October 2026", "2026-10-31"),
        ("moving next month", FUTURE, "moving in December 2026", "2026-12-31"),
        ("moved last year", PAST, "moved in 2025", "2025-12-31"),
        ("away this week", FUTURE, "away in the week of 2026-11-16", "2026-11-22"),
        ("away next week", FUTURE, "away in the week of 2026-11-23", "2026-11-29"),
        ("free next summer", FUTURE, "free in summer 2027", "2027-08-31"),
        ("met last winter", PAST, "met in winter 2025", "2026-02-28"),
        ("visiting until January 20", FUTURE, "visiting until 2027-01-20", "2027-01-20"),
        ("going in April", FUTURE, "going in April 2027", "2027-04-30"),
        ("moved in March", PAST, "moved in March 2026", "2026-03-31"),
        ("Moved to Seattle in March 2026", PAST, "Moved to Seattle in March 2026", "2026-03-31"),
        ("born on May 3, 1990", PAST, "born on May 3, 1990", "1990-05-03"),
        ("on the 5th of May", FUTURE, "on 2027-05-05", "2027-05-05"),
        ("away from January 5 to January 20", FUTURE, "away from 2027-01-05 to 2027-01-20", "2027-01-20"),
        ("here until the end of the month", FUTURE, "here until 2026-11-30", "2026-11-30"),
        ("there for two weeks", FUTURE, "there for two weeks (until 2026-12-06)", "2026-12-06"),
        (
            "has lived there for five years",
            PERFECT,
            "has lived there for five years (since about 2021)",
            "2026-11-22",
        ),
        ("since last year", PAST, "since 2025", "2025-12-31"),
        ("since 2019", PAST, "since 2019", "2019-12-31"),
        ("on 2026-12-01", FUTURE, "on 2026-12-01", "2026-12-01"),
        ("on 99 May", FUTURE, "on 99 May", None),
        ("on February 30", FUTURE, "on February 30", None),
        ("may go", FUTURE, "may go", None),
        ("runs for two hours every day", NOW, "runs for two hours every day", None),
        ("today's news", NOW, "today's news", None),
    ],
)
def test_resolves(said: str, tense: Tense, written: str, last: str | None) -> None:
    dated = resolve(said, TODAY, tense)
    assert dated.text == written
    assert (dated.last.isoformat() if dated.last else None) == last


@pytest.mark.parametrize(
    ("today", "said", "written"),
    [
        (date(2026, 11, 18), "next Friday", "on 2026-11-27"),
        (date(2026, 11, 18), "this Friday", "on 2026-11-20"),
        (date(2026, 12, 31), "tomorrow", "on 2027-01-01"),
        (date(2028, 2, 28), "tomorrow", "on 2028-02-29"),
        (date(2026, 3, 31), "next month", "in April 2026"),
        (date(2026, 1, 15), "last month", "in December 2025"),
        (date(2027, 1, 1), "until February 29", "until 2028-02-29"),
    ],
)
def test_counts_from_the_day_it_was_said(today: date, said: str, written: str) -> None:
    assert resolve(said, today, Tense.FUTURE).text == written
