"""How well memory is kept, in numbers: by the built-in rules always, by a real model where one is named.

Beside it the original on the same server, where NANOMEM_UPSTREAM names a checkout of it.
"""

import os
from pathlib import Path

import pytest

from nanomem_tui.settings import Settings, ToolMode
from tests.agent.real.measuring import HELD_OUT, TUNED, Score, beside, measure
from tests.agent.real.measuring_more import measure_more
from tests.agent.real.original import CHECKOUT, measure_original

NAME = os.environ.get("NANOMEM_MODEL_NAME")


def in_json(server: str) -> Settings:
    """The model asked in JSON."""
    return Settings(provider="custom", base_url=server, model=NAME, tool_mode=ToolMode.JSON)


_OURS: dict[str, Score] = {}


@pytest.fixture
async def ours(tmp_path: Path, model_server: str) -> Score:
    """How the scenarios go with the real model: run once, by the clock and the home of a test."""
    if model_server not in _OURS:
        _OURS[model_server] = await measure(tmp_path / "ours", in_json(model_server), TUNED)
    return _OURS[model_server]


async def test_the_built_in_rules(tmp_path: Path) -> None:
    score = await measure(tmp_path, Settings())
    print(score.table("built-in rules"))
    assert score.invented == []
    assert score.failed == []
    assert score.claimed == 0
    assert score.saved >= 12
    assert score.updated >= 5
    assert score.cited >= 6


@pytest.mark.model
async def test_a_real_model_in_json_mode(ours: Score) -> None:
    print(ours.table(f"{NAME or 'the model'} in JSON mode"))
    assert ours.failed == []
    assert ours.claimed == 0
    assert ours.saved >= 12
    assert len(ours.invented) == ours.flagged == 0
    assert ours.updated >= 6
    assert ours.cited >= 6
    assert ours.write_tokens <= 16_000


@pytest.mark.model
async def test_a_real_model_on_what_nothing_was_tuned_on(tmp_path: Path, model_server: str) -> None:
    score = await measure(tmp_path, in_json(model_server), HELD_OUT)
    print(score.table(f"{NAME or 'the model'} in JSON mode, held out"))
    assert score.failed == []
    assert score.saved >= score.wanted - 1
    assert score.invented == []


@pytest.mark.model
@pytest.mark.upstream
@pytest.mark.skipif(not CHECKOUT, reason="NANOMEM_UPSTREAM names no checkout of the original to compare with")
async def test_the_original_on_the_same_server(tmp_path: Path, model_server: str, ours: Score) -> None:
    given = (tmp_path, model_server, NAME or "model", TUNED)
    as_it_is = measure_original(*given)
    shown = {"ours": ours, "the original": as_it_is}
    shown["the original, in JSON"] = measure_original(*given, in_json=True)
    print(beside(shown))
    for who, score in shown.items():
        print("\n".join([who, *(f"  missed: {miss}" for miss in score.misses)]))
    assert as_it_is.adds == ours.adds
    # Tokens are only shown: a run that saves nothing needs few.
    for theirs in (score for score in shown.values() if score is not ours):
        assert ours.saved >= theirs.saved
        assert ours.updated >= theirs.updated
        assert ours.answered >= theirs.answered


async def test_the_other_flows_by_the_built_in_rules(tmp_path: Path) -> None:
    tally = await measure_more(tmp_path, Settings())
    print(tally.table("built-in rules"))
    assert tally.flows["compact"].too_much == 0
    assert tally.flows["complete"].right == 8


@pytest.mark.model
async def test_the_other_flows_by_a_real_model(tmp_path: Path, model_server: str) -> None:
    tally = await measure_more(tmp_path, in_json(model_server))
    print(tally.table(f"{NAME or 'the model'} in JSON mode"))
    assert tally.flows["forget"].right >= 7
    assert tally.flows["compact"].right >= 7
    assert tally.flows["augment"].right >= 4
    assert tally.flows["complete"].right >= 7
    assert sum(flow.too_much for flow in tally.flows.values()) <= 1
