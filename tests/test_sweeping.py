"""Flows over the whole tree: file by file, resumable, and through the gate."""

from pathlib import Path
from typing import Any

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.bank.sweeping import SweepProgress
from nanomem_tui.changes.model import ChangeState
from nanomem_tui.memory.errors import ModelUnreachable
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Approval, Settings
from tests.loopback import ScriptedServer
from tests.replies import Reply, last_message, reply_calls, reply_error, turn

TWICE = "- Likes tea | updated_at=2026-01-01\n- Likes tea. | updated_at=2026-01-02\n"
OWES = "- Owes 400 | updated_at=2026-01-01\n- Owes 400. | updated_at=2026-01-02\n"


@pytest.fixture
def memory(root: Path) -> Path:
    files = {
        "food/drinks.md": TWICE,
        "food/meals.md": "- Likes soup | updated_at=2026-01-01\n",
        "people/anna.md": "- Anna is an old friend\n- Met her in Ghent, with the dog\n",
        "tax/2025.md": f"---\ndisclosure: private\n---\n{OWES}",
    }
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def rules(root: Path, **more: Any) -> MemoryBank:
    return MemoryBank(settings=Settings(root=root, **more))


def remote(root: Path, server: ScriptedServer) -> MemoryBank:
    settings = Settings(root=root, provider="custom", base_url=server.base_url, model="m", trust=Trust.REMOTE)
    return MemoryBank(settings=settings)


async def test_compaction_makes_a_change_for_each_untidy_file_and_tells_how_far_it_is(memory: Path) -> None:
    bank = rules(memory)
    steps: list[SweepProgress] = []
    result = await bank.compact_all(progress=steps.append)
    assert [change.request for change in result.changes] == ["food/drinks.md", "tax/2025.md"]
    assert [(step.done, step.files) for step in steps] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert all(change.state is ChangeState.PENDING for change in result.changes)
    await bank.close()


async def test_compaction_goes_on_where_it_was_broken_off(memory: Path) -> None:
    def breaks_at_meals(body: dict[str, Any]) -> Reply:
        if "food/meals.md\n</request>" in body["messages"][1]["content"]:
            return reply_error(401, "no")
        return reply_calls(("finish", {"summary": "Tidy."}))

    with ScriptedServer(breaks_at_meals) as server:
        bank = remote(memory, server)
        with pytest.raises(ModelUnreachable):
            await bank.compact_all()
        await bank.close()
    with ScriptedServer(lambda body: reply_calls(("finish", {"summary": "Tidy."}))) as server:
        bank = remote(memory, server)
        seen: list[str] = []
        result = await bank.compact_all(progress=lambda step: seen.append(step.path))
        assert seen == ["food/meals.md", "people/anna.md"], "the private file is not there for this model"
        assert (result.files, result.skipped) == (2, 1)
        again = await bank.compact_all()
        assert (again.files, again.skipped, again.trace) == (0, 3, "")
        (memory / "food/drinks.md").write_text("- Likes tea\n- Likes gin\n", encoding="utf-8")
        assert (await bank.compact_all()).files == 1
        await bank.close()


async def test_compaction_applies_at_once_where_the_person_said_so(memory: Path) -> None:
    bank = rules(memory, approval=Approval.AUTO)
    result = await bank.compact_all()
    assert {change.state for change in result.changes} == {ChangeState.APPLIED}
    assert not bank.pending()
    await bank.close()


async def test_deep_forgetting_shows_every_file_to_the_model_in_one_change(memory: Path) -> None:
    """The second fact shares no word with the request: only reading the file finds it."""

    def reader(body: dict[str, Any]) -> Reply:
        if turn(body) == 0:
            listed = body["messages"][1]["content"].split("<instructions>")[1].split("</instructions>")[0]
            paths = [line[2:] for line in listed.splitlines() if line.startswith("- ")]
            return reply_calls(*(("read_file", {"path": path}) for path in paths))
        texts = "\n".join(str(message["content"]) for message in body["messages"])
        if turn(body) == 1 and "Ghent" in texts:
            ids = [line[1:6] for line in texts.splitlines() if "Anna is" in line or "Ghent" in line]
            return reply_calls(("remove_facts", {"path": "people/anna.md", "ids": ids}))
        assert "Owes" not in last_message(body)
        return reply_calls(("finish", {"summary": "Done."}))

    with ScriptedServer(reader) as server:
        bank = remote(memory, server)
        result = await bank.forget("everything about Anna", deep=True)
        assert result.change is not None
        assert [edit.before for edit in result.change.edits] == [
            "Anna is an old friend",
            "Met her in Ghent, with the dog",
        ]
        assert result.summary == "2 facts to be removed. 5 facts were read."
        assert "tax/2025.md" not in "".join(request.body.decode() for request in server.requests)
        await bank.close()


async def test_deep_forgetting_with_the_rules_and_when_nothing_is_meant(memory: Path) -> None:
    bank = rules(memory)
    steps: list[SweepProgress] = []
    result = await bank.forget("soup", deep=True, progress=steps.append)
    assert result.change is not None
    assert [edit.path for edit in result.change.edits] == ["food/meals.md"]
    assert steps
    nothing = await bank.forget("the opera", deep=True)
    assert nothing.change is None
    assert nothing.summary.startswith("Nothing saved. No fact says this")
    await bank.close()


async def test_an_empty_memory_is_swept_without_a_fuss(root: Path) -> None:
    bank = rules(root)
    assert (await bank.compact_all()).summary == "Nothing to do."
    assert (await bank.forget("tea", deep=True)).change is None
    await bank.close()
