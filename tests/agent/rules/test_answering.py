"""What the built-in rules answer, through the real loop: what was asked for, cited, and little else."""

from pathlib import Path

import pytest

from nanomem_tui.agent.toolbox import Answered
from tests.agent.rules.persona import PERSONA
from tests.agent.rules.runs import calls_of, run_rules, write_tree

HOME = "You moved to Seattle in March 2026 (noted 2026-03-05)."
ALLERGY = "You are allergic to penicillin (noted 2026-04-07)."
LACTOSE = "You are lactose intolerant (noted 2025-04-07)."
ASTHMA = "You have asthma (noted 2025-06-01)."
ANKLE = "You sprained your ankle on 2026-11-15 (noted 2026-11-16)."
PILLS = "You take 20mg of lisinopril every morning (noted 2025-06-01)."
HEALTH = {ALLERGY, LACTOSE, ASTHMA, ANKLE, PILLS}
JOB = "You work at Acme as a software engineer (noted 2025-09-01)."
OLD_JOB = "You worked at IBM (no longer current, noted 2023-01-01)."
OLD_HOME = "You lived in New York (no longer current, noted 2024-06-01)."
VEGETARIAN = "You are vegetarian (noted 2025-05-01)."
THAI = "You like Thai food (noted 2025-05-01)."
CILANTRO = "You hate cilantro (noted 2025-05-01)."
WINDOW = "You prefer window seats (noted 2025-05-01)."
FLYING = "You are afraid of flying (noted 2025-05-01)."
JAPAN = "You are going to Japan in April 2027 (noted 2026-11-01)."
LISBON = "Your sister Anna lives in Lisbon (noted 2025-02-01)."
SHELLFISH = "Your sister Anna is allergic to shellfish (noted 2025-02-01)."
MARRIED = "You are married to Maria (noted 2024-05-05)."
WIFE = "Your wife's birthday is on June 12 (noted 2024-05-05)."
KIDS = "You have two kids, Leo and Mia (noted 2025-03-01)."
LEO = "Your son Leo loves dinosaurs (noted 2026-03-01)."
REX = "Your dog Rex is 5 years old (noted 2026-01-10)."
LUNA = "You have a cat named Luna (noted 2026-01-10)."
BOSS = "Your boss Karen hates emails (noted 2025-09-02)."
BIRTHDAY = "Your birthday is May 3 (noted 2025-01-01)."
AGE = "You are 34 years old (noted 2026-01-01)."
DENTIST = "You have a dentist appointment on 2026-12-03 at 3pm (noted 2026-11-20)."
MARATHON = "You want to run a marathon in 2027 (noted 2026-10-01)."
RUNS = "You run 5k every morning (noted 2026-02-01)."
SCIFI = "You read science fiction (noted 2025-05-01)."
NEOVIM = "You use Neovim on Arch Linux (noted 2025-05-01)."
MACBOOK = "Your laptop is a MacBook Pro (noted 2025-05-01)."
CAR = "You drive a 2015 Honda Civic (noted 2025-05-01)."
PHYSICS = "You graduated from MIT in 2012 with a degree in physics (noted 2025-05-01)."
SALARY = "You earn $95,000 a year (noted 2026-01-01)."

QUESTIONS: tuple[tuple[str, set[str]], ...] = (
    ("what should a doctor know about me?", HEALTH),
    ("What can you tell me about my health?", HEALTH),
    ("I have a headache, what can I take?", HEALTH),
    ("can I take penicillin?", HEALTH),
    ("am I allergic to anything?", {ALLERGY, LACTOSE}),
    ("what medication do I take?", {PILLS}),
    ("when is my dentist appointment?", {DENTIST}),
    ("do I have any upcoming appointments?", {DENTIST}),
    ("where do I live?", {HOME}),
    ("where did I live before?", {OLD_HOME}),
    ("Where did I live before Seattle?", {OLD_HOME}),
    ("have I ever lived in New York?", {OLD_HOME}),
    ("when did I move to Seattle?", {HOME}),
    ("what's the weather like?", {HOME}),
    ("what's my name?", {"Your name is Sam Lee (noted 2025-01-01)."}),
    ("how old am I?", {AGE, BIRTHDAY}),
    ("when is my birthday?", {BIRTHDAY}),
    ("what's my wife's birthday?", {WIFE}),
    ("am I married?", {MARRIED}),
    ("where does my sister live?", {LISBON}),
    ("does my sister have allergies?", {SHELLFISH}),
    ("cook something for my sister", {SHELLFISH}),
    ("gift ideas for my sister", {LISBON, SHELLFISH}),
    ("who is Anna?", {LISBON, SHELLFISH}),
    ("who is my boss?", {BOSS}),
    ("tell me about Leo", {LEO, KIDS}),
    ("how many kids do I have?", {KIDS, LEO}),
    ("what are my kids' names?", {KIDS, LEO}),
    ("how old is my dog?", {REX}),
    ("do I have any pets?", {REX, LUNA}),
    ("where do I work?", {JOB}),
    ("what do I do for a living?", {JOB}),
    ("where did I work before?", {OLD_JOB}),
    ("what companies have I worked for?", {JOB, OLD_JOB}),
    ("recommend a restaurant for dinner", {VEGETARIAN, LACTOSE, THAI, CILANTRO}),
    ("can I eat cheese?", {VEGETARIAN, LACTOSE}),
    ("what are my dietary restrictions?", {VEGETARIAN, LACTOSE}),
    ("plan a trip to Japan", {HOME, WINDOW, FLYING, JAPAN}),
    ("book me a flight", {HOME, WINDOW, FLYING}),
    ("when is my next trip?", {JAPAN}),
    ("write a training plan for me", {MARATHON, RUNS, ANKLE, ASTHMA}),
    ("suggest a good book", {SCIFI}),
    ("Which editor do I use?", {NEOVIM}),
    ("what laptop do I have?", {MACBOOK}),
    ("what car do I drive?", {CAR}),
    ("what did I study?", {PHYSICS}),
    ("how much do I earn?", {SALARY}),
    ("what is my phone number?", {"Your phone number is +1 206 555 0134 (noted 2025-01-01)."}),
    ("what languages do I speak?", {"You speak English and Spanish (noted 2025-01-01)."}),
    ("how should you answer me?", {"You prefer short answers with bullet points (noted 2025-05-01)."}),
)
NOTHING = (
    "what is the capital of France?",
    "what's my shoe size?",
    "what is my blood type?",
    "what's my husband's name?",
    "where do my parents live?",
    "What's 2+2?",
    "hello",
    "",
    "???",
)


@pytest.fixture(scope="module")
def persona(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(tmp_path_factory.mktemp("persona"), PERSONA)


def answer(root: Path, query: str) -> Answered:
    ran = run_rules(root, "retrieve", query, tag="query")
    assert ran.failed == []
    assert isinstance(ran.outcome, Answered)
    return ran.outcome


@pytest.mark.parametrize(("query", "expected"), QUESTIONS, ids=[query for query, _ in QUESTIONS])
def test_answers_with_what_was_asked_for(persona: Path, query: str, expected: set[str]) -> None:
    found = answer(persona, query)
    assert {sentence.text for sentence in found.sentences} == expected
    assert all(sentence.cited for sentence in found.sentences)
    assert not found.skipped


@pytest.mark.parametrize("query", NOTHING)
def test_says_when_memory_holds_nothing(persona: Path, query: str) -> None:
    found = answer(persona, query)
    assert found.skipped
    assert found.skip_reason
    assert not any(sentence.facts for sentence in found.sentences)


def test_everything_is_everything_that_still_holds(persona: Path) -> None:
    found = answer(persona, "what do you know about me?")
    texts = {sentence.text for sentence in found.sentences}
    assert texts >= HEALTH | {HOME, JOB, LISBON, MARRIED, REX}
    assert not any("New York" in text or "Bee sting" in text for text in texts)


def test_an_empty_memory_says_so(tmp_path: Path) -> None:
    found = answer(tmp_path, "where do I live?")
    assert found.skipped
    assert "empty" in (found.skip_reason or "")


def test_a_trace_shows_search_then_reading_then_answer(persona: Path) -> None:
    tools = run_rules(persona, "retrieve", "where do I live?", tag="query").tools
    assert tools[0] == "search_facts"
    assert tools[-1] == "answer"
    assert "read_file" in tools


def test_the_same_question_takes_the_same_steps(persona: Path) -> None:
    runs = {calls_of(run_rules(persona, "retrieve", "plan a trip to Japan", tag="query")) for _ in range(3)}
    assert len(runs) == 1


FOREIGN = {
    "personal/about.md": (
        "我住在北京",
        "J'habite à Lyon depuis 2019",
        "Ich wohne in Berlin",
        "Живу в Москве",
    ),
    "health/allergies.md": (
        "我对花生过敏",
        "Ich bin allergisch gegen Nüsse",
        "ピーナッツアレルギーがあります",
    ),
    "hobbies/interests.md": ("Ich mag Tee", "J'aime le vin", "我喜欢爬山"),
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("我住在哪里？", "我住在北京"),
        ("我对什么过敏？", "我对花生过敏"),
        ("Wo wohne ich?", "Ich wohne in Berlin"),
        ("Où est-ce que j'habite ?", "J'habite à Lyon depuis 2019"),
        ("Где я живу?", "Живу в Москве"),
        ("アレルギーはありますか？", "ピーナッツアレルギーがあります"),
    ],
)
def test_other_languages_are_quoted(tmp_path: Path, query: str, expected: str) -> None:
    found = answer(write_tree(tmp_path, FOREIGN), query)
    assert [sentence.text for sentence in found.sentences] == [f'You said: "{expected}".']


def test_a_note_without_a_telling_word_is_known_by_its_file(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "projects/cargo-bike.md": ["Waiting for the battery case"],
            "travel/trips.md": ["Wants a quiet room with a window that opens"],
            "work/job.md": ["Fridays are off"],
        },
    )
    assert [s.text for s in answer(root, "what are my projects?").sentences] == [
        "You are waiting for the battery case."
    ]
    assert [s.text for s in answer(root, "book me a hotel").sentences] == [
        "You want a quiet room with a window that opens."
    ]
