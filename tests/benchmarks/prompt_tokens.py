"""Prints what requests cost before a model has done anything: `python tests/benchmarks/prompt_tokens.py`.

The fixed part (prompt and tools) of each flow, the whole first request of `retrieve` at growing trees, and
beside it the first small question that a weak model is asked instead.
Counts with o200k where `tiktoken` is installed with its data, otherwise with our own careful estimate, and
says which.
"""

import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from nanomem_tui.agent.flows import Flow, flow_names, load_flow
from nanomem_tui.agent.models.base import Message, Request
from nanomem_tui.agent.opening import estimate_tokens, opening
from nanomem_tui.agent.questions.guides import guide_for
from nanomem_tui.agent.tools import spec
from nanomem_tui.agent.view import View
from nanomem_tui.changes.draft import Draft
from nanomem_tui.memory.tree import Tree

QUERY = "Which restaurant should I book for my sister's birthday in Lisbon?"
TOPICS = ("health", "travel", "food", "family", "work", "money", "home", "sports", "music", "reading")


def counter() -> tuple[str, Callable[[str], int]]:
    """Name of the tokenizer and the function that counts with it."""
    try:
        encoding = importlib.import_module("tiktoken").get_encoding("o200k_base")
    except (ImportError, OSError):
        return (
            "estimate (tiktoken or its data is not there; this counts about a third too much)",
            estimate_tokens,
        )
    return "o200k", lambda text: len(encoding.encode(text, disallowed_special=()))


def tools_json(flow: Flow) -> str:
    """The flow's tools as an OpenAI-compatible request holds them."""
    tools = [spec(name) for name in flow.offered]
    return json.dumps(
        [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description, "parameters": tool.schema},
            }
            for tool in tools
        ],
        separators=(",", ":"),
    )


def question_text(flow: Flow, messages: tuple[Message, ...]) -> str:
    """All text of the first small question of a run."""
    request = Request(messages, tuple(spec(name) for name in flow.offered), flow.max_output_tokens)
    guide = guide_for(request)
    assert guide is not None
    return "\n".join(message.text for message in next(guide).request().messages)


def fill(root: Path, files: int) -> None:
    """A tree of `files` files with ten facts each."""
    for n in range(files):
        topic = TOPICS[n % len(TOPICS)]
        file = root / topic / f"group{n // 500:02}" / f"notes-{n:05}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        facts = (f"- Remembers {topic} detail {n}.{m} of Lisbon | updated_at=2026-01-07\n" for m in range(10))
        file.write_text(f"---\ndescription: Notes on {topic}, part {n}\n---\n" + "".join(facts))


def main() -> None:
    """Print both tables."""
    name, count = counter()
    print(f"tokens by {name}\n")
    print(f"{'flow':<10}{'prompt':>8}{'tools':>8}{'fixed':>8}")
    for flow in (load_flow(flow, Path("/nowhere")) for flow in flow_names()):
        prompt, tools = count(flow.prompt), count(tools_json(flow))
        print(f"{flow.name:<10}{prompt:>8}{tools:>8}{prompt + tools:>8}")
    print(f"\n{'files':<10}{'first retrieve request':>24}{'first question':>16}{'seconds':>10}")
    flow = load_flow("retrieve", Path("/nowhere"))
    now = datetime(2026, 3, 1, 12, 0)
    for files in (10, 1_000, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            fill(root, files)
            tree = Tree(root)
            tree.sync()
            view = View(Draft(tree, now=now), lambda path, level: True)
            started = time.perf_counter()
            messages = opening(flow, view, now.date(), [("query", QUERY)])
            took = time.perf_counter() - started
            total = count(tools_json(flow)) + sum(count(message.text) for message in messages)
            small = count(question_text(flow, messages))
            print(f"{files:<10}{total:>24}{small:>16}{took:>10.2f}")
            tree.close()


if __name__ == "__main__":
    main()
