"""What the tests of the screens share."""

from pathlib import Path

import pytest

from tests.tui.driving import ABOUT, HEALTH, write_memory


@pytest.fixture
def memory(root: Path) -> Path:
    """A root with two files: four facts of all tiers in one, an `ask` fact in the other."""
    write_memory(root, {"personal/about.md": ABOUT, "health/allergies.md": HEALTH})
    return root
