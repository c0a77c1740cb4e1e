"""The plan of the flows that write: search what memory says, read the files, add and update, finish.

Each call of `next_step` looks at what was done so far and gives the next step; there is no other state.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from nanomem_tui.agent.context import SeenFact
from nanomem_tui.agent.rules.conversation import Conversation, Step
from nanomem_tui.agent.rules.extract import Candidate, Extraction, extract
from nanomem_tui.agent.rules.filing import file_for, kind_of
from nanomem_tui.agent.rules.meaning import content, read
from nanomem_tui.agent.rules.replacing import Effect, effect_of, ending_keys
from nanomem_tui.memory.facts import Tier
from nanomem_tui.memory.identity import normal

_MAX_SEARCHES = 12
_MAX_READS = 14
_PER_CALL = 50
_KEY_WORDS = {
    "home": "lives live living moved relocated home city",
    "employer": "works work working job employer started joined",
    "occupation": "works job is occupation profession",
    "age": "years old age turned",
    "name": "name",
    "marital": "married single engaged divorced relationship",
    "diet": "vegetarian vegan pescatarian diet eats",
    "car": "drives car",
    "phone": "phone number mobile",
    "email": "email address",
    "birthday": "birthday born",
    "weight": "weighs weight",
    "height": "height tall",
}


def next_step(run: Conversation, *, document: bool = False) -> Step:
    """The next step of `add`, `update` and `ingest`."""
    found = extract(run.context.text, run.context.today, document=document)
    wrote = run.called("add_facts", "update_facts", "archive_facts")
    if not found.kept or wrote:
        return _finish(run, found)
    if run.context.map and not run.called("search_facts", "list_folder"):
        return _search(run, found.kept)
    reads = [path for path in _to_read(run, found.kept) if path not in run.paths_read()]
    if reads and not run.called("read_file"):
        names = ", ".join(path.removesuffix(".md") for path in reads[:3])
        more = f" and {len(reads) - 3} more" if len(reads) > 3 else ""
        return Step(f"Reading {names}{more}.", tuple(("read_file", {"path": path}) for path in reads))
    calls = _writes(run, found.kept)
    if not calls:
        return _finish(run, found)
    return Step("Writing down what is new.", calls)


def _search(run: Conversation, kept: Iterable[Candidate]) -> Step:
    queries = list(dict.fromkeys(_query(candidate) for candidate in kept))[:_MAX_SEARCHES]
    calls: list[tuple[str, Mapping[str, Any]]] = [("search_facts", {"query": query}) for query in queries]
    if "list_folder" in run.offered:
        wanted = {kind_of(candidate.meaning).path.split("/")[0] for candidate in kept}
        calls += [("list_folder", {"path": f}) for f in run.folders() if f.strip("/").split("/")[0] in wanted]
    return Step("Looking for what memory already says about this.", tuple(calls))


def _query(candidate: Candidate) -> str:
    meaning = candidate.meaning
    words = candidate.text[:200]
    keys = {meaning.key} | ending_keys(candidate.text)
    known = [_KEY_WORDS[key] for key in sorted(keys) if key in _KEY_WORDS]
    return " ".join([meaning.subject, *known, words] if known else [words]).strip()


def _passes(candidate: Candidate) -> bool:
    return candidate.timing.expires is not None


def _to_read(run: Conversation, kept: Iterable[Candidate]) -> list[str]:
    """Files that the candidates belong to, and files that may hold what they repeat or replace."""
    files = run.files()
    hits = run.hits()
    wanted: list[str] = []
    for candidate in kept:
        path = file_for(candidate.meaning, files, hits, passing=_passes(candidate))
        if path in files:
            wanted.append(path)
        words = content(candidate.text)
        for hit in hits:
            told = read(hit.text)
            keys = {candidate.meaning.key, *ending_keys(candidate.text)} - {""}
            same_key = told.key in keys and told.subject == candidate.meaning.subject
            if (
                same_key
                or len(words & content(hit.text)) * 2 > len(words)
                or normal(hit.text) == normal(candidate.text)
            ):
                wanted.append(hit.path)
    return list(dict.fromkeys(wanted))[:_MAX_READS]


def decisions(
    kept: Iterable[Candidate], facts: list[SeenFact], today: date
) -> list[tuple[Candidate, Effect]]:
    """What each candidate does; no two replace the same fact.

    What begins is looked at before what ends, so that `moved to Portland` replaces the old home and not the
    `no longer in Seattle` said with it.
    """
    kept = list(kept)
    taken: set[str] = set()
    effects: dict[int, Effect] = {}
    for number in sorted(range(len(kept)), key=lambda number: (kept[number].meaning.ended, number)):
        left = [fact for fact in facts if fact.ref not in taken]
        effect = effects[number] = effect_of(kept[number], left, today)
        if effect.replaces:
            taken.add(effect.replaces.ref)
    return [(candidate, effects[number]) for number, candidate in enumerate(kept)]


def _writes(run: Conversation, kept: Iterable[Candidate]) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    facts = run.facts()
    files = run.files()
    updates: dict[str, list[dict[str, Any]]] = defaultdict(list)
    adds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for candidate, effect in decisions(kept, facts, run.context.today):
        if effect.known:
            continue
        if effect.replaces and "update_facts" in run.offered:
            updates[effect.replaces.path].append(_update(candidate, effect.replaces, effect))
        else:
            path = file_for(candidate.meaning, files, run.hits(), passing=_passes(candidate))
            adds[path].append(_addition(candidate))
    calls: list[tuple[str, Mapping[str, Any]]] = []
    for path, items in updates.items():
        calls += [("update_facts", {"path": path, "updates": part}) for part in _parts(items)]
    for path, items in adds.items():
        calls += [("add_facts", {"path": path, "facts": part}) for part in _parts(items)]
    return tuple(calls)


def _parts(items: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    return [items[at : at + _PER_CALL] for at in range(0, len(items), _PER_CALL)]


def _addition(candidate: Candidate) -> dict[str, Any]:
    timing = candidate.timing
    item: dict[str, Any] = {
        "text": candidate.text,
        "quote": candidate.quote,
        "tier": timing.tier.value,
        "confidence": candidate.confidence.value,
    }
    if timing.expires:
        item["expires_at"] = timing.expires.isoformat()
    if timing.review:
        item["review_at"] = timing.review.isoformat()
    return item


def _update(candidate: Candidate, fact: SeenFact, effect: Effect) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": fact.id,
        "text": candidate.text,
        "quote": candidate.quote,
        "reason": effect.reason.value,
    }
    if candidate.timing.expires:
        item |= {"tier": Tier.WORKING.value, "expires_at": candidate.timing.expires.isoformat()}
    elif fact.tier is not candidate.timing.tier:
        item["tier"] = candidate.timing.tier.value
    return item


_HONEST = "The built-in rules, no language model, read this."


def _finish(run: Conversation, found: Extraction) -> Step:
    parts: list[str] = []
    if not found.sentences:
        parts.append("Nothing worth keeping was found: the text holds no sentence of yours.")
    elif not found.kept:
        parts.append(f"Nothing worth keeping was found: {_why(found)}.")
    else:
        added = sum(len(done.arguments.get("facts", ())) for done in run.called("add_facts"))
        updated = sum(len(done.arguments.get("updates", ())) for done in run.called("update_facts"))
        known = len(found.kept) - added - updated
        counts = [(added, "new"), (updated, "replacing what memory said"), (max(0, known), "known already")]
        parts.append("; ".join(f"{_count(n, 'fact')} {what}" for n, what in counts if n) + ".")
        if found.dropped:
            parts.append(f"Left out: {_why(found)}.")
        trouble = [done.result for done in run.done if done.failed]
        parts += [f"Not everything went through: {text[:200]}" for text in trouble[:1]]
    if found.unread:
        parts.append(
            f"Only the first {_count(found.sentences, 'sentence')} of yours were read, {found.unread} not."
        )
    parts.append(_HONEST)
    return Step("Done.", (("finish", {"summary": " ".join(parts)}),))


def _why(found: Extraction) -> str:
    reasons = Counter(dropped.reason for dropped in found.dropped)
    parts = [reason if n == 1 else f"{n} × {reason}" for reason, n in reasons.items()]
    return ", ".join(parts[:5]) if parts else "nothing was said"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
