"""Search finds facts in every script by any of their words, ranks what holds first, and never raises."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.memory.query import asks_for_past, fold, terms
from nanomem_tui.memory.tree import Tree
from tests.benchmarks import recall

TODAY = date(2026, 11, 22)
FACTS = """# Memory: Everything

## Long-term memory
- Lives in Seattle | updated_at=2026-10-01
- Allergic to penicillin | topic=health | updated_at=2024-01-01
- 我喜欢喝铁观音茶
- 友子さんは大阪の図書館で働いている
- 서울에서 태어났다
- ฉันชอบกินข้าวผัด
- Живёт в Санкт-Петербурге
- Любит ёжиков
- أُحِبُّ القَهْوَةَ العَرَبِيَّة
- मैं दिल्ली में रहता हूँ
- Ate crème brûlée in Malmö with Łukasz
- Knows C++ well
- Avoids C# entirely
- Weighs 80 kg
- Favorite emoji is 🦊
- ΑΓΑΠΑ ΤΗ ΘΑΛΑΣΣΑ
- straße nach Köln
- Tea, every day | status=uncertain
- Drinks tea | updated_at=2020-01-01
- Drinks tea with milk | updated_at=2026-11-01

## History
- Lived in Boston, then in Seattle | updated_at=2012-01-01
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    root = tmp_path_factory.mktemp("memory")
    (root / "all.md").write_text(FACTS)
    (root / "folder").mkdir()
    (root / "folder" / "penguins.md").write_text("- Live in Antarctica\n  - and swim in Seattle's zoo\n")
    tree = Tree(root, today=lambda: TODAY)
    yield tree
    tree.close()


def first(tree: Tree, query: str) -> str:
    hits = tree.search(query)
    return hits[0].fact.text if hits else ""


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("penicillin", "Allergic to penicillin"),
        ("PENICILLIN?", "Allergic to penicillin"),
        ("penicil", "Allergic to penicillin"),
        ("penicillin allergic", "Allergic to penicillin"),
        ("What am I allergic to?", "Allergic to penicillin"),
        ("health", "Allergic to penicillin"),
        ("铁观音", "我喜欢喝铁观音茶"),
        ("喝什么茶", "我喜欢喝铁观音茶"),
        ("茶", "我喜欢喝铁观音茶"),
        ("図書館", "友子さんは大阪の図書館で働いている"),
        ("서울", "서울에서 태어났다"),
        ("ข้าวผัด", "ฉันชอบกินข้าวผัด"),
        ("санкт-петербург", "Живёт в Санкт-Петербурге"),
        ("ежик", "Любит ёжиков"),
        ("احب القهوة", "أُحِبُّ القَهْوَةَ العَرَبِيَّة"),
        ("दिल्ली", "मैं दिल्ली में रहता हूँ"),
        ("creme brulee", "Ate crème brûlée in Malmö with Łukasz"),
        ("MALMO", "Ate crème brûlée in Malmö with Łukasz"),
        ("lukasz", "Ate crème brûlée in Malmö with Łukasz"),
        ("ＭＡＬＭＯ", "Ate crème brûlée in Malmö with Łukasz"),
        ("C++", "Knows C++ well"),
        ("c#", "Avoids C# entirely"),
        ("80 kg", "Weighs 80 kg"),
        ("🦊", "Favorite emoji is 🦊"),
        ("θάλασσα", "ΑΓΑΠΑ ΤΗ ΘΑΛΑΣΣΑ"),
        ("STRASSE", "straße nach Köln"),
        ("penguins", "Live in Antarctica"),
        ("zoo", "Live in Antarctica"),
    ],
)
def test_finds(tree: Tree, query: str, text: str) -> None:
    assert first(tree, query) == text


def test_what_holds_comes_first(tree: Tree) -> None:
    assert first(tree, "Seattle") == "Lives in Seattle"
    assert first(tree, "Where did I live before?") == "Lived in Boston, then in Seattle"
    assert not any(hit.fact.tier == "history" for hit in tree.search("Boston Seattle", history=False))


def test_recent_comes_before_old(tree: Tree) -> None:
    (tree.root / "same.md").write_text(
        "- Rides a tandem | updated_at=2015-01-01\n- Rides a tandem | updated_at=2026-11-01\n"
        "- Rides a tandem | checked_at=2026-11-20 | updated_at=2010-01-01\n"
    )
    years = [hit.fact.updated_at.year for hit in tree.search("tandem") if hit.fact.updated_at]
    assert years == [2010, 2026, 2015]
    (tree.root / "same.md").unlink()


def test_below_a_path(tree: Tree) -> None:
    for prefix in ("folder", "folder/", "folder/penguins.md"):
        assert {hit.fact.path for hit in tree.search("Seattle", path_prefix=prefix)} == {"folder/penguins.md"}
    assert not tree.search("Seattle", path_prefix="fold")
    assert len(tree.search("Seattle tea", limit=2)) == 2
    assert tree.search("Seattle", limit=0) == []


@pytest.mark.parametrize(
    "query",
    [
        *(
            "",
            " ",
            '"',
            "'",
            '""',
            "*",
            "(",
            ")",
            "-",
            ":",
            "^",
            "NEAR(a b)",
            "a AND",
            "OR",
            "NOT",
            "text:a",
            "{a b}:c",
        ),
        *(
            "\x00",
            "a\x00b",
            "\udcff",
            "a\ud800",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "\u202e",
            "a" * 100_000,
            "a b " * 50_000,
            "茶" * 5_000,
        ),
        *("SELECT * FROM facts; DROP TABLE facts", "%", "_", "\\", "a\nb", "à\u0301\u0301", "?" * 1000),
    ],
    ids=lambda query: ascii(query)[:30],
)
def test_odd_queries(tree: Tree, query: str) -> None:
    tree.search(query)
    tree.search("a", path_prefix=query)
    assert first(tree, "penicillin") == "Allergic to penicillin"


@given(query=st.text(max_size=60) | st.text(alphabet="\"'*():^-+ ANDORNEAR茶ぁ한\x00\udc80", max_size=30))
@settings(deadline=None, max_examples=300)
def test_no_query_raises(tree: Tree, query: str) -> None:
    with tree.frozen():
        hits = tree.search(query)
    assert all(hit.score > 0 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert fold(query) == fold(query.upper().lower()) or not query.isascii()
    assert all(terms(query))


def test_questions_about_the_past() -> None:
    for query in (
        "Where did I live before?",
        "Wo habe ich früher gewohnt?",
        "以前住在哪里",
        "Где я жил раньше?",
    ):
        assert asks_for_past(query)
    for query in ("Where do I live?", "Wo wohne ich?", "我住在哪里", "beforehand"):
        assert not asks_for_past(query)


def test_stop_words_go_by_language() -> None:
    assert terms("What is my son's name?") == ["son", "name"]
    assert terms("Wo sind die Bücher?") == ["bucher"]
    assert terms("who") == ["who"], "a question of stop words only keeps them"


def test_recall_on_the_fixture() -> None:
    """Natural questions in nine languages find their evidence, far better than plain substring search."""
    assert len(recall.facts()) >= 300
    assert len(recall.questions()) >= 100
    found = recall.measure()
    ours, whole, words = (found[name] for name in list(found)[:3])
    assert ours.recall5 >= 0.9
    assert ours.recall10 >= 0.93
    assert ours.mrr >= 0.8
    assert ours.recall5 > words.recall5 + 0.15 > whole.recall5
