"""Facts planted by every road there is into memory, each with a word of its own that occurs nowhere else.

Every road is taken through the command line or the bank, in a child process that may be killed at any time
and goes on where it was. Says what it begins and what it has done.
"""

import asyncio
import io
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nanomem_tui.__main__ import DOORS
from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import Author, AuthorKind, Change
from nanomem_tui.cli.main import main
from nanomem_tui.mcp.guest import Guest
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.facts import NewFact, Tier
from nanomem_tui.memory.policy import POLICY_FILE

MARK = "quokka"
"""In every canary's word, and in nothing else."""
AGENT = Author(AuthorKind.AGENT, "rules")
GUEST = "helper"


def word(n: int) -> str:
    """The word of the `n`-th canary: letters only, none the beginning of another."""
    return f"{MARK}{chr(97 + n // 26)}{chr(97 + n % 26)}x"


@dataclass
class Nest:
    """A memory that canaries are planted in, with the person's home around it."""

    root: Path
    outside: Path
    """Files of the person that were never in the memory: what was imported, say."""

    def run(self, *words: str, stdin: str = "") -> int:
        """A command of `nanomem` in this process, unheard."""
        sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            return main(["--root", str(self.root), *words], DOORS)

    def bank(self) -> MemoryBank:
        return MemoryBank(self.root)

    def propose(self, bank: MemoryBank, text: str, path: str) -> Change:
        """A fact that waits, as an agent leaves it."""
        draft = Draft(bank.tree_index, now=bank.clock())
        draft.add(path, NewFact(text), quote=text)
        return bank.journal.propose(
            draft.edits, flow="add", author=AGENT, request=f"So I said: {text}.", model="rules"
        )


Road = Callable[[Nest, str], None]


def added(nest: Nest, it: str) -> None:
    nest.run("add", f"I own a {it} named Bo.", "--yes")
    nest.run("retrieve", f"which {it} do I own?")


def updated(nest: Nest, it: str) -> None:
    nest.run("add", f"I live in {it}.", "--yes")
    nest.run("update", f"I don't live in {it} any more, I live in Graz now.", "--yes")


def imported(nest: Nest, it: str) -> None:
    notes = nest.outside / f"notes-{it[-3:-1]}.md"
    notes.write_text(f"# Notes\n\n- Keeps a {it} in the shed\n")
    nest.run("import", str(notes), "--yes")


def conversed(nest: Nest, it: str) -> None:
    talk = nest.outside / f"talk-{it[-3:-1]}.txt"
    talk.write_text(f"User: My sister has a {it}.\nAssistant: A {it}, how nice.\n")
    nest.run("import", str(talk), "--yes")


def by_hand(nest: Nest, it: str) -> None:
    bank = nest.bank()
    bank.add_fact("zoo/hand.md", NewFact(f"Feeds a {it} by hand", details=f"  It bites, the {it} does.\n"))
    fact = next(fact for fact in bank.tree_index.facts() if f"Feeds a {it}" in fact.text)
    bank.edit_fact(fact.ref, NewFact(f"Feeds a tame {it} by hand", details=fact.details))


def as_text(nest: Nest, it: str) -> None:
    nest.run("write", "zoo/list.md", stdin=f"# Zoo\n\n- Feeds a lion\n- Draws a {it}\n")
    nest.run("write", "zoo/list.md", stdin="# Zoo\n\n- Feeds a lion\n")


def waiting(nest: Nest, it: str) -> None:
    nest.propose(nest.bank(), f"Wants a {it} too", "zoo/more.md")


def rejected(nest: Nest, it: str) -> None:
    change = nest.propose(nest.bank(), f"Dislikes every {it}", "zoo/no.md")
    nest.run("reject", change.id, "--reason", f"it dislikes every {it} a bit")


def amended(nest: Nest, it: str) -> None:
    bank = nest.bank()
    change = nest.propose(bank, f"Has one {it}", "zoo/amended.md")
    bank.amend(change.id, 1, f"Has two of {it}")
    bank.approve(change.id, flagged=True)


def reverted(nest: Nest, it: str) -> None:
    bank = nest.bank()
    change = nest.propose(bank, f"Saw a {it} once", "zoo/seen.md")
    bank.approve(change.id, flagged=True)
    nest.run("revert", change.id)


def undone(nest: Nest, it: str) -> None:
    bank = nest.bank()
    bank.approve(nest.propose(bank, f"Met a {it}", "zoo/met.md").id, flagged=True)
    nest.run("undo")
    nest.run("redo")


def asked_about(nest: Nest, it: str) -> None:
    nest.bank().add_fact("zoo/asked.md", NewFact(f"Rides a {it} to work"))
    nest.run("preview", f"how do I get to work, by {it}?")
    nest.run("augment", f"plan my way to work with the {it}")
    nest.run("retrieve", f"what do I ride, a {it}?", "--allow-ask")
    nest.run("retrieve-adaptive", f"what else of the {it}?", f"You ride a {it} to work.")


def compacted(nest: Nest, it: str) -> None:
    path = f"zoo/compact-{it[-3:-1]}.md"
    file = nest.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"- Paints a {it} blue\n- Paints a {it} blue.\n- Paints walls\n")
    nest.run("compact", path, "--yes")


def moved(nest: Nest, it: str) -> None:
    bank = nest.bank()
    bank.add_fact("zoo/here.md", NewFact(f"Moved a {it} around"))
    fact = next(fact for fact in bank.tree_index.facts() if f"Moved a {it}" in fact.text)
    bank.move_facts([fact.ref], "zoo/there.md")


def archived(nest: Nest, it: str) -> None:
    bank = nest.bank()
    bank.add_fact("zoo/old.md", NewFact(f"Had a {it} as a child"))
    fact = next(fact for fact in bank.tree_index.facts() if f"Had a {it}" in fact.text)
    bank.archive_facts([fact.ref])


def pruned(nest: Nest, it: str) -> None:
    over = NewFact(f"Boards a {it} until January", tier=Tier.WORKING, expires_at=date(2026, 1, 31))
    nest.bank().add_fact("zoo/over.md", over)
    nest.run("prune", "--yes")


def confirmed(nest: Nest, it: str) -> None:
    bank = nest.bank()
    bank.add_fact("zoo/due.md", NewFact(f"Trusts a {it}", review_at=date(2026, 2, 1)))
    fact = next(fact for fact in bank.tree_index.facts() if f"Trusts a {it}" in fact.text)
    nest.run("confirm", fact.ref)
    nest.run("why", fact.ref)


def taken_out(nest: Nest, it: str) -> None:
    nest.bank().add_fact("zoo/gone.md", NewFact(f"Sold a {it}"))
    nest.run("forget", f"Sold a {it}", "--deep", "--yes")


def by_a_guest(nest: Nest, it: str) -> None:
    async def visit() -> None:
        bank = nest.bank()
        guest = Guest(bank, GUEST)
        await guest.propose("add", f"I groom a {it}.")
        bank.add_fact("zoo/guest.md", NewFact(f"Shows a {it} to guests"))
        await guest.retrieve(f"which {it} do I show?")
        guest.search(it)
        guest.read("zoo/guest.md")
        await bank.close()

    asyncio.run(visit())


def told_a_model(nest: Nest, it: str) -> None:
    """In what is the person's own: only named when it is forgotten, and theirs to edit."""
    nest.bank().add_fact("zoo/prompted.md", NewFact(f"Sings to a {it}"))
    for name in ("prompts/aside.md", POLICY_FILE):
        file = nest.root / ".nanomem" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# Sings to a {it}\n")


ROADS: tuple[Road, ...] = (
    added, updated, imported, conversed, by_hand, as_text, waiting, rejected, amended, reverted, undone,
    asked_about, compacted, moved, archived, pruned, confirmed, taken_out, by_a_guest, told_a_model,
)  # fmt: skip


def plant(nest: Nest, n: int) -> None:
    """Plant the `n`-th canary by its road."""
    ROADS[n % len(ROADS)](nest, word(n))


def forget(nest: Nest, n: int) -> None:
    """Forget the `n`-th canary for good: the facts with its word, or the word where only records say it.

    Raises:
        AssertionError: some byte of the facts was left.
    """
    bank = nest.bank()
    meant = bank.journal.meant(word(n))
    about = [fact for fact in meant.facts if word(n) in fact.text]
    if about or meant.texts:
        purged = bank.purge([fact.ref for fact in about], texts=meant.texts)
        assert all(map(is_own, purged.mentions)), purged.mentions
    # Prompts and policy are the person's own: they are named, and theirs to edit. Who was killed before
    # hears it from the next start.
    for file in holding(word(n), nest.root):
        if is_own(file):
            Path(file).write_text("# Sings\n")
    assert holding(word(n), nest.root) == []


def is_own(path: str) -> bool:
    """True for files below the root that no forgetting touches."""
    return "/aside" in path or path.endswith(POLICY_FILE)


def holding(words: str, *folders: Path) -> list[str]:
    """Files that hold words, in any letter case."""
    return [
        str(file)
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file() and words.lower().encode() in file.read_bytes().lower()
    ]


Step = tuple[Callable[[Nest, int], None], int]


def work(nest: Nest, steps: list[Step], say: Callable[[str], None]) -> None:
    """Take the steps one after the other, saying each that is done, and what was wrong."""
    try:
        for act, n in steps:
            try:
                act(nest, n)
            except NanomemError as error:
                # Half of it was done by one that was killed.
                say(f"refused: {error}")
            say("done")
    except BaseException:
        say(f"bug {traceback.format_exc()!r}")
        raise
