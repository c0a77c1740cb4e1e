"""Changing a setting: what is asked, what is answered, and saving it once it is known that it can be used.

Layouts and lists are in `settings_panes`; prompts, tests and taking back in `settings`.
"""

from collections.abc import Mapping
from functools import partial

from textual import on
from textual.content import Content
from textual.keys import format_key

from nanomem_tui import settings as settings_module
from nanomem_tui.memory.errors import NanomemError, UsageError
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.visible import visible
from nanomem_tui.settings import config_file
from nanomem_tui.tui.actions import BY_ID
from nanomem_tui.tui.keymap import shadowed, taken, with_key
from nanomem_tui.tui.places import short
from nanomem_tui.tui.screens.settings_panes import SettingsPanes
from nanomem_tui.tui.setting_items import NEW_GLOB, Kind
from nanomem_tui.tui.setting_words import MEANS, changed, level_of, meanings, needs
from nanomem_tui.tui.widgets.place_picker import PlacePicker
from nanomem_tui.tui.widgets.raw_editor import RawEditor
from nanomem_tui.tui.widgets.row_list import RowList
from nanomem_tui.tui.widgets.setting_panel import SettingPanel
from nanomem_tui.tui.widgets.words import count

OF_PROVIDER = ("model", "base_url", "api_key", "trust", "tool_mode")
"""What another provider leaves behind: above all the key, which belongs to one server."""
LEAVING = "enter takes it · escape leaves"
YES, NO, BEGIN = "write it", "leave it as it is", "begin there"


class SettingsAsking(SettingsPanes):
    """Asking for values, and saving them."""

    @on(RowList.Chosen, "ItemList")
    def _chosen(self) -> None:
        self.action_change()

    def action_change(self) -> None:
        """Ask for another value."""
        item = self.item
        if item is None or self.why_not("change"):
            return
        match item.kind:
            case Kind.WORDS:
                self._ask(item.key, item.about, words=meanings(item.key, item.words), now=item.value)
                if item.key == "provider":
                    self.nanomem.work("servers", self._offer_servers, group="models")
            case Kind.TEXT:
                value = getattr(self.nanomem.settings, item.key) or ""
                self._ask(item.key, item.about, text=value)
                if item.key == "model":
                    self.nanomem.work("models", self._offer_models, group="models")
            case Kind.SECRET:
                self._ask(item.key, f"{item.about}\nType or paste it; enter keeps it.", text="", secret=True)
            case Kind.FOLDER:
                self.add_class("-placing")
                self.picker.start(self.nanomem.settings.root.parent)
                self.picker.names.focus()
            case Kind.KEY:
                self._ask(item.key, f"{item.about}\nWhich key for {item.name}?", key=True)
            case Kind.LEVEL if item.key == NEW_GLOB:
                self._ask(NEW_GLOB, item.about, text="")
            case Kind.LEVEL:
                self._ask_level(item.key.partition(":")[2], item.value)
            case Kind.PROMPT:
                self._edit_prompt(item.key.partition(":")[2])

    def _ask(self, about: str, question: str | Content, **more: object) -> None:
        self.add_class("-asking")
        self.query_one("#detail").border_subtitle = "escape leaves" if more.get("key") else LEAVING
        self.panel.ask(about, question, **more)  # type: ignore[arg-type]
        self.refresh_bindings()

    def _leave(self) -> None:
        """Nothing is asked any more."""
        self.panel.close()
        self.query_one("#detail").border_subtitle = ""
        self.remove_class("-asking", "-placing", "-editing")
        self.items.focus()
        self.refresh_bindings()

    @on(SettingPanel.Answered)
    def _answered(self, message: SettingPanel.Answered) -> None:
        about, text = message.about, message.text
        kind, colon, name = about.partition(":")
        if not colon:
            self._answer_setting(about, text)
        elif kind == "key":
            self._bind(name, text)
        elif about == NEW_GLOB:
            self._ask_level(text, "") if text else self._leave()
        elif kind == "level":
            self._preview_level(name, text)
        elif kind == "write":
            word, _, glob = name.partition(":")
            self._leave()
            if text == YES:
                self.nanomem.work("level", partial(self._set_level, glob, level_of(word)), group="level")
        elif kind == "begin":
            self._leave()
            if text == BEGIN:
                self._save({"root": name})
        elif kind == "address":
            self._save({**dict.fromkeys(OF_PROVIDER), "provider": name, needs(name): text or None})

    def _answer_setting(self, name: str, text: str) -> None:
        item = self.listing.item(name) if self.listing else None
        if name == "api_key":
            self._leave()
            if text:
                self.nanomem.work("key", partial(self._keep_key, text), group="key")
        elif name == "provider":
            if text in ("custom", "local"):
                what = (
                    "Its address, such as http://127.0.0.1:8080/v1" if text == "custom" else "The GGUF file"
                )
                self._ask(f"address:{text}", what, text="")
            else:
                self._save({**dict.fromkeys(OF_PROVIDER), "provider": text})
        elif name == "trust":
            own = item is not None and text == item.words[0]
            self._save({"trust": None if own else text})
        elif name == "base_url":
            # A key that stands in the file was the last server's; to this one it must not go.
            self._save({"base_url": text or None, "api_key": None})
        else:
            self._save({name: text or None})

    def _save(self, values: Mapping[str, str | None], keys: Mapping[str, str | None] | None = None) -> None:
        self._leave()
        self.nanomem.work("save", partial(self._write, values, keys), group="save")

    async def _write(self, values: Mapping[str, str | None], keys: Mapping[str, str | None] | None) -> None:
        """Save settings, once it is known that they can be used, and go on with them."""
        app = self.nanomem
        remapped = {**app.settings.keys, **(keys or {})}
        saving = dict(values) if keys is None else {"keys": {k: v for k, v in remapped.items() if v}}

        def check() -> settings_module.Settings:
            from nanomem_tui.bank.choosing import choose_model

            settings = settings_module.load(settings_module.given(app.settings), saving=saving)
            if settings.root.exists() and not settings.root.is_dir():
                raise UsageError(f"{settings.root} is a file, not a folder.", "Name a folder.")
            choose_model(settings)
            settings_module.save(values, keys)
            return settings

        try:
            settings = await self.off_loop(check)
            moved = settings.root != app.bank.root
            if moved and app.jobs:
                raise UsageError("Something is being read or tidied.", "X stops it; then choose again.")
            await app.adopt(settings)
        except NanomemError as error:
            app.say_error(error)
            return
        except OSError as error:
            app.say(f"{error.filename or config_file()}: {error.strerror or error}.", severity="error")
            return
        self._tried = []
        self._tell(values, keys, settings)
        self.reload()

    def _tell(
        self,
        values: Mapping[str, str | None],
        keys: Mapping[str, str | None] | None,
        settings: settings_module.Settings,
    ) -> None:
        place = f"Saved in {short(config_file())}."
        if keys:
            action, key = next(iter(keys.items()))
            first = format_key((key or BY_ID[action].key).split(",")[0])
            words = f"{BY_ID[action].title} is {first} from now on."
            self.nanomem.say(words, place)
            return
        name = next(name for name in ("provider", "base_url", *values) if name in values)
        own = getattr(settings, name)
        held = settings.origins.get(name) in (settings_module.FLAG, settings_module.ENVIRONMENT)
        if held:
            self.nanomem.say(
                place, f"In this run {own} stays: it was given from outside.", severity="warning"
            )
        else:
            self.nanomem.say(f"{name} is {own if own is not None else 'the default'} from now on.", place)

    @on(PlacePicker.Picked)
    def _picked(self, message: PlacePicker.Picked) -> None:
        path = message.path
        if path.exists():
            self._save({"root": str(path)})
            return
        self.remove_class("-placing")
        question = f"There is no folder {short(path)} yet. Begin a new memory there?"
        self._ask(f"begin:{path}", question, words=((NO, ""), (BEGIN, "")))

    # Keys of models and of actions

    async def _keep_key(self, value: str) -> None:
        from nanomem_tui.bank.login import keep_key

        app = self.nanomem
        try:
            place = await self.off_loop(lambda: keep_key(app.settings, value))
            await app.adopt(app.settings)
        except NanomemError as error:
            app.say_error(error)
            return
        app.say(f"The key is kept in {place}.", "It is sent to this server and to no other.")
        self.reload()

    def _bind(self, id: str, key: str) -> None:
        action, remapped = BY_ID[id], self.nanomem.settings.keys
        reason = taken(action, key, remapped)
        if reason:
            self.nanomem.say(f"Not {format_key(key)}: {reason}", severity="warning")
            return
        note = shadowed(action, key, remapped)
        if note:
            self.nanomem.say(f"{format_key(key)} for {action.title}.", note, severity="warning")
        self._save({}, {id: with_key(action, key, remapped)})

    # Levels

    def _ask_level(self, glob: str, now: str) -> None:
        words = [(level.word, MEANS[level.word]) for level in Level]
        self._ask(f"level:{glob}", f"The level of {visible(glob)}, in policy.yaml", words=words, now=now)

    def _preview_level(self, glob: str, word: str) -> None:
        self.nanomem.work("level", partial(self._show_level, glob, word), group="level")

    async def _show_level(self, glob: str, word: str) -> None:
        """Show what another level does before it is written."""
        try:
            change = await self.off_loop(lambda: self.bank.level_change(glob, level_of(word)))
        except NanomemError as error:
            self.nanomem.say_error(error)
            self._leave()
            return
        freer = bool(change.freer)
        words = ((NO, ""), (YES, "")) if freer else ((YES, ""), (NO, ""))
        self._ask(f"write:{word}:{glob}", changed(change), words=words)

    async def _set_level(self, glob: str, level: Level) -> None:
        try:
            change = await self.off_loop(lambda: self.bank.set_level(glob, level))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        self.nanomem.say(
            f"{change.glob} is {level.word} from now on.", f"{count(len(change.files), 'file')} changed."
        )
        # To the new glob, but not away from where the person went meanwhile.
        self.reload(f"level:{change.glob}" if self.items.key == NEW_GLOB else "")

    # Prompts

    def _edit_prompt(self, name: str) -> None:
        self.add_class("-editing")
        self.nanomem.work("prompt", partial(self._open_prompt, name), group="prompt")

    async def _open_prompt(self, name: str) -> None:
        text = await self.off_loop(lambda: self.bank.prompt(name))
        self.editor.show_text(name, text)
        self.editor.border_title = Content(f"Prompt of {name} · ctrl+s saves")
        self.editor.focus()

    @on(RawEditor.Saved)
    def _save_prompt(self, message: RawEditor.Saved) -> None:
        self.nanomem.work("prompt", partial(self._write_prompt, message.path, message.text), group="prompt")

    async def _write_prompt(self, name: str, text: str) -> None:
        try:
            await self.off_loop(lambda: self.bank.write_prompt(name, text))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        self._leave()
        self.nanomem.say(f"{name} uses your own prompt from now on.", "x goes back to ours.")
        self.reload()

    # What a server has

    async def _offer_models(self) -> None:
        from nanomem_tui.bank.login import models_of, target_in

        settings = self.nanomem.settings
        try:
            where = await self.off_loop(lambda: target_in(settings))
            names = await models_of(where, settings.proxy)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if self.panel.is_open and self.panel.about == "model":
            self.panel.offer([(name, "") for name in names], settings.model or "")

    async def _offer_servers(self) -> None:
        """Say which of the servers on this machine run, and what they have."""
        from nanomem_tui.agent.models.probing import running_servers

        there = {server.preset.name: server.models for server in await running_servers()}
        if there and self.panel.is_open and self.panel.about == "provider":
            item = self.listing.item("provider") if self.listing else None
            self.panel.offer(
                [
                    (
                        word,
                        f"runs here: {', '.join(there[word][:3]) or 'no model yet'}"
                        if word in there
                        else means,
                    )
                    for word, means in meanings("provider", item.words if item else ())
                ],
                self.panel.words.key or "",
            )
