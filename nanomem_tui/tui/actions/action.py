"""What an action is: one thing a person can do, named once.

It knows no screen and no widget.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Where an action can be used: everywhere, or on one screen."""

    APP = "app"
    MEMORY = "memory"
    FACT = "fact"
    """Inside the editor of a fact."""
    TEXT = "text"
    """Inside the editor of a file's text."""
    PROMPT = "prompt"
    """Inside the prompt line."""
    REVIEW = "review"
    HISTORY = "history"
    TRACES = "traces"
    PREVIEW = "preview"
    SETTINGS = "settings"
    IMPORTING = "import"
    WELCOME = "welcome"
    """Where no memory is there yet."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do."""

    id: str
    """Its name in the settings' `keys`; unique."""
    scope: Scope
    key: str
    """Its key, or several separated by commas."""
    run: str
    """The Textual action: `edit` is `action_edit` of its screen, `app.undo` is `action_undo` of the app."""
    title: str
    """One or two words: footer and palette."""
    help: str
    """One sentence: help panel, palette and tooltip."""
    footer: bool = False
    """It is worth a place in the footer."""
    priority: bool = False
    """It works even while a text field has the focus."""
    palette: bool = True
    """It makes sense when picked from a list."""


def on(scope: Scope) -> Callable[..., Action]:
    """A short way to write the actions of one scope.

    Returns:
        A function of (id, key, title, help) and the other fields. `run` is the id in snake case unless given.
    """

    def action(id: str, key: str, title: str, help: str, run: str | None = None, **more: bool) -> Action:
        return Action(id, scope, key, run or id.replace("-", "_"), title, help, **more)

    return action
