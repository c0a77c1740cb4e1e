"""Text that would steer a terminal, hide from the eye or pass for markup is shown for what it is."""

import json
import re
import shutil
from pathlib import Path

import pytest

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.draft import Draft
from nanomem_tui.cli.commands import COMMANDS
from nanomem_tui.memory.facts import NewFact
from tests.cli.conftest import Runs, propose
from tests.cli.scripts import adds, answers, fact, finish, searches
from tests.cli.terminal import Terminal
from tests.loopback import ScriptedServer
from tests.naughty import FAMILIES, acting
from tests.naughty import NAUGHTY as EVERY
from tests.replies import reply_calls, reply_error

NAUGHTY = [
    "clipboard \x1b]52;c;aGk=\x07 end",
    "title \x1b]0;owned\x1b\\ end",
    "link \x1b]8;;http://x\x07here\x1b]8;;\x07 end",
    "clear \x1b[2J\x1b[H end",
    "eight bit \x9b2J \x90x\x9c end",
    "back\x08space and del\x7f end",
    "bidi \u202edetrever\u202c and \u2066iso\u2069 end",
    "zero\u200bwidth and \u00adsoft and tag\U000e0041 end",
    "separators \u2028 and \u2029 and \x85 end",
    "[bold]markup[/bold] [@click=app.quit]x[/] [/foo] end",
]
OURS = re.compile(r"\x1b\[[0-9;]*m|\r\x1b\[2K|\r(?=\n)")
"""What the command itself sends a terminal: colors, and the erasing of its progress line."""


def harmless(printed: str) -> None:
    text = OURS.sub("", printed)
    assert [text[match.start() - 30 : match.end() + 30] for match in acting(text)] == []


@pytest.fixture
def naughty(root: Path, bank: MemoryBank) -> str:
    """A memory full of such text, in facts, files and a pending change; the change's name."""
    root.joinpath("odd").mkdir()
    lines = [text.replace("\x85", "").replace("\u2028", "").replace("\u2029", "") for text in NAUGHTY]
    head = f'---\ntitle: {lines[-1]!r}\ndescription: "x \\e[2J \\u202E y"\n---\n'
    body = "".join(f"- Tea {line} | mood={line} | tier=\x1b[5m\n  - more {line}\n" for line in lines)
    root.joinpath("odd/tea.md").write_text(head + f"# {lines[1]}\n## {lines[0]}\n{body}", encoding="utf-8")
    root.joinpath("odd/bad\x1b]0;x\x07name.md").write_text("- x\n")

    def all_of_it(draft: Draft) -> None:
        for text in NAUGHTY:
            draft.add("odd/coffee.md", NewFact(f"Coffee {text}", details=f"more {text}"), quote=text)
        first, second = bank.read("odd/tea.md").document.facts[:2]
        draft.remove("odd/tea.md", first.id)
        draft.move("odd/tea.md", second.id, "odd/else.md")
        draft.describe("odd/coffee.md", title=NAUGHTY[0], description=NAUGHTY[6])

    return propose(bank, all_of_it, request="\n".join(NAUGHTY)).id


def every_line(id: str) -> list[tuple[str, ...]]:
    """Every command that prints something of the memory, in an order that lets each succeed."""
    return [
        ("status",),
        ("doctor",),
        ("tree",),
        ("ls", "odd"),
        ("read", "odd/tea.md"),
        ("search", "tea"),
        ("pending",),
        ("review",),
        ("show", id),
        ("reject", id, "--only", "1", "--reason", NAUGHTY[3]),
        ("show", id),
        ("approve", id, "--flagged"),
        ("history",),
        ("revert", id),
        ("undo",),
        ("redo",),
        ("add", "I like tea \x1b[2J\u202e. I live in \x1b]0;x\x07Rome."),
        ("retrieve", "which tea \x1b[2J\u202e?"),
        ("retrieve-adaptive", "which tea \x1b[2J\u202e?", "known \x1b[2J"),
        ("augment", "which tea \x1b[2J\u202e?"),
        ("preview", "which tea \x1b[2J\u202e?", "--allow-ask"),
        ("update", "I like coffee \x1b[2J\u202e now."),
        ("forget", "tea \x1b[2J\u202e"),
        ("compact", "odd/tea.md"),
        ("prune",),
        ("why", "odd/tea.md#\x1b[2J"),
        ("import", "-"),
        ("import", "/tmp/\x1b[2J\u202e"),
        ("disclosures",),
        ("traces",),
        ("trace",),
        ("trace", "--follow"),
        ("write", "odd/new.md"),
        ("delete", "odd/new.md"),
        ("show", "\x1b[2J\u202e"),
        ("read", "\x1b[2J\u202e.md"),
        ("tree", "\x9b2J"),
        ("frob\x1b[2J\u202e",),
        ("search", "--limit", "\x1b[2J", "tea"),
        ("status", "--provider", "\x1b[2J\u202e"),
        ("retrieve", "tea", "--recipient", "\x1b[2J"),
        ("trace", "\x1b[2J"),
        ("status", "--root", "/tmp/\x1b[2J\u202e/none"),
        ("status", "--base-url", "http://\x1b[2J:1/v1", "--model", "\x1b[2J"),
    ]


def test_no_command_prints_what_acts_on_a_terminal(nanomem: Runs, naughty: str) -> None:
    for words in every_line(naughty):
        ran = nanomem(*words, stdin="\n".join(NAUGHTY))
        harmless(ran.out + ran.err)
        assert "bug" not in ran.err, (words, ran.err)
        assert ran.out + ran.err


def test_no_document_holds_it_either(nanomem: Runs, naughty: str) -> None:
    for words in every_line(naughty):
        ran = nanomem(*words, "--json", stdin="\n".join(NAUGHTY))
        harmless(ran.out + ran.err)
        assert isinstance(ran.json, dict), words


def test_what_is_hidden_is_shown(nanomem: Runs, naughty: str) -> None:
    shown = nanomem("show", naughty).out
    assert "clipboard ␛]52;c;aGk=␇ end" in shown
    assert "<U+202E>" in shown
    assert "[bold]markup[/bold] [@click=app.quit]x[/] [/foo] end" in shown
    assert "! hidden-characters: " in shown


def test_a_terminal_is_not_steered_while_asking(root: Path, bank: MemoryBank, naughty: str) -> None:
    with Terminal(["--root", root, "review"], columns=60) as terminal:
        terminal.expect("[l]ater?")
        terminal.type("some")
        for _ in bank.change(naughty).edits:
            terminal.expect("[l]ater?")
            terminal.type("l")
        assert terminal.end() == 3
        harmless(terminal.text)


def test_a_terminal_is_not_steered_by_the_progress_of_a_run(root: Path) -> None:
    calls = [reply_calls((f"tool\x1b]0;x\x07\u202e{n}", {})) for n in range(3)]
    with ScriptedServer([*calls, finish()]) as server:
        words: list[str | Path] = [
            "--root",
            root,
            "add",
            "I like tea.",
            "--base-url",
            server.base_url,
            "--model",
            "x\x1b[2J",
        ]
        with Terminal(words) as terminal:
            assert terminal.end() in (0, 1)
            assert "x␛[2J · step 1 …" in terminal.text
            harmless(terminal.text)


@pytest.mark.parametrize("words", [("read", "odd/tea.md"), ("tree",), ("search", "tea"), ("history",)])
def test_a_terminal_is_not_steered_by_what_it_shows(root: Path, naughty: str, words: tuple[str, ...]) -> None:
    with Terminal(["--root", root, *words]) as terminal:
        assert terminal.end() == 0
        assert "\x1b[" in terminal.text, "colors are on"
        harmless(terminal.text)
    with Terminal(["--root", root, *words], env={"NO_COLOR": "1"}) as terminal:
        assert terminal.end() == 0
        assert "\x1b" not in terminal.text


def test_a_server_steers_nothing(nanomem: Runs, root: Path) -> None:
    for reply in (
        reply_error(400, "\x1b[2J\u202eno"),
        reply_calls(adds("a\x1b[2J.md", fact(NAUGHTY[0], NAUGHTY[0]))),
        reply_calls(("frob\x1b[2J", {"x\x1b[2J": "\u202e"}), text="\x1b[2J\u202e"),
    ):
        with ScriptedServer([reply, finish(f"Done {NAUGHTY[0]}"), finish(), finish()]) as server:
            flags = ("--base-url", server.base_url, "--model", "x")
            for words in (("add", "I like tea."), ("trace",), ("traces",)):
                ran = nanomem(*words, *flags)
                harmless(ran.out + ran.err)
                assert "bug" not in ran.err
    root.joinpath("tea.md").write_text("- Drinks tea\n")
    with ScriptedServer([searches("tea"), answers(f"You {NAUGHTY[0]}", "Drinks tea")]) as server:
        ran = nanomem("retrieve", "tea?", "--base-url", server.base_url, "--model", "x")
        assert ran.code == 0
        assert "clipboard" in ran.out
        harmless(ran.out + ran.err)


RUN_ALL = """
import json, sys
from nanomem_tui.__main__ import DOORS
from nanomem_tui.cli.main import main
for words in json.load(open(sys.argv[1])):
    sys.stdin = open(sys.argv[2], encoding="utf-8", errors="surrogateescape")
    print("code", main(["--root", sys.argv[3], *words], DOORS))
"""
"""One process that runs many commands: its stdout and stderr are the terminal, its stdin is not."""


def on_a_terminal(root: Path, lines: list[tuple[str, ...]]) -> str:
    """What the commands print on a terminal."""
    folder = root.parent
    folder.joinpath("lines.json").write_text(json.dumps(lines))
    said = "\n".join(text for text in EVERY if len(text) < 200)
    folder.joinpath("said.txt").write_text(said, encoding="utf-8", errors="replace")
    files = [folder / "lines.json", folder / "said.txt", root]
    with Terminal(files, columns=100, program=("-c", RUN_ALL)) as terminal:
        while not terminal.ended:
            terminal.settle(patience=5)
        assert terminal.end() == 0
        text = terminal.shown.decode("utf-8")
    codes = re.findall(r"^code (\d+)\r$", text, re.MULTILINE)
    assert len(codes) == len(lines)
    assert "This is a bug" not in text
    assert set(codes) <= set("0123")
    return text


def test_every_command_on_a_terminal_over_everything_naughty(root: Path, naughty_memory: Path) -> None:
    shutil.copytree(naughty_memory, root)
    bank = MemoryBank(root)
    pending = bank.pending()
    applied = next(change for change in bank.history() if change.effects and not change.reverts)
    ref = bank.read("odd/markup.md").document.facts[0].ref
    query = "[bold] \x1b[2J \u202e end"
    reading = [
        *[("status",), ("doctor",), ("tree",), ("ls", "odd"), ("pending",), ("history",), ("disclosures",)],
        *[("read", f"odd/{name}.md") for name in FAMILIES],
        *[
            ("search", "end"),
            ("search", query),
            ("review",),
            ("policy",),
            ("traces",),
            ("trace",),
        ],
        *[("show", change.id) for change in (pending[-1], applied)],
        *[("why", ref), ("preview", query, "--allow-ask"), ("export", "--format", "txt")],
        *[("retrieve", query, "--allow-ask"), ("retrieve-adaptive", query, query), ("augment", query)],
    ]
    before = {path: path.read_bytes() for path in root.rglob("*.md")}
    shown = on_a_terminal(root, reading)
    harmless(shown)
    assert shown.count("␛]52;c;") > 2, "they do print it"
    assert {path: path.read_bytes() for path in root.rglob("*.md")} == before
    writing = [
        *[
            ("reject", pending[0].id, "--only", "1", "--reason", query),
            ("approve", pending[0].id, "--flagged"),
        ],
        *[
            ("revert", applied.id),
            ("undo",),
            ("redo",),
            ("confirm", ref),
            ("prune",),
            ("refresh", pending[1].id),
        ],
        *[("add", "-"), ("update", query), ("forget", query), ("compact", "odd/markup.md"), ("import", "-")],
        *[("write", "odd/new.md"), ("delete", "odd/new.md"), ("policy", query, "ask"), ("purge", query)],
        *[
            ("prompts", query),
            ("skill", query),
            ("mcp", query),
            ("login", query),
            ("demo", query),
            (query,),
            ("read", query),
        ],
    ]
    harmless(on_a_terminal(root, writing))
    ran = {words[0] for words in (*reading, *writing)}
    assert ran >= {command.name for command in COMMANDS}
