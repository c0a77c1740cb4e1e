"""What a scripted model does in the tests of the command, reply by reply."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.replies import Reply, Spoken, Wire, reply_calls


@dataclass(frozen=True, slots=True)
class Reacting:
    """A reply that is made from the request it answers."""

    make: Callable[[Mapping[str, Any]], Reply]

    def render(self, request: Mapping[str, Any]) -> Wire:
        """The made reply's bytes."""
        return self.make(request).render(request)


def fact(text: str, quote: str, **more: str) -> dict[str, str]:
    """A fact as a model hands it to `add_facts`."""
    return {"text": text, "quote": quote, **more}


def adds(path: str, *facts: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """A call that adds facts to a file."""
    return ("add_facts", {"path": path, "facts": list(facts)})


def finish(summary: str = "Saved.") -> Spoken:
    """The end of a writing run."""
    return reply_calls(("finish", {"summary": summary}))


def searches(query: str) -> Spoken:
    """A search."""
    return reply_calls(("search_facts", {"query": query}))


def updates(old: str, new: str, quote: str) -> Reacting:
    """Replace the fact with the text `old`, as the search before showed it."""

    def make(request: Mapping[str, Any]) -> Reply:
        path, id = found(request, old)
        change = {"id": id, "text": new, "quote": quote, "reason": "changed"}
        return reply_calls(("update_facts", {"path": path, "updates": [change]}))

    return Reacting(make)


def answers(text: str, *cited: str) -> Reacting:
    """One sentence that rests on the facts with the texts `cited`, as the search before showed them."""

    def make(request: Mapping[str, Any]) -> Reply:
        ids = [found(request, known)[1] for known in cited]
        return reply_calls(("answer", {"sentences": [{"text": text, "facts": ids}]}))

    return Reacting(make)


def found(request: Mapping[str, Any], text: str) -> tuple[str, str]:
    """Path and id of a fact in the last tool result."""
    result = str(request["messages"][-1]["content"])
    match = re.search(rf"(\S+\.md) \[(\w+)\] {re.escape(text)}", result)
    assert match, f"{text!r} is not in {result!r}"
    return match[1], match[2]
