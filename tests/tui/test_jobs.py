"""What takes a while shows how far it is on every screen, can be stopped, and says what it left behind."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from nanomem_tui.settings import Settings
from nanomem_tui.tui.jobs import MANY_FILES, Job
from tests.tui.driving import (
    ListeningApp,
    PausingRules,
    app_of,
    keys,
    opened,
    painted,
    said,
    until,
    write_memory,
)

TWICE = "# Memory: Tea\n\n## Long-term memory\n- Likes oolong number {n}\n- Likes oolong number {n}.\n"


def files(root: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in root.rglob("*.md")}


def jobs(pilot: Pilot[int]) -> list[str]:
    return [job.title for job in app_of(pilot).jobs]


@pytest.mark.presses("compact", "stop")
async def test_tidying_is_counted_stopped_and_goes_on(root: Path) -> None:
    write_memory(root, {f"tea/cup{n:02}.md": TWICE.format(n=n) for n in range(12)})
    before = files(root)
    model = PausingRules("oolong number 5")
    async with opened(root, (100, 30), model=model) as pilot:
        app = app_of(pilot)
        await keys(pilot, "C")
        await until(pilot, lambda: "Tidying" in painted(pilot) and "of 12 files" in painted(pilot))
        await keys(pilot, "X")
        await until(pilot, lambda: any("Tidying was stopped." in note for note in said(pilot)))
        await until(pilot, lambda: not jobs(pilot))
        some = len(app.bank.pending())
        assert some < 12
        model.go_on.set()
        await keys(pilot, "C")
        await until(pilot, lambda: any("files looked at" in note for note in said(pilot)))
        await until(pilot, lambda: app.pending == 12 and not jobs(pilot))
        assert not any("for your decision" in note for note in said(pilot)), "told once, not file by file"
        await keys(pilot, "X")
        assert said(pilot)[-1] == "Nothing is running that could be stopped."
    assert files(root) == before


async def test_reading_many_files_into_the_index_is_shown(root: Path) -> None:
    write_memory(root, {f"f{n % 20}/note{n}.md": f"- Fact number {n}\n" for n in range(MANY_FILES + 50)})
    app = ListeningApp(Settings(root=root))
    seen: list[Job] = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.watch(app, "jobs", lambda jobs: seen.extend(jobs))
        await until(pilot, lambda: "f0" in painted(pilot) and not app.jobs)
        assert {job.title for job in seen} == {"Reading files"}
        assert all(job.count.endswith(" of 550") and 0 <= job.share < 1 for job in seen)
