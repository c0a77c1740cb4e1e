"""A memory file as a value: what the rest of the house uses to read and edit one.

The parts live next door: `parsing` (text to document and back), `edits` and `placing`
(one document to the next), `lines` (bytes to text), `frontmatter` and `metadata`.
"""

from nanomem_tui.memory.edits import (
    add_fact,
    archive_fact,
    describe,
    put_raw,
    remove_facts,
    replace_fact,
    take_raw,
    to_new_fact,
)
from nanomem_tui.memory.frontmatter import Frontmatter
from nanomem_tui.memory.lines import decode, encode, split_lines
from nanomem_tui.memory.parsing import Document, parse, render
from nanomem_tui.memory.placing import new_document

__all__ = [
    "Document",
    "Frontmatter",
    "add_fact",
    "archive_fact",
    "decode",
    "describe",
    "encode",
    "new_document",
    "parse",
    "put_raw",
    "remove_facts",
    "render",
    "replace_fact",
    "split_lines",
    "take_raw",
    "to_new_fact",
]
