"""Who may be told, on the Memory screen: the disclosure level of facts, files and folders, and why.

Facts and files carry their level themselves, so it is a change like any other; that of a folder stands in the
policy, for files to come as well.
"""

from collections.abc import Callable, Sequence
from functools import partial

from textual.content import Content

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.visible import visible
from nanomem_tui.results import LevelChange
from nanomem_tui.tui.screens.memory_facts import told
from nanomem_tui.tui.screens.memory_files import MemoryFiles
from nanomem_tui.tui.widgets.ask_bar import Reply
from nanomem_tui.tui.widgets.words import count

MEANING = {
    Level.OPEN: "disclosed",
    Level.ASK: "disclosed after a yes",
    Level.PRIVATE: "never disclosed",
}
"""What a level comes to."""


class MemoryLevels(MemoryFiles):
    """Setting levels."""

    def action_level(self) -> None:
        """Ask for the level of the chosen facts, or in the tree of the selected file or folder."""
        inside = self.focused is not None and self.query_one("#tree") in self.focused.ancestors
        if folder := self.folder:
            self._ask_folder(folder.rstrip("/"))
        elif inside or not self.facts.chosen:
            self._ask_file()
        else:
            self._ask_facts(self.facts.chosen)

    def _ask_facts(self, facts: Sequence[Fact]) -> None:
        refs = [fact.ref for fact in facts]
        own = {fact.disclosure for fact in facts}
        words = ", ".join(sorted(level.word if level is not None else "inherited" for level in own))
        lines = [
            Content.assemble("Of their own: " if len(facts) > 1 else "Of its own: ", (words, "bold"), "."),
            Content.styled(self._file_reason(facts), "$text-muted"),
        ]
        replies = _each(partial(self._set_facts, refs, facts))
        replies.append(Reply("i", "inherited", partial(self._set_facts, refs, facts, None)))
        self.asking.ask(Content(f"Level of {told(facts)}"), lines, replies, then=self.facts.focus)

    def _file_reason(self, facts: Sequence[Fact]) -> str:
        paths = {fact.path for fact in facts}
        infos = [file for file in self.look.listing.files if file.path in paths]
        strictest = max(infos, key=lambda info: info.level, default=None)
        if strictest is None or strictest.level is Level.OPEN:
            return "The strictest of fact, file and policy wins; their files are open."
        why = self.look.listing.why(strictest)
        return f"{visible(strictest.path)} is {strictest.level.word} anyway: {why}"

    def _set_facts(self, refs: Sequence[str], facts: Sequence[Fact], level: Level | None) -> None:
        word = level.word if level is not None else "as open as its file"
        self.decide(
            f"Now {word}",
            told(facts),
            lambda: self.bank.set_fact_level(refs, level),
            then=lambda _: self.facts.unmark(),
        )

    def _ask_file(self) -> None:
        path = self.path
        info = self.files.files.get(path) if path is not None else None
        if info is None:
            return
        lines = self._standing(info.level, self.look.listing.why(info))
        replies = _each(partial(self._set_file, info.path))
        title = Content.assemble("Level of ", (visible(info.path), "bold"))
        self.asking.ask(title, lines, replies, then=self.files.focus)

    def _set_file(self, path: str, level: Level) -> None:
        policy = self.look.listing.policy
        stricter = policy is not None and policy.level(path) > level
        self.decide(f"Now {level.word}", path, lambda: self.bank.set_file_level(path, level))
        if stricter and policy is not None:
            self.nanomem.say(f"It stays {policy.level(path).word}: {policy.why(path)}", severity="warning")

    def _ask_folder(self, folder: str) -> None:
        info = next((one for one in self.look.listing.folders if one.path == folder), None)
        if info is None:
            return
        lines = self._standing(info.level, self.look.listing.why(info))
        lines.append(Content.styled("Stands in policy.yaml, for files to come as well.", "$text-muted"))
        glob = f"{folder}/**"
        replies = _each(partial(self._policy, glob))
        title = Content.assemble("Level of ", (f"{visible(folder)}/", "bold"))
        self.asking.ask(title, lines, replies, then=self.files.focus)

    @staticmethod
    def _standing(level: Level, why: str) -> list[Content]:
        lines = [Content.assemble("Now ", (level.word, "bold"), f": {MEANING[level]}.")]
        return [*lines, Content.styled(visible(why), "$text-muted")] if why else lines

    def _policy(self, glob: str, level: Level, *, sure: bool = False) -> None:
        self.nanomem.work("level", self._set_folder(glob, level, sure=sure))

    async def _set_folder(self, glob: str, level: Level, *, sure: bool) -> None:
        try:
            change = await self._run(lambda: self.bank.level_change(glob, level))
            if change.freer and not sure:
                self._warn(change)
                return
            await self._run(lambda: self.bank.set_level(glob, level))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        moved = f"{count(len(change.files), 'file')} changed" if change.files else "No file changed"
        self.nanomem.say(f"{glob} is {level.word} in policy.yaml. {moved}.", "L sets it back.")
        self.reload()

    async def _run(self, call: Callable[[], LevelChange]) -> LevelChange:
        return await self.off_loop(call)

    def _warn(self, change: LevelChange) -> None:
        path, before, after = change.freer[0]
        more = f", and {len(change.freer) - 1} more" if len(change.freer) > 1 else ""
        text = f"{visible(path)} is {before.word} now and would be {after.word}{more}."
        self.asking.ask(
            Content(f"Disclose more freely: {visible(change.glob)}"),
            [Content.styled(text, "$text-warning")],
            [Reply("y", "do it", partial(self._policy, change.glob, change.level, sure=True))],
            then=self.files.focus,
        )

    def why_not(self, action: str) -> str | None:
        """A level belongs to something."""
        if action == "level" and self.folder is None and self.file is None and not self.facts.chosen:
            return "Select a fact, a file or a folder first."
        return super().why_not(action)


def _each(put: Callable[[Level], None]) -> list[Reply]:
    """A reply for each level, by its first letter."""
    return [Reply(level.word[0], level.word, partial(put, level)) for level in Level]
