"""Citations of an answer: each sentence names the facts it rests on, and code checks that they were read.

Knows nothing of tools or drafts: it matches the refs a model wrote against the facts it was shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nanomem_tui.memory.facts import Fact


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer."""

    text: str
    facts: tuple[str, ...]
    """Refs of facts that were read in the run."""
    cited: bool
    """False when it rests on no fact, or on one that was not read."""


class Uncited(ValueError):
    """Refs that name no fact read in the run; its text is a sentence a model can act on."""


def cite(
    sentences: Sequence[tuple[str, Sequence[str]]], read: Iterable[Fact], *, lenient: bool
) -> tuple[Sentence, ...]:
    """Check each sentence's refs against the facts read.

    Args:
        sentences: text and refs as the model wrote them: `path#id` or a bare id, brackets allowed.
        read: the facts shown in this run.
        lenient: mark wrong refs instead of refusing them.

    Raises:
        Uncited: a ref names no fact that was read, or several, and `lenient` is off.
    """
    by_ref: dict[str, Fact] = {}
    by_id: dict[str, list[str]] = {}
    for fact in read:
        by_ref[fact.ref] = fact
        by_id.setdefault(fact.id, []).append(fact.ref)
    checked: list[Sentence] = []
    for text, refs in sentences:
        found: list[str] = []
        wrong = False
        for written in refs:
            ref = written.strip().strip("[]").strip()
            matches = [ref] if ref in by_ref else by_id.get(ref, []) if "#" not in ref else []
            if len(matches) == 1:
                found.append(matches[0])
            elif not lenient and matches:
                raise Uncited(f"[{ref}] is the id of several facts; write one of {', '.join(matches)}.")
            elif not lenient:
                raise Uncited(
                    f"No fact [{ref}] was read in this run. Cite only ids that a tool showed you; "
                    "leave out what no fact says."
                )
            else:
                wrong = True
        checked.append(Sentence(text, tuple(dict.fromkeys(found)), bool(found) and not wrong))
    return tuple(checked)
