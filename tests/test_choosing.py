"""From settings to a model; what is missing is said before anything is asked."""

import importlib.util
from pathlib import Path

import pytest

from nanomem_tui.bank.choosing import choose_model
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Settings, ToolMode


def test_rules_are_the_default() -> None:
    assert choose_model(Settings()).provider == "rules"


@pytest.mark.parametrize("mode", ToolMode)
def test_a_server_keeps_its_name_and_trust_however_it_is_asked(mode: ToolMode) -> None:
    model = choose_model(Settings(provider="ollama", model="m", tool_mode=mode, trust=Trust.REMOTE))
    assert (model.provider, model.name, model.trust) == ("ollama", "m", Trust.REMOTE)
    assert model.endpoint == "127.0.0.1:11434"


def test_a_model_file_has_to_be_named_and_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No model file was named"):
        choose_model(Settings(provider="local"))
    with pytest.raises(UsageError, match="There is no model file"):
        choose_model(Settings(provider="local", model=str(tmp_path / "none.gguf")))


@pytest.mark.skipif(importlib.util.find_spec("xllamacpp") is not None, reason="xllamacpp is installed")
def test_a_model_file_needs_its_extra(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"")
    with pytest.raises(UsageError, match="needs a package") as caught:
        choose_model(Settings(provider="local", model=str(tmp_path / "m.gguf")))
    assert "nanomem_tui[local]" in caught.value.next_step
