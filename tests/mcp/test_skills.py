"""The skill is valid by the rules of its format, and tells the truth about the command."""

import re
from pathlib import Path

import frontmatter
import pytest

from nanomem_tui.mcp.skills import NAME, install_skill, snippet
from nanomem_tui.memory.errors import ExitCode, NanomemError


def test_an_installed_skill_is_valid(tmp_path: Path) -> None:
    file = install_skill(tmp_path / "skills")
    assert file == tmp_path / "skills" / NAME / "SKILL.md"
    text = file.read_text(encoding="utf-8")
    post = frontmatter.loads(text)
    assert post["name"] == file.parent.name
    assert re.fullmatch(r"[a-z0-9-]{1,64}", str(post["name"]))
    assert "Use when" in str(post["description"])
    assert len(str(post["description"])) <= 1024
    assert len(text.splitlines()) < 500


def test_it_names_every_exit_code_an_agent_can_meet(tmp_path: Path) -> None:
    text = install_skill(tmp_path).read_text(encoding="utf-8")
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.M)}
    assert listed == {int(code) for code in ExitCode if code is not ExitCode.INTERRUPTED}


def test_installing_again_touches_nothing_else(tmp_path: Path) -> None:
    first = install_skill(tmp_path)
    beside = first.parent / "notes.md"
    beside.write_text("mine")
    install_skill(tmp_path)
    assert beside.read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NanomemError, match="cannot be written"):
        install_skill(tmp_path / "file")


def test_the_snippet_is_short_and_names_the_command() -> None:
    assert "nanomem retrieve" in snippet()
    assert len(snippet().splitlines()) < 15
