"""A memory for guests: open, ask and private parts, and a recipient who may see only some of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nanomem_tui import MemoryBank

PRIVATE = ("zanzibar", "quokka", "marzipan")
"""Words of private memory."""
FILES = {
    "personal/about.md": (
        "- Lives in Seattle | updated_at=2026-01-02\n"
        "- Plays the cello | updated_at=2026-01-02\n"
        "- Fears the marzipan factory | disclosure=private\n"
        "- Sees a counselor named Ocelot | disclosure=ask\n"
    ),
    "tax/zanzibar.md": "---\ndescription: quokka papers\n---\n- Owes money in Zanzibar\n",
    "work/job.md": "- Works at Acme as a baker\n",
}
POLICY = 'levels:\n  "tax/**": private\nrecipients:\n  work-assistant: {allow: ["work/**"]}\n'


@pytest.fixture
def memory(root: Path) -> Path:
    """The root of that memory."""
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    state = root / ".nanomem"
    state.mkdir(mode=0o700)
    (state / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return root


@pytest.fixture
async def bank(memory: Path) -> AsyncIterator[MemoryBank]:
    """A bank over it."""
    bank = MemoryBank(memory)
    yield bank
    await bank.close()


def contents(root: Path) -> dict[str, bytes]:
    """The bytes of every memory file."""
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in sorted(root.rglob("*.md"))}
