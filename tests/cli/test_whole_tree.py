"""Commands over the whole tree, and retrieval that builds on what there is."""

from pathlib import Path

import pytest

from tests.cli.conftest import Runs

TWICE = "- Likes figs | updated_at=2026-01-01\n- Likes figs. | updated_at=2026-01-02\n"


@pytest.fixture
def untidy(root: Path) -> Path:
    for name in ("food/fruit.md", "food/more.md"):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TWICE.replace("figs", f"figs of {file.stem}"), encoding="utf-8")
    return root


def test_compact_without_a_path_tidies_all_that_changed(nanomem: Runs, untidy: Path) -> None:
    ran = nanomem("compact", "--json")
    assert ran.code == 3
    assert [change["request"] for change in ran.json["changes"]] == ["food/fruit.md", "food/more.md"]
    assert ran.json["change"] is None
    assert (ran.json["files"], ran.json["skipped"]) == (2, 0)
    again = nanomem("compact")
    assert (again.code, again.err) == (0, "Nothing to do. 2 did not change since the last time.\n")


def test_compact_can_apply_at_once(nanomem: Runs, untidy: Path) -> None:
    ran = nanomem("compact", "--yes", "--json")
    assert {change["state"] for change in ran.json["changes"]} == {"applied"}
    assert ran.code == 0
    assert "status=superseded" in (untidy / "food/fruit.md").read_text(encoding="utf-8")


def test_forget_deep_is_one_change(nanomem: Runs, untidy: Path) -> None:
    ran = nanomem("forget", "--deep", "likes", "--json")
    assert ran.code == 3
    assert {edit["op"] for edit in ran.json["change"]["edits"]} == {"remove"}


def test_the_talk_of_a_question_comes_from_a_file_or_stdin(
    nanomem: Runs, untidy: Path, tmp_path: Path
) -> None:
    talk = tmp_path / "talk.txt"
    talk.write_text("User: which fruit shall I buy?", encoding="utf-8")
    for place, stdin in ((str(talk), ""), ("-", "User: which fruit?")):
        ran = nanomem("retrieve", "what fruit do I like?", "--context", place, "--json", stdin=stdin)
        assert ran.code == 0
        trace = nanomem("trace", ran.json["trace"], "--json")
        assert "<context>" in trace.out


@pytest.mark.parametrize(
    ("data", "says"), [(b"\xff\xfe", "is not UTF-8 text"), (b"x" * 300_000, "is larger than 200 kB")]
)
def test_a_talk_that_cannot_be_read_is_a_sentence(
    nanomem: Runs, untidy: Path, tmp_path: Path, data: bytes, says: str
) -> None:
    talk = tmp_path / "talk.txt"
    talk.write_bytes(data)
    ran = nanomem("retrieve", "fruit?", "--context", str(talk))
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    missing = nanomem("retrieve", "fruit?", "--context", str(tmp_path / "none"))
    assert missing.code == 1
    assert "No such file" in missing.err


def test_nothing_new_is_skipped_with_a_reason(nanomem: Runs, untidy: Path) -> None:
    first = nanomem("retrieve", "which food do I like?", "--json").json
    said = " ".join(fact["text"] for fact in first["facts"])
    for words in (
        ["retrieve-adaptive", "which food do I like?", said],
        ["retrieve", "which food do I like?", "--given", said],
    ):
        ran = nanomem(*words, "--json").json
        assert first["facts"]
        assert ran["skipped"]
        assert ran["skip_reason"]
        assert ran["disclosure"] is None
