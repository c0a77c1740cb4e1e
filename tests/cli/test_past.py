"""The memory as it was, on the command line."""

from pathlib import Path

from nanomem_tui.bank import MemoryBank
from nanomem_tui.memory.facts import NewFact
from tests.cli.conftest import Runs


def test_files_and_their_text_as_they_were(nanomem: Runs, root: Path) -> None:
    bank = MemoryBank(root)
    first = bank.add_fact("home/about.md", NewFact("Lives in Seattle")).change.id
    text = (root / "home/about.md").read_text()
    bank.edit_fact(bank.search("Seattle")[0].fact.ref, NewFact("Lives in Portland"))
    bank.add_fact("food.md", NewFact("Likes olives"))
    assert nanomem("tree", "--at", first).out.split() == ["home/about.md"]
    assert nanomem("tree", "--at", first, "--json").json["files"] == [
        {"path": "home/about.md", "as_today": False, "doubt": None}
    ]
    assert nanomem("read", "home/about", "--at", first).out == text
    assert nanomem("read", "home/about.md", "--at", first, "--json").json["text"] == text
    missing = nanomem("read", "food.md", "--at", first)
    assert missing.code == 1
    assert "There was no file food.md then." in missing.err
    (root / "home/about.md").write_text("- By hand\n")
    doubted = nanomem("read", "home/about.md", "--at", first)
    assert "outside nanomem" in doubted.err or "Other programs" in doubted.err
    assert nanomem("tree", "--at", first).out.startswith("? home/about.md")
