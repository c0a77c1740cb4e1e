"""The person's own prompts: which flows have one, how it differs from ours, and how it gets there.

A prompt is checked before it is kept, and one that goes is set aside, never lost. Runs nothing.
"""

import difflib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nanomem_tui.agent.flows import BUILT_IN, check_prompt, flow_names, load_flow, own_prompt
from nanomem_tui.memory.errors import MemoryUnreadable, NanomemError, NotFound
from nanomem_tui.memory.paths import state_dir

SET_ASIDE = ".old"
"""Ending of the own prompt that was there before."""


@dataclass(frozen=True, slots=True)
class PromptInfo:
    """The prompt of one flow."""

    name: str
    path: Path
    """Where the person's own one is, or would be."""
    own: bool
    """Whether the person's own one is in use."""
    fault: str | None = None
    """Why the own one cannot be used."""


def list_prompts(root: Path) -> list[PromptInfo]:
    """The prompts of all flows."""
    return [prompt_info(name, root) for name in flow_names()]


def prompt_info(name: str, root: Path) -> PromptInfo:
    """What is known of one flow's prompt.

    Raises:
        NotFound: there is no such flow.
    """
    if name not in flow_names():
        raise NotFound(f"There is no flow called {name!r}.", f"Flows: {', '.join(flow_names())}.")
    path = own_prompt(name, root)
    fault = None
    if path.is_file():
        try:
            load_flow(name, root)
        except NanomemError as error:
            fault = error.message
    return PromptInfo(name, path, path.is_file(), fault)


def read_prompt(name: str, root: Path, *, built_in: bool = False) -> str:
    """The prompt file in use, whole; ours where the person has none or `built_in`.

    Raises:
        NotFound: there is no such flow.
    """
    info = prompt_info(name, root)
    path = info.path if info.own and not built_in else BUILT_IN / f"{name}.md"
    return path.read_text(encoding="utf-8", errors="replace")


def diff_prompt(name: str, root: Path) -> list[str]:
    """How the person's own prompt differs from ours, as a unified diff; empty when it does not.

    Raises:
        NotFound: there is no such flow.
    """
    ours, own = read_prompt(name, root, built_in=True), read_prompt(name, root)
    return list(
        difflib.unified_diff(
            ours.splitlines(), own.splitlines(), f"built-in/{name}.md", f"own/{name}.md", lineterm=""
        )
    )


def write_prompt(name: str, root: Path, text: str) -> PromptInfo:
    """Make `text` the person's own prompt of a flow; the one before is set aside.

    Raises:
        NotFound: there is no such flow.
        UsageError: `text` is no prompt that this flow can use; nothing is written.
        MemoryUnreadable: the prompts' folder is a link or no folder.
    """
    info = prompt_info(name, root)
    check_prompt(name, text)
    folder = _folder(root)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".prompt-")  # made 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if info.own:
            info.path.replace(_aside(info.path))
        Path(temporary).replace(info.path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    return prompt_info(name, root)


def reset_prompt(name: str, root: Path) -> Path | None:
    """Use our prompt again.

    Returns:
        Where the person's own one is now; None when there was none.

    Raises:
        NotFound: there is no such flow.
    """
    info = prompt_info(name, root)
    if not info.own:
        return None
    return info.path.replace(_aside(info.path))


def _aside(path: Path) -> Path:
    """A name for what is set aside that nothing has yet."""
    number, place = 1, path.with_name(path.name + SET_ASIDE)
    while place.exists() or place.is_symlink():
        number, place = number + 1, path.with_name(f"{path.name}{SET_ASIDE}{number + 1}")
    return place


def _folder(root: Path) -> Path:
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = state_dir(root) / "prompts"
    folder.mkdir(mode=0o700, exist_ok=True)
    if not stat.S_ISDIR(folder.lstat().st_mode):
        raise MemoryUnreadable(f"{folder} is not a folder.", "Move it away.")
    return folder
