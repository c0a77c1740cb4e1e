"""Fixtures of the agent's tests: a small memory with open, ask and private parts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.toolbox import Toolbox
from nanomem_tui.agent.view import Sees
from nanomem_tui.changes.draft import Draft
from nanomem_tui.memory.tree import Tree
from tests.agent.play import NOW, see_all

ABOUT = """\
---
title: About
description: Who the person is
---
# Memory: About

## Working memory (current context subject to change)
- Visiting Portland | tier=working | updated_at=2026-02-20 | expires_at=2026-03-05

## Long-term memory (stable facts that are unlikely to change)
- Lives in New York | topic=personal | source=user_statement | confidence=high | updated_at=2024-06-01
- Works at Acme | updated_at=2025-07-01

## History (no longer current)
- Lived in Boston | tier=history | status=superseded | updated_at=2020-01-01
"""
ALLERGIES = """\
---
description: What to avoid
---
- Allergic to penicillin | updated_at=2026-01-07
- Has a secret condition | disclosure=private
"""
TAXES = "- Owes 400 to the tax office\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A memory root with open, ask and private files."""
    root = tmp_path / "memory"
    for path, text in {
        "personal/about.md": ABOUT,
        "health/allergies.md": ALLERGIES,
        "tax/2025.md": TAXES,
        ".nanomem/policy.yaml": 'levels:\n  "tax/**": private\n',
    }.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def tree(root: Path) -> Tree:
    """The tree over that root."""
    return Tree(root)


Kit = Callable[..., Toolbox]


@pytest.fixture
def kit(tree: Tree) -> Kit:
    """Makes a toolbox over a new draft of the tree."""

    def make(source: str | None = None, sees: Sees = see_all, limits: Limits | None = None) -> Toolbox:
        return Toolbox(Draft(tree, now=NOW), sees, source, NOW, limits)

    return make
