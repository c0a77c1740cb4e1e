"""Finding the words of forgotten facts wherever they may have been copied to, and cutting them out.

Pure: works on texts and changes. Matching ignores letter case, width and white space. Where a fact's words
are found, rather too much is cut than too little.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from nanomem_tui.changes.model import Change, Edit, EditState, Op, Splice, UpdateReason
from nanomem_tui.changes.telling import says
from nanomem_tui.memory.document import split_lines
from nanomem_tui.memory.identity import normal
from nanomem_tui.memory.visible import visible

FORGOTTEN = "[forgotten]"
"""Stands where words were cut out."""
_DONE = (EditState.APPLIED, EditState.REVERTED)
NOTE = "Its fact was forgotten for good."


@dataclass(frozen=True, slots=True)
class Needles:
    """What to look for."""

    texts: tuple[str, ...]
    """The facts."""
    quotes: tuple[str, ...] = ()
    """The words of the person that the facts were made from, and lines that belong to them."""
    refs: tuple[str, ...] = ()
    """Every name the facts had."""
    traces: tuple[str, ...] = ()
    """Ids of the runs that made or changed them."""
    words: tuple[str, ...] = ()
    """Words that nothing says but these facts: what else of ours says them gives the facts away."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches any of the words in a text that went through `flat`."""
        forms = {
            form for text in (*self.texts, *self.quotes) for form in (flat(normal(text)), flat(visible(text)))
        }
        return re.compile(
            "|".join(_bounded(form) for form in sorted(forms, key=len, reverse=True)) or r"(?!)"
        )


def flat(text: str) -> str:
    """The form in which words are looked for."""
    return " ".join(unicodedata.normalize("NFKC", text.replace("\\|", "|")).casefold().split())


def gather(needles: Needles, changes: Iterable[Change]) -> Needles:
    """The needles with what the changes know of them: other wordings, quotes, names, runs."""
    changes = tuple(changes)
    needles = replace(needles, texts=_wordings(needles.texts, changes))
    pattern = needles.pattern
    quotes, refs, traces = set(needles.quotes), set(needles.refs), set(needles.traces)
    for change in changes:
        for edit in change.edits:
            if _about(edit, pattern):
                quotes |= {edit.quote} if edit.quote else set()
                refs |= {f"{edit.path}#{id}" for id in (edit.id, edit.becomes) if id}
                if edit.to_path and edit.becomes:
                    refs.add(f"{edit.to_path}#{edit.becomes}")
                traces |= {change.trace} if change.trace else set()
    return replace(
        needles, quotes=tuple(sorted(quotes)), refs=tuple(sorted(refs)), traces=tuple(sorted(traces))
    )


def scrub(
    change: Change,
    pattern: re.Pattern[str],
    words: Collection[str] = (),
    standing: Callable[[str], bool] = lambda path: True,
) -> Change:
    """The change without the words: its other edits stay, and what it did to other lines stays revertible.

    Args:
        change: any change.
        pattern: matches the facts' words.
        words: those that give the facts away; what was asked for is cut where it says one.
        standing: whether there is such a file; the names of others are cut as well.
    """

    def named(path: str) -> str:
        says_it = _hit(path, pattern) or says(path, words)
        return FORGOTTEN if says_it and not standing(path) else path

    edits = tuple(_scrub_edit(edit, pattern) for edit in change.edits)
    touched = edits != change.edits
    effects, undone = _scrub_splices(change.effects, pattern), _scrub_splices(change.undone, pattern)
    effects, undone = (
        tuple(splice for splice in splices if named(splice.path) != FORGOTTEN)
        for splices in (effects, undone)
    )
    request, summary = change.request, change.summary
    if touched:
        # The source says it in words of its own, and a neighbor's excerpt may hold half of them.
        request = summary = FORGOTTEN
        edits = tuple(replace(edit, excerpt=None) for edit in edits)
    else:
        request, summary = (
            FORGOTTEN if _hit(text, pattern) or says(text, words) else text for text in (request, summary)
        )
        edits = tuple(
            replace(edit, excerpt=None) if says(edit.excerpt or "", words) else edit for edit in edits
        )
    edits = tuple(
        replace(edit, path=named(edit.path), to_path=edit.to_path and named(edit.to_path)) for edit in edits
    )
    return replace(change, edits=edits, effects=effects, undone=undone, request=request, summary=summary)


def _wordings(texts: tuple[str, ...], changes: tuple[Change, ...]) -> tuple[str, ...]:
    """`texts` with what they said before they were corrected, and were corrected to: the same facts."""
    found = {normal(text): text for text in texts}
    pairs = [
        (edit.before, edit.text)
        for change in changes
        for edit in change.edits
        if edit.reason is UpdateReason.CORRECTED and edit.before and edit.text and edit.state in _DONE
    ]
    size = 0
    while size < len(found):
        size = len(found)
        for one, other in pairs:
            if normal(one) in found or normal(other) in found:
                found.setdefault(normal(one), one)
                found.setdefault(normal(other), other)
    return tuple(found.values())


def _about(edit: Edit, pattern: re.Pattern[str]) -> bool:
    return any(_hit(text, pattern) for text in (edit.text, edit.before, edit.theirs) if text)


def _scrub_edit(edit: Edit, pattern: re.Pattern[str]) -> Edit:
    if edit.op is Op.TEXT:
        clean = replace(
            edit,
            text=_without_lines(edit.text, pattern),
            before=_without_lines(edit.before, pattern),
            theirs=_without_lines(edit.theirs, pattern),
            note=_cut(edit.note, pattern),
        )
    else:
        fact = edit.fact
        if fact is not None and any(_hit(t, pattern) for t in (fact.text, fact.details, fact.origin or "")):
            fact = None
        clean = replace(
            edit,
            text=_cut(edit.text, pattern),
            before=_cut(edit.before, pattern),
            before_raw=None if _hit(edit.before_raw, pattern) else edit.before_raw,
            quote=None if _hit(edit.quote, pattern) else edit.quote,
            excerpt=None if _hit(edit.excerpt, pattern) else edit.excerpt,
            title=_cut(edit.title, pattern),
            description=_cut(edit.description, pattern),
            note=_cut(edit.note, pattern),
            theirs=_cut(edit.theirs, pattern),
            fact=fact,
        )
    clean = replace(clean, flags={flag: _cut(why, pattern) or "" for flag, why in edit.flags.items()})
    if clean == edit:
        return edit
    # What people and models said of it may hold its words in another order; an id is made from them, so that
    # likely facts could be tried out against it.
    clean = replace(
        clean,
        quote=None,
        note=NOTE,
        flags=dict.fromkeys(edit.flags, FORGOTTEN),
        id=edit.id if edit.op is Op.TEXT else None,
        becomes=None,
    )
    if edit.state in (EditState.PENDING, EditState.CONFLICT):
        clean = replace(clean, state=EditState.REJECTED)
    return clean


def _scrub_splices(splices: tuple[Splice, ...], pattern: re.Pattern[str]) -> tuple[Splice, ...]:
    clean = (
        replace(
            splice,
            before=_without_lines(splice.before, pattern),
            after=_without_lines(splice.after, pattern),
            above="" if _hit(splice.above, pattern) else splice.above,
            below="" if _hit(splice.below, pattern) else splice.below,
        )
        for splice in splices
    )
    return tuple(splice for splice in clean if splice.before != splice.after)


def without_lines(text: str, pattern: re.Pattern[str]) -> str:
    """`text` without the lines that hold the words."""
    return "".join(line for line in split_lines(text) if not _hit(line, pattern))


def _without_lines(text: str | None, pattern: re.Pattern[str]) -> str | None:
    return None if text is None else without_lines(text, pattern)


def _cut(text: str | None, pattern: re.Pattern[str]) -> str | None:
    return FORGOTTEN if _hit(text, pattern) else text


def _hit(text: str | None, pattern: re.Pattern[str]) -> bool:
    return bool(text) and pattern.search(flat(text or "")) is not None


def hit(text: str, pattern: re.Pattern[str]) -> bool:
    """True when `text` holds the words."""
    return _hit(text, pattern)


def _bounded(form: str) -> str:
    """Whole words where words have ends: forgetting “tea” does not mean “team”."""
    if not form:
        return r"(?!)"
    left = r"(?<![a-z0-9])" if form[0].isascii() and form[0].isalnum() else ""
    right = r"(?![a-z0-9])" if form[-1].isascii() and form[-1].isalnum() else ""
    return left + re.escape(form) + right
