"""Runs of the real loop with the built-in rules over a small memory on disk."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.agent.flows import Flow, load_flow
from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.loop import run
from nanomem_tui.agent.models.rules import RulesModel
from nanomem_tui.agent.opening import opening
from nanomem_tui.agent.toolbox import Outcome, Toolbox
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import Edit
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.tree import Tree

NOW = datetime(2026, 11, 22, 12, 0)
"""A Sunday."""


@dataclass(frozen=True)
class Ran:
    """What a run came to."""

    edits: tuple[Edit, ...]
    outcome: Outcome | None
    events: tuple[Event, ...]

    @property
    def tools(self) -> list[str]:
        """Names of the tools called, in order."""
        called = [e for e in self.events if e.type is EventType.TOOL_CALLED]
        return [str(event.attributes["gen_ai.tool.name"]) for event in called]

    @property
    def failed(self) -> list[str]:
        """Results of the calls that were not done."""
        returned = [e for e in self.events if e.type is EventType.TOOL_RETURNED and not e.attributes["ok"]]
        return [str(event.attributes["gen_ai.tool.call.result"]) for event in returned]


def write_tree(root: Path, files: Mapping[str, str | Sequence[str]]) -> Path:
    """A memory root: each file a text, or a sequence of fact lines without bullets."""
    for path, body in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = body if isinstance(body, str) else "".join(f"- {line}\n" for line in body)
        file.write_text(text, encoding="utf-8")
    return root


def everything(path: str, level: Level) -> bool:
    """What a model on this machine sees."""
    return True


def run_rules(root: Path, flow: str | Flow, text: str, *, tag: str = "source", now: datetime = NOW) -> Ran:
    """Run a flow with the built-in rules. The disk is not changed."""
    definition = load_flow(flow, root) if isinstance(flow, str) else flow
    tree = Tree(root)
    try:
        draft = Draft(tree, now=now)
        toolbox = Toolbox(draft, everything, text, now)
        messages = opening(definition, toolbox.view, now.date(), [(tag, text)])

        async def collect() -> list[Event]:
            stream = run(
                RulesModel(), definition, messages, toolbox, Limits(), "run", lambda: now.replace(tzinfo=UTC)
            )
            return [event async for event in stream]

        events = asyncio.run(collect())
        return Ran(tuple(toolbox.edits), toolbox.outcome, tuple(events))
    finally:
        tree.close()


def calls_of(ran: Ran) -> str:
    """All calls and results as one text, for comparing runs."""
    told = [e.attributes for e in ran.events if e.type in (EventType.TOOL_CALLED, EventType.TOOL_RETURNED)]
    return json.dumps([dict(attributes) for attributes in told], sort_keys=True)
