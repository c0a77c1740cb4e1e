"""The first request tells where things are, never what they say, and its cost does not grow with memory."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.agent import context
from nanomem_tui.agent.context import MapEntry
from nanomem_tui.agent.flows import load_flow
from nanomem_tui.agent.opening import MAP_TOKENS, build_map, estimate_tokens, folder_entries, opening
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.tree import FileInfo
from tests.agent.conftest import Kit
from tests.agent.play import see_open

TODAY = date(2026, 3, 1)


def info(path: str, facts: int = 10, description: str | None = None) -> FileInfo:
    return FileInfo(path, "Title", description, Level.OPEN, facts, 100, None)


def cost(entries: list[MapEntry]) -> int:
    return estimate_tokens("\n".join(context.map_line(entry) for entry in entries))


def test_a_small_tree_is_shown_whole() -> None:
    files = [info("a.md", 1), info("health/b.md", 2, "Allergies")]
    assert build_map(files) == [MapEntry("a.md", 1), MapEntry("health/b.md", 2, "Allergies")]


def test_no_files_make_no_map() -> None:
    assert build_map([]) == []


def test_a_large_tree_shows_likely_files_and_folder_totals() -> None:
    files = [info(f"topic{n:02}/file{m:04}.md") for n in range(20) for m in range(500)]
    entries = build_map(files, ["topic07/file0042.md", "gone.md"])
    assert entries[0] == MapEntry("topic07/file0042.md", 10)
    assert entries[1:] == [MapEntry(f"topic{n:02}/", 5000, files=500) for n in range(20)]
    assert cost(entries) <= MAP_TOKENS


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 400),
    st.integers(1, 60),
    st.integers(1, 4),
    st.text(max_size=200),
    st.integers(60, 2000),
)
def test_the_map_keeps_its_budget_and_loses_no_fact(
    count: int, spread: int, depth: int, description: str, budget: int
) -> None:
    files = [
        info(
            "/".join([*(f"folder{n % spread + level}" for level in range(depth)), f"f{n}.md"]), 3, description
        )
        for n in range(count)
    ]
    entries = build_map(files, [file.path for file in files[::3]], budget)
    assert cost(entries) <= budget
    shown = sum(entry.facts for entry in entries if entry.files is not None)
    assert shown in (0, 3 * count)
    if not shown:
        assert len(entries) == count


@pytest.mark.parametrize("folder", ["health", "health/", "/health/", "./health"])
def test_a_folder_holds_what_is_directly_below(folder: str) -> None:
    files = [
        info("a.md"),
        info("health/b.md"),
        info("health/x/c.md", 2),
        info("health/x/d.md", 3),
        info("healthy/e.md"),
    ]
    assert folder_entries(files, folder) == [MapEntry("health/x/", 5, files=2), MapEntry("health/b.md", 10)]


@pytest.mark.parametrize("folder", ["", ".", "/", "./"])
def test_the_root_is_a_folder(folder: str) -> None:
    assert folder_entries([info("a.md"), info("b/c.md", 1)], folder) == [
        MapEntry("b/", 1, files=1),
        MapEntry("a.md", 10),
    ]


def test_the_opening_holds_no_fact_and_nothing_unseen(kit: Kit, root: Path) -> None:
    flow = load_flow("retrieve", root)
    system, user = opening(flow, kit(None, see_open).view, TODAY, [("query", "what tax do I owe?")])
    assert system.text == flow.prompt
    read = context.read_message(user.text)
    assert [(entry.path, entry.facts) for entry in read.map] == [
        ("health/allergies.md", 1),
        ("personal/about.md", 4),
    ]
    assert (read.tag, read.today) == ("query", TODAY)
    before = user.text.split("<query>")[0]
    for words in ("tax", "2025", "penicillin", "New York", "secret"):
        assert words not in before


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_estimates_are_monotonous(a: str, b: str) -> None:
    assert estimate_tokens(a + b) >= max(estimate_tokens(a), estimate_tokens(b)) - 1
    assert estimate_tokens(a) <= 2 * len(a) + 1


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Allergic to penicillin, carries an epinephrine pen since 2019.", 17),
        ("私は東京に住んでいて、ペニシリンにアレルギーがあります。", 20),
        ("Я живу в Москве и работаю в банке.", 12),
        ("أعيش في القاهرة وأعمل في مصرف", 8),
        ("나는 서울에 살고 있으며 페니실린 알레르기가 있습니다.", 16),
        ("मैं दिल्ली में रहता हूँ और चाय पीता हूँ।", 12),
        ("ฉันอาศัยอยู่ในกรุงเทพและดื่มชา", 15),
        ("topic07/file0042.md · 10 facts", 10),
        ("🎉🎉🎉🎉", 8),
    ],
)
def test_estimates_are_not_below_a_real_tokenizer(text: str, tokens: int) -> None:
    """`tokens` is what o200k counts."""
    assert tokens <= estimate_tokens(text) <= 2.6 * tokens
