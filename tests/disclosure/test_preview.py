"""A preview is what is sent: choosing, striking out, rewording, and the bytes of it."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui import MemoryBank
from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.disclosure.preview import Preview, choose, fingerprint_of
from nanomem_tui.disclosure.prompt import CLOSE_MARK, OPEN_MARK, craft, user_data
from nanomem_tui.disclosure.sensitive import Kind, kinds_of
from nanomem_tui.memory.errors import NotFound, PreviewStale, UsageError
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level, Trust

HOME = Fact(id="aaaaa", path="personal/about.md", text="Lives in Seattle", updated_at=datetime(2026, 1, 2))
DIET = Fact(id="bbbbb", path="food/diet.md", text="Vegetarian", level=Level.ASK)
ALLERGY = Fact(id="ccccc", path="health/a.md", text="Allergic to penicillin")
NEAR = Fact(id="ddddd", path="personal/about.md", text="Once visited Tacoma")


REMOTE = Gate(Trust.REMOTE)


def preview(gate: Gate = REMOTE) -> Preview:
    cited: dict[str, tuple[int, ...]] = {HOME.ref: (0,), DIET.ref: (1,), ALLERGY.ref: (1,)}
    return choose(
        "Where to eat?", "caller", gate, considered=[NEAR, HOME, DIET, ALLERGY], cited=cited, basis="b"
    )


def test_only_what_the_answer_needs_and_needs_no_yes_is_on_for_a_remote_recipient() -> None:
    assert preview().disclosed == (HOME,)
    whys = {choice.fact.id: choice.why for choice in preview().choices}
    assert "ask" in whys["bbbbb"]
    assert "health" in whys["ccccc"]
    assert "does not need" in whys["ddddd"]


def test_on_this_machine_sensitive_kinds_are_on_and_a_yes_brings_the_asked_ones() -> None:
    assert preview(Gate(Trust.LOCAL)).disclosed == (HOME, ALLERGY)
    assert preview(Gate(Trust.LOCAL, allow_ask=True)).disclosed == (HOME, DIET, ALLERGY)


def test_choices_change_the_prompt_and_nothing_else() -> None:
    first = preview()
    assert "Seattle (noted 2026-01-02)" in first.prompt
    vague = first.reword(HOME.ref, "A city in the  US northwest").include("bbbbb").strike("ccccc")
    assert "Seattle" not in vague.prompt
    assert "A city in the US northwest" in vague.prompt
    assert "Vegetarian" in vague.prompt
    assert first.prompt == preview().prompt
    with pytest.raises(NotFound, match="zzzzz"):
        first.strike("zzzzz")
    with pytest.raises(UsageError):
        first.reword(HOME.ref, " ")


def test_the_cost_of_a_fact_is_what_it_adds() -> None:
    first = preview()
    more = first.include("bbbbb")
    added = next(choice for choice in more.choices if choice.fact is DIET)
    assert len(more.data) - len(first.data) == added.bytes


def test_no_facts_leave_the_query_alone() -> None:
    assert craft("What is 2 + 2?", []) == "What is 2 + 2?\n"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="[]/user_dat ab\n", max_size=60), min_size=1, max_size=4))
def test_nothing_in_a_fact_can_leave_its_fence(facts: list[str]) -> None:
    prompt = craft("q", facts)
    assert prompt.count(OPEN_MARK) == prompt.count(CLOSE_MARK) == len(facts)
    assert len(user_data(prompt)) == len(facts)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Allergic to penicillin", Kind.HEALTH),
        ("Takes insulin twice a day", Kind.HEALTH),
        ("对青霉素过敏", Kind.HEALTH),
        ("Earns 84,000 a year", Kind.MONEY),
        ("Paid €1,200 for the bike", Kind.MONEY),
        ("Passport number is C01X00T47", Kind.IDENTITY),
        ("Born on 3 May 1990", Kind.IDENTITY),
        ("Reach me at ann@example.org", Kind.CONTACT),
        ("Number is +1 206 555 0100", Kind.CONTACT),
        ("Lives at 12 Pine Street", Kind.LOCATION),
        ("Wohnt in der Lindenstraße 4", Kind.LOCATION),
        ("Sister lives in Lisbon", Kind.OTHERS),
        ("API key is sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD", Kind.SECRET),
    ],
)
def test_sensitive_kinds_are_found(text: str, kind: Kind) -> None:
    assert kind in kinds_of(Fact(id="x", text=text, path="notes/a.md"))


@pytest.mark.parametrize(
    "text",
    ["Lives in Seattle", "Plays the cello", "Prefers window seats", "Works with Rust and C++", "Likes tea"],
)
def test_ordinary_facts_are_of_no_kind(text: str) -> None:
    assert kinds_of(Fact(id="x", text=text, path="personal/about.md")) == ()


def test_the_place_of_a_fact_counts_too() -> None:
    assert kinds_of(Fact(id="x", text="Every Tuesday", path="health/therapy.md"))[0] is Kind.HEALTH


def test_another_basis_for_anything_that_matters() -> None:
    base = fingerprint_of("q", "r", "e", [HOME, DIET])
    assert base == fingerprint_of("q", "r", "e", [DIET, HOME])
    assert base not in {
        fingerprint_of("q2", "r", "e", [HOME, DIET]),
        fingerprint_of("q", "r2", "e", [HOME, DIET]),
        fingerprint_of("q", "r", "e2", [HOME, DIET]),
        fingerprint_of("q", "r", "e", [HOME]),
        fingerprint_of("q", "r", "e", [HOME, NEAR]),
    }


async def test_what_is_handed_over_is_what_was_shown_and_in_the_ledger(root: Path) -> None:
    (root / "personal").mkdir(parents=True)
    file = root / "personal/about.md"
    _write(file, "- Lives in Seattle\n- Lives beside a lake | disclosure=private\n")
    bank = MemoryBank(root)
    result = await bank.preview("Where do I live?")
    assert bank.disclosures() == []
    assert result.withheld.reasons == {"private": 1}
    assert "lake" not in result.preview.prompt
    data = bank.hand_over(result.preview)
    assert data == result.preview.data
    (entry,) = bank.disclosures()
    assert (entry.bytes, [fact.ref for fact in entry.facts]) == (
        len(data),
        [choice.fact.ref for choice in result.preview.choices if choice.included],
    )
    await bank.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- Lives in Portland\n",
        "- Lives in Seattle | disclosure=ask\n",
        "- Lives in Seattle | status=uncertain\n",
    ],
)
async def test_a_preview_of_yesterdays_memory_hands_over_nothing(root: Path, text: str) -> None:
    (root / "personal").mkdir(parents=True)
    file = root / "personal/about.md"
    _write(file, "- Lives in Seattle\n")
    bank = MemoryBank(root)
    result = await bank.preview("Where do I live?")
    _write(file, text)
    with pytest.raises(PreviewStale):
        bank.hand_over(result.preview)
    assert bank.disclosures() == []
    await bank.close()


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def test_a_new_preview_keeps_what_the_person_chose_for_facts_that_are_the_same() -> None:
    chosen = preview().include("bbbbb").reword(HOME.ref, "A city")
    again = preview().as_chosen_in(chosen)
    assert again.data == chosen.data
    assert [choice.is_reworded for choice in again.choices if choice.fact == HOME] == [True]
    stricter = replace(chosen.choices[1], fact=replace(DIET, text="Vegetarian and frail"))
    other = replace(chosen, choices=(chosen.choices[0], stricter, *chosen.choices[2:]))
    assert "Vegetarian" not in preview().as_chosen_in(other).prompt
    assert preview().as_chosen_in(replace(chosen, recipient="another")).data == preview().data
    assert preview().as_chosen_in(replace(chosen, query="What to drink?")).data == preview().data


def test_a_birthday_is_sensitive_where_it_tells_the_day() -> None:
    assert kinds_of(replace(HOME, text="Birthday is May 3")) == (Kind.IDENTITY,)
    assert kinds_of(replace(HOME, text="On 12 June is the birthday")) == (Kind.IDENTITY,)
    assert kinds_of(replace(HOME, text="Favorite place for a birthday is a restaurant")) == ()
