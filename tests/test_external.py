"""The person's own editor, started for real on a file that only they can read."""

import sys
from pathlib import Path

import pytest

from nanomem_tui.bank.external import EditorFailed, edited_outside, editor_command


def test_what_the_editor_leaves_comes_back_byte_for_byte(tmp_path: Path) -> None:
    script = tmp_path / "editor.py"
    script.write_text("import sys; f = open(sys.argv[1], 'rb+'); f.seek(0, 2); f.write(b'more')")
    assert edited_outside([sys.executable, str(script)], "add.md", b"a\r\n\xff") == b"a\r\n\xffmore"


@pytest.mark.parametrize("bad", ["/no/such/editor", "false"])
def test_an_editor_that_fails_saves_nothing(bad: str) -> None:
    with pytest.raises(EditorFailed):
        edited_outside([bad], "add.md", b"some")


def test_visual_goes_before_editor_and_may_have_words() -> None:
    assert editor_command({"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert editor_command({"EDITOR": "vi"}) == ["vi"]
    assert editor_command({}) == []
    assert editor_command({"EDITOR": "vi 'x"}) == ["vi 'x"]
