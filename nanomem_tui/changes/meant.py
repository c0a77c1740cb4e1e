"""Which facts somebody's words can mean: those that stand in memory, and those that only changes still know.

Looks at the tree and at changes; decides and writes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nanomem_tui.changes.likeness import content
from nanomem_tui.changes.model import Change, Op
from nanomem_tui.changes.needles import FORGOTTEN
from nanomem_tui.memory.document import parse
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.identity import normal
from nanomem_tui.memory.tree import Tree

_MOST = 20
"""Facts of each kind that a person is shown to choose from."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What words can mean, the likeliest first."""

    facts: tuple[Fact, ...]
    """Facts that stand in memory."""
    texts: tuple[str, ...]
    """What other facts said: taken out since, turned down, or still waiting for a decision."""
    exact: bool
    """The words are the very text of all of these."""


def meant(words: str, tree: Tree, changes: Iterable[Change]) -> Meant:
    """What can be meant by `words`; where they are the text of facts, just those.

    Args:
        words: in any order and form.
        tree: the facts that stand.
        changes: all there are.
    """
    wanted = normal(words)
    standing = [(normal(fact.text), fact) for fact in tree.facts()]
    keys = {key for key, _ in standing}
    gone = {key: text for text in _said(changes) if (key := normal(text)) not in keys}
    same = tuple(fact for key, fact in standing if key == wanted)
    if same or wanted in gone:
        return Meant(same, (gone[wanted],) if wanted in gone else (), exact=True)
    about = content(words)
    texts = [text for key, text in gone.items() if wanted in key or (about and about <= content(text))]
    facts = tuple(hit.fact for hit in tree.search(words, _MOST))
    return Meant(facts, tuple(texts[:_MOST]), exact=False)


def _said(changes: Iterable[Change]) -> Iterator[str]:
    """What the facts of changes say or said."""
    for change in changes:
        for edit in change.edits:
            for text in (edit.text, edit.before, edit.theirs):
                if text is None or text == FORGOTTEN or edit.op is Op.DESCRIBE:
                    continue
                if edit.op is Op.TEXT:
                    yield from (fact.text for fact in parse(text, edit.path).facts)
                else:
                    yield text
