"""Flags: reasons, found by code alone, why an edit needs its own explicit yes.

Reads the tree and the words of the request; asks no model. Each flag comes with one sentence for the person.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from nanomem_tui.changes.grounding import find_quote, said_by_assistant
from nanomem_tui.changes.likeness import Crowd, alike
from nanomem_tui.changes.model import Author, AuthorKind, Edit, Flag, Op
from nanomem_tui.changes.orders import find_order
from nanomem_tui.changes.secrets import find_secret
from nanomem_tui.memory.document import parse
from nanomem_tui.memory.facts import Confidence, Fact, NewFact, Source, Tier
from nanomem_tui.memory.identity import same
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.tree import Tree
from nanomem_tui.memory.visible import visible

_MANY = 10
"""A run that removes or archives more facts than this is sweeping."""
_FEW = 2
"""Up to so many of one file are never sweeping, however small the file is."""
_SOURCES = tuple(Source)
_CONFIDENCES = tuple(Confidence)


class Forgotten(Protocol):
    """What was forgotten for good, known by its fingerprints."""

    def matches(self, text: str) -> bool:
        """True when `text` was forgotten."""
        ...


def flag_edits(
    edits: tuple[Edit, ...],
    *,
    author: Author,
    source: str | None,
    tree: Tree,
    forgotten: Forgotten | None = None,
) -> tuple[Edit, ...]:
    """The edits with their flags set, and the words around their quotes.

    Args:
        edits: all edits of one change.
        author: who wrote them; what a person types themself is flagged only for what is in it.
        source: the text that quotes must be in; None: nothing to check them against.
        tree: memory as it stands.
        forgotten: what was forgotten for good.
    """
    sweeping = {} if author.kind is AuthorKind.PERSON else _sweeping(edits, tree)
    archives = author.kind is not AuthorKind.PERSON and any(edit.op is Op.ARCHIVE for edit in edits)
    ordered = find_order(source) if source and archives else None
    earlier = _Earlier()
    flagged: list[Edit] = []
    for edit in edits:
        flags: dict[Flag, str] = {}
        excerpt = None
        texts = tuple(_new_texts(edit))
        if author.kind is not AuthorKind.PERSON:
            # What an import takes over without a model has nothing to quote.
            quotes = author.kind is not AuthorKind.IMPORT or edit.quote is not None
            if source is not None and edit.op in (Op.ADD, Op.UPDATE) and quotes:
                grounds = find_quote(edit.quote or "", source)
                excerpt = grounds.excerpt if grounds else None
                if not edit.quote:
                    flags[Flag.UNGROUNDED] = "It quotes nothing from the source."
                elif grounds is None:
                    flags[Flag.UNGROUNDED] = f"Its quote “{edit.quote}” is not in the source."
            if raised := _trust_raised(edit, source, tree):
                flags[Flag.TRUST_RAISED] = raised
            for text in texts:
                if order := find_order(text):
                    flags[Flag.INSTRUCTION] = f"“{order}” reads like an order to a model."
            if ordered and edit.op is Op.ARCHIVE:
                # It quotes nothing, so its run may have done what somebody else's text told it to.
                flags[Flag.INSTRUCTION] = f"“{ordered}” in its source reads like an order to a model."
            if edit.path in sweeping and edit.op in (Op.REMOVE, Op.ARCHIVE, Op.TEXT):
                flags[Flag.SWEEPING] = sweeping[edit.path]
        for text in texts:
            if secret := find_secret(text):
                flags[Flag.SECRET] = f"It looks like it holds {secret}."
            if (shown := visible(text)) != text:
                flags[Flag.HIDDEN_CHARACTERS] = (
                    f"It holds characters that cannot be seen: {_decoded(text, shown)}"
                )
            if forgotten is not None and forgotten.matches(text):
                flags[Flag.FORGOTTEN] = "It was forgotten for good before."
        earlier.note_gone(edit)
        if duplicate := _duplicate(edit, earlier, tree):
            flags[Flag.DUPLICATE] = duplicate
        earlier.add(edit)
        flagged.append(
            replace(edit, flags={f: flags[f] for f in Flag if f in flags}, excerpt=excerpt or edit.excerpt)
        )
    return tuple(flagged)


def _new_texts(edit: Edit) -> Iterator[str]:
    """The words an edit brings in, one string for each fact or line."""
    if edit.op in (Op.ADD, Op.UPDATE) and edit.fact is not None:
        yield edit.fact.text
        yield from edit.fact.details.splitlines()
        if edit.fact.origin:
            yield edit.fact.origin
    elif edit.op is Op.DESCRIBE:
        yield from (text for text in (edit.title, edit.description) if text)
    elif edit.op is Op.TEXT and edit.text is not None:
        old = Counter((edit.before or "").splitlines())
        new = Counter(edit.text.splitlines()) - old
        facts = {line: fact.text for line, fact in _by_line(edit.text, edit.path)}
        yield from (facts.get(line, line.removeprefix("\ufeff")) for line in new if line.strip())


def _by_line(text: str, path: str) -> Iterator[tuple[str, Fact]]:
    document = parse(text, path)
    for fact in document.facts:
        yield document.lines[fact.line].rstrip("\r\n"), fact


class _Earlier:
    """The edits of a change before one of them, in the form in which duplicates are looked for."""

    def __init__(self) -> None:
        self._texts = Crowd()
        self._numbers: dict[str, int] = {}
        self.gone: set[tuple[str, str | None]] = set()
        """Facts that are not there any more as they were."""

    def note_gone(self, edit: Edit) -> None:
        """What `edit` takes away or changes."""
        if edit.op in (Op.UPDATE, Op.REMOVE, Op.ARCHIVE, Op.MOVE):
            self.gone.add((edit.path, edit.id))

    def add(self, edit: Edit) -> None:
        """What `edit` brings in."""
        if edit.op in (Op.ADD, Op.UPDATE) and edit.text is not None:
            self._texts.add(edit.text)
            self._numbers.setdefault(edit.text, edit.n)

    def like(self, text: str) -> tuple[int, str] | None:
        """Number and text of the first edit that says the same, or nearly."""
        found = self._texts.find(text)
        return None if found is None else (self._numbers[found], found)


def _duplicate(edit: Edit, earlier: _Earlier, tree: Tree) -> str | None:
    """The fact that says the same, or nearly, as a sentence."""
    if edit.op not in (Op.ADD, Op.UPDATE) or edit.text is None:
        return None
    if edit.op is Op.UPDATE and edit.before is not None and same(edit.before, edit.text):
        return None
    if (other := earlier.like(edit.text)) is not None:
        return f"Edit {other[0]} says “{other[1]}”."
    here = tree.read(edit.path).document.facts if tree.exists(edit.path) else ()
    for fact in (*here, *(hit.fact for hit in tree.search(edit.text, 10))):
        if (fact.path, fact.id) in earlier.gone or fact.tier is Tier.HISTORY:
            continue
        if same(fact.text, edit.text):
            return f"{fact.path} says so already: “{fact.text}”."
        if alike(fact.text, edit.text):
            return f"{fact.path} says nearly the same: “{fact.text}”."
    return None


def _trust_raised(edit: Edit, source: str | None, tree: Tree) -> str | None:
    """How an edit claims more than its origin gives, or would disclose more freely than before."""
    if edit.op is Op.MOVE and edit.to_path:
        return _freer(_level(tree, edit.path), _level(tree, edit.to_path), edit.to_path)
    if edit.op is Op.TEXT and edit.before is not None and edit.text is not None:
        before, after = parse(edit.before, edit.path), parse(edit.text, edit.path)
        was = before.frontmatter.level
        now = after.frontmatter.level
        if raised := _freer(was, now, edit.path):
            return raised
        own = {fact.text: fact for fact in before.facts}
        for fact in after.facts:
            if old := own.get(fact.text):
                raised = _claims_more(old, NewFact(fact.text, source=fact.source, confidence=fact.confidence,
                                                   disclosure=fact.disclosure))  # fmt: skip
                if raised:
                    return raised
        return None
    if edit.fact is None:
        return None
    if edit.op is Op.UPDATE and edit.before_raw:
        facts = parse(edit.before_raw).facts
        if facts and (raised := _claims_more(facts[0], edit.fact)):
            return raised
    if (
        edit.fact.source is Source.USER_STATEMENT
        and edit.quote
        and source
        and said_by_assistant(edit.quote, source)
    ):
        return "It calls itself a statement of the person, but its quote is the assistant's."
    return None


def _claims_more(old: Fact, new: NewFact) -> str | None:
    if _SOURCES.index(new.source) < _SOURCES.index(old.source) and not _grounded_change(old, new):
        return f"It raises the source of “{old.text}” from {old.source.value} to {new.source.value}."
    if (
        new.confidence is not None
        and _CONFIDENCES.index(new.confidence) < _CONFIDENCES.index(old.confidence)
        and same(old.text, new.text)
    ):
        return (
            f"It raises the confidence of “{old.text}” from {old.confidence.value} to {new.confidence.value}."
        )
    if old.disclosure is not None:
        return _freer(old.disclosure, new.disclosure or Level.OPEN, f"“{old.text}”")
    return None


def _grounded_change(old: Fact, new: NewFact) -> bool:
    """A new text with a source of its own replaces an inference: nothing is raised but the knowledge."""
    return not same(old.text, new.text)


def _freer(was: Level, now: Level, what: str) -> str | None:
    return f"It lowers the disclosure level of {what} from {was.word} to {now.word}." if now < was else None


def _level(tree: Tree, path: str) -> Level:
    level = tree.policy.level(path)
    if tree.exists(path):
        level = max(level, tree.read(path).level)
    return level


def _sweeping(edits: tuple[Edit, ...], tree: Tree) -> dict[str, str]:
    """Paths whose removals are sweeping, each with the sentence that says why."""
    gone: Counter[str] = Counter()
    for edit in edits:
        if edit.op in (Op.REMOVE, Op.ARCHIVE):
            gone[edit.path] += 1
        elif edit.op is Op.TEXT and edit.before is not None:
            kept = Counter(fact.text for fact in parse(edit.text or "", edit.path).facts)
            gone[edit.path] += (
                Counter(fact.text for fact in parse(edit.before, edit.path).facts) - kept
            ).total()
    total = gone.total()
    if total > _MANY:
        return dict.fromkeys(gone, f"The run takes {total} facts away.")
    found = {}
    for path, count in gone.items():
        facts = len(tree.read(path).document.facts) if tree.exists(path) else 0
        if count > _FEW and facts and count * 4 > facts:
            found[path] = f"The run takes {count} of the {facts} facts of {path} away."
    return found


def _decoded(text: str, shown: str) -> str:
    """What hidden characters say: tag characters spell ASCII that only a model reads."""
    tags = "".join(chr(ord(char) - 0xE0000) for char in text if 0xE0020 <= ord(char) <= 0xE007E)
    return f"{shown} (hidden text: “{tags}”)" if tags else shown
