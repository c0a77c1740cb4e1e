"""Flows: one markdown file each, with the prompt as its body; the person's own file replaces ours.

Knows where prompts lie and what a flow may name, not how one is run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.paths import STATE_DIR

BUILT_IN = Path(__file__).parent / "prompts"
MAX_PROMPT_BYTES = 64 * 1024
_KEYS = {"name", "tools", "terminal", "max_steps", "max_output_tokens"}


@dataclass(frozen=True, slots=True)
class Flow:
    """One kind of agent loop."""

    name: str
    tools: tuple[str, ...]
    """Tools it offers beside the terminal one, in the order the model sees them."""
    terminal: str
    """The tool that ends it."""
    max_steps: int
    max_output_tokens: int
    """Of one reply."""
    prompt: str

    @property
    def offered(self) -> tuple[str, ...]:
        """Every tool the model may call."""
        return (*self.tools, self.terminal)


def flow_names() -> list[str]:
    """Names of the flows there are."""
    return sorted(path.stem for path in BUILT_IN.glob("*.md"))


def own_prompt(name: str, root: Path) -> Path:
    """Where the person's own prompt of a flow lies, whether or not it exists."""
    return root / STATE_DIR / "prompts" / f"{name}.md"


def load_flow(name: str, root: Path) -> Flow:
    """The flow called `name`, from the memory root's own prompts where it has one.

    Raises:
        UsageError: there is no such flow, or its prompt file is broken; the message names the file.
    """
    built_in = BUILT_IN / f"{name}.md"
    if name not in flow_names():
        raise UsageError(f"There is no flow called {name!r}.", f"Flows: {', '.join(flow_names())}.")
    own = own_prompt(name, root)
    path = own if own.is_file() else built_in
    mend = f"Mend {path} or remove it to use the built-in prompt."
    try:
        with path.open("rb") as file:
            data = file.read(MAX_PROMPT_BYTES + 1)
        return _parse(name, data.decode())
    except OSError as error:
        raise UsageError(f"The prompt {path} cannot be read: {error.strerror}.", mend) from None
    except UnicodeDecodeError:
        raise UsageError(f"The prompt {path} is not UTF-8 text.", mend) from None
    except ValueError as error:
        raise UsageError(f"The prompt {path} is broken: {error}.", mend) from None


def check_prompt(name: str, text: str) -> None:
    """Whether `text` can be the prompt of the flow `name`.

    Raises:
        UsageError: it cannot; the message says why.
    """
    try:
        _parse(name, text)
    except ValueError as error:
        raise UsageError(
            f"This is no prompt for {name}: {error}.", f"nanomem prompts show {name} is one that works."
        ) from None


def _parse(name: str, text: str) -> Flow:
    import frontmatter
    import yaml

    from nanomem_tui.agent.tools import TERMINAL, TOOLS

    if len(text.encode()) > MAX_PROMPT_BYTES:
        raise ValueError(f"it is larger than {MAX_PROMPT_BYTES // 1024} KiB")
    try:
        post = frontmatter.loads(text)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        raise ValueError(
            "its frontmatter is no valid YAML" + (f" (line {where.line + 2})" if where else "")
        ) from None
    values: Mapping[str, Any] = post.metadata
    missing = sorted(_KEYS - set(values))
    if missing:
        raise ValueError(f"its frontmatter lacks {', '.join(missing)}")
    if unknown := sorted(set(map(str, values)) - _KEYS):
        raise ValueError(f"its frontmatter holds {', '.join(unknown)}, which no flow has")
    if values["name"] != name:
        raise ValueError(f"its name is {values['name']!r}, not {name!r}")
    offered = values["tools"]
    if not isinstance(offered, list) or not all(isinstance(tool, str) for tool in offered):
        raise ValueError("tools is no list of names")
    terminal = values["terminal"]
    if strange := sorted(set(offered) - (set(TOOLS) - TERMINAL)):
        raise ValueError(f"tools names {', '.join(strange)}, which is no tool that a flow can offer")
    if terminal not in TERMINAL:
        raise ValueError(f"terminal is none of {', '.join(sorted(TERMINAL))}")
    if not post.content.strip():
        raise ValueError("it has no prompt below its frontmatter")
    return Flow(
        name=name,
        tools=tuple(dict.fromkeys(offered)),
        terminal=terminal,
        max_steps=_number(values, "max_steps", 200),
        max_output_tokens=_number(values, "max_output_tokens", 200_000),
        prompt=post.content.strip(),
    )


def _number(values: Mapping[str, Any], key: str, most: int) -> int:
    value = values[key]
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ValueError(f"{key} is no whole number from 1 to {most}")
    return value
