"""Which actions of the registry a key press ran, recorded while the app runs.

A test that shows what an action does carries `@pytest.mark.presses("its-id", ...)`. The mark is held against
what was really pressed: a test that does not press the key of an action it names fails. `test_pressed.py`
holds the marks against the registry.
"""

from typing import Any

import pytest
from textual.app import App
from textual.dom import DOMNode

from nanomem_tui.tui.actions import BY_ID

MARK = "presses"


def record(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Begin to record; the set that is returned fills with the ids of actions that keys ran."""
    ran: set[str] = set()
    looks, runs = App._check_bindings, App.run_action
    keys: list[str] = []

    async def look(app: App[Any], key: str, priority: bool = False) -> bool:
        keys.append(key)
        try:
            return await looks(app, key, priority)
        finally:
            keys.pop()

    async def run(
        app: App[Any], action: Any, default_namespace: DOMNode | None = None, namespaces: Any = None
    ) -> bool:
        # Only a key looks for what it is bound to; the palette and the mouse run an action by its name.
        known = default_namespace._bindings.key_to_bindings if keys and default_namespace else {}
        bound = known.get(keys[-1], ()) if keys else ()
        ids = {binding.id for binding in bound if binding.action == action and binding.id in BY_ID}
        key_is_done = await runs(app, action, default_namespace, namespaces)
        if key_is_done:
            ran.update(id for id in ids if id)
        return key_is_done

    monkeypatch.setattr(App, "_check_bindings", look)
    monkeypatch.setattr(App, "run_action", run)
    return ran
