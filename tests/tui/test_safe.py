"""Memory text is shown and never acts: no markup, no link, no action, no control character gets through."""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from nanomem_tui.memory.visible import visible
from nanomem_tui.tui.safe import VisibleFilter, plain
from tests.tui.driving import LARGE, keys, memory_screen, opened, painted, said, until, write_memory

NASTY = (
    "[bold]markup[/bold] [/foo] [@click=app.quit]click[/] [link=https://x.example]link[/link] "
    "\x1b]52;c;aGFja2Vk\x07 \x1b]8;;https://x.example\x1b\\text\x1b]8;;\x1b\\ \x1b[2J \x9b31m \x90q "
    "\u202egnirts\u202c \u200bzero \U000e0041\U000e0042 $name {brace} %s"
)
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=4))
def test_the_last_door_leaves_nothing_that_acts_and_keeps_the_width(texts: list[str]) -> None:
    line = [Segment(text) for text in texts]
    shown = VisibleFilter().apply(line, Color(0, 0, 0))
    for before, after in zip(line, shown, strict=True):
        assert visible(after.text) == after.text
        if visible(before.text) == before.text:
            assert after.text == before.text
        else:
            assert cell_len(after.text) == cell_len(before.text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_plain_text_is_what_it_reads(text: str) -> None:
    content = plain(text, "bold")
    assert content.plain == visible(text)


async def test_nasty_facts_crash_nothing_and_run_nothing(root: Path) -> None:
    one_line = NASTY.replace("\n", " ")
    write_memory(
        root,
        {"notes/nasty.md": f"# {NASTY}\n\n## Working memory\n- {one_line} | topic=[b]x | colour=[/red]\n"},
    )
    async with opened(root, LARGE) as pilot:
        screen = memory_screen(pilot)
        await until(pilot, lambda: screen.facts.facts)
        screen.facts.focus()
        assert "[bold]markup[/bold] [/foo]" in painted(pilot)
        await keys(pilot, "e", "escape", "v", "escape", "slash", *"markup")
        await until(pilot, lambda: "Found · markup" in painted(pilot))
        await keys(pilot, "escape")
        screen.facts.focus()
        await keys(pilot, "x")
        await until(pilot, lambda: any("Archived: [bold]markup" in note for note in said(pilot)))
        for number in "2341":
            await keys(pilot, number)
            await pilot.pause()
        await keys(pilot, "q", *"markup zero", "enter")
        await until(pilot, lambda: screen.cited is not None)
        assert pilot.app.is_running
        assert not UNSAFE.search(painted(pilot).replace("\n", ""))
