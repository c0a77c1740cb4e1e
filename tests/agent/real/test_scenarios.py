"""How well memory is kept, in numbers: by the built-in rules always, by a real model where one is named."""

import os
from pathlib import Path

import pytest

from nanomem_tui.settings import Settings, ToolMode
from tests.agent.real.measuring import HELD_OUT, TUNED, measure


async def test_the_built_in_rules(tmp_path: Path) -> None:
    score = await measure(tmp_path, Settings())
    print(score.table("built-in rules"))
    assert score.invented == []
    assert score.failed == []
    assert score.saved >= 12
    assert score.updated >= 5
    assert score.cited >= 6


@pytest.mark.model
async def test_a_real_model_in_json_mode(tmp_path: Path, model_server: str) -> None:
    name = os.environ.get("NANOMEM_MODEL_NAME")
    settings = Settings(provider="custom", base_url=model_server, model=name, tool_mode=ToolMode.JSON)
    score = await measure(tmp_path, settings, TUNED)
    print(score.table(f"{name or 'the model'} in JSON mode"))
    assert score.failed == []
    assert score.saved >= 12
    assert len(score.invented) == score.flagged == 0
    assert score.updated >= 6
    assert score.cited >= 6
    assert score.write_tokens <= 16_000


@pytest.mark.model
async def test_a_real_model_on_what_nothing_was_tuned_on(tmp_path: Path, model_server: str) -> None:
    name = os.environ.get("NANOMEM_MODEL_NAME")
    settings = Settings(provider="custom", base_url=model_server, model=name, tool_mode=ToolMode.JSON)
    score = await measure(tmp_path, settings, HELD_OUT)
    print(score.table(f"{name or 'the model'} in JSON mode, held out"))
    assert score.failed == []
    assert score.saved >= score.wanted - 1
    assert score.invented == []
