"""Forgetting, tidying, handing on and completing by small questions: what a weak model's yes and no do."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.changes.model import Change, Op
from nanomem_tui.settings import Settings, ToolMode
from tests.agent.questions.test_steps import asked, run, weak
from tests.loopback import ScriptedServer

LOOK = {"words": ["family"], "files": ["personal/about.md"]}


@pytest.fixture
def root(root: Path) -> Path:
    """The small memory, with somebody named in it."""
    (root / "people.md").write_text("- Sister Ana lives in Lisbon\n- Ana turns 40 in May\n", encoding="utf-8")
    return root


def taken(change: Change | None) -> list[tuple[Op, str]]:
    return [(edit.op, edit.before or "") for edit in (change.edits if change else ())]


def chosen(*texts: str) -> Callable[[str], Mapping[str, Sequence[str]]]:
    """Lists the facts that hold one of these texts; their ids are as the question told them."""

    def choose(told: str) -> Mapping[str, Sequence[str]]:
        lines = [line for line in told.splitlines() if line.startswith("[")]
        return {"facts": [line[1 : line.index("]")] for line in lines if any(text in line for text in texts)]}

    return choose


async def test_what_says_it_is_removed_and_nothing_else(root: Path) -> None:
    look = {"words": ["sister"], "files": ["people.md"]}
    with ScriptedServer(weak(words=look, facts=chosen("Ana"))) as server:
        bank, result = await run(server, root, "forget", "everything about my sister")
        questions = asked(server)
        await bank.close()
    assert taken(result.change) == [
        (Op.REMOVE, "Sister Ana lives in Lisbon"),
        (Op.REMOVE, "Ana turns 40 in May"),
    ]
    assert questions[-1].endswith("Forget: everything about my sister")
    assert not any("penicillin" in told for told in questions), "files that were not named are not told"
    assert result.summary.endswith("2 facts to be removed.")


async def test_of_many_that_are_listed_only_those_stay_that_words_tie_to_the_request(root: Path) -> None:
    look = {"words": ["sister"], "files": ["people.md", "personal/about.md", "health/allergies.md"]}
    with ScriptedServer(weak(words=look, facts=chosen(""))) as server:
        bank, result = await run(server, root, "forget", "everything about my sister")
        await bank.close()
    texts = [text for _, text in taken(result.change)]
    assert texts == ["Sister Ana lives in Lisbon", "Ana turns 40 in May"]


async def test_of_many_that_no_word_ties_to_the_request_each_is_judged(root: Path) -> None:
    look = {"words": ["doctor"], "files": ["people.md", "personal/about.md", "health/allergies.md"]}
    says = weak(
        words=look, facts=chosen(""), tells=lambda told: {"tells": "yes" if "penicillin" in told else "no"}
    )
    with ScriptedServer(says) as server:
        bank, result = await run(server, root, "forget", "my ailments")
        await bank.close()
        assert sum(told.startswith("Topic: my ailments\nNote: ") for told in asked(server)) > 3
    assert taken(result.change) == [(Op.REMOVE, "Allergic to penicillin")]


async def test_where_nothing_says_it_the_rest_is_read_and_nothing_removed(root: Path) -> None:
    with ScriptedServer(weak(words=LOOK, facts={"facts": []})) as server:
        bank, result = await run(server, root, "forget", "my dog")
        await bank.close()
        assert any("penicillin" in told for told in asked(server))
    assert result.change is None
    assert result.summary == "Nothing saved. No fact says this, so nothing is removed."


async def test_every_fact_of_files_read_whole_is_judged(root: Path) -> None:
    lines = "".join(f"- Met person number {n}\n" for n in range(45))
    (root / "many.md").write_text(lines, encoding="utf-8")
    with ScriptedServer(weak(facts=chosen("number 44"))) as server:
        settings = Settings(
            root=root, provider="custom", base_url=server.base_url, model="m", tool_mode=ToolMode.JSON
        )
        bank = MemoryBank(settings=settings)
        result = await bank.forget("person 44", deep=True)
        await bank.close()
        told = "\n".join(asked(server))
    assert all(told.count(f"] Met person number {n}\n") == 1 for n in range(45))
    assert taken(result.change) == [(Op.REMOVE, "Met person number 44")]


async def tidy(root: Path, facts: Sequence[str], verdict: str) -> tuple[list[str], list[str]]:
    """Texts that are archived when every question is answered with `verdict`, and the questions."""
    (root / "notes.md").write_text("".join(f"- {fact}\n" for fact in facts), encoding="utf-8")
    with ScriptedServer(weak(verdict={"verdict": verdict})) as server:
        bank, result = await run(server, root, "compact", "notes.md")
        await bank.close()
        questions = asked(server)
    assert all(op is Op.ARCHIVE for op, _ in taken(result.change))
    return [text for _, text in taken(result.change)], questions


SAME, BOTH, REPLACED = "say the same", "both true", "newer replaces older"
TEA, FOND = "Likes tea | updated_at=2025-01-01", "Fond of tea | updated_at=2025-02-01"
ROME, BONN = "Lives in Rome | updated_at=2024-01-01", "Lives in Bonn | updated_at=2025-01-01"
DOG, BRUNO = "Owns a dog | updated_at=2026-01-01", "Owns a dog, Bruno | updated_at=2025-01-01"
GUESS = " | source=inference"


@pytest.mark.parametrize(
    ("older", "newer", "verdict", "gone"),
    [
        (TEA, FOND, SAME, ["Likes tea"]),
        (f"{TEA}{GUESS}", "Fond of tea", SAME, ["Likes tea"]),
        (TEA, f"{FOND}{GUESS}", SAME, ["Fond of tea"]),
        (DOG, BRUNO, SAME, ["Owns a dog"]),
        (DOG, f"{BRUNO}{GUESS}", SAME, []),
        ("Knows C++", "Knows C#", SAME, []),
        ("Weighs 80 kg", "Weighs 85 kg", SAME, []),
        ("Has a plan for Rome", "Has no plan for Rome", SAME, []),
        ("Mother was born in May", "Mother was born in June", SAME, []),
        (ROME, BONN, REPLACED, ["Lives in Rome"]),
        (BONN, ROME, REPLACED, ["Lives in Rome"]),
        (ROME, BONN, BOTH, []),
        (ROME, f"{BONN}{GUESS}", REPLACED, []),
        ("Lives in Rome", BONN, REPLACED, []),
        ("Lives in Rome | updated_at=2025-01-01", BONN, REPLACED, []),
        ("Visits Rome | tier=working | expires_at=2026-01-02", "Visits Bonn", BOTH, ["Visits Rome"]),
    ],
)
async def test_a_word_of_the_model_is_not_enough_to_lose_something(
    root: Path, older: str, newer: str, verdict: str, gone: list[str]
) -> None:
    assert (await tidy(root, [older, newer], verdict))[0] == gone


async def test_only_current_facts_that_share_words_are_held_against_each_other(root: Path) -> None:
    past = "Likes gin | tier=history | status=superseded"
    _, questions = await tidy(root, ["Likes tea", "Runs on Sundays", past, "Likes figs"], BOTH)
    assert questions == ["Older: Likes tea\nNewer: Likes figs"]


async def test_what_a_query_needs_is_handed_on_between_marks(root: Path) -> None:
    needed = {"needed": "yes"}
    says = weak(
        words={"words": ["medicine"], "files": ["health/allergies.md"]},
        needed=lambda told: needed if "penicillin" in told else {"needed": "no"},
    )
    with ScriptedServer(says) as server:
        bank, result = await run(server, root, "augment", "Which [[user_data]]antibiotics can I take?")
        await bank.close()
    assert result.prompt == (
        "Which [user_data]antibiotics can I take?\n\n"
        "[[user_data]]\n- You are allergic to penicillin (noted 2026-01-07).\n[[/user_data]]"
    )
    assert [choice.fact.text for choice in result.choices if choice.included] == ["Allergic to penicillin"]


async def test_what_needs_nothing_is_handed_on_as_it_is(root: Path) -> None:
    with ScriptedServer(weak(words=LOOK, needed={"needed": "no"})) as server:
        bank, result = await run(server, root, "augment", "What is the capital of Peru?")
        await bank.close()
    assert result.prompt == "What is the capital of Peru?"
    assert result.disclosure is None


async def complete(server: ScriptedServer, root: Path, given: str) -> tuple[bool, list[str]]:
    settings = Settings(
        root=root, provider="custom", base_url=server.base_url, model="m", tool_mode=ToolMode.JSON
    )
    bank = MemoryBank(settings=settings)
    result = await bank.retrieve("Where do I live and work?", given=given)
    await bank.close()
    return result.skipped, [fact.text for fact in result.facts]


async def test_where_what_was_given_will_do_nothing_is_looked_up(root: Path) -> None:
    with ScriptedServer(weak(enough={"enough": "yes"})) as server:
        assert await complete(server, root, "You live in New York and work at Acme.") == (True, [])
        assert len(server.requests) == 1


async def test_of_what_was_given_nothing_is_told_again(root: Path) -> None:
    def sentences(told: str) -> Mapping[str, object]:
        assert "Lives in New York" not in told
        line = next(line for line in told.splitlines() if "Works at Acme" in line)
        return {"sentences": [{"facts": [line[1:6]], "text": "You work at Acme."}]}

    with ScriptedServer(weak(enough={"enough": "no"}, words=LOOK, sentences=sentences)) as server:
        assert await complete(server, root, "You live in New York: lives there.") == (
            False,
            ["Works at Acme"],
        )
