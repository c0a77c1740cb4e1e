"""What leaves from Preview is what was shown, byte for byte, after a yes where it needs one, and noted."""

import json
import stat
from pathlib import Path

import pytest

from nanomem_tui.bank import CALLER
from nanomem_tui.tui.widgets.preview_bar import BarMode
from tests.loopback import Hang, ScriptedServer, reply_text, stream_reply
from tests.replies import chunk, sse
from tests.tui.driving import (
    SMALL,
    app_of,
    keys,
    painted,
    said,
    until,
    write,
    write_memory,
)
from tests.tui.previews import (
    arrived,
    at,
    copied,
    digest,
    heard,
    ledger,
    previewed,
    previewing,
    shown_bytes,
    shows,
)

pytestmark = pytest.mark.usefixtures("clipboard")


@pytest.mark.presses("send-prompt", "yes-once", "ledger", "preview-back")
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


@pytest.mark.presses(
    "switch-all", "undo-switch", "copy-prompt", "yes-session", "yes-always", "who-was-told", "revoke-consent"
)
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


@pytest.mark.presses("save-prompt")
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
