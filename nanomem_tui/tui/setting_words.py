"""What the Settings screen says of words to choose from, and of what another level does. Knows no widget."""

from collections.abc import Sequence

from textual.content import Content

from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.visible import visible
from nanomem_tui.results import LevelChange, RecipientChange
from nanomem_tui.tui.widgets.words import count

MEANS = {
    "rules": "built in: no language model, no connection",
    "local": "a GGUF file on this machine",
    "custom": "any server that speaks the OpenAI protocol",
    "approval ask": "commands ask at once; here each change waits",
    "approval queue": "every change waits for your review",
    "approval auto": "edits without a flag are applied at once",
    "tool_mode auto": "as its server offers, in JSON once that fails",
    "open": "seen and disclosed",
    "ask": "disclosed after a yes; a remote model sees it after a yes too",
    "private": "never disclosed; a remote model does not know it exists",
    "trust local": "on this machine: sees everything",
    "attested": "in a verified enclave",
    "remote": "elsewhere: sees what is open, and ask after a yes",
    "native": "tool calls of the server",
    "json": "replies in JSON",
}
"""What a word means where it can be chosen, by itself or behind the setting."""


def meanings(setting: str, words: Sequence[str]) -> list[tuple[str, str]]:
    """Words to choose from, each with what it means."""
    from nanomem_tui.agent.models.endpoints import PRESETS, endpoint_of

    known = {name: endpoint_of(preset.base_url) for name, preset in PRESETS.items() if preset.base_url}
    return [
        (word, MEANS.get(f"{setting} {word}") or MEANS.get(word) or known.get(word, "")) for word in words
    ]


def level_of(word: str) -> Level:
    """The level of this word, which is one of them."""
    level = Level.from_word(word)
    assert level is not None
    return level


def needs(provider: str) -> str:
    """Which setting a provider cannot do without."""
    return "base_url" if provider == "custom" else "model"


def changed(change: LevelChange) -> Content:
    """What another level does, file by file, for the person to read before it is written."""
    lines = [Content.assemble((visible(change.glob), "bold"), f" → {change.level.word}")]
    if not change.files:
        told = "No file matches yet." if not change.matched else "No file there is changes its level by it."
        lines.append(Content.styled(told, "$foreground 70%"))
    for path, before, after in change.files[:12]:
        style = "$warning" if after < before else "$foreground 80%"
        lines.append(Content.assemble((f"{before.word} → {after.word}  ", style), visible(path)))
    if len(change.files) > 12:
        lines.append(Content(f"… and {len(change.files) - 12} more"))
    if change.freer:
        lines.append(
            Content.styled(f"This discloses {count(len(change.freer), 'file')} more freely.", "$warning")
        )
    return Content("\n").join(lines)


def admitted(change: RecipientChange) -> Content:
    """What another list of a recipient does, file by file, for the person to read before it is written."""
    if change.after is None:
        lines = [Content.assemble((visible(change.name), "bold"), " is taken out of the policy.")]
    else:
        lines = [Content.assemble((visible(change.name), "bold"), f" → {visible(', '.join(change.after))}")]
        if not change.files:
            lines.append(Content.styled("No file matches yet.", "$foreground 70%"))
    for sign, style, paths in (
        ("+", "$warning", change.freer),
        ("-", "$foreground 80%", change.stricter),
    ):
        lines += [Content.assemble((f"{sign} ", style), visible(path)) for path in paths[:8]]
        if len(paths) > 8:
            lines.append(Content(f"{sign} … and {len(paths) - 8} more"))
    if change.freer:
        more = f"{visible(change.name)} may then be told of {count(len(change.freer), 'file')} more."
        lines.append(Content.styled(more, "$warning"))
    return Content("\n").join(lines)
