"""The memory as it was, as lines and as JSON. Knows no terminal and asks no bank."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nanomem_tui.memory.jsontype import Json
from nanomem_tui.memory.visible import visible

if TYPE_CHECKING:
    from nanomem_tui.changes.past import Past, PastFile


def past_lines(past: "Past") -> Iterable[str]:
    """The files of then; `?` before those that may have been other than shown."""
    for file in past.files:
        today = "  as it is today" if file.text is None else ""
        yield f"{'?' if file.doubt else ' '} {visible(file.path)}{today}"


def past_json(past: "Past") -> dict[str, Json]:
    """The same as JSON."""
    return {
        "change": past.change.id,
        "at": past.at.isoformat(),
        "files": [
            {"path": file.path, "as_today": file.text is None, "doubt": file.doubt or None}
            for file in past.files
        ],
    }


def past_file_json(past: "Past", file: "PastFile", text: str) -> dict[str, Json]:
    """One file of then as JSON."""
    return {
        "path": file.path,
        "change": past.change.id,
        "at": past.at.isoformat(),
        "doubt": file.doubt or None,
        "text": text,
    }
