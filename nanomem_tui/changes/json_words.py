"""Finding and cutting the words of forgotten facts in files of JSON: nested, escaped, in pieces. Pure."""

import json
import re
from collections.abc import Collection, Iterable
from contextlib import suppress

from nanomem_tui.changes.needles import FORGOTTEN, hit
from nanomem_tui.changes.telling import breaks_off_in, says
from nanomem_tui.memory.identity import fingerprint

_LONGEST_SALT = 64
"""Bytes that the hash of a fingerprint takes as its key."""


def holds(raw: str, pattern: re.Pattern[str]) -> bool:
    """True when the text of a file holds the words, also where they came in pieces or escaped."""
    if hit(raw, pattern):
        return True
    strings: list[str] = []
    with suppress(ValueError, RecursionError):
        strings += _strings(json.loads(raw))
    return any(hit(text, pattern) for text in (*strings, *_said(raw)))


def tells(trace: str, words: Collection[str]) -> bool:
    """True when somebody said one of these words in a run; our own prompt does not count.

    Args:
        trace: the text of a trace, which may break off anywhere.
        words: as `telling_words` gives them.
    """
    if not words:
        return False
    said = _said(trace, but_for_prompts=True)
    return any(says(text, words) for text in said) or breaks_off_in(trace, words)


def _said(raw: str, *, but_for_prompts: bool = False) -> list[str]:
    """All texts of JSON lines: escapes undone, pieces of one text put together, broken lines as they are."""
    strings: list[str] = []
    pieces: list[str] = []
    for line in raw.splitlines():
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            strings.append(line)
            continue
        strings += _strings(_without_prompts(value) if but_for_prompts else value)
        if isinstance(value, dict) and value.get("type") == "text.delta":
            pieces.append(_delta(value))
    return [*strings, "".join(pieces)]


def _without_prompts(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_prompts(item) for key, item in value.items() if value.get("role") != "system"}
    return [_without_prompts(item) for item in value] if isinstance(value, list) else value


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        # Arguments of tool calls are JSON inside JSON.
        inner: list[str] = []
        if value[:1] in ("{", "["):
            with suppress(ValueError, RecursionError):
                inner = _strings(json.loads(value))
        return [value, *inner]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return []


def _delta(event: dict[str, object]) -> str:
    attributes = event.get("attributes")
    text = attributes.get("text") if isinstance(attributes, dict) else event.get("text")
    return text if isinstance(text, str) else ""


def cut_names(entry: object, texts: Iterable[str]) -> bool:
    """Take the names of facts out of a ledger entry that knows them by their fingerprints, under any name.

    Returns:
        Whether there are such facts.
    """
    facts = entry.get("facts") if isinstance(entry, dict) else None
    found = False
    for fact in facts if isinstance(facts, list) else ():
        known = fact.get("fingerprint") if isinstance(fact, dict) else None
        salt = known.partition(":")[0] if isinstance(known, str) else ""
        if salt and len(salt) <= _LONGEST_SALT and any(fingerprint(text, salt) == known for text in texts):
            fact["ref"] = None
            found = True
    return found


def cut_strings(value: object, refs: set[str], pattern: re.Pattern[str]) -> object:
    """The JSON value with every text that holds the words cut, and the names `refs` taken out."""
    if isinstance(value, str):
        if value in refs:
            return None
        return FORGOTTEN if hit(value, pattern) else value
    if isinstance(value, dict):
        return {key: cut_strings(item, refs, pattern) for key, item in value.items()}
    if isinstance(value, list):
        return [cut_strings(item, refs, pattern) for item in value]
    return value
