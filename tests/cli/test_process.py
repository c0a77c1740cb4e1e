"""What only a real process shows: imports, time, streams that close, signals and defects."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.draft import Draft
from nanomem_tui.cli.commands import COMMANDS
from nanomem_tui.memory.facts import NewFact
from tests.cli.conftest import Runs, command, propose
from tests.cli.scripts import adds, fact
from tests.cli.terminal import Terminal
from tests.loopback import ScriptedServer
from tests.replies import Hang, reply_calls, stream_reply

OFFLINE = [
    ("--help",),
    ("status",),
    ("doctor",),
    ("demo",),
    ("write", "notes/garden.md"),
    ("read", "notes/garden.md"),
    ("search", "garden"),
    ("tree",),
    ("ls",),
    ("retrieve", "what do I grow?"),
    ("retrieve-adaptive", "what do I grow?", "You own a garden."),
    ("augment", "plan my garden"),
    ("preview", "what do I grow?"),
    ("add", "I grow tomatoes."),
    ("update", "I grow potatoes now."),
    ("forget", "the beans"),
    ("compact", "notes/garden.md"),
    ("prune",),
    ("confirm", "notes/garden.md#1zq4s"),
    ("why", "notes/garden.md#1zq4s"),
    ("pending",),
    ("review",),
    ("show", "ID"),
    ("refresh", "ID"),
    ("approve", "ID"),
    ("reject", "ID"),
    ("history",),
    ("revert", "ID"),
    ("undo",),
    ("redo",),
    ("purge", "notes/garden.md#1zq4s", "--yes"),
    ("delete", "notes/garden.md"),
    ("import", "-"),
    ("export",),
    ("prompts",),
    ("mcp", "--print-config", "claude"),
    ("skill", "snippet"),
    ("login", "rules"),
    ("policy",),
    ("disclosures",),
    ("traces",),
    ("trace",),
    ("trace", "--follow"),
]
"""Every command as it runs with the built-in planner; ID stands for a change."""

CALLING = (
    "add",
    "update",
    "forget",
    "refresh",
    "compact",
    "retrieve",
    "retrieve-adaptive",
    "augment",
    "preview",
)
"""The commands that run a flow."""

IMPORTED = """
import io, json, sys
from nanomem_tui.__main__ import main
root, flags, lines = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
for words in lines:
    if "ID" in words:
        from nanomem_tui.bank import MemoryBank
        words = [words[0], MemoryBank(root).history()[0].id]
    sys.stdin = io.TextIOWrapper(io.BytesIO(b"# Garden\\n- Grows beans\\n"))
    try:
        print(words, main(["--root", root, *words, *flags]), file=sys.stderr)
    except BaseException as error:
        print("raised", words, error, file=sys.stderr)
heavy = ("textual", "openai", "watchfiles", "httpx2")
print("heavy:", *(name for name in heavy if name in sys.modules), file=sys.stderr)
"""


def imported(root: Path, flags: Sequence[str], *lines: tuple[str, ...]) -> str:
    """Which of the heavy packages a process has imported after running these command lines."""
    words = [sys.executable, "-c", IMPORTED, str(root), json.dumps(flags), json.dumps(lines)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    assert "raised" not in done.stderr
    assert "bug" not in done.stderr
    return done.stderr.rpartition("heavy:")[2].strip()


def test_the_list_of_commands_is_whole() -> None:
    assert {words[0] for words in OFFLINE} - {"--help"} == {item.name for item in COMMANDS}


def test_no_command_imports_a_screen_or_a_client_with_rules(root: Path) -> None:
    assert imported(root, [], *OFFLINE) == ""


def test_only_commands_that_call_a_model_import_its_client(root: Path) -> None:
    flags = ["--base-url", "http://127.0.0.1:9/v1", "--model", "x"]
    calling = [words for words in OFFLINE if words[0] in CALLING]
    opening = [words for words in OFFLINE if words[0] in ("status", "doctor")]
    others = [words for words in OFFLINE if words not in calling and words not in opening]
    assert imported(root, flags, *others) == ""
    for words in calling[:2]:
        assert imported(root, flags, words) == "openai httpx2"


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = ("textual", "openai", "pydantic", "rich", "asyncio")
    code = f"import sys, nanomem_tui; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"


def test_help_is_quick() -> None:
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert command("--help").code == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(spent) < 0.3, spent


@pytest.mark.parametrize("words", [("--help",), ("tree",), ("read", "notes/long.md"), ("search", "line")])
def test_a_reader_that_leaves_is_no_error(root: Path, words: tuple[str, ...]) -> None:
    (root / "notes").mkdir(parents=True)
    (root / "notes/long.md").write_text("".join(f"- Line {n}\n" for n in range(2000)))
    words = (sys.executable, "-m", "nanomem_tui", "--root", str(root), *words)
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(20) == 0


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_defect(root: Path, closed: str) -> None:
    line = f'"{sys.executable}" -m nanomem_tui --root "{root}" tree {closed}'
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done
    assert "Traceback" not in done.stderr
    assert "bug" not in done.stderr


@pytest.mark.parametrize("words", [("add", "-"), ("add",), ("retrieve", "-"), ("write", "notes/a.md")])
def test_input_that_is_no_utf8_is_one_sentence(process: Runs, words: tuple[str, ...], root: Path) -> None:
    ran = process(*words, stdin=b"caf\xe9")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("nanomem: The text on stdin is not UTF-8. ")
    assert ran.err.count("\n") == 1
    assert not (root / "notes").exists()


def test_words_that_are_no_utf8_are_no_defect(root: Path) -> None:
    words = [
        sys.executable.encode(),
        b"-m",
        b"nanomem_tui",
        b"--root",
        os.fsencode(root),
        b"search",
        b"caf\xe9",
    ]
    done = subprocess.run(words, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"bug" not in done.stderr


def test_an_ascii_locale_prints_what_it_can(root: Path) -> None:
    root.mkdir()
    (root / "a.md").write_text("- Trinkt Tee für 3 €\n", encoding="utf-8")
    ran = command("--root", str(root), "read", "a.md", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert ran.code == 0
    assert "Trinkt Tee f?r 3 ?" in ran.out


@pytest.mark.parametrize("words", [("add", "I like tea."), ("retrieve", "what do I like?")])
def test_ctrl_c_ends_a_run_at_once(root: Path, words: tuple[str, ...]) -> None:
    with (
        ScriptedServer([stream_reply(Hang())]) as server,
        Terminal(["--root", root, *words, "--base-url", server.base_url, "--model", "x"]) as terminal,
    ):
        assert server.wait_for_requests(1)
        terminal.press(b"\x03")
        terminal.expect("Interrupted.")
        assert terminal.end() == 130
        assert "Traceback" not in terminal.text
    assert (
        json.loads(command("--root", str(root), "traces", "--json").out)["traces"][0]["state"] == "cancelled"
    )
    assert json.loads(command("--root", str(root), "pending", "--json").out) == {"changes": []}


def test_terminating_a_run_proposes_nothing(root: Path) -> None:
    with ScriptedServer([reply_calls(adds("a.md", fact("A", "A"))), stream_reply(Hang())]) as server:
        flags = ["--root", str(root), "--base-url", server.base_url, "--model", "x"]
        with subprocess.Popen([sys.executable, "-m", "nanomem_tui", *flags, "add", "A"]) as process:
            assert server.wait_for_requests(2)
            process.send_signal(signal.SIGTERM)
            process.wait(20)
    assert json.loads(command("--root", str(root), "pending", "--json").out) == {"changes": []}
    assert not (root / "a.md").exists()


def test_what_a_crash_left_unfinished_is_finished_and_told(root: Path, bank: MemoryBank) -> None:
    def two(draft: Draft) -> None:
        draft.add("a.md", NewFact("Likes tea"), quote="tea")
        draft.add("b.md", NewFact("Likes jam"), quote="jam")

    change = propose(bank, two, request="tea and jam")
    dies = """
import os, pathlib, signal, sys
root, real = pathlib.Path(sys.argv[2]), os.fsync
def dying(descriptor):
    if (root / "a.md").exists() and not (root / "b.md").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    real(descriptor)
os.fsync = dying
from nanomem_tui.__main__ import main
main(sys.argv[1:])
"""
    words = [sys.executable, "-c", dies, "--root", str(root), "approve", change.id]
    assert subprocess.run(words, timeout=60, check=False).returncode == -signal.SIGKILL
    assert ((root / "a.md").exists(), (root / "b.md").exists()) == (True, False)
    ran = command("--root", str(root), "read", "b.md")
    assert (ran.code, ran.err.count("\n")) == (0, 1), ran
    assert "Likes jam" in ran.out
    assert change.id[-6:].lower() in ran.err
    assert command("--root", str(root), "tree").err == ""


def test_a_defect_is_one_sentence_and_debug_shows_where(root: Path) -> None:
    words = ["--root", str(root), "--json", "tree"]
    broken = f"""
import sys
from nanomem_tui import bank
def tree(self): raise RuntimeError("it broke \\x1b]0;x\\x07")
bank.MemoryBank.tree = tree
from nanomem_tui.__main__ import main
sys.exit(main({words!r}))
"""
    run = [sys.executable, "-c", broken]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "bug"
    assert done.stderr.startswith("nanomem: This is a bug in nanomem: RuntimeError: it broke")
    assert done.stderr.count("\n") == 1
    assert "\x1b" not in done.stdout + done.stderr
    shown = subprocess.run(
        run, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "NANOMEM_DEBUG": "1"}
    )
    assert "Traceback" in shown.stderr


def test_no_command_on_a_terminal_opens_the_app(root: Path) -> None:
    opens = """
import sys
from dataclasses import replace
from nanomem_tui.__main__ import DOORS
from nanomem_tui.cli.main import main
opens = replace(DOORS, open_app=lambda settings: print("opened", settings.root) or 7)
sys.exit(main(sys.argv[1:], opens))
"""
    with Terminal(["--root", root], program=["-c", opens], columns=200) as terminal:
        terminal.expect(f"opened {root}")
        assert terminal.end() == 7


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda root: root.write_text("x"), "is a file, not a folder"),
        (lambda root: (root / "a.md").mkdir(parents=True), ""),
    ],
)
def test_odd_roots_are_told(process: Runs, root: Path, make: object, told: str) -> None:
    assert callable(make)
    make(root)
    ran = process("tree")
    assert told in ran.err
    assert "bug" not in ran.err
    assert ran.code == (2 if told else 0)
