"""What the Preview screen shows: the question, the facts, the prompt, the answer, the reply, the ledger.

It makes previews and hands nothing over. What is done with them stands in `preview_handing` and `preview`.
"""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from nanomem_tui.disclosure.addressee import Addressee, AddresseeKind
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui import actions
from nanomem_tui.tui.empty import NO_PREVIEW
from nanomem_tui.tui.following import WHERE
from nanomem_tui.tui.guard import Guard
from nanomem_tui.tui.messages import DiskChanged
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.disclosures import DisclosuresView
from nanomem_tui.tui.widgets.key_bar import KeyBar
from nanomem_tui.tui.widgets.preview_answer import AnswerPane, ReplyPane
from nanomem_tui.tui.widgets.preview_bar import BarMode, PreviewBar
from nanomem_tui.tui.widgets.preview_choices import ChoiceList
from nanomem_tui.tui.widgets.preview_prompt import PromptPane
from nanomem_tui.tui.widgets.status_bar import StatusBar
from nanomem_tui.tui.widgets.words import shown

if TYPE_CHECKING:
    from textual.worker import Worker

    from nanomem_tui.disclosure.preview import Preview
    from nanomem_tui.results import PreviewResult

STALE = "Memory, policy or model changed since this preview was made."
NEW_QUESTION = "The question has changed since this preview was made."
PANES = ("choices", "prompt", "answer", "reply")
"""Ids of the panes; with less than 80 columns one of them is shown."""


class PreviewPanes(BankScreen):
    """The panes of the Preview screen."""

    SCOPE = actions.Scope.PREVIEW
    CSS_PATH = "preview.tcss"
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.result: PreviewResult | None = None
        """What was found out about the question."""
        self.shown: Preview | None = None
        """The preview in it, as the person has changed it."""
        self.past: list[Preview] = []
        """The previews before each switch, oldest first."""
        self.future: list[Preview] = []
        """What was undone, the last to be made again first."""
        self.to: Addressee | None = None
        """Whom it is for."""
        self.is_stale = False
        self.guard = Guard()
        self.version = 0
        """Counts every change of what would go, or of what waits for a yes."""
        self.entry: str | None = None
        """Id of the disclosure that was made last."""
        self._covered = False
        self._making: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """Top line, panes or ledger, bar, question, footer."""
        yield StatusBar()
        yield Static("", id="teach", markup=False)
        with Container(id="panes"):
            yield ChoiceList(id="choices", classes="pane -current")
            with Vertical(id="right"):
                yield PromptPane(id="prompt", classes="pane")
                yield AnswerPane(id="answer", classes="pane")
                yield ReplyPane(id="reply", classes="pane")
        yield DisclosuresView(id="ledger")
        yield PreviewBar()
        yield Input(id="question", compact=True, placeholder="what you would ask a model")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin with the question."""
        self.answer.border_title = Content("What memory says")
        self.query_one("#told-detail").border_title = Content("Told")
        self.add_class("-bare")
        self.question.border_title = Content("Question")

    # The parts

    @property
    def choices(self) -> ChoiceList:
        """The facts."""
        return self.query_one(ChoiceList)

    @property
    def prompt(self) -> PromptPane:
        """The exact text."""
        return self.query_one(PromptPane)

    @property
    def answer(self) -> AnswerPane:
        """What memory says."""
        return self.query_one(AnswerPane)

    @property
    def reply(self) -> ReplyPane:
        """What came back."""
        return self.query_one(ReplyPane)

    @property
    def bar(self) -> PreviewBar:
        """The line above the question."""
        return self.query_one(PreviewBar)

    @property
    def question(self) -> Input:
        """Where the question is written."""
        return self.query_one("#question", Input)

    @property
    def ledger(self) -> DisclosuresView:
        """Who was told what."""
        return self.query_one(DisclosuresView)

    @property
    def panes(self) -> list[Widget]:
        """What tab goes through."""
        if self.in_ledger:
            return [self.ledger.list, self.ledger.query_one("#told-detail")]
        reply = [self.reply] if self.has_class("-reply") else []
        answer = [] if reply and self.has_class("-low") and not self.has_class("-one") else [self.answer]
        return [self.choices, self.prompt.text, *answer, *reply]

    @property
    def in_ledger(self) -> bool:
        """Whether the ledger is shown."""
        return self.has_class("-ledger")

    @property
    def is_making(self) -> bool:
        """Whether a preview is under way."""
        return self._making is not None and not self._making.is_finished

    # Coming and going

    def on_screen_resume(self) -> None:
        """Look whether the preview still holds, and for whom it can be. Back here, keys are keys."""
        if self._covered:
            self._covered = False
            return
        self.changed()
        self.nanomem.work("addressees", self._meet, group="addressees")
        if self.question.has_focus and not self.question.value:
            self.set_focus(None)
        self.check_fresh()

    def on_screen_suspend(self) -> None:
        """Behind a modal, such as the command palette, what is shown stays as it was seen."""
        self._covered = isinstance(self.app.screen, ModalScreen)

    async def _meet(self) -> None:
        """Find out whom a preview can be for; stay with the one that was chosen."""
        try:
            everybody = await self.off_loop(self.bank.addressees)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if self.to not in everybody:
            self.to = everybody[0]
        self.show_recipient()

    @on(DiskChanged)
    def _disk_changed(self, message: DiskChanged) -> None:
        if message.seen.files or message.seen.policy:
            self.check_fresh()

    def check_fresh(self) -> None:
        """Look whether memory, policy and model are what they were, beside the keys."""
        if self.shown is not None and not self.is_stale:
            self.nanomem.work("check", self._check, group="check")

    async def _check(self) -> None:
        preview = self.shown
        if preview is None:
            return
        if not await self.off_loop(lambda: self.bank.is_fresh(preview)) and preview is self.shown:
            self.becomes_stale()

    def becomes_stale(self) -> None:
        """Say that a new preview is needed."""
        self.is_stale = True
        if not self.bar.is_writing:
            self.bar.say(BarMode.NOTICE, STALE, "n makes a new one.")
        self.refresh_bindings()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember the pane that has the focus: a narrow screen shows that one."""
        inside = [node.id for node in event.widget.ancestors_with_self if node.id in PANES]
        if inside:
            for pane in PANES:
                self.query_one(f"#{pane}").set_class(pane == inside[0], "-current")
            self.query_one("#right").set_class(inside[0] != "choices", "-current")
        self.ledger.set_class(event.widget.id == "told-detail", "-detail")
        self.refresh_bindings()

    # Making previews

    @on(Input.Submitted, "#question")
    def renew(self) -> None:
        """Make a new preview of what stands in the question."""
        query = self.question.value.strip()
        if query:
            self._making = self.nanomem.work("preview", partial(self._make, query), group="preview")
        else:
            self.nanomem.say("There is no question yet.", "Write one, as you would ask it to a model.")

    def cancel_making(self) -> None:
        """Give up the preview under way."""
        if self._making is not None:
            self._making.cancel()

    async def _make(self, query: str) -> None:
        self.bar.say(BarMode.NOTICE, "Looking through memory …", "escape stops it. Nothing leaves.")
        try:
            if self.to is None:
                await self._meet()
            if self.to is None:
                return
            result = await self.bank.preview_for(query, self.to, self.nanomem.run_event)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        except asyncio.CancelledError:
            self.nanomem.say("Stopped.", "Nothing has left this machine.")
            raise
        finally:
            self.bar.close()
        preview = result.preview if self.shown is None else result.preview.as_chosen_in(self.shown)
        self.result, self.past, self.future, self.is_stale = result, [], [], False
        self.remove_class("-bare", "-reply")
        if self.focused is self.question or self.focused is None:
            self.choices.focus()
        self.show_preview(preview)

    def show_preview(self, preview: "Preview") -> None:
        """Show a preview: from now on this is what would go."""
        assert self.result is not None
        self.shown = preview
        self.changed()
        if self.bar.mode is BarMode.ASKING:
            self.bar.close()
        self.choices.show_choices(self.result, preview, self.bank.clock().date())
        self.choices.border_title = Content.assemble("Preview · ", (shown(preview.query), "bold"))
        going = len(preview.disclosed)
        self.choices.border_subtitle = Content(f"{going} of {len(preview.choices)} go")
        before = self.past[-1] if self.past else None
        self.prompt.show_prompt(preview, before, self.past[0] if self.past else preview)
        self.answer.show_answer(self.result, preview)
        self.show_recipient()
        self.refresh_bindings()

    def changed(self) -> None:
        """Something else is shown from now on: no key lets it go before it was painted."""
        self.version += 1
        self.guard.changed()
        self.call_after_refresh(self.guard.painting())

    def show_recipient(self) -> None:
        """Say for whom it is, and what there is to do while there is no preview."""
        if self.to is None:
            return
        self.question.border_subtitle = Content(f"for {self.whom} · w: another")
        if self.shown is None:
            self.query_one("#teach", Static).update(Content(NO_PREVIEW.format(whom=self.whom)))

    @property
    def whom(self) -> str:
        """The recipient in a person's words, fit to be shown."""
        to = self.to
        if to is None:
            return "nobody"
        if to.kind is AddresseeKind.ANYBODY:
            return "whoever gets the copy"
        if to.kind is AddresseeKind.NAMED:
            return shown(to.name)
        name = self.bank.model.name
        at = f" at {shown(to.name)}" if to.name != name else ""
        return f"{shown(name)}{at}, {WHERE[to.trust]}"

    @on(Input.Changed, "#question")
    def _question_changed(self) -> None:
        self.refresh_bindings()

    @property
    def has_new_question(self) -> bool:
        """Whether another question is written than the one that was previewed."""
        return self.shown is not None and self.question.value.strip() != self.shown.query.strip()
