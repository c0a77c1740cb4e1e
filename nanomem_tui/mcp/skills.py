"""The agent skill: a file that teaches an agent the `nanomem` command, and a snippet for its instructions."""

from pathlib import Path

from nanomem_tui.memory.errors import NanomemError

NAME = "nanomem"
_HERE = Path(__file__).parent / "skill"


def install_skill(folder: Path) -> Path:
    """Write the skill into `folder`/nanomem, replacing only its own file.

    Returns:
        The file written.

    Raises:
        NanomemError: the folder cannot be written.
    """
    target = folder / NAME / "SKILL.md"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((_HERE / "SKILL.md").read_bytes())
    except OSError as error:
        raise NanomemError(
            f"{target} cannot be written: {error.strerror}.", "Name another folder with --dir."
        ) from None
    return target


def snippet() -> str:
    """A few lines for a CLAUDE.md or AGENTS.md."""
    return (_HERE / "SNIPPET.md").read_text(encoding="utf-8")
