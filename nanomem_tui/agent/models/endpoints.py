"""Where models are reached: known endpoints, how far each is trusted, and which key belongs to which.

Pure rules about addresses. Opens no connection and knows no client; that a key goes to one origin only is
decided here and checked again where requests leave.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.levels import Trust

OWN_KEY = "NANOMEM_API_KEY"
"""The environment variable whose key belongs to whatever endpoint the person has set."""


@dataclass(frozen=True, slots=True)
class Preset:
    """An endpoint people know by name."""

    name: str
    base_url: str | None
    """None: the person gives it."""
    key_names: tuple[str, ...] = ()
    """Environment variables that hold its key, the first one found wins."""
    model: str | None = None
    """What to ask for when no model is named; None: ask the server what it has."""
    attested: bool = False
    """It runs in an enclave, and is asked by a model that verifies this or sends nothing."""


_PRESETS = (
    Preset("openai", "https://api.openai.com/v1", ("OPENAI_API_KEY",), "gpt-5-mini"),
    Preset("openrouter", "https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",), "openai/gpt-5-mini"),
    Preset("anthropic", "https://api.anthropic.com/v1", ("ANTHROPIC_API_KEY",), "claude-haiku-4-5"),
    Preset("tinfoil", "https://inference.tinfoil.sh/v1", ("TINFOIL_API_KEY",), attested=True),
    Preset("ollama", "http://127.0.0.1:11434/v1"),
    Preset("lmstudio", "http://127.0.0.1:1234/v1"),
    Preset("llamacpp", "http://127.0.0.1:8080/v1"),
    Preset("custom", None),
)
PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in _PRESETS}
"""Every endpoint known by name."""


@dataclass(frozen=True, slots=True)
class Key:
    """An API key and the one origin it may be sent to.

    Args:
        value: the secret; never in `repr`.
        origin: scheme, host and port, as `origin_of` writes them.

    Raises:
        UsageError: the value cannot be an HTTP bearer token.
    """

    value: str = field(repr=False)
    origin: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[!-~]+", self.value):
            raise UsageError(
                f"The API key for {self.origin} is empty or holds a character that no key has.",
                "Copy it again, without spaces or quotes.",
            )

    @classmethod
    def of(cls, value: str, base_url: str) -> "Key":
        """The key `value` for the server at `base_url`; white space around it is dropped."""
        return cls(value.strip(), origin_of(base_url))

    def reveal(self, base_url: str) -> str:
        """The secret, for a request to `base_url`.

        Raises:
            UsageError: the key belongs to another origin.
        """
        if origin_of(base_url) != self.origin:
            raise UsageError(
                f"The API key belongs to {self.origin} and is not sent to {origin_of(base_url)}.",
                "Give the key of that endpoint, or none.",
            )
        return self.value


@dataclass(frozen=True, slots=True)
class Target:
    """Everything that says which model answers: what `OpenAIModel` is made of."""

    provider: str
    base_url: str
    model: str | None
    key: Key | None
    trust: Trust
    key_names: tuple[str, ...] = (OWN_KEY,)
    """Where the person can put a key, named when the server wants one."""


def target(
    provider: str,
    environ: Mapping[str, str],
    *,
    base_url: str | None = None,
    model: str | None = None,
    api_key: str | None = None,
    trust: Trust | None = None,
) -> Target:
    """Work out which server is meant, and with which of the keys at hand.

    Args:
        provider: a name of `PRESETS`.
        environ: where the providers' own key names are looked up.
        base_url: instead of the preset's.
        model: instead of the preset's.
        api_key: a key given for this very endpoint.
        trust: what the person asks for; lowers only.

    Raises:
        UsageError: no such provider, no usable address, or a key that cannot be one.
    """
    preset = PRESETS.get(provider)
    if preset is None:
        raise UsageError(
            f"There is no provider called {provider!r}.",
            f"Choose one of {', '.join(PRESETS)}, local or rules.",
        )
    given = base_url or preset.base_url
    if given is None:
        raise UsageError(
            f"The provider {provider} has no address of its own.",
            "Give one with --base-url http://host:port/v1.",
        )
    url = check_url(given)
    home = preset.base_url is not None and origin_of(preset.base_url) == origin_of(url)
    return Target(
        provider=provider,
        base_url=url,
        model=model or (preset.model if home else None),
        key=Key.of(api_key, url) if api_key else key_from(environ, url),
        trust=lower(Trust.ATTESTED if preset.attested else trust_of(url), trust),
        key_names=(*_key_names(url), OWN_KEY),
    )


def key_from(environ: Mapping[str, str], base_url: str) -> Key | None:
    """The key that a provider's own environment variable holds for `base_url`; None when there is none.

    A variable counts for its provider's origin alone: `OPENAI_API_KEY` is never found for another host.
    """
    values = (environ.get(name, "").strip() for name in _key_names(base_url))
    return next((Key.of(value, base_url) for value in values if value), None)


def needs_key(base_url: str) -> bool:
    """Whether the server at `base_url` is known to answer nobody without a key."""
    return bool(_key_names(base_url))


def _key_names(base_url: str) -> tuple[str, ...]:
    origin = origin_of(base_url)
    return tuple(
        name
        for preset in PRESETS.values()
        if preset.base_url is not None and origin_of(preset.base_url) == origin
        for name in preset.key_names
    )


def check_url(base_url: str) -> str:
    """`base_url` as requests use it: no final slash, and `/v1` where it names a host alone.

    Raises:
        UsageError: not a plain http or https address. What two parsers could read as two hosts is refused,
            since trust and keys hang on the host.
    """
    parts = _split(base_url)
    path = parts.path.rstrip("/") or "/v1"
    return f"{_origin(parts)}{path}"


def origin_of(base_url: str) -> str:
    """Scheme, host and port: what a key belongs to. Default ports are left out.

    Raises:
        UsageError: as `check_url`.
    """
    return _origin(_split(base_url))


def endpoint_of(base_url: str) -> str:
    """Host and port as a person names them.

    Raises:
        UsageError: as `check_url`.
    """
    return origin_of(base_url).partition("://")[2]


def trust_of(base_url: str) -> Trust:
    """LOCAL for this machine's own loopback addresses, REMOTE for everything else.

    A name that merely resolves to this machine, a private network and `0.0.0.0` are remote: only what cannot
    leave the machine is local.

    Raises:
        UsageError: as `check_url`.
    """
    host = _split(base_url).hostname or ""
    if host == "localhost":
        return Trust.LOCAL
    try:
        return Trust.LOCAL if ipaddress.ip_address(host).is_loopback else Trust.REMOTE
    except ValueError:
        return Trust.REMOTE


_MOST_TO_LEAST = (Trust.LOCAL, Trust.ATTESTED, Trust.REMOTE)


def lower(trust: Trust, asked: Trust | None) -> Trust:
    """`trust` lowered to `asked`; asking for more than there is changes nothing."""
    return trust if asked is None else max(trust, asked, key=_MOST_TO_LEAST.index)


_ADDRESS = re.compile(
    r"https?://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:/[\w./~%+@-]*)?",
    re.ASCII | re.IGNORECASE,
)


def _split(base_url: str) -> SplitResult:
    parts = _parts(base_url.strip())
    if parts is None:
        raise UsageError(  # the address is not repeated: a person may have put a password into it
            "The base URL is not the address of a server.",
            "Write it as http://host:port/v1 or https://host/v1, without user name, query or spaces.",
        )
    return parts


def _parts(url: str) -> SplitResult | None:
    if not _ADDRESS.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if "[" in url:
            ipaddress.IPv6Address(host)
        elif host.replace(".", "").isdecimal():  # also `127.1` and `2130706433`, which readers disagree about
            ipaddress.IPv4Address(host)
        port = parts.port  # reading it checks its range
    except ValueError:
        return None
    return parts if port != 0 else None


def _origin(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
