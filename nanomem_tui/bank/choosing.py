"""Which model runs the flows: from settings to a model that is ready to be asked.

Everything slow is imported here late: the built-in rules need none of it.
"""

import os
from dataclasses import replace
from pathlib import Path

from nanomem_tui.agent.models.base import Model
from nanomem_tui.agent.models.rules import RulesModel
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.settings import Settings, ToolMode, habits_file, keys_file

LOCAL = "local"
"""Provider of a model file on this machine."""


def choose_model(settings: Settings) -> Model:
    """The model that the settings name.

    Raises:
        UsageError: they name none that can be used.
    """
    if settings.provider == "rules":
        return RulesModel()
    model = _of_file(settings) if settings.provider == LOCAL else _of_server(settings)
    return _calling(model, settings)


def _of_file(settings: Settings) -> Model:
    from nanomem_tui.agent.models.local import LocalModel

    if settings.model is None:
        raise UsageError("No model file was named.", "Name a GGUF file with --model.")
    return LocalModel(Path(settings.model), trust=settings.trust)


def _of_server(settings: Settings) -> Model:
    from nanomem_tui.agent.models.endpoints import target
    from nanomem_tui.agent.models.keys import KeyStore
    from nanomem_tui.agent.models.servers import model_at

    where = target(
        settings.provider,
        os.environ,
        base_url=settings.base_url,
        model=settings.model,
        api_key=settings.api_key,
        trust=settings.trust,
    )
    key = where.key or KeyStore(keys_file()).find(where.base_url)
    return model_at(replace(where, key=key), proxy=settings.proxy)


def _calling(model: Model, settings: Settings) -> Model:
    """The model, asked for its tool calls as the settings say, or as it was found to need."""
    from nanomem_tui.agent.models.habits import Habits
    from nanomem_tui.agent.models.json_mode import AdaptiveModel, JsonModeModel

    match settings.tool_mode:
        case ToolMode.NATIVE:
            return model
        case ToolMode.JSON:
            return JsonModeModel(model)
    habits, asked = Habits(habits_file()), (model.endpoint, model.name)
    return AdaptiveModel(model, json=habits.needs_json(*asked), learned=lambda: habits.learned(*asked))
