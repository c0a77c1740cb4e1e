"""Settings: flags, then environment, then `config.toml`, then the built-in default.

A layer that names a provider starts afresh: the model, address and key that a weaker layer set for another
provider are left behind, so a key never travels to a host it was not given for.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.levels import Trust

DEFAULT_ROOT = Path("~/nanomem")
BUILT_IN = "built-in default"
FLAG = "flag"
ENVIRONMENT = "environment"


class Approval(StrEnum):
    """When a proposed change is applied."""

    ASK = "ask"
    """Shown and asked on a terminal; queued elsewhere."""
    QUEUE = "queue"
    AUTO = "auto"
    """Unflagged edits at once; flagged ones wait."""


class ToolMode(StrEnum):
    """How a model is asked for its tool calls."""

    AUTO = "auto"
    """As its server offers, until a reply is malformed; in JSON from then on, and remembered."""
    NATIVE = "native"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, resolved."""

    root: Path = DEFAULT_ROOT
    provider: str = "rules"
    model: str | None = None
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    trust: Trust | None = None
    """Lowers the trust of the endpoint; never raises it."""
    tool_mode: ToolMode = ToolMode.AUTO
    proxy: str | None = field(default=None, repr=False)
    """An http or socks5h address that requests to other machines go through."""
    approval: Approval = Approval.ASK
    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    """Remapped keys: action id to key."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where each value came from, by field name."""


_ENVIRONMENT = {
    "NANOMEM_ROOT": "root",
    "NANOMEM_PROVIDER": "provider",
    "NANOMEM_MODEL": "model",
    "NANOMEM_BASE_URL": "base_url",
    "NANOMEM_API_KEY": "api_key",
    "NANOMEM_TRUST": "trust",
    "NANOMEM_TOOL_MODE": "tool_mode",
    "NANOMEM_PROXY": "proxy",
    "NANOMEM_APPROVAL": "approval",
    "NANOMEM_THEME": "theme",
}
_OF_PROVIDER = ("model", "base_url", "api_key", "trust", "tool_mode")


def config_file() -> Path:
    """Path of the user's `config.toml`."""
    from platformdirs import user_config_path

    return user_config_path("nanomem") / "config.toml"


def habits_file() -> Path:
    """Path of what was learned of models: a cache, which may be deleted at any time."""
    from platformdirs import user_cache_path

    return user_cache_path("nanomem") / "models.json"


def keys_file() -> Path:
    """Path of the kept API keys."""
    from platformdirs import user_config_path

    return user_config_path("nanomem") / "keys.json"


def save(values: Mapping[str, str | None], keys: Mapping[str, str | None] | None = None) -> Path:
    """Write settings into `config.toml`; its comments and everything else in it stay.

    Args:
        values: new values by field name; None takes a setting out.
        keys: new keys by action; None gives an action its own key back.

    Returns:
        The file.

    Raises:
        UsageError: the file is broken as it is; it is not touched.
    """
    import tempfile

    import tomlkit

    file = config_file()
    _read(file)
    document = tomlkit.parse(file.read_bytes().decode()) if file.exists() else tomlkit.document()
    for name, value in values.items():
        if value is None:
            document.pop(name, None)
        else:
            document[name] = value
    if keys and "keys" not in document:
        document["keys"] = tomlkit.table()
    for action, key in (keys or {}).items():
        if key is None:
            document["keys"].pop(action, None)
        else:
            document["keys"][action] = key
    place = file.resolve()  # many people keep their settings elsewhere, behind a link
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".config-")  # made 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(tomlkit.dumps(document))
        Path(temporary).replace(place)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    return file


def load(
    flags: Mapping[str, str | None] | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    saving: Mapping[str, Any] | None = None,
) -> Settings:
    """Resolve the settings.

    Args:
        flags: values of command-line flags by field name; None where a flag was not given.
        environ: the environment; None: the real one.
        saving: what `save` would write: taken as if it stood in the file, to see what would come of it.

    Raises:
        UsageError: a layer holds a value that is not understood; the message names the layer.
    """
    environ = os.environ if environ is None else environ
    file = config_file()
    kept = {name: value for name, value in {**_read(file), **(saving or {})}.items() if value is not None}
    layers: list[tuple[str, dict[str, Any]]] = [
        (str(file), kept),
        (ENVIRONMENT, {name: environ[key] for key, name in _ENVIRONMENT.items() if environ.get(key)}),
        (FLAG, {name: value for name, value in (flags or {}).items() if value is not None}),
    ]
    settings = Settings()
    origins: dict[str, str] = {}
    for origin, values in layers:
        if "provider" in values and values["provider"] != settings.provider:
            settings = replace(
                settings, model=None, base_url=None, api_key=None, trust=None, tool_mode=ToolMode.AUTO
            )
            for name in _OF_PROVIDER:
                origins.pop(name, None)
        elif "base_url" in values and values["base_url"] != settings.base_url:
            settings = replace(settings, api_key=None)
        if "base_url" in values and "provider" not in values and settings.provider == "rules":
            values["provider"] = "openai"
        settings = replace(settings, **{name: _value(name, raw, origin) for name, raw in values.items()})
        origins.update(dict.fromkeys(values, origin))
    return replace(settings, root=settings.root.expanduser().absolute(), origins=origins)


def variable_of(name: str) -> str:
    """The environment variable that sets a field."""
    return next(variable for variable, field_name in _ENVIRONMENT.items() if field_name == name)


def given(settings: Settings) -> dict[str, str | None]:
    """The values that were given for this run alone, as `flags` to load the settings anew with."""
    return {name: str(getattr(settings, name)) for name, origin in settings.origins.items() if origin == FLAG}


def for_this_run(settings: Settings, **values: Any) -> Settings:
    """The settings with other values, which count as given by flags."""
    return replace(settings, **values, origins={**settings.origins, **dict.fromkeys(values, FLAG)})


def now(environ: Mapping[str, str] | None = None) -> datetime:
    """The local time, or the one that `NANOMEM_NOW` pins for reproducible runs (ISO 8601).

    Raises:
        UsageError: `NANOMEM_NOW` is no ISO date and time.
    """
    pinned = (os.environ if environ is None else environ).get("NANOMEM_NOW")
    if not pinned:
        return datetime.now().replace(microsecond=0)
    try:
        return datetime.fromisoformat(pinned).replace(tzinfo=None)
    except ValueError:
        raise UsageError(
            f"NANOMEM_NOW is not a date and time: {pinned!r}.", "Write it as 2026-03-01T12:00 or unset it."
        ) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}.", "Mend or remove it.") from None
    # Imported late: most people have no such file, and every start of the program comes by.
    import tomllib

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not valid TOML: {error}.", "Mend the line it names.") from None
    known = {item.name for item in fields(Settings)} - {"origins"}
    unknown = sorted(set(values) - known)
    if unknown:
        raise UsageError(
            f"{file} sets {', '.join(unknown)}, which is no setting.", f"Known: {', '.join(sorted(known))}."
        )
    return values


def _value(name: str, raw: Any, origin: str) -> Any:
    if name == "keys":
        if isinstance(raw, dict) and all(isinstance(key, str) for key in raw.values()):
            return raw
        raise UsageError(
            f"keys in {origin} is not a table of action = key.", 'Write [keys] and then review = "v".'
        )
    if not isinstance(raw, str) or not raw.strip():
        raise UsageError(f"{name} in {origin} is not a text.", "Give it a value in quotes.")
    choices: dict[str, type[StrEnum]] = {"trust": Trust, "approval": Approval, "tool_mode": ToolMode}
    if name == "root":
        return Path(raw)
    if name in choices:
        try:
            return choices[name](raw.strip().lower())
        except ValueError:
            words = ", ".join(choices[name])
            raise UsageError(f"{name} in {origin} is {raw!r}.", f"It is one of {words}.") from None
    return raw.strip()
