"""What the tests of the screens share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nanomem_tui.tui import garbage
from tests.tui import pressing
from tests.tui.driving import ABOUT, HEALTH, write_memory
from tests.tui.previews import FILES, POLICY


@pytest.fixture(autouse=True, scope="session")
def spared_garbage() -> None:
    """As when the app runs for real, the collector leaves what was imported alone."""
    garbage.spare()


@pytest.fixture(autouse=True)
def pressed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold what a test says it presses against what it pressed."""
    named = {id for mark in request.node.iter_markers(pressing.MARK) for id in mark.args}
    ran = pressing.record(monkeypatch) if named else set()
    yield
    assert named <= ran, f"no key ran {', '.join(sorted(named - ran))}"


@pytest.fixture
def memory(root: Path) -> Path:
    """A root with two files: four facts of all tiers in one, an `ask` fact in the other."""
    write_memory(root, {"personal/about.md": ABOUT, "health/allergies.md": HEALTH})
    return root


@pytest.fixture
def told(root: Path) -> Path:
    """A memory with facts of each level, a recipient with a name, and a private fact that fits."""
    write_memory(root, {**FILES, ".nanomem/policy.yaml": POLICY})
    return root


@pytest.fixture
def clipboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clipboard that a tool of the machine writes to."""
    kept, tool = tmp_path / "clipboard", tmp_path / "bin" / "xclip"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\ncat > {kept}\n")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":9")
    for name in ("WAYLAND_DISPLAY", "TMUX", "SSH_CONNECTION", "SSH_TTY", "WSL_DISTRO_NAME", "WSL_INTEROP"):
        monkeypatch.delenv(name, raising=False)
    return kept
