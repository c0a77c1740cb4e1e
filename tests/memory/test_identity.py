"""When two facts are the same, in every script, and what they are called."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.memory.identity import fact_id, normal, same

quick = settings(deadline=None, max_examples=200)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Lives in Seattle", "lives  in\tSEATTLE."),
        ("我喜欢喝茶", "我喜欢喝茶。"),
        ("カタカナ", "ｶﾀｶﾅ｡"),
        ("café", "cafe\u0301"),
        ("Straße", "STRASSE"),
        ("ΟΔΟΣ", "οδος"),
        ("Живу в Москве", "ЖИВУ В МОСКВЕ."),
        ("میں چائے پیتا ہوں", "میں چائے پیتا ہوں۔"),
        ("मैं चाय पीता हूँ", "मैं चाय पीता हूँ।"),
        ("Ⅻ ﬁsh", "XII fish"),
        ("Ｆｕｌｌ　width", "full width"),
    ],
)
def test_same_fact(a: str, b: str) -> None:
    assert same(a, b)
    assert fact_id(a) == fact_id(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Knows C++", "Knows C#"),
        ("Weighs > 80 kg", "Weighs < 80 kg"),
        ("Owes -$50", "Owes $50"),
        ("Mother's birthday is 1 May", "Father's birthday is 1 May"),
        ("我喜欢喝茶", "我喜欢喝酒"),
        ("أحب الشاي", "أحب القهوة"),
        ("Likes tea!", "Likes tea?"),
        ("Likes tea", "Likes tea 🍵"),
        ("resume", "résumé"),
        ("👍", "👎"),
        ("👍🏽", "👍🏿"),
    ],
)
def test_different_facts(a: str, b: str) -> None:
    assert not same(a, b)
    assert fact_id(a) != fact_id(b)


@given(st.text())
@quick
def test_normal_is_stable(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert same(text, f"  {text}\n")


def test_ids_are_the_same_in_every_process() -> None:
    texts = ["Lives in Seattle", "我喜欢喝茶", "👩‍👩‍👧", "\udcff"]
    code = f"from nanomem_tui.memory.identity import fact_id; print(*map(fact_id, {texts!a}))"
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == [fact_id(text) for text in texts]


def test_clashes_lengthen_and_equal_texts_count() -> None:
    first = fact_id("a")
    longer = fact_id("a", {first})
    assert len(first) == 5
    assert longer.startswith(first)
    assert len(longer) == 6
    assert fact_id("a", {first, longer}).startswith(longer)
    assert fact_id("a", nth=2) == f"{first}u2"


@given(st.lists(st.sampled_from(["a", "A.", "b", "漢"]), max_size=12))
@quick
def test_ids_in_one_file_are_unique(texts: list[str]) -> None:
    from nanomem_tui.memory.document import parse

    ids = [fact.id for fact in parse("".join(f"- {text}\n" for text in texts)).facts]
    assert len(set(ids)) == len(texts)
    assert all(set(id) <= set("0123456789abcdefghjkmnpqrstvwxyzu") for id in ids)
