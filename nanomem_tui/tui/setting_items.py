"""What the Settings screen lists: every value with where it comes from, read in one go beside the keys.

It reads settings, bank and registry and changes nothing. Keys and secrets of proxies are in no text of it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from textual.keys import format_key

from nanomem_tui import settings as settings_module
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.memory.policy import matches
from nanomem_tui.settings import ENVIRONMENT, FLAG, Approval, Settings, ToolMode, config_file
from nanomem_tui.tui.actions import ACTIONS, Scope
from nanomem_tui.tui.keymap import keys_of
from nanomem_tui.tui.places import short
from nanomem_tui.tui.themes import DEFAULT_THEME
from nanomem_tui.tui.widgets.words import count

if TYPE_CHECKING:
    from nanomem_tui.bank import MemoryBank

NEW_GLOB = "level:"
"""Key of the row that adds a glob."""
NEW_RECIPIENT = "to:"
"""Key of the row that adds a recipient."""
MOST = 300
"""Files and facts that are listed for their level."""


class Section(StrEnum):
    """The parts of the screen."""

    MODEL = "Model"
    MEMORY = "Memory"
    LEVELS = "Levels"
    CONSENTS = "Consents"
    PROMPTS = "Prompts"
    KEYS = "Keys"


class Kind(StrEnum):
    """How a value is changed."""

    WORDS = "words"
    """One of a few words."""
    TEXT = "text"
    SECRET = "secret"
    FOLDER = "folder"
    KEY = "key"
    LEVEL = "level"
    RECIPIENT = "recipient"
    CONSENT = "consent"
    PROMPT = "prompt"
    NOTHING = "nothing"
    """It can only be looked at; its `about` says where it is changed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One value."""

    key: str
    """A field of the settings, or its kind and name with a colon between."""
    name: str
    value: str
    origin: str
    """Where it comes from, in a word or two."""
    kind: Kind
    about: str
    words: tuple[str, ...] = ()
    """What it can be, of kind WORDS; the globs of a recipient."""
    heading: str = ""
    """A title above it."""
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """All of it."""

    sections: Mapping[Section, tuple[Item, ...]]

    def item(self, key: str) -> Item | None:
        """The item of this key."""
        return next((item for items in self.sections.values() for item in items if item.key == key), None)


ABOUT = {
    "provider": "Who plans and answers. rules is built in: no language model, no connection.",
    "model": "Which of the provider's models answers. Empty: its usual one, or the only one it has.",
    "base_url": "The address of the server, such as http://127.0.0.1:8080/v1.",
    "api_key": "It belongs to this server alone and is sent nowhere else. It is never shown.",
    "trust": "Where the model runs decides what it may see. That can be lowered and never raised.",
    "tool_mode": "How the model is asked for calls: as its server offers, or in JSON where it fumbles them.",
    "proxy": "An http or socks5h address that requests to other machines go through.",
    "root": "The memory folder: markdown files, yours.",
    "approval": "When a proposed change is applied. z takes back what was.",
    "theme": "The colors.",
}


def list_all(bank: "MemoryBank", settings: Settings, themes: list[str], theme: str) -> Listing:
    """Read everything. May take a while."""
    return Listing(
        {
            Section.MODEL: tuple(_model(settings)),
            Section.MEMORY: tuple(_memory(settings, themes, theme)),
            Section.LEVELS: tuple(_levels(bank)),
            Section.CONSENTS: tuple(_consents(bank)),
            Section.PROMPTS: tuple(_prompts(bank)),
            Section.KEYS: tuple(_keys(settings)),
        }
    )


def origin_of(settings: Settings, name: str) -> str:
    """Where a value comes from, in a word or two."""
    origin = settings.origins.get(name)
    if origin is None:
        return "default"
    if origin == FLAG:
        return "this run only"
    if origin == ENVIRONMENT:
        return f"${settings_module.variable_of(name)}"
    return config_file().name


def overruled(settings: Settings, name: str) -> str:
    """What overrules the settings file in this run, as a sentence; "" where nothing does."""
    origin = settings.origins.get(name)
    if origin not in (FLAG, ENVIRONMENT):
        return ""
    who = "What was given for this run" if origin == FLAG else f"${settings_module.variable_of(name)}"
    return f"{who} overrules {config_file().name} until the app is started without it."


def _about(settings: Settings, name: str, more: str = "") -> str:
    return "\n".join(filter(None, (ABOUT[name], more, overruled(settings, name))))


def _item(
    settings: Settings,
    name: str,
    title: str,
    kind: Kind,
    value: str,
    words: tuple[str, ...] = (),
    more: str = "",
) -> Item:
    return Item(name, title, value, origin_of(settings, name), kind, _about(settings, name, more), words)


def _model(settings: Settings) -> Iterator[Item]:
    from nanomem_tui.agent.models.endpoints import PRESETS, needs_key, trust_of
    from nanomem_tui.bank.login import key_place

    providers = ("rules", *PRESETS, "local")
    yield _item(settings, "provider", "provider", Kind.WORDS, settings.provider, providers)
    if settings.provider == "rules":
        return
    preset = PRESETS.get(settings.provider)
    model = settings.model or (
        f"{preset.model} (its usual one)" if preset and preset.model else "the server's"
    )
    yield _item(settings, "model", "model", Kind.TEXT, model)
    if preset is not None:
        address = settings.base_url or preset.base_url or ""
        yield _item(settings, "base_url", "address", Kind.TEXT, address)
        try:
            place, fault = key_place(settings), ""
            there = trust_of(address)
            missing = not place and needs_key(address)
        except NanomemError as error:
            place, fault, there, missing = None, str(error), Trust.REMOTE, False
        value = "kept" if place else "needed: e takes it" if missing else "unknown" if fault else "none"
        about = f"{fault}\n{ABOUT['api_key']}".strip()
        known = _where(place) if place else "–"
        yield Item("api_key", "API key", value, known, Kind.SECRET, about, is_bad=bool(fault) or missing)
    else:
        there = Trust.LOCAL
    order = (Trust.LOCAL, Trust.ATTESTED, Trust.REMOTE)
    lower = tuple(trust.value for trust in order[order.index(there) :])
    trust = max(there, settings.trust or there, key=order.index)
    more = (
        f"This model's address counts as {there.value}."
        if len(lower) > 1
        else "It cannot be lowered further."
    )
    yield _item(settings, "trust", "trust", Kind.WORDS, trust.value, lower, more)
    yield _item(settings, "tool_mode", "tool calls", Kind.WORDS, settings.tool_mode.value, tuple(ToolMode))
    proxy = re.sub(r"//[^@/]*@", "//…@", settings.proxy or "none")
    yield _item(settings, "proxy", "proxy", Kind.TEXT, proxy)


def _where(place: str) -> str:
    return short(Path(place)) if place.startswith("/") else "this run only" if place == FLAG else place


def _memory(settings: Settings, themes: list[str], theme: str) -> Iterator[Item]:
    root = short(settings.root)
    yield _item(settings, "root", "folder", Kind.FOLDER, root, more=root)
    yield _item(settings, "approval", "approval", Kind.WORDS, settings.approval.value, tuple(Approval))
    item = _item(settings, "theme", "theme", Kind.WORDS, theme, tuple(sorted(themes)))
    # Chosen for now from the list of themes.
    yield item if theme == (settings.theme or DEFAULT_THEME) else replace(item, origin="not saved")


def _levels(bank: "MemoryBank") -> Iterator[Item]:
    listing = bank.policy()
    policy, tree = listing.policy, listing.tree
    if policy.fault:
        yield Item("fault", "policy.yaml", policy.fault, "", Kind.NOTHING, policy.fault, is_bad=True)
    heading = "Globs, in policy.yaml"
    for glob, level in policy.levels:
        number = count(sum(matches(glob, file.path) for file in tree.files), "file")
        about = f"{number} match. The strictest of all that match, the file's own word included, holds."
        yield Item(f"level:{glob}", glob, level.word, number, Kind.LEVEL, about, heading=heading)
        heading = ""
    about = "A glob such as tax/** or diary.md, and its level, for files there are and those to come."
    yield Item(NEW_GLOB, "+ another glob", "", "", Kind.LEVEL, about, heading=heading)
    heading = "Recipients, in policy.yaml"
    for one in policy.recipients.values():
        number = count(sum(one.sees(file.path) for file in tree.files), "file")
        allowed = ", ".join(one.allow) or "nothing"
        about = (
            f"{one.name} may be told of {allowed} and of nothing else; private facts go to nobody."
            f" e names other paths, x takes {one.name} out. Written in {_policy_file(bank)}."
        )
        words = one.allow
        yield Item(f"to:{one.name}", one.name, allowed, number, Kind.RECIPIENT, about, words, heading)
        heading = ""
    about = "Somebody by name, such as work-assistant, and the paths that they alone may be told of."
    yield Item(NEW_RECIPIENT, "+ another recipient", "", "", Kind.RECIPIENT, about, heading=heading)
    heading = "What is not open, and why"
    entries = [
        (f"{folder.path}/**", f"{folder.path}/", folder.level, tree.why(folder))
        for folder in tree.folders
        if folder.path and folder.level is not Level.OPEN
    ]
    entries += [(f.path, f.path, f.level, tree.why(f)) for f in tree.files if f.level is not Level.OPEN][
        :MOST
    ]
    for glob, name, level, why in sorted(entries):
        parts = ("policy.yaml", "frontmatter")
        origin = ", ".join(part for part in parts if part in why)
        yield Item(f"file:{glob}", name, level.word, origin, Kind.LEVEL, why, heading=heading)
        heading = ""
    for fact in listing.facts[:MOST]:
        why = f"Its own key says {fact.level.word}."
        about = f"{fact.text}\n{why}"
        yield Item(f"fact:{fact.ref}", fact.ref, fact.level.word, "its own key", Kind.NOTHING, about)


def _policy_file(bank: "MemoryBank") -> str:
    return short(bank.root / ".nanomem" / "policy.yaml")


def _consents(bank: "MemoryBank") -> Iterator[Item]:
    for consent in bank.consents():
        about = f"{consent.recipient} gets facts of level ask without a question. x takes that back at once."
        since = f"since {consent.since:%Y-%m-%d}"
        yield Item(f"consent:{consent.recipient}", consent.recipient, "", since, Kind.CONSENT, about)
    if not bank.consents():
        about = "Facts of level ask need a yes each time. nanomem policy --consent WHO gives one that stays."
        yield Item("consent:", "nobody has a standing consent", "", "", Kind.NOTHING, about)


def _prompts(bank: "MemoryBank") -> Iterator[Item]:
    for info in bank.prompts():
        value = "your own" if info.own else "built in"
        about = info.fault or f"{'In' if info.own else 'Yours would be in'} {short(info.path)}."
        yield Item(f"prompt:{info.name}", info.name, value, "", Kind.PROMPT, about, is_bad=bool(info.fault))


def _keys(settings: Settings) -> Iterator[Item]:
    seen: set[Scope] = set()
    for action in ACTIONS:
        heading = "" if action.scope in seen else f"In {action.scope.value}".replace("In app", "Everywhere")
        seen.add(action.scope)
        keys = " ".join(format_key(key) for key in keys_of(action, settings.keys))
        origin = "yours" if action.id in settings.keys else ""
        about = f"{action.help}\nIn {config_file().name} its name is {action.id}."
        yield Item(f"key:{action.id}", action.title, keys, origin, Kind.KEY, about, heading=heading)
