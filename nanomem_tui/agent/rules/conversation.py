"""A run as the planner sees it: what was asked, and every call made so far with its result.

The only module of the rules that knows messages. Texts are read back by the module that wrote them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nanomem_tui.agent.context import Context, SeenFact, is_error, read_facts, read_map, read_message
from nanomem_tui.agent.models.base import Message, Role


@dataclass(frozen=True, slots=True)
class Done:
    """A call that was made, and what came back."""

    name: str
    arguments: Mapping[str, Any]
    result: str

    @property
    def failed(self) -> bool:
        """True when it was not done."""
        return is_error(self.result)


@dataclass(frozen=True, slots=True)
class Step:
    """What the planner does next."""

    says: str
    """What it does, in plain words."""
    calls: tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state of a run, taken from its messages."""

    context: Context
    done: tuple[Done, ...]
    offered: frozenset[str]

    def called(self, *names: str) -> list[Done]:
        """The calls of these tools, in order."""
        return [done for done in self.done if done.name in names]

    def files(self) -> dict[str, str]:
        """Known files and their descriptions: from the map and from folders listed."""
        entries = list(self.context.map)
        for done in self.called("list_folder"):
            entries += read_map(done.result)
        files = {entry.path: entry.description for entry in entries if entry.files is None}
        for fact in self.hits():
            files.setdefault(fact.path, "")
        return files

    def folders(self) -> list[str]:
        """Folders whose files are not known one by one."""
        listed = {str(done.arguments.get("path", "")).strip("/") for done in self.called("list_folder")}
        return [e.path for e in self.context.map if e.files is not None and e.path.strip("/") not in listed]

    def hits(self) -> list[SeenFact]:
        """Search hits, best of each search first."""
        return [fact for done in self.called("search_facts") for fact in read_facts(done.result)]

    def facts(self) -> list[SeenFact]:
        """All facts seen, each once."""
        seen: dict[str, SeenFact] = {}
        for done in self.called("read_file", "search_facts"):
            for fact in read_facts(done.result):
                seen.setdefault(fact.ref, fact)
        return list(seen.values())

    def paths_read(self) -> set[str]:
        """Files that were read, or tried."""
        return {str(done.arguments.get("path", "")) for done in self.called("read_file")}


def conversation(messages: tuple[Message, ...], offered: frozenset[str]) -> Conversation:
    """Read a run's messages.

    Raises:
        ValueError: its first user message is not one of ours.
    """
    first = next((m.text for m in messages if m.role is Role.USER), "")
    results = {m.call_id: m.text for m in messages if m.role is Role.TOOL and m.call_id}
    done = tuple(
        Done(call.name, _arguments(call.arguments), results[call.id])
        for message in messages
        for call in message.calls
        if call.id in results
    )
    return Conversation(read_message(first), done, offered)


def _arguments(raw: str) -> Mapping[str, Any]:
    try:
        value = json.loads(raw or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
