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

    def says(self, words: str) -> bool:
        """True when one of these says all the words, and is not merely near to them."""
        return any(_holds(text, words) for text in (*(fact.text for fact in self.facts), *self.texts))

    def or_just(self, words: str) -> "Meant":
        """These, or the words themselves and no fact."""
        return Meant(self.facts, (*self.texts, words), exact=not self.facts and not self.texts)


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
    texts = [text for text in gone.values() if _holds(text, words)]
    facts = tuple(hit.fact for hit in tree.search(words, _MOST))
    return Meant(facts, tuple(texts[:_MOST]), exact=False)


def _holds(text: str, words: str) -> bool:
    about = content(words)
    return normal(words) in normal(text) or bool(about and about <= content(text))


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
