"""Which kind of model a server gets: one that is verified first, or a plain one."""

from nanomem_tui.agent.models.endpoints import PRESETS, Target
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.patience import Patience


def model_at(target: Target, *, timeout: Patience | None = None, proxy: str | None = None) -> OpenAIModel:
    """The model that `target` describes.

    Raises:
        UsageError: it cannot be used as the settings are.
    """
    if PRESETS[target.provider].attested:
        from nanomem_tui.agent.models.tinfoil import TinfoilModel

        return TinfoilModel.at(target, timeout=timeout, proxy=proxy)
    return OpenAIModel.at(target, timeout=timeout, proxy=proxy)
