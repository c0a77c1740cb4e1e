"""Two people changed the same fact: what both changed, field by field, or where they clash."""

from dataclasses import fields, replace

from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.levels import Level

_LEFT_OPEN = ("topic", "confidence", "details")
"""Fields of which an empty one means: as it is."""


class Clash(Exception):
    """Both sides changed the same field to different values."""

    def __init__(self, field: str, ours: object, theirs: object) -> None:
        super().__init__(field)
        self.field = field.replace("_", " ")
        self.ours = _word(ours)
        self.theirs = _word(theirs)


def merge_facts(seen: NewFact, ours: NewFact, theirs: NewFact) -> NewFact:
    """The fact with what `ours` and `theirs` each changed of `seen`.

    Raises:
        Clash: both changed one field, differently.
    """
    merged = ours
    for name in (field.name for field in fields(NewFact)):
        was, mine, other = getattr(seen, name), getattr(ours, name), getattr(theirs, name)
        if name in _LEFT_OPEN and not mine:
            # Nobody asked for another value.
            mine = was
        if other in (was, mine):
            continue
        if name == "updated_at":
            # A date says when somebody last wrote, not what: the later one holds for both.
            continue
        if mine != was:
            raise Clash(name, mine, other)
        merged = replace(merged, **{name: other})
    return merged


def _word(value: object) -> str:
    return value.word if isinstance(value, Level) else str(value)
