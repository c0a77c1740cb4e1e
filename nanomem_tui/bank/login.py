"""Setting up a model: where it is, with which key, what it can do, and keeping what was found.

For every front end. Asks nobody: questions and their answers are the front end's.
"""

import json
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nanomem_tui.agent.models.endpoints import PRESETS, Key, Target, origin_of, target
from nanomem_tui.agent.models.habits import Habits
from nanomem_tui.agent.models.keys import KeyStore
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.agent.models.probing import Finding, probe
from nanomem_tui.agent.models.servers import model_at
from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.settings import ENVIRONMENT, FLAG, Settings, habits_file, keys_file, load, save

UPSTREAM = Path("~/.config/nanomem/config.json")
"""Where the original program keeps its settings."""
_FIRST_ANSWER = Patience(connect=10, read=120, total=300)
"""A local server may load the model first."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """What the original program was set to."""

    provider: str
    base_url: str | None
    model: str | None
    key: str | None
    root: str | None


def read_upstream(file: Path = UPSTREAM) -> Upstream:
    """The settings of the original program.

    Raises:
        NotFound: there are none.
        UsageError: they cannot be understood.
    """
    file = file.expanduser()
    try:
        loaded = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound(f"There is no {file}.", "nanomem login sets a model up without it.") from None
    except (OSError, ValueError, RecursionError):
        raise UsageError(f"{file} cannot be read.", "nanomem login sets a model up without it.") from None
    values: Mapping[str, object] = loaded if isinstance(loaded, dict) else {}

    def text(name: str) -> str | None:
        value = values.get(name)
        return value.strip() or None if isinstance(value, str) else None

    provider = text("provider") or "custom"
    return Upstream(
        provider=provider if provider in PRESETS else "custom",
        base_url=text("baseUrl"),
        model=text("model"),
        key=text("apiKey"),
        root=text("storagePath"),
    )


def target_of(
    provider: str, *, base_url: str | None = None, model: str | None = None, key: str | None = None
) -> Target:
    """Which server is meant, with a key given, of the environment or kept before.

    Raises:
        UsageError: no such provider, no usable address, or a key that cannot be one.
    """
    where = target(provider, os.environ, base_url=base_url, model=model, api_key=key)
    return replace(where, key=where.key or KeyStore(keys_file()).find(where.base_url))


def target_in(settings: Settings) -> Target:
    """The server that the settings name, with the key it would get.

    Raises:
        UsageError: they name none: the built-in rules and model files have no server.
    """
    where = target(
        settings.provider,
        os.environ,
        base_url=settings.base_url,
        model=settings.model,
        api_key=settings.api_key,
        trust=settings.trust,
    )
    return replace(where, key=where.key or KeyStore(keys_file()).find(where.base_url))


def key_place(settings: Settings) -> str | None:
    """Where the key for the server in the settings comes from, in words; None: there is none.

    Raises:
        UsageError: the settings name no server, or the list of keys is broken.
    """
    if settings.api_key:
        return settings.origins.get("api_key", FLAG)
    where = target(settings.provider, os.environ, base_url=settings.base_url)
    if where.key is not None:
        name = next(name for name in where.key_names if os.environ.get(name, "").strip())
        return f"{ENVIRONMENT} ({name})"
    return KeyStore(keys_file()).place(where.base_url)


def keep_key(settings: Settings, value: str) -> str:
    """Keep a key for the server in the settings, and for that one alone; where it is now.

    Raises:
        UsageError: the settings name no server, or this can be no key.
    """
    where = target(settings.provider, os.environ, base_url=settings.base_url)
    return KeyStore(keys_file()).keep(Key.of(value, where.base_url))


async def models_of(where: Target, proxy: str | None = None) -> list[str]:
    """Names of the models that a server offers.

    Raises:
        ModelUnreachable: it does not say.
    """
    model = model_at(where, proxy=proxy)
    try:
        return await model.models()
    finally:
        await model.close()


async def try_out(where: Target, proxy: str | None = None) -> AsyncIterator[Finding]:
    """What a model can do, one finding after the other; what it needs is remembered for later runs."""
    model = model_at(where, timeout=_FIRST_ANSWER, proxy=proxy)
    asked = (model.endpoint, model.name)
    try:
        async for finding in probe(model):
            if finding.name == "JSON" and finding.works:
                Habits(habits_file()).learned(*asked)
            yield finding
    finally:
        await model.close()


def keep(where: Target, key: Key | None, *, root: str | None = None) -> tuple[Path, str | None]:
    """Make `where` the model that is used from now on.

    Args:
        where: the server and the model.
        key: the key to keep; None: it is in the environment, kept already or not needed.
        root: also the memory folder.

    Returns:
        The file of the settings, and where the key is.
    """
    place = KeyStore(keys_file()).keep(key) if key else None
    home = PRESETS[where.provider].base_url
    values = {
        "provider": where.provider,
        "model": where.model,
        "base_url": None if where.base_url == home else where.base_url,
        # A key that stood there was the last server's; to this one it must not go.
        **({} if _is_home_of(where) else {"api_key": None}),
        **({"root": root} if root else {}),
    }
    return save(values), place


def _is_home_of(where: Target) -> bool:
    """Whether the settings file names this very server already."""
    try:
        old = load({}, {})
        before = target(old.provider, {}, base_url=old.base_url)
    except UsageError:
        return False
    return origin_of(before.base_url) == origin_of(where.base_url)
