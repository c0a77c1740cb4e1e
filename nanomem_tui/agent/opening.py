"""The first messages of a run: the flow's prompt, then the map within its budget, the date and the words.

The map holds paths, descriptions and counts, never fact text: adding "I like tea" must not tell a provider
about an illness. Its cost does not grow with the tree.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from nanomem_tui.agent.context import MapEntry, first_message, map_line
from nanomem_tui.agent.models.base import Message, Role

if TYPE_CHECKING:
    from nanomem_tui.agent.flows import Flow
    from nanomem_tui.agent.view import View
    from nanomem_tui.memory.tree import FileInfo

MAP_TOKENS = 1_500
"""Budget of the map in a first message."""
LIKELY_HITS = 100
"""Search hits that name the files most likely to matter."""
_DESCRIPTION = 120
"""Characters of a description in the map."""
_OTHERS_TOKENS = 30


def estimate_tokens(text: str) -> int:
    """A careful estimate of the tokens of `text`: rarely below what common tokenizers count.

    Three characters a token for ASCII, two for other letters, one for wide characters and marks, and two
    tokens for each character beyond the basic plane, such as emoji.
    """
    if text.isascii():
        return -(-len(text) // 3)
    others = [character for character in text if character > "\x7f"]
    return int((len(text) - len(others)) / 3 + sum(map(_weight, others))) + 1


def _weight(character: str) -> float:
    """Tokens of a character beyond ASCII."""
    if character > "\uffff":
        return 2
    if unicodedata.east_asian_width(character) in "WF" or not character.isalpha():
        return 1
    return 1 / 2


def folder_entries(files: Sequence["FileInfo"], folder: str) -> list[MapEntry]:
    """What lies directly in `folder`: subfolders with their totals, then files.

    Args:
        files: every file that may be seen.
        folder: `health`, `health/`, and `""`, `.` or `/` for the root.
    """
    prefix = folder.strip().strip("/")
    prefix = "" if prefix in ("", ".") else f"{prefix.removeprefix('./')}/"
    below: dict[str, list[FileInfo]] = {}
    entries: list[MapEntry] = []
    for info in files:
        if not info.path.startswith(prefix):
            continue
        head, slash, _ = info.path[len(prefix) :].partition("/")
        if slash:
            below.setdefault(f"{prefix}{head}/", []).append(info)
        else:
            entries.append(_entry(info))
    return [_total(path, infos) for path, infos in sorted(below.items())] + entries


def build_map(
    files: Sequence["FileInfo"], likely: Sequence[str] = (), budget_tokens: int = MAP_TOKENS
) -> list[MapEntry]:
    """The map of memory within a budget.

    All files when they fit. Otherwise the likely files first, as many as half the budget holds, then the
    totals of all folders, coarser until they fit.

    Args:
        files: every file that may be seen, by path; counts and folder totals come from these alone.
        likely: paths most likely to matter, best first.
        budget_tokens: upper bound of the map, by `estimate_tokens`.
    """
    if _fit(files, budget_tokens):
        return [_entry(info) for info in files]
    by_path = {info.path: info for info in files}
    named: list[MapEntry] = []
    half = budget_tokens // 2
    for path in likely:
        entry = _entry(by_path[path]) if path in by_path else None
        if entry and _cost([entry]) <= half:
            named.append(entry)
            half -= _cost([entry])
    return named + _folder_totals(files, budget_tokens - _cost(named))


def _folder_totals(files: Sequence["FileInfo"], room: int) -> list[MapEntry]:
    """Totals of the folders, as deep as fit; where not even the outermost fit, the largest and the others."""
    folders = _folders(files)
    for depth in range(max(folder.count("/") for folder in folders) + 1, 0, -1):
        totals = _totals(folders, depth)
        if _cost(totals) <= room:
            return totals
    totals = sorted(_totals(folders, 1), key=lambda entry: entry.facts, reverse=True)
    kept: list[MapEntry] = []
    room -= _OTHERS_TOKENS
    for entry in totals:
        room -= _cost([entry])
        if room < 0:
            break
        kept.append(entry)
    others = totals[len(kept) :]
    count = sum(entry.files or 0 for entry in others)
    kept.sort(key=lambda entry: entry.path)
    return [*kept, MapEntry("(other folders)/", sum(entry.facts for entry in others), files=count)]


def opening(
    flow: "Flow",
    view: "View",
    today: date,
    blocks: Sequence[tuple[str, str]],
    *,
    budget_tokens: int = MAP_TOKENS,
) -> tuple[Message, Message]:
    """System and first user message of a run.

    Args:
        flow: its prompt is the system message: stable, so that servers cache it.
        view: what the model may see.
        today: the date in the person's time zone.
        blocks: (name, text) pairs, what the run is about last; its text ranks the likely files.
        budget_tokens: budget of the map.
    """
    about = blocks[-1][1] if blocks else ""
    with view.draft.tree.frozen():
        files = view.files()
        crowded = not _fit(files, budget_tokens)
        likely = likely_files(view, about) if about and crowded else ()
    entries = build_map(files, likely, budget_tokens)
    return Message(Role.SYSTEM, flow.prompt), Message(Role.USER, first_message(entries, today, blocks))


def likely_files(view: "View", about: str) -> tuple[str, ...]:
    """Paths of the files whose facts match `about` best, best first."""
    hits = view.search(about[:2_000], LIKELY_HITS)
    return tuple(dict.fromkeys(hit.fact.path for hit in hits))


def _entry(info: "FileInfo") -> MapEntry:
    description = info.description or ""
    if len(description) > _DESCRIPTION:
        description = description[: _DESCRIPTION - 1] + "…"
    return MapEntry(info.path, info.facts, description)


def _total(path: str, infos: Sequence["FileInfo"]) -> MapEntry:
    return MapEntry(path, sum(info.facts for info in infos), files=len(infos))


def _folders(infos: Sequence["FileInfo"]) -> dict[str, tuple[int, int]]:
    """How many facts and files lie directly in each folder; "." is the root."""
    counts: dict[str, tuple[int, int]] = {}
    for info in infos:
        folder = info.path.rpartition("/")[0] or "."
        facts, files = counts.get(folder, (0, 0))
        counts[folder] = facts + info.facts, files + 1
    return counts


def _totals(folders: Mapping[str, tuple[int, int]], depth: int) -> list[MapEntry]:
    """The folders at most `depth` names deep, each with all that lies below it."""
    totals: dict[str, tuple[int, int]] = {}
    for folder, (facts, files) in folders.items():
        outer = "/".join(folder.split("/")[:depth]) + "/"
        more_facts, more_files = totals.get(outer, (0, 0))
        totals[outer] = facts + more_facts, files + more_files
    return [MapEntry(path, facts, files=files) for path, (facts, files) in sorted(totals.items())]


def _fit(files: Iterable["FileInfo"], room: int) -> bool:
    """Whether all files fit; a large tree is known not to after its first few."""
    return all((room := room - _cost([_entry(info)])) >= 0 for info in files)


def _cost(entries: Iterable[MapEntry]) -> int:
    return sum(estimate_tokens(map_line(entry) + "\n") for entry in entries)
