"""Giving an action another key: which it has, which it may get, and why not. Knows no screen."""

from collections.abc import Mapping

from nanomem_tui.tui.actions import ACTIONS, Action, Scope

OF_LISTS = frozenset(
    (
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "j", "k", "g", "G"),
        *("enter", "escape", "tab", "shift+tab", "backspace"),
    )
)
"""Keys that lists, fields and leaving them need everywhere."""


def keys_of(action: Action, remapped: Mapping[str, str]) -> list[str]:
    """The keys of an action as they are now, the one to be replaced first."""
    return [key.strip() for key in remapped.get(action.id, action.key).split(",") if key.strip()]


def taken(action: Action, key: str, remapped: Mapping[str, str]) -> str | None:
    """Why an action cannot have a key, in one sentence; None when it can."""
    if key in keys_of(action, remapped):
        return f"{action.title} has this key already."
    if key in OF_LISTS:
        return "Lists and fields need this key."
    for other in ACTIONS:
        if other.id != action.id and key in keys_of(other, remapped):
            if other.scope is action.scope:
                return f"It is the key of {other.title} there: give that one another key first."
            if other.priority:
                return f"It is the key of {other.title} everywhere."
    return None


def shadowed(action: Action, key: str, remapped: Mapping[str, str]) -> str:
    """Where a key means something else all the same, in one sentence; "" where it does not."""
    if action.scope is not Scope.APP:
        hidden = [o for o in ACTIONS if o.scope is Scope.APP and key in keys_of(o, remapped)]
        return f"There it no longer means {hidden[0].title}." if hidden else ""
    places = sorted(
        {o.scope.value for o in ACTIONS if o.scope is not Scope.APP and key in keys_of(o, remapped)}
    )
    return f"In {', '.join(places)} it means something else." if places else ""


def with_key(action: Action, key: str | None, remapped: Mapping[str, str]) -> str | None:
    """What the settings say of an action with a new first key; None: its own keys, nothing to be said."""
    if key is None:
        return None
    words = ",".join(dict.fromkeys([key, *keys_of(action, remapped)[1:]]))
    return None if words == action.key else words
