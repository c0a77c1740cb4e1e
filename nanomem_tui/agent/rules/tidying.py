"""The plans of `forget` and `compact`: removing what a person names, archiving what is repeated or over."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from nanomem_tui.agent.context import SeenFact
from nanomem_tui.agent.rules.choosing import choose
from nanomem_tui.agent.rules.conversation import Conversation, Step
from nanomem_tui.agent.rules.meaning import content
from nanomem_tui.agent.rules.needs import need_of
from nanomem_tui.agent.rules.replacing import is_current
from nanomem_tui.memory.identity import normal

_MAX_READS = 60


def forget_step(run: Conversation) -> Step:
    """The next step of `forget`."""
    query = run.context.text.strip()
    whole = [path for path in _listed(run) if path not in run.paths_read()]
    if whole:
        return Step("Reading whole files.", tuple(("read_file", {"path": path}) for path in whole))
    if run.context.map and not run.paths_read() and not run.called("search_facts"):
        return Step("Looking for the facts that say this.", (("search_facts", {"query": query[:400]}),))
    if run.called("remove_facts"):
        failed = [done for done in run.called("remove_facts") if done.failed]
        number = sum(
            len(done.arguments.get("ids", ())) for done in run.called("remove_facts") if not done.failed
        )
        trouble = f" Not everything went through: {failed[0].result[:200]}" if failed else ""
        return _finish(f"{_count(number)} to be removed.{trouble}")
    facts = _named(run, query)
    if not facts:
        return _finish("No fact says this, so nothing is removed.")
    by_path: dict[str, list[str]] = defaultdict(list)
    for fact in facts:
        by_path[fact.path].append(fact.id)
    calls = tuple(("remove_facts", {"path": path, "ids": ids}) for path, ids in by_path.items())
    return Step(f"Removing {_count(len(facts))}.", calls)


def _listed(run: Conversation) -> list[str]:
    """The files that are to be read whole."""
    lines = (run.context.block("instructions") or "").split("\n")
    return [line[2:] for line in lines if line.startswith("- ")]


def _named(run: Conversation, query: str) -> list[SeenFact]:
    """The facts meant: those that hold all telling words of the query, else what it asks for."""
    facts = run.facts()
    exact = [fact for fact in facts if normal(fact.text) == normal(query)]
    if exact:
        return exact
    wanted = content(query) - content("forget delete remove erase fact facts memory everything anything told")
    holding = [fact for fact in facts if wanted and wanted <= content(fact.text)]
    return holding or [
        f for f in choose(need_of(query), facts, run.context.today) if wanted & content(f.text)
    ]


def compact_step(run: Conversation) -> Step:
    """The next step of `compact`: exact repetitions and expired facts go to history."""
    named = [path for path in run.files() if path in run.context.text]
    reads = [path for path in named or run.files() if path not in run.paths_read()][:_MAX_READS]
    if not named and run.folders() and not run.called("list_folder") and "list_folder" in run.offered:
        return Step("Listing the folders.", tuple(("list_folder", {"path": f}) for f in run.folders()))
    if reads and not run.called("read_file"):
        return Step("Reading the files.", tuple(("read_file", {"path": path}) for path in reads))
    done = run.called("archive_facts")
    if done:
        number = sum(len(d.arguments.get("ids", ())) for d in done if not d.failed)
        return _finish(f"{_count(number)} repeated or past their date go to history.")
    calls = _archivals(run)
    if not calls:
        return _finish("Nothing to tidy: no fact is repeated word for word, none is past its date.")
    return Step("Moving repeated and expired facts to history.", calls)


def _archivals(run: Conversation) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    expired: dict[str, list[str]] = defaultdict(list)
    repeated: dict[str, list[str]] = defaultdict(list)
    kept: dict[str, SeenFact] = {}
    for fact in run.facts():
        if not is_current(fact):
            continue
        if fact.expires and fact.expires < run.context.today:
            expired[fact.path].append(fact.id)
        elif normal(fact.text) in kept:
            repeated[fact.path].append(fact.id)
        else:
            kept[normal(fact.text)] = fact
    calls: list[tuple[str, Mapping[str, Any]]] = []
    calls += [("archive_facts", {"path": p, "ids": ids, "reason": "expired"}) for p, ids in expired.items()]
    calls += [
        ("archive_facts", {"path": p, "ids": ids, "reason": "duplicate"}) for p, ids in repeated.items()
    ]
    return tuple(calls)


def _finish(summary: str) -> Step:
    return Step(
        "Done.", (("finish", {"summary": f"{summary} The built-in rules, no language model, did this."}),)
    )


def _count(number: int) -> str:
    return "1 fact" if number == 1 else f"{number} facts"
