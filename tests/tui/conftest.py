"""What the tests of the screens share."""

from pathlib import Path

import pytest

from nanomem_tui.tui import garbage
from tests.tui.driving import ABOUT, HEALTH, write_memory


@pytest.fixture(autouse=True, scope="session")
def spared_garbage() -> None:
    """As when the app runs for real, the collector leaves what was imported alone."""
    garbage.spare()


@pytest.fixture
def memory(root: Path) -> Path:
    """A root with two files: four facts of all tiers in one, an `ask` fact in the other."""
    write_memory(root, {"personal/about.md": ABOUT, "health/allergies.md": HEALTH})
    return root
