"""The plan of the flows that answer: search, read the files that hit, choose, say it with citations.

Also the plan of `augment`, which hands the question and the same few facts to another model.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from nanomem_tui.agent.rules.choosing import choose
from nanomem_tui.agent.rules.conversation import Conversation, Step
from nanomem_tui.agent.rules.filing import kind_of
from nanomem_tui.agent.rules.lexicon import KINDS, PEOPLE_KINDS
from nanomem_tui.agent.rules.meaning import content, read
from nanomem_tui.agent.rules.needs import Need, need_of
from nanomem_tui.agent.rules.prompting import crafted
from nanomem_tui.agent.rules.speaking import sentence_of
from nanomem_tui.agent.rules.verbs import stem

_MAX_SEARCHES = 8
_MAX_READS = 8
_MAX_READS_OF_ALL = 40


def next_step(run: Conversation) -> Step:
    """The next step of `retrieve` and `augment`."""
    query = (run.context.block("query") or run.context.text).strip()
    need = need_of(query)
    if run.context.map and not run.called("search_facts", "read_file", "list_folder"):
        calls = _searches(run, need)
        if calls:
            return Step(_says(need), calls)
    reads = [path for path in _to_read(run, need) if path not in run.paths_read()]
    if reads and not run.called("read_file"):
        names = ", ".join(path.removesuffix(".md") for path in reads[:3])
        more = f" and {len(reads) - 3} more" if len(reads) > 3 else ""
        return Step(f"Reading {names}{more}.", tuple(("read_file", {"path": path}) for path in reads))
    return _end(run, need)


def _says(need: Need) -> str:
    if need.everything:
        return "Looking through everything."
    if len(need.searches) > 1:
        return "Searching for the words of the question, and for what it needs unsaid."
    return "Searching for the words of the question."


def _searches(run: Conversation, need: Need) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    calls: list[tuple[str, Mapping[str, Any]]] = []
    if not need.everything and "search_facts" in run.offered:
        queries = [query for query in need.searches if re.search(r"\w", query)]
        calls += [("search_facts", {"query": query[:400]}) for query in queries[:_MAX_SEARCHES]]
    if "list_folder" in run.offered and (need.everything or need.kinds):
        wanted = {kind.path.split("/")[0] for kind in KINDS if kind.name in need.kinds}
        folders = [f for f in run.folders() if need.everything or f.split("/")[0] in wanted]
        calls += [("list_folder", {"path": folder}) for folder in folders[:6]]
    return tuple(calls)


def _to_read(run: Conversation, need: Need) -> list[str]:
    """Files worth reading: those that hit most, and those that the map says hold what is needed."""
    files = run.files()
    if need.everything:
        return sorted(files)[:_MAX_READS_OF_ALL]
    weight: Counter[str] = Counter()
    chosen = choose(need, run.facts(), run.context.today)
    for fact in chosen:
        weight[fact.path] += 4
    for number, fact in enumerate(run.hits()[:30]):
        weight[fact.path] += 2 if number < 5 else 1
    paths = {
        kind.path for kind in KINDS if kind.name in need.kinds or kind.name.replace(" ", "~") in need.kinds
    }
    paths |= {kind.path for names, kind in PEOPLE_KINDS for role in need.roles if role in names}
    topics = {stem(word) for kind in KINDS if kind.name in need.kinds for word in kind.filing.split()[:2]}
    for path, description in files.items():
        words = {stem(word) for word in re.findall(r"[^\W_]+", f"{path} {description}".casefold())}
        if path in paths:
            weight[path] += 4
        elif topics & words:
            weight[path] += 3
    return [
        path for path, _ in sorted(weight.items(), key=lambda item: (-item[1], item[0])) if path in files
    ][:_MAX_READS]


def _end(run: Conversation, need: Need) -> Step:
    facts = choose(need, run.facts(), run.context.today)
    given = run.context.block("given")
    if given and facts:
        facts = [fact for fact in facts if not content(fact.text) <= content(given)]
        if not facts:
            return _skipped("What was given says already what memory holds on this.")
    if "craft_prompt" in run.offered:
        prompt = crafted(need.query, [sentence_of(fact, run.context.today) for fact in facts])
        return Step(
            "Putting the question and the facts it needs together.", (("craft_prompt", {"prompt": prompt}),)
        )
    if not facts:
        return _skipped(_nothing(run, need))
    if need.everything:
        facts = sorted(facts, key=lambda fact: (_rank(kind_of(read(fact.text)).path), fact.path))
    sentences = [{"text": sentence_of(fact, run.context.today), "facts": [fact.ref]} for fact in facts]
    return Step("Answering from what was read.", (("answer", {"sentences": sentences}),))


def _skipped(reason: str) -> Step:
    told = [{"text": reason, "facts": []}]
    return Step(reason, (("answer", {"sentences": told, "skipped": True, "skip_reason": reason}),))


_ORDER = ("personal/about", "personal/", "health/", "work/", "education/", "food/")


def _rank(path: str) -> tuple[int, str]:
    """Who the person is first, then their people, health, work, then the rest."""
    return next((n for n, start in enumerate(_ORDER) if path.startswith(start)), len(_ORDER)), path


def _nothing(run: Conversation, need: Need) -> str:
    if not run.context.map:
        return "Memory is empty, so there is nothing to answer from."
    past = " about the past" if need.past_only else ""
    how = "The built-in rules, no language model, searched by words."
    return f"Memory holds nothing{past} that answers this. {how}"
