"""What `add` keeps of ordinary sentences, and where, how long and in which words it keeps it."""

from datetime import date

import pytest

from nanomem_tui.agent.rules.extract import extract
from nanomem_tui.agent.rules.filing import file_for
from tests.agent.rules.kept import CASES, Row

TODAY = date(2026, 11, 22)
"""A Sunday."""


@pytest.mark.parametrize(("said", "expected"), CASES, ids=[said for said, _ in CASES])
def test_keeps_what_is_said(said: str, expected: tuple[Row, ...]) -> None:
    found = []
    for kept in extract(said, TODAY).kept:
        row: Row = (kept.text, file_for(kept.meaning, {}, passing=kept.timing.expires is not None))
        if kept.timing.tier.value != "long_term":
            row += (kept.timing.tier.value,)
            row += (kept.timing.expires.isoformat(),) if kept.timing.expires else ()
        found.append(row)
        assert kept.quote in said
    assert tuple(found) == expected


WORDED: tuple[tuple[str, list[str]], ...] = (
    ("I'm Sarah, a 29-year-old designer.", ["Name is Sarah", "Is a 29-year-old designer"]),
    ("I used to live in Boston, but now I live in Rome.", ["Used to live in Boston", "Lives in Rome"]),
    ("I got a puppy! Her name is Bella.", ["Got a puppy", "Puppy's name is Bella"]),
    ("Me and my brother own a boat.", ["Owns a boat (with brother)"]),
    ("I usually go to bed at 11 and wake up at 6.", ["Usually goes to bed at 11", "Wakes up at 6"]),
    ("I booked a hotel for December 20-27.", ["Booked a hotel for 2026-12-20 to 2026-12-27"]),
    ("I'm staying at my parents' place until Christmas.", ["Staying at parents' place until 2026-12-25"]),
    ("My mom is visiting from Friday to Sunday.", ["Mom is visiting from 2026-11-27 to 2026-11-29"]),
    ("I spent last summer in Greece.", ["Spent summer 2026 in Greece"]),
    ("When I'm stressed I eat chocolate.", ["Eats chocolate when they are stressed"]),
    ("Always answer me in Spanish.", ["Wants assistants to always answer them in Spanish"]),
    ("Never suggest recipes with pork.", ["Wants assistants to never suggest recipes with pork"]),
    ("I do not have any allergies.", ["Does not have any allergies"]),
    ("I was born and raised in Detroit.", ["Was born and raised in Detroit"]),
    ("I work two jobs: barista and tutor.", ["Works two jobs: barista and tutor"]),
    ("I think I'm allergic to shellfish.", ["Allergic to shellfish (not certain)"]),
    ("I may be allergic to bees.", ["May be allergic to bees"]),
    ("I'd say I'm an introvert.", ["Is an introvert (not certain)"]),
    ("Cats make me sneeze.", ["Cats make the user sneeze"]),
    ("Everyone calls me Bob.", ["Goes by Bob"]),
    ("I cut my hair.", ["Cut hair"]),
    ("I read the news every morning.", ["Reads the news every morning"]),
    ("I read Dune last month.", ["Read Dune in October 2026"]),
    ("I left Google and joined Meta.", ["Left Google", "Joined Meta"]),
    ("two kids", ["Two kids"]),
    ("Wife: Ana", ["Wife: Ana"]),
    ("I like a | tier=working | joke", ["Likes a / tier=working | joke"]),
    ("Vivo en Madrid y tengo dos gatos. ¿Cómo estás?", ["Vivo en Madrid y tengo dos gatos"]),
    ("J'ai deux chats. Bonjour !", ["J'ai deux chats"]),
    ("Ich bin gegen Penicillin allergisch.", ["Ich bin gegen Penicillin allergisch"]),
    ("Я живу в Москве. Как дела?", ["Я живу в Москве"]),
    ("私は東京に住んでいます。犬が好きです。", ["私は東京に住んでいます", "犬が好きです"]),
    ("我叫李明，我是工程师。谢谢你！", ["我叫李明，我是工程师"]),
    ("저는 서울에 살아요.", ["저는 서울에 살아요"]),
    ("أنا أعيش في القاهرة.", ["أنا أعيش في القاهرة"]),
    ("I live in Los Angeles.", ["Lives in Los Angeles"]),
)


@pytest.mark.parametrize(("said", "texts"), WORDED, ids=[said for said, _ in WORDED])
def test_words_it(said: str, texts: list[str]) -> None:
    assert [kept.text for kept in extract(said, TODAY).kept] == texts


@pytest.mark.parametrize(
    ("said", "confidence"),
    [
        ("I'm allergic to shellfish.", "high"),
        ("I think I'm allergic to shellfish.", "medium"),
        ("Maybe I'm allergic to shellfish.", "low"),
        ("I might move to Berlin.", "low"),
        ('My favorite song is "Maybe".', "high"),
    ],
)
def test_is_as_sure_as_the_person(said: str, confidence: str) -> None:
    assert [kept.confidence.value for kept in extract(said, TODAY).kept] == [confidence]
