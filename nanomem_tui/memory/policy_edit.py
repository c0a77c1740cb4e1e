"""Changing one level in the text of `policy.yaml`: only the lines that must, comments and order kept.

Text in, text out; who may change a level and where the text goes is decided elsewhere.
"""

from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.frontmatter import quoted
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.policy import POLICY_FILE, Policy
from nanomem_tui.memory.policy_text import compose, replaced, section, with_pair


def set_level(text: str, glob: str, level: Level) -> str:
    """The text of a policy that gives `glob` another level.

    Args:
        text: the policy as it stands; "" where there is none.
        glob: as written in the policy; a new one is added behind the others.
        level: its level from now on. Other globs that match the same paths still count.

    Raises:
        UsageError: the glob is empty, or the policy is broken or written in a form that cannot be changed
            line by line; the next step says what to write by hand.
    """
    glob = " ".join(glob.split())
    if not glob.strip("/. "):
        raise UsageError("The glob is empty.", 'Name a folder or file, for example "health/**".')
    before = Policy.parse(text)
    if before.fault is not None:
        raise UsageError(f"{before.fault} Nothing was changed.", f"Mend {POLICY_FILE} by hand first.")
    if any(known == glob for known, _ in before.levels):
        wanted = tuple((known, level if known == glob else other) for known, other in before.levels)
    else:
        wanted = (*before.levels, (glob, level))
    changed = _changed(text, glob, level)
    after = Policy.parse(changed)
    if after.fault is not None or after.levels != wanted or after.recipients != before.recipients:
        raise UsageError(
            f"{POLICY_FILE} is written in a form that cannot be changed line by line.",
            f"Write {quoted(glob)}: {level.word} below `levels:` by hand.",
        )
    return changed


def _changed(text: str, glob: str, level: Level) -> str:
    _, pairs = section(compose(text), "levels")
    same = [value for name, value in pairs if name.value == glob]
    return replaced(text, same, level.word) if same else with_pair(text, "levels", quoted(glob), level.word)
