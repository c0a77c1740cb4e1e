"""A prompt for another model, put together without one: the query, then what is personal between marks."""

import re
from collections.abc import Sequence

_MARK = re.compile(r"\[\[(/?user_data)\]\]")


def crafted(query: str, sentences: Sequence[str]) -> str:
    """The query with `sentences` as user data; as it is where there are none."""
    lines = "\n".join(f"- {sentence}" for sentence in sentences)
    data = f"\n\n[[user_data]]\n{_unmarked(lines)}\n[[/user_data]]" if sentences else ""
    return _unmarked(query) + data


def _unmarked(text: str) -> str:
    """Text without marks of user data, which must stay ours."""
    return _MARK.sub(r"[\1]", text)
