"""`add`: what is shown, asked, queued and applied."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, Runs
from tests.cli.scripts import adds, fact
from tests.cli.terminal import Terminal
from tests.loopback import ScriptedServer
from tests.replies import Reply, reply_calls, reply_error, reply_text, turn

WORDS = "I moved to Seattle in March 2026. I'm allergic to penicillin."
KEY = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEF"
SECRET = f"I like tea. My OpenAI key is {KEY}."


def files(root: Path) -> str:
    """All that memory says."""
    return "".join(file.read_text() for file in sorted(root.rglob("*.md")))


def test_without_a_terminal_it_is_queued(nanomem: Runs, root: Path) -> None:
    ran = nanomem("add", *WORDS.split())
    assert ran.code == 3
    assert "+ Moved to Seattle in March 2026" in ran.out
    assert "+ Allergic to penicillin" in ran.out
    assert "2 edits waiting. Decide with: nanomem approve " in ran.err
    assert files(root) == ""
    name = ran.err.split(":")[0]
    assert nanomem("approve", name).code == 0
    assert "Allergic to penicillin" in files(root)


@pytest.mark.parametrize("words", [("add", "-"), ("add",)])
def test_text_from_stdin(nanomem: Runs, words: tuple[str, ...]) -> None:
    ran = nanomem(*words, "--yes", stdin=b"\xef\xbb\xbf" + WORDS.encode())
    assert ran.code == 0
    assert "+ Allergic to penicillin" in ran.out


def test_yes_applies_what_carries_no_flag(nanomem: Runs, root: Path) -> None:
    ran = nanomem("add", SECRET, "--yes")
    assert ran.code == 3
    assert "! secret: " in ran.out
    assert "1 edit applied, 1 edit waiting. Flagged edits need their own yes" in ran.err
    assert "Likes tea" in files(root)
    assert KEY not in files(root)


def test_nothing_to_save_says_why(nanomem: Runs, root: Path) -> None:
    ran = nanomem("add", "Hello, how are you?")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("Nothing saved. ")
    assert len(ran.err) > 30
    assert nanomem("pending").out == ""


@pytest.mark.parametrize("text", ["", "  ", "\n\t\n"])
def test_no_text_is_wrong_usage(nanomem: Runs, text: str) -> None:
    assert nanomem("add", text).code == 2
    assert nanomem("add", "-", stdin=text).code == 2
    assert "There is no text." in nanomem("add").err


def test_auto_applies_and_leaves_flagged_edits(
    nanomem: Runs, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NANOMEM_APPROVAL", "auto")
    assert nanomem("add", WORDS).code == 0
    assert "Allergic to penicillin" in files(root)
    assert nanomem("add", SECRET).code == 3
    assert KEY not in files(root)


def test_a_person_is_shown_the_change_and_asked(root: Path) -> None:
    with Terminal(["--root", root, "add", WORDS]) as terminal:
        terminal.expect("personal/about.md")
        terminal.expect("+ Moved to Seattle in March 2026")
        terminal.expect("[y]es [n]o [s]ome [e]dit [l]ater?")
        assert files(root) == ""
        terminal.type("y")
        terminal.expect("2 edits applied.")
        assert terminal.end() == 0
    assert "Allergic to penicillin" in files(root)


@pytest.mark.parametrize(
    ("answer", "code", "told"), [("n", 0, "2 edits rejected"), ("l", 3, "2 edits waiting")]
)
def test_a_person_may_refuse_or_wait(root: Path, answer: str, code: int, told: str) -> None:
    with Terminal(["--root", root, "add", WORDS]) as terminal:
        terminal.expect("[l]ater?")
        terminal.type(answer)
        terminal.expect(told)
        assert terminal.end() == code
    assert files(root) == ""


def test_what_was_typed_ahead_is_no_answer(root: Path) -> None:
    with Terminal(["--root", root, "add", WORDS]) as terminal:
        terminal.type("yes I moved")
        terminal.type("y")
        terminal.expect("[l]ater?")
        terminal.press(b"\x04")
        assert terminal.end() == 3
    assert files(root) == ""


def test_queue_never_asks(root: Path) -> None:
    with Terminal(["--root", root, "add", WORDS], env={"NANOMEM_APPROVAL": "queue"}) as terminal:
        terminal.expect("2 edits waiting.")
        assert terminal.end() == 3


def test_a_document_is_never_asked_for(root: Path) -> None:
    with Terminal(["--root", root, "add", WORDS, "--json"]) as terminal:
        assert terminal.end() == 3
        assert "[l]ater" not in terminal.text
        assert '"state": "pending"' in terminal.text


def test_progress_is_shown_on_a_terminal_and_gone_afterwards(root: Path) -> None:
    with Terminal(["--root", root, "add", "Hello!"], columns=40) as terminal:
        terminal.expect("\r\x1b[2Krules · step 1 …")
        terminal.expect("\r\x1b[2KNothing saved.")
        assert terminal.end() == 0


def test_a_run_that_does_not_end_as_it_should_fails(nanomem: Runs) -> None:
    def run(script: Callable[[dict[str, Any]], Reply]) -> Ran:
        with ScriptedServer(script) as server:
            return nanomem("add", "I like tea.", "--base-url", server.base_url, "--model", "x")

    claims = run(lambda request: reply_text("I have saved it!"))
    assert (claims.code, claims.out) == (1, "")
    assert "Nothing saved. " in claims.err
    call = reply_calls(adds("food/tea.md", fact("Likes tea", "I like tea")))
    partly = run(lambda request: reply_text("Done.") if turn(request) else call)
    assert partly.code == 3
    assert "+ Likes tea" in partly.out
    assert "The run did not end as it should: " in partly.err
    refused = run(lambda request: reply_error(400, "No such model: \x1b[31mx"))
    assert refused.code == 4
    assert refused.err.startswith("nanomem: ")
    assert "\x1b" not in refused.err
