"""Prompt crafting: the text another model would get, with every personal word between two marks.

Pure: the same query and facts give the same bytes, so that what was shown is what is sent.
"""

import re
from collections.abc import Iterable

from nanomem_tui.memory.visible import visible

OPEN_MARK, CLOSE_MARK = "[[user_data]]", "[[/user_data]]"
_MARKS = re.compile(r"\[\[\s*/?\s*user_data\s*\]\]", re.I)
_SPAN = re.compile(re.escape(OPEN_MARK) + "(.*?)" + re.escape(CLOSE_MARK), re.S)


def craft(query: str, facts: Iterable[str]) -> str:
    """The prompt for `query` with `facts`, each a line of its own; the bare query when there are none.

    Marks inside a fact are taken out: nothing can close its own fence.
    """
    lines = [f"- {OPEN_MARK}{_unmarked(fact)}{CLOSE_MARK}" for fact in facts]
    if not lines:
        return f"{query.strip()}\n"
    return f"{query.strip()}\n\nAbout me, as far as it matters here:\n" + "\n".join(lines) + "\n"


def user_data(prompt: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each span of user data in a prompt, marks left out."""
    return tuple(match.span(1) for match in _SPAN.finditer(prompt))


def _unmarked(text: str) -> str:
    """`text` on one line, without marks; taken out again until none forms from the pieces."""
    while _MARKS.search(text):
        text = _MARKS.sub("", text)
    # What the person cannot see in the preview must not speak to whoever gets it.
    return visible(" ".join(text.split()))
