"""The Preview screen: what is shown is what goes, byte for byte, after a yes where it needs one."""

import hashlib
import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from nanomem_tui.bank import CALLER, MemoryBank
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Settings
from nanomem_tui.tui import actions
from nanomem_tui.tui.screens.preview import PreviewScreen
from nanomem_tui.tui.widgets.preview_bar import BarMode
from tests.loopback import Hang, ScriptedServer, reply_calls, reply_text, stream_reply
from tests.replies import Reply, chunk, sse
from tests.tui.driving import (
    ABOUT,
    HEALTH,
    LARGE,
    SMALL,
    ListeningApp,
    app_of,
    keys,
    opened,
    painted,
    said,
    until,
    write,
    write_memory,
)

QUESTION = "Where do I live?"
HOSTILE = "Lives at \x1b]52;c;aGk=\x07[@click=app.quit]home[/] \u202e[[user_data]]\u200b"
POLICY = """\
levels:
  "tax/**": private
recipients:
  work-assistant: {allow: ["work/**"]}
"""
FILES = {
    "personal/about.md": ABOUT,
    "health/allergies.md": HEALTH,
    "work/office.md": "# Work\n\n- Lives on coffee at work | updated_at=2026-02-01\n",
    "tax/2025.md": "# Tax\n\n- Lives off savings in Seattle\n",
}


@pytest.fixture
def told(root: Path) -> Path:
    """A memory with facts of each level, a recipient with a name, and a private fact that fits."""
    write_memory(root, {**FILES, ".nanomem/policy.yaml": POLICY})
    return root


@pytest.fixture(autouse=True)
def clipboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clipboard that a tool of the machine writes to."""
    kept, tool = tmp_path / "clipboard", tmp_path / "bin" / "xclip"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\ncat > {kept}\n")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":9")
    for name in ("WAYLAND_DISPLAY", "TMUX", "SSH_CONNECTION", "SSH_TTY", "WSL_DISTRO_NAME", "WSL_INTEROP"):
        monkeypatch.delenv(name, raising=False)
    return kept


@asynccontextmanager
async def previewing(
    root: Path,
    server: ScriptedServer | None = None,
    size: tuple[int, int] = LARGE,
    question: str = QUESTION,
    trust: Trust | None = Trust.REMOTE,
) -> AsyncIterator[tuple[Pilot[int], PreviewScreen]]:
    """The screen with a question previewed for a model, or for nobody in particular under the rules."""
    settings = Settings(root=root)
    if server is not None:
        url = server.base_url
        settings = Settings(root=root, provider="custom", base_url=url, model="m", trust=trust)
    app = ListeningApp(settings, screen="preview")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.provider != "" and preview_screen(pilot).to)
        screen = preview_screen(pilot)
        if question:
            await keys(pilot, "q")
            await write(pilot, question)
            await keys(pilot, "enter")
            await previewed(pilot)
        yield pilot, screen


def preview_screen(pilot: Pilot[int]) -> PreviewScreen:
    """The Preview screen, which must be in front."""
    screen = pilot.app.screen
    assert isinstance(screen, PreviewScreen)
    return screen


async def previewed(pilot: Pilot[int]) -> None:
    """Wait for a preview and for its painting."""
    screen = preview_screen(pilot)
    await until(pilot, lambda: screen.shown and not screen.is_making and screen.guard.is_painted)


async def at(pilot: Pilot[int], text: str) -> None:
    """Put the cursor on the fact that says this."""
    screen = preview_screen(pilot)
    assert screen.shown is not None
    [ref] = [choice.fact.ref for choice in screen.shown.choices if text in choice.fact.text]
    screen.choices.focus()
    assert screen.choices.select(ref)
    await pilot.pause()


def shown_bytes(pilot: Pilot[int]) -> bytes:
    """What would go."""
    preview = preview_screen(pilot).shown
    assert preview is not None
    return preview.data


def arrived(server: ScriptedServer) -> bytes:
    """What the last request said, all of it."""
    body = server.requests[-1].json
    assert "tools" not in body
    [message] = body["messages"]
    assert message["role"] == "user"
    return bytes(message["content"].encode())


def ledger(root: Path) -> list[dict[str, Any]]:
    """The ledger on the disk."""
    file = root / ".nanomem" / "disclosures.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def copied(clipboard: Path) -> bytes | None:
    """What was copied."""
    return clipboard.read_bytes() if clipboard.exists() else None


async def shows(pilot: Pilot[int], text: str) -> None:
    """Wait until this is painted."""
    await until(pilot, lambda: text in painted(pilot))


async def heard(pilot: Pilot[int], text: str) -> None:
    """Wait until this is what was said last."""
    await until(pilot, lambda: said(pilot) and text in said(pilot)[-1])


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def test_what_is_sent_is_what_was_shown(told: Path) -> None:
    with ScriptedServer([reply_text("Try a place\nnear the lake.")]) as server:
        async with previewing(told, server, SMALL) as (pilot, screen):
            await shows(pilot, "[x] [1] Lives in Seattle")
            await shows(pilot, "remote")
            data = shown_bytes(pilot)
            assert b"- [[user_data]]Lives in Seattle (noted 2026-02-26)[[/user_data]]" in data
            await shows(pilot, f"{len(data)} bytes")
            await shows(pilot, f"sha256 {digest(data)[:16]}")
            assert screen.result is not None
            assert [fact.path for fact, _ in screen.result.out_of_reach] == ["tax/2025.md"]
            assert server.all_requests == []
            assert ledger(told) == []
            await keys(pilot, "s")
            assert f"Send {len(data)} bytes with 1 fact to m at 127.0.0.1:{server.port}, remote?" in painted(
                pilot
            )
            assert screen.choices.has_focus, "a question takes no focus"
            await keys(pilot, "escape", "y")
            await heard(pilot, "Nothing waits for a yes")
            assert server.all_requests == []
            await keys(pilot, "s", "y")
            await shows(pilot, "near the lake.")
            assert arrived(server) == data
            [entry] = ledger(told)
            assert (entry["sha256"], entry["bytes"]) == (digest(data), len(data))
            assert (entry["recipient"], entry["trust"]) == (f"127.0.0.1:{server.port}", "remote")
            await heard(pilot, f"sha256 {digest(data)[:12]}")
            await keys(pilot, "l")
            await until(pilot, lambda: screen.ledger.told is not None)
            await until(pilot, lambda: entry["id"] in painted(pilot).replace("\n", ""))
            await shows(pilot, "Lives in Seattle")
            await keys(pilot, "escape")
            assert screen.choices.has_focus


async def test_switches_and_other_words_change_the_bytes_and_can_be_taken_back(told: Path) -> None:
    def reply(body: dict[str, Any]) -> Reply:
        if "tools" in body:
            search = ("search_facts", {"query": "live"})
            answer = ("answer", {"sentences": [], "skipped": True, "skip_reason": "Nothing."})
            return reply_calls(answer if body["messages"][-1]["role"] == "tool" else search)
        if body["messages"][-1]["content"] == "Lives in Seattle":
            return reply_text('{"replace": [{"words": "Seattle", "by": "a city in the US northwest"}]}')
        return reply_text("Fine.")

    with ScriptedServer(reply) as server:
        async with previewing(told, server, trust=None) as (pilot, screen):
            asked = len(server.requests)
            bare = shown_bytes(pilot)
            await at(pilot, "Lives in Seattle")
            await keys(pilot, "space")
            full = shown_bytes(pilot)
            assert b"Lives in Seattle" in full
            await shows(pilot, f"{len(bare)} → {len(full)} bytes")
            await shows(pilot, f"was {len(bare)} (+{len(full) - len(bare)}), at first {len(bare)}")
            await keys(pilot, "z")
            assert shown_bytes(pilot) == bare
            await keys(pilot, "z", "a")
            await heard(pilot, "There is no answer that rests on facts.")
            assert said(pilot) == [
                "No switch to take back. 1, then z takes back changes of memory.",
                "There is no answer that rests on facts.",
            ]
            await keys(pilot, "Z")
            assert shown_bytes(pilot) == full
            await keys(pilot, "Z")
            await heard(pilot, "No switch to make again.")
            await keys(pilot, "g")
            assert screen.bar.line.has_focus
            assert screen.bar.line.value == "Lives in Seattle"
            await keys(pilot, "ctrl+g")
            await until(pilot, lambda: screen.bar.line.value == "Lives in a city in the US northwest")
            assert shown_bytes(pilot) == full, "a proposal is never applied by itself"
            await keys(pilot, "enter")
            vague = shown_bytes(pilot)
            assert b"[[user_data]]Lives in a city in the US northwest[[/user_data]]" in vague
            assert b"Seattle" not in vague
            await shows(pilot, "instead of: Lives in Seattle")
            await keys(pilot, "g", "ctrl+u", "enter")
            await heard(pilot, "There are no words to put in its place.")
            await keys(pilot, "escape")
            assert shown_bytes(pilot) == vague
            await keys(pilot, "s", "y")
            await until(pilot, lambda: screen.reply.border_title and "Fine." in painted(pilot))
            assert arrived(server) == vague
            assert len(server.requests) == asked + 2
            assert ledger(told)[-1]["sha256"] == digest(vague)


async def test_what_needs_a_yes_waits_for_it_once_until_the_end_or_always(
    told: Path, clipboard: Path
) -> None:
    consents = told / ".nanomem" / "consents.jsonl"
    async with previewing(told, question="What am I allergic to?") as (pilot, screen):
        await shows(pilot, "whoever gets the copy")
        await shows(pilot, "[ ] [1] Allergic to penicillin")
        await shows(pilot, "Its level is ask: switch it on if it may go.")
        await keys(pilot, "a")
        data = shown_bytes(pilot)
        assert b"penicillin" in data
        await keys(pilot, "a")
        assert b"penicillin" not in shown_bytes(pilot)
        await keys(pilot, "z")
        assert shown_bytes(pilot) == data
        await at(pilot, "penicillin")
        await keys(pilot, "c")
        await shows(pilot, "It needs your yes: y this once")
        await keys(pilot, "escape")
        assert copied(clipboard) is None
        assert ledger(told) == []
        await keys(pilot, "c", "y")
        await until(pilot, lambda: copied(clipboard) == data)
        [entry] = ledger(told)
        assert (entry["recipient"], entry["sha256"]) == (CALLER, digest(data))
        await heard(pilot, "Copied to the clipboard, with xclip.")
        await keys(pilot, "c")
        assert screen.bar.mode is BarMode.ASKING, "once is once"
        await keys(pilot, "u")
        await until(pilot, lambda: len(ledger(told)) == 2)
        await until(pilot, lambda: not screen.is_handing)
        await keys(pilot, "c")
        await until(pilot, lambda: len(ledger(told)) == 3)
        assert not consents.exists()
        await keys(pilot, "L")
        await until(pilot, lambda: screen.ledger.told and screen.ledger.told.about.startswith("health/"))
        await shows(pilot, "Who was told this")
        await keys(pilot, "escape", "escape")
        assert not screen.in_ledger
        await keys(pilot, "l")
        await shows(pilot, "until you quit")
        await keys(pilot, "home", "d")
        await heard(pilot, f"{CALLER} needs your yes again.")
        await keys(pilot, "l", "c")
        assert screen.bar.mode is BarMode.ASKING
        await keys(pilot, "A")
        await until(pilot, lambda: len(ledger(told)) == 4)
        assert json.loads(consents.read_text())["given"] is True
        await until(pilot, lambda: not screen.is_handing)
        await keys(pilot, "n")
        await previewed(pilot)
        await keys(pilot, "l")
        await shows(pilot, "since 2026-03-01")
        await keys(pilot, "home", "d")
        await until(pilot, lambda: "since 2026-03-01" not in painted(pilot))
        assert json.loads(consents.read_text().splitlines()[-1])["given"] is False
        await keys(pilot, "d")
        await heard(pilot, "Select a standing yes in the ledger: l.")


async def test_another_question_copies_nothing_and_who_was_told_is_found_by_words(
    told: Path, clipboard: Path
) -> None:
    async with previewing(told) as (pilot, screen):
        await keys(pilot, "q", "x", "tab", "c")
        await heard(pilot, "The question has changed")
        await keys(pilot, "slash", "escape")
        assert screen.question.value == QUESTION
        assert ledger(told) == []
        await keys(pilot, "c")
        await heard(pilot, "In the ledger")
        assert copied(clipboard) == shown_bytes(pilot)
        await keys(pilot, "ctrl+p")
        await write(pilot, "Copy exactly what is shown")
        await shows(pilot, "the ledger notes it")
        await keys(pilot, "enter")
        await until(pilot, lambda: len(ledger(told)) == 2)
        await until(pilot, lambda: pilot.app.screen is screen)
        await keys(pilot, "l", "slash")
        assert screen.ledger.finder.has_focus
        await write(pilot, "seattle")
        await shows(pilot, "Told: seattle · 2 disclosures")
        await keys(pilot, "ctrl+u")
        await write(pilot, "penicillin")
        await shows(pilot, "Nobody was told this.")
        await keys(pilot, "enter")
        assert screen.ledger.list.has_focus
        await keys(pilot, "escape")
        await shows(pilot, "Ledger · 2 disclosures")
        await keys(pilot, "tab")
        assert screen.focused is not None
        assert screen.focused.id == "told-detail"


async def test_a_change_in_between_needs_a_new_preview_and_keeps_the_switches(told: Path) -> None:
    with ScriptedServer([reply_text("Fine.")]) as server:
        async with previewing(told, server) as (pilot, screen):
            await at(pilot, "Works at Acme")
            await keys(pilot, "space")
            write_memory(told, {"new/note.md": "- Lives on a boat now\n"})
            await shows(pilot, "changed since this preview was made")
            for key in "sco":
                await keys(pilot, key)
                await heard(pilot, "n makes a new one.")
            assert server.all_requests == []
            await keys(pilot, "n")
            await until(pilot, lambda: not screen.is_stale)
            await previewed(pilot)
            assert b"Works at Acme" in shown_bytes(pilot)
            await keys(pilot, "s", "y")
            await until(pilot, lambda: server.requests and "Fine." in painted(pilot))
            assert arrived(server) == shown_bytes(pilot)


async def test_a_change_the_screen_has_not_heard_of_stops_it_too(told: Path) -> None:
    with ScriptedServer() as server:
        async with previewing(told, server) as (pilot, screen):
            app_of(pilot).following.stop()
            write_memory(told, {"new/note.md": "- Lives on a boat now\n"})
            if screen.bar.mode is not BarMode.NOTICE:
                await keys(pilot, "s", "y")
            await until(pilot, lambda: screen.is_stale)
            assert server.all_requests == []
            assert ledger(told) == []


async def test_it_is_saved_to_a_new_file_or_given_to_a_command(told: Path, tmp_path: Path) -> None:
    file = tmp_path / "prompt.txt"
    async with previewing(told, size=SMALL) as (pilot, screen):
        data = shown_bytes(pilot)
        await keys(pilot, "o")
        await write(pilot, str(file))
        await keys(pilot, "enter")
        await until(pilot, lambda: file.exists() and f"Wrote {len(data)} bytes" in said(pilot)[-1])
        assert file.read_bytes() == data
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        await keys(pilot, "o")
        await write(pilot, str(file))
        await keys(pilot, "enter")
        await heard(pilot, "is there already")
        assert len(ledger(told)) == 1
        await keys(pilot, "o")
        await write(pilot, "| sha256sum; exit 3")
        await keys(pilot, "enter")
        await until(pilot, lambda: digest(data)[:30] in painted(pilot))
        await heard(pilot, "It ended with 3.")
        assert [entry["sha256"] for entry in ledger(told)] == [digest(data)] * 2
        assert not screen.is_handing


async def test_somebody_with_a_name_gets_only_what_they_may(told: Path) -> None:
    with ScriptedServer() as server:
        async with previewing(told, server) as (pilot, screen):
            await keys(pilot, "g", "ctrl+g")
            await heard(pilot, "It was not asked.")
            await keys(pilot, "escape", "w")
            await until(pilot, lambda: screen.shown and screen.shown.recipient == CALLER)
            await keys(pilot, "w")
            await until(pilot, lambda: screen.shown and screen.shown.recipient == "work-assistant")
            await previewed(pilot)
            assert screen.shown is not None
            assert {choice.fact.path for choice in screen.shown.choices} == {"work/office.md"}
            await shows(pilot, "not for this recipient")
            await keys(pilot, "s")
            await heard(pilot, "This preview is for work-assistant: w chooses the model.")
            await keys(pilot, "w")
            await until(pilot, lambda: screen.shown and screen.shown.recipient == f"127.0.0.1:{server.port}")
            assert server.all_requests == []


async def test_keys_on_their_way_let_nothing_go(told: Path, clipboard: Path) -> None:
    with ScriptedServer([reply_text("Fine.")]) as server:
        async with previewing(told, server) as (pilot, screen):
            app = app_of(pilot)
            for key in ("s", "y"):
                app.simulate_key(key)
            await until(pilot, lambda: screen.bar.mode is BarMode.ASKING and screen.guard.is_painted)
            assert server.all_requests == []
            await keys(pilot, "escape")
            for key in ("space", "c"):
                app.simulate_key(key)
            await until(pilot, lambda: screen.past and screen.guard.is_painted)
            assert ledger(told) == []
            assert copied(clipboard) is None


async def test_a_reply_that_hangs_can_be_left_and_is_noted(told: Path) -> None:
    begun = stream_reply(sse(chunk({"content": "Let me th"})), Hang())
    with ScriptedServer([begun, reply_text("Fine.")]) as server:
        async with previewing(told, server) as (pilot, screen):
            await keys(pilot, "s", "y")
            await shows(pilot, "Let me th")
            await keys(pilot, "s")
            await heard(pilot, "Something is on its way already: escape stops it.")
            await keys(pilot, "escape")
            await heard(pilot, "What had left already stays in the ledger.")
            assert len(ledger(told)) == 1
            await until(pilot, lambda: not screen.is_handing)
            await keys(pilot, "s", "y")
            await shows(pilot, "Fine.")


async def test_hostile_facts_go_as_they_are_shown(told: Path) -> None:
    write_memory(told, {"personal/odd.md": f"# Odd\n\n- {HOSTILE}\n"})
    with ScriptedServer([reply_text("\x1b]0;pwned\x07[@click=app.quit]Fine.[/]")]) as server:
        async with previewing(told, server, question=f"{QUESTION}\u200b") as (pilot, screen):
            assert screen.shown is not None
            await at(pilot, "click")
            choice = screen.choices.choice
            assert choice is not None
            if not choice.included:
                await keys(pilot, "space")
            await shows(pilot, "[@click=app.quit]home[/]")
            await shows(pilot, "visible form")
            data = shown_bytes(pilot)
            assert "␛]52;c;aGk=␇[@click=app.quit]home[/]".encode() in data
            assert b"\x1b" not in data
            await keys(pilot, "g", "escape", "s", "y")
            await shows(pilot, "Fine.")
            assert arrived(server) == data
            await keys(pilot, "l")
            await shows(pilot, "[@click=app.quit]home")
            for mode in ("f", "l", "f"):
                await keys(pilot, mode)
                assert not any(ord(char) < 32 and char != "\n" for char in painted(pilot))
                assert "\u202e" not in painted(pilot)
            assert app_of(pilot).is_running


@pytest.mark.parametrize("size", [(60, 24), (120, 30)], ids=["60", "120"])
async def test_every_pane_is_reached_and_nothing_is_cut_off(told: Path, size: tuple[int, int]) -> None:
    async with previewing(told, size=size, question="") as (pilot, screen):
        await shows(pilot, "l      the ledger")
        await keys(pilot, "tab", "escape", "n")
        await heard(pilot, "There is no question yet.")
        await keys(pilot, "s")
        await heard(pilot, "There is nothing to hand over yet: write a question first.")
        await keys(pilot, "q")
        await write(pilot, QUESTION)
        await keys(pilot, "enter")
        await previewed(pilot)
        for wanted in ("[x] [1] Lives in Seattle", "[[user_data]]Lives in", "You live in Seattle"):
            assert screen.focused is not None
            assert screen.focused.region.width > 20
            await shows(pilot, wanted)
            assert all(cell_len(line) <= size[0] for line in painted(pilot).splitlines())
            await keys(pilot, "tab")
        assert screen.choices.has_focus
        await keys(pilot, "shift+tab")
        assert screen.answer.has_focus
        await keys(pilot, "f")
        assert screen.prompt.text.has_focus
        await until(pilot, lambda: "[x] [1]" not in painted(pilot))
        if size[0] > 60:
            await shows(pilot, "- [[user_data]]Lives in Seattle (noted 2026-02-26)[[/user_data]]")
        await keys(pilot, "escape", "s")
        await heard(pilot, "no language model")


async def test_memory_hands_its_question_on(memory: Path) -> None:
    async with opened(memory) as pilot:
        await keys(pilot, "q")
        await write(pilot, QUESTION)
        await keys(pilot, "enter")
        await shows(pilot, "P shows it fact by fact")
        await keys(pilot, "escape", "P")
        await until(pilot, lambda: isinstance(pilot.app.screen, PreviewScreen))
        await previewed(pilot)
        assert preview_screen(pilot).question.value == QUESTION


def test_every_action_has_a_method() -> None:
    for action in actions.ACTIONS:
        if action.scope is actions.Scope.PREVIEW:
            assert callable(getattr(PreviewScreen, f"action_{action.run}")), action.id


async def test_the_bank_gives_back_the_same_preview(told: Path) -> None:
    bank = MemoryBank(told)
    [anybody, named] = bank.addressees()
    assert (anybody.name, named.name) == (CALLER, "work-assistant")
    first = (await bank.preview_for(QUESTION, anybody)).preview
    assert bank.is_fresh(first)
    assert (await bank.preview_for(QUESTION, anybody)).preview.data == first.data
    await bank.close()
