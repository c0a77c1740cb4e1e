"""A model file without any other program to start: loaded when asked, gone when closed."""

import asyncio
import importlib.util
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.agent.models.base import Message, Request, Response, Role
from nanomem_tui.agent.models.local import LocalModel
from nanomem_tui.memory.errors import ModelUnreachable
from nanomem_tui.settings import Settings, ToolMode

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(importlib.util.find_spec("xllamacpp") is None, reason="no xllamacpp here"),
]
REQUEST = Request((Message(Role.USER, "Hello?"),), (), 30)


def children() -> set[str]:
    """The processes that this one started."""
    pid = os.getpid()
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def wait(done: Callable[[], bool]) -> None:
    """Wait until `done` holds."""
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


async def test_it_answers_and_is_gone_when_closed(tiny_file: Path) -> None:
    before = children()
    model = LocalModel(tiny_file)
    assert children() == before, "nothing is loaded before it is asked"
    pieces = [piece async for piece in model.stream(REQUEST)]
    assert isinstance(pieces[-1], Response)
    assert 1 < pieces[-1].usage.output_tokens <= 30
    assert len(children() - before) == 1
    again = [piece async for piece in model.stream(REQUEST)]
    assert isinstance(again[-1], Response)
    await model.close()
    assert children() == before


async def test_a_cancelled_start_leaves_nothing_behind(tiny_file: Path) -> None:
    before = children()
    model = LocalModel(tiny_file)
    task = asyncio.create_task(anext(model.stream(REQUEST)))
    await asyncio.to_thread(wait, lambda: bool(children() - before))
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 1
    await model.close()
    await asyncio.to_thread(wait, lambda: not children() - before)


async def test_a_file_that_is_no_model_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "no.gguf"
    file.write_bytes(b"no model")
    model = LocalModel(file)
    with pytest.raises(ModelUnreachable, match="cannot be loaded"):
        await anext(model.stream(REQUEST))
    await model.close()


async def test_a_flow_runs_on_it(root: Path, tiny_file: Path) -> None:
    settings = Settings(root=root, provider="local", model=str(tiny_file), tool_mode=ToolMode.JSON)
    bank = MemoryBank(settings=settings)
    status = bank.status()
    assert (status.provider, status.model, status.trust) == ("local", tiny_file.stem, "local")
    result = await bank.add("I like tea now.")
    assert result.usage.requests >= 1
    assert bank.traces()[0].state in ("done", "stopped")
    await bank.close()
