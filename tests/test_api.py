"""The public interface is what it promises: its names, its signatures, and runs followed as they go."""

import asyncio
import inspect
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import nanomem_tui
from nanomem_tui import MemoryBank, MemoryTool, NanomemError
from nanomem_tui.agent.events import Event, EventType

PROMISED = {
    # telling
    "add": "async (text, *, watch=None) -> WriteResult",
    "update": "async (text, *, watch=None) -> WriteResult",
    "ingest": "async (text, *, watch=None) -> WriteResult",
    "forget": "async (query, *, deep=False, wait=False, watch=None, progress=None) -> WriteResult",
    "compact": "async (path, *, watch=None) -> WriteResult",
    "importing": "async (source, options=None, *, approve=False, watch=None, progress=None) -> ImportResult",
    "export": "(format, level=None) -> ExportResult",
    # asking
    "retrieve": "async (query, *, allow_ask=False, recipient=None, told=None, given='', context='', "
    "watch=None) -> RetrieveResult",
    "preview": "async (query, *, allow_ask=False, recipient=None, told=None, trust=None, watch=None)"
    " -> PreviewResult",
    "hand_over": "(preview) -> bytes",
    "augment": "async (query, *, allow_ask=False, recipient=None, told=None, watch=None) -> AugmentResult",
    "read": "(path) -> MemoryFile",
    "search": "(query, limit=20) -> list[Hit]",
    "tree": "() -> TreeListing",
    "fact": "(ref) -> Fact",
    "status": "() -> Status",
    "close": "async () -> None",
    # deciding
    "pending": "() -> list[Change]",
    "history": "(*, limit=None, path=None, flow=None, author=None, since=None, until=None) -> list[Change]",
    "change": "(id) -> Change",
    "approve": "(id, only=None, *, flagged=False, by='you') -> Outcome",
    "reject": "(id, only=None, *, reason=None, by='you') -> Outcome",
    "amend": "(id, n, new) -> Change",
    "revert": "(id, *, by='you') -> Outcome",
    "undo": "(*, by='you') -> Outcome",
    "redo": "(*, by='you') -> Outcome",
    "why": "(ref) -> Why",
    # watching
    "traces": "(limit=None) -> list[TraceInfo]",
    "trace": "(id) -> list[Event]",
    "follow": "(id) -> AsyncIterator[Event]",
    "watch": "(stop) -> AsyncIterator[Seen]",
    "disclosures": "(recipient=None, fact=None) -> list[Disclosure]",
}
"""What a new major version is needed to break. An optional parameter at the end may join."""


def shape(method: object) -> str:
    """A signature without the types of its parameters and without modules."""
    assert callable(method)
    signature = inspect.signature(method)
    parameters = [one.replace(annotation=one.empty) for one in signature.parameters.values()][1:]
    result = signature.return_annotation
    words = result if isinstance(result, str) else inspect.formatannotation(result)
    told = "".join(part.rpartition(".")[2] if "." in part else part for part in _pieces(words))
    is_async = "async " if inspect.iscoroutinefunction(method) else ""
    return f"{is_async}{inspect.Signature(parameters)} -> {told}"


def _pieces(words: str) -> list[str]:
    return words.replace("[", "\0[\0").replace("]", "\0]\0").split("\0")


def test_the_names_are_these() -> None:
    assert nanomem_tui.__all__ == ["MemoryBank", "MemoryTool", "NanomemError", "__version__"]
    assert all(getattr(nanomem_tui, name) for name in nanomem_tui.__all__)
    with pytest.raises(AttributeError):
        _ = nanomem_tui.Bank


@pytest.mark.parametrize("name", PROMISED)
def test_a_promised_method_is_what_it_was(name: str) -> None:
    assert shape(getattr(MemoryBank, name)) == PROMISED[name]


def test_the_tool_is_what_it_was() -> None:
    public = {name for name in vars(MemoryTool) if not name.startswith("_")}
    assert public == {"definition", "handle", "answer"}
    assert shape(MemoryTool.handle) == "(command) -> str"
    assert shape(MemoryTool.answer) == "(command) -> ToolAnswer"


def test_the_documentation_names_every_promise() -> None:
    assert nanomem_tui.__doc__ is not None
    assert [name for name in PROMISED if f"`{name}`" not in nanomem_tui.__doc__] == []


def test_importing_it_costs_nothing() -> None:
    code = "import nanomem_tui, sys; print(sorted(m for m in sys.modules if m.startswith('nanomem_tui.')))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


async def test_a_run_is_followed_while_it_goes(root: Path) -> None:
    bank = MemoryBank(root)
    started = asyncio.Event()
    telling = asyncio.create_task(bank.add("I play the cello.", watch=lambda event: started.set()))
    await started.wait()
    events: AsyncIterator[Event] = bank.follow(bank.traces()[0].id)
    seen = [event async for event in events]
    result = await telling
    assert seen[0].type is EventType.RUN_STARTED
    assert seen[-1].type is EventType.RUN_FINISHED
    assert seen == bank.trace(result.trace)
    await bank.close()


async def test_bad_input_is_one_kind_of_error(root: Path) -> None:
    bank = MemoryBank(root)
    for wrong in (lambda: bank.approve("nothing"), lambda: bank.read("../x"), lambda: bank.why("x"),
                  lambda: bank.trace("x"), lambda: bank.undo()):  # fmt: skip
        with pytest.raises(NanomemError):
            wrong()
    with pytest.raises(NanomemError):
        await bank.ingest(" ")
    await bank.close()
