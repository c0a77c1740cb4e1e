"""The guard of one memory: what a recipient must not see, indexed for the last scan of what leaves.

Knows the tree and the gate's answer for each thing in it; calls no model and sends nothing.
"""

from collections.abc import Callable, Iterable, Iterator

from nanomem_tui.disclosure.gate import Sees, screen
from nanomem_tui.disclosure.scan import Kind, Needle, Scan
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.tree import FileInfo, Tree

_TELLING = 8
"""Letters from which a name of several words is looked for anywhere."""
_OVERLAP = 4_000
"""Characters of what was scanned before that are scanned again, should something span the border."""


class Guard:
    """Keeps the index of what is withheld for as long as memory and policy stay what they are.

    Args:
        tree: the memory.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._key: object = None
        self._scan = Scan(())

    def scan_for(self, sees: Sees) -> Scan:
        """What is withheld from whoever sees by `sees`, indexed."""
        tree = self._tree
        with tree.frozen():
            whose = (getattr(sees, "__self__", sees), getattr(sees, "__name__", ""))
            key = (tree.mark(), tree.policy, whose)
            if key != self._key:
                self._scan = Scan(withheld(tree, sees))
                self._key = key
            return self._scan

    def check(self, body: str, sees: Sees, known: Iterable[str]) -> None:
        """Refuse `body` when it holds what is withheld. Raises as `screen`."""
        screen(body, self.scan_for(sees), known, seen_texts(self._tree, sees))

    def screen(
        self, sees: Sees, known: Iterable[str], ours: Callable[[], Iterable[str]] = tuple
    ) -> Callable[[str, str], None]:
        """What reads each request of one run: all it tells a model, and what that said itself before.

        Args:
            sees: what the model may see.
            known: texts that may leave in any case.
            ours: gives more of them; asked only where something was found.
        """
        known, clean = tuple(known), ""

        def read(told: str, said: str) -> None:
            nonlocal clean
            begin = max(0, len(clean) - _OVERLAP) if told.startswith(clean) else 0
            self.check(told[begin:], sees, (text for texts in ((*known, said), ours()) for text in texts))
            clean = told

        return read


def withheld(tree: Tree, sees: Sees) -> Iterator[Needle]:
    """Every text and name in memory that does not exist for whoever sees by `sees`."""
    for fact in _facts(tree, sees):
        for text in (fact.text, *fact.details.splitlines()):
            yield Needle(text, f"the text of {fact.ref}")
    files = tree.files()
    seen = {part.casefold() for file in files if _is_seen(file, sees) for part in file.path.split("/")}
    told: set[str] = set()
    for file in files:
        if _is_seen(file, sees):
            continue
        for text in (file.title, file.description or ""):
            if len(text.split()) > 1:
                yield Needle(text, f"a description of {file.path}")
        for part in file.path.split("/"):
            if part.casefold() not in seen and part not in told:
                told.add(part)
                yield from _name(part, f"a name in {file.path}")


def seen_texts(tree: Tree, sees: Sees) -> Iterator[str]:
    """Every text and name that whoever sees by `sees` may know anyway."""
    for file in tree.files():
        if _is_seen(file, sees):
            yield f"{file.path} {file.title}"
            yield file.description or ""
    for fact in tree.facts():
        if sees(fact.path, fact.level):
            yield f"{fact.text}\n{fact.details}"


def _facts(tree: Tree, sees: Sees) -> Iterator[Fact]:
    # What is open is seen by everybody, unless its place is not.
    everything = not all(sees(file.path, Level.OPEN) for file in tree.files())
    for fact in tree.facts() if everything else tree.withheld(Level.ASK):
        if not sees(fact.path, fact.level):
            yield fact


def _is_seen(file: FileInfo, sees: Sees) -> bool:
    return not file.skipped and sees(file.path, file.level)


def _name(part: str, what: str) -> Iterator[Needle]:
    """A file or folder as it would stand in a listing; and by itself where it is no ordinary word."""
    stem = part.removesuffix(".md")
    yield Needle(part, what, Kind.NAME) if stem != part else Needle(f"{part}/", what, Kind.FOLDER)
    letters = sum(char.isalpha() for char in stem)
    several = letters >= _TELLING and not stem.isalpha()
    if several or (letters and any(char.isdigit() for char in stem) and len(stem) > _TELLING // 2):
        yield Needle(stem, what, Kind.NAME)
