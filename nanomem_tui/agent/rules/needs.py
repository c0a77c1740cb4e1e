"""What a question asks for: an attribute, kinds of notes, somebody, or plain words, also unsaid ones.

A trip needs the home city, a restaurant the diet. Reads the question only; knows no facts.
"""

import re
from dataclasses import dataclass, field

from nanomem_tui.agent.rules import questions
from nanomem_tui.agent.rules.meaning import content
from nanomem_tui.agent.rules.verbs import stem
from nanomem_tui.agent.rules.words import PEOPLE, PETS


@dataclass(frozen=True, slots=True)
class Need:
    """What a question asks for."""

    query: str
    words: frozenset[str]
    """Stems of its own telling words."""
    everything: bool = False
    keys: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    """Kinds of notes that help."""
    roles: tuple[str, ...] = ()
    """People and animals it names by role: `sister`."""
    past_only: bool = False
    past_too: bool = False
    all_times: bool = False
    """Every value an attribute ever had, not only the newest."""
    taste: re.Pattern[str] | None = None
    """What a note of taste says when it fits the question best."""
    food: bool = False
    """Of allergies, only those that matter for food."""
    searches: tuple[str, ...] = field(default=())


def need_of(query: str) -> Need:
    """Read a question."""
    text = query.replace("’", "'")
    everything = bool(questions.EVERYTHING.search(text)) and not questions.KNOW_ABOUT_ME.search(text)
    roles = _roles(text)
    keys: list[str] = []
    searches: list[str] = [query]
    trigger: set[str] = set()
    for pattern, names, search in questions.KEYS:
        if match := pattern.search(text):
            keys += names
            searches.append(f"{' '.join(roles)} {search}".strip())
            trigger |= content(match[0]) if len(match[0].split()) <= 3 else set()
    if favorite := re.search(r"\bfavou?rite (?P<what>\w+)", text, re.IGNORECASE):
        keys.append(f"favorite {favorite['what'].casefold()}")
    kinds: set[str] = set()
    for pattern, kind_names, search in questions.NEEDS:
        if match := pattern.search(text):
            kinds |= set(kind_names.split())
            searches += search.split("; ")
            trigger |= content(match[0])
    food = "diet" in kinds or bool(re.search(r"\bdietary\b", text, re.IGNORECASE))
    direct = _named_outright(text, food=food)
    if direct:
        kinds = direct
        pattern = re.compile("|".join(questions.DIRECT.get(name, name) for name in direct), re.IGNORECASE)
        trigger |= {stem(word) for word in re.findall(r"\w+", text) if pattern.search(word)}
    words = content(query) - questions.GENERIC - trigger
    searches += [" ".join(sorted(words)), *roles]
    return Need(
        query=query,
        words=words,
        everything=everything,
        keys=tuple(dict.fromkeys(keys)),
        kinds=frozenset(kinds),
        roles=roles,
        past_only=bool(questions.PAST_ONLY.search(text)),
        all_times=bool(questions.ALL_TIMES.search(text)),
        past_too=bool(questions.PAST_TOO.search(text)),
        taste=next((fits for asked, fits in questions.TASTES if asked.search(text)), None),
        food=food and direct != {"allergy"},
        searches=tuple(dict.fromkeys(search for search in searches if search)),
    )


def _roles(text: str) -> tuple[str, ...]:
    """People and animals that a question names by what they are to one."""
    said = re.findall(r"[a-zéà-ÿ-]+", text.casefold().replace("'s", ""))
    roles = [word for word in said if word in PEOPLE | PETS and word not in questions.NOT_ROLES]
    if re.search(r"\b(?:kids?|child|children)\b", text, re.IGNORECASE):
        roles += ["kids", "children", "son", "daughter", "child", "kid", "sons", "daughters"]
    return tuple(dict.fromkeys(roles))


_MAY_I_EAT = re.compile(
    r"\b(?:can|may|could|should|am) i (?:\w+ )?(?:eat|have|drink|allowed)\b", re.IGNORECASE
)


def _named_outright(text: str, *, food: bool) -> set[str]:
    """Kinds that the question names itself: then nothing else is meant."""
    if food and _MAY_I_EAT.search(text):
        return {"diet", "allergy"}
    if re.search(r"\bdietary\b", text, re.IGNORECASE):
        return {"diet", "allergy"}
    return {name for name, pattern in questions.DIRECT.items() if re.search(pattern, text, re.IGNORECASE)}
