"""Which memory file a note belongs to: one the tree already has where it fits, else the lexicon's.

Knows paths, descriptions and the facts seen in files; writes nothing.
"""

import re
from collections.abc import Iterable, Mapping

from nanomem_tui.agent.context import SeenFact
from nanomem_tui.agent.rules.lexicon import ABOUT, KINDS, NAMED, PEOPLE_KINDS, Kind
from nanomem_tui.agent.rules.meaning import Meaning, read
from nanomem_tui.agent.rules.verbs import stem
from nanomem_tui.agent.rules.words import words

_FITS = 6
"""From this score on, a file of the tree is taken instead of the lexicon's path."""
_OWN_PATHS = {kind.path for kind in KINDS}
_GENERAL_NAMES = words("""
    about general overview notes index main readme profile misc basics info
""")


def kind_of(meaning: Meaning) -> Kind:
    """The kind that decides where a note is filed."""
    if meaning.role:
        return next(kind for names, kind in PEOPLE_KINDS if meaning.role in names)
    if meaning.subject:
        near = [
            kind for kind in KINDS if kind.name in ("pet", "family", "friend") and kind.name in meaning.kinds
        ]
        return near[0] if near else NAMED
    by_key = {"home": "home", "employer": "work", "occupation": "work", "car": "vehicle", "diet": "diet"}
    by_key |= dict.fromkeys(("age", "name", "nickname", "birthday", "height"), "identity")
    by_key |= dict.fromkeys(("phone", "email", "address"), "contact") | {"marital": "family"}
    wanted = by_key.get(meaning.key)
    for kind in KINDS:
        if kind.name == wanted or (wanted is None and kind.name in meaning.kinds):
            return kind
    return ABOUT


def file_for(
    meaning: Meaning, files: Mapping[str, str], seen: Iterable[SeenFact] = (), *, passing: bool = False
) -> str:
    """The path a note belongs to.

    Args:
        meaning: the note's reading.
        files: paths of the tree with their descriptions.
        seen: facts known to be in them.
        passing: the note will pass; without a better place it belongs to what is coming up.
    """
    kind = kind_of(meaning)
    if kind is ABOUT and passing:
        kind = next(kind for kind in KINDS if kind.name == "event")
    if kind.path in files:
        return kind.path
    homes: dict[str, int] = {}
    for fact in seen:
        if kind_of(read(fact.text)).name == kind.name:
            homes[fact.path] = homes.get(fact.path, 0) + 3
    scored = [(_fit(path, about, kind) + min(9, homes.get(path, 0)), path) for path, about in files.items()]
    best, path = max(scored, key=lambda item: (item[0], -len(item[1]), item[1]), default=(0, ""))
    return path if best >= _FITS else kind.path


def _fit(path: str, description: str, kind: Kind) -> int:
    """How well a file fits a kind by its name, its folder and its description."""
    folder, _, name = path.removesuffix(".md").rpartition("/")
    kind_folder, _, kind_name = kind.path.removesuffix(".md").rpartition("/")
    filing = [stem(word) for word in kind.filing.split()]
    leading = {stem(kind_name), *filing[:2]} - {stem(w) for w in ("preferences", "general", "about")}
    name_words, folder_words = _stems(name), _stems(folder)
    score = 0
    if name_words & leading:
        score += 6
    elif name_words & set(filing):
        score += 3
    same_folder = bool(folder_words & _stems(kind_folder)) if folder else name_words == _stems(kind_folder)
    if same_folder:
        score += 3
    if name.casefold() in _GENERAL_NAMES and same_folder and path not in _OWN_PATHS:
        score += 3
    described = _stems(description)
    score += min(7, 5 * bool(described & leading) + len(described & set(filing)))
    return score


def _stems(text: str) -> set[str]:
    return {stem(word) for word in re.findall(r"[^\W_]+", text.casefold())}
