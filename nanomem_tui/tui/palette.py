"""The command palette's view of the registry."""

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from nanomem_tui.tui.actions import ACTIONS, Action, Scope


class ActionCommands(Provider):
    """Every action that the screen below the palette offers."""

    async def discover(self) -> Hits:
        """All of them, in the registry's order."""
        for action in self._offered():
            yield DiscoveryHit(self._label(action), partial(self._run, action), help=action.help)

    async def search(self, query: str) -> Hits:
        """Those whose title or help fits the query."""
        matcher = self.matcher(query)
        for action in self._offered():
            label = self._label(action)
            score = max(matcher.match(label), matcher.match(action.help) * 0.5)
            if score > 0:
                yield Hit(
                    score, matcher.highlight(label), partial(self._run, action), text=label, help=action.help
                )

    def _offered(self) -> Iterator[Action]:
        here = getattr(self.screen, "SCOPE", Scope.APP)
        return (action for action in ACTIONS if action.palette and action.scope in (Scope.APP, here))

    def _label(self, action: Action) -> str:
        binding = next(
            (item for item in self.screen.active_bindings.values() if item.binding.id == action.id), None
        )
        return f"{action.title}  {self.app.get_key_display(binding.binding)}" if binding else action.title

    async def _run(self, action: Action) -> None:
        reason = self.screen.why_not(action.run) if hasattr(self.screen, "why_not") else None
        if reason:
            self.app.notify(reason, severity="warning", markup=False)
        else:
            await self.app.run_action(action.run, self.screen)
