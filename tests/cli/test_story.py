"""The first story of the product, from words to files and back, on the command line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Runs
from tests.cli.scripts import adds, answers, fact, finish, searches, updates
from tests.loopback import ScriptedServer
from tests.replies import Reply, reply_calls

STATED = "I moved to Seattle in March 2026. I'm allergic to penicillin. My sister lives in Lisbon."

ADD_THREE: list[Reply] = [
    reply_calls(
        adds("personal/about.md", fact("Lives in Seattle", "I moved to Seattle in March 2026")),
        adds("health/allergies.md", fact("Allergic to penicillin", "I'm allergic to penicillin")),
        adds("family/sister.md", fact("Sister lives in Lisbon", "My sister lives in Lisbon")),
    ),
    finish("Saved three facts."),
]

Serve = Callable[..., tuple[ScriptedServer, Runs]]


@pytest.fixture
def serve(nanomem: Runs) -> Iterator[Serve]:
    """A scripted server, and the command pointed at it."""
    servers: list[ScriptedServer] = []

    def start(*replies: Reply) -> tuple[ScriptedServer, Runs]:
        server = ScriptedServer(list(replies)).__enter__()
        servers.append(server)

        def run(*words: str, stdin: str | bytes = b"") -> Ran:
            flags = ("--provider", "openai", "--base-url", server.base_url, "--model", "x")
            return nanomem(*words, *flags, stdin=stdin)

        return server, run

    yield start
    for server in servers:
        server.__exit__(None, None, None)


def test_story_with_rules(process: Runs, root: Path) -> None:
    added = process("add", STATED, "--yes", "--json")
    assert (added.code, added.json["change"]["state"]) == (0, "applied"), added
    assert len(added.json["change"]["edits"]) == 3
    assert {edit["path"] for edit in added.json["change"]["edits"]} >= {
        "personal/about.md",
        "health/allergies.md",
    }

    doctor = process("retrieve", "what should a doctor know about me?", "--json").json
    assert "penicillin" in doctor["answer"]
    assert "Lisbon" not in doctor["answer"]
    assert all(sentence["cited"] for sentence in doctor["sentences"])
    assert [item["text"] for item in doctor["facts"]] == ["Allergic to penicillin"]
    assert "Seattle" in process("retrieve", "where do I live?").out

    before = snapshot(root)
    moved = process("add", "Actually, I live in Portland now.", "--yes", "--json")
    assert moved.code == 0
    home = process("retrieve", "where do I live?").out
    assert "Portland" in home
    assert "Seattle" not in home
    facts = process("read", "personal/about.md", "--json").json["facts"]
    assert [(item["tier"], item["status"]) for item in facts if "Seattle" in item["text"]] == [
        ("history", "superseded")
    ]

    assert process("revert", moved.json["change"]["id"]).code == 0
    assert snapshot(root) == before
    assert process("revert", added.json["change"]["id"]).code == 0
    assert snapshot(root) == {}


def snapshot(root: Path) -> dict[str, bytes]:
    """Every memory file's bytes."""
    return {str(file.relative_to(root)): file.read_bytes() for file in sorted(root.rglob("*.md"))}


def test_story_with_a_model(serve: Serve, root: Path) -> None:
    server, run = serve(
        *ADD_THREE,
        searches("doctor health allergy"),
        answers("You are allergic to penicillin.", "Allergic to penicillin"),
        searches("live home"),
        answers("You live in Seattle.", "Lives in Seattle"),
        searches("live Seattle"),
        updates("Lives in Seattle", "Lives in Portland", "I live in Portland now"),
        finish(),
        searches("live home"),
        answers("You live in Portland.", "Lives in Portland"),
    )
    added = run("add", STATED, "--yes", "--json")
    assert added.code == 0, added
    assert [edit["state"] for edit in added.json["change"]["edits"]] == ["applied"] * 3
    assert "Lives in Seattle" in (root / "personal/about.md").read_text()

    doctor = run("retrieve", "what should a doctor know about me?")
    assert (doctor.code, doctor.out) == (0, "You are allergic to penicillin.\n")
    assert "health/allergies.md#" in doctor.err
    assert "Lisbon" not in doctor.out + doctor.err
    assert run("retrieve", "where do I live?").out == "You live in Seattle.\n"

    moved = run("add", "Actually, I live in Portland now.", "--yes")
    assert moved.code == 0, moved
    assert run("retrieve", "where do I live?").out == "You live in Portland.\n"
    about = run("read", "personal/about.md", "--json").json
    assert {item["text"]: (item["tier"], item["status"]) for item in about["facts"]} == {
        "Lives in Portland": ("long_term", "active"),
        "Lives in Seattle": ("history", "superseded"),
    }
    assert all(request.json["stream"] for request in server.requests)


@pytest.mark.parametrize(("more", "told"), [([], False), (["--allow-ask"], True)])
def test_a_remote_model_is_shown_only_what_may_leave(
    serve: Serve, root: Path, more: list[str], told: bool
) -> None:
    for path, text in {
        "food/tea.md": "- Drinks Assam tea\n",
        "health/medical.md": "---\ndisclosure: ask\n---\n- Allergic to penicillin\n",
        "tax/return.md": "---\ndisclosure: private\n---\n- Earned 61,300 euros\n",
    }.items():
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(text)
    server, run = serve(
        searches("Assam tea penicillin euros"),
        reply_calls(("list_folder", {"path": ""}), ("read_file", {"path": "tax/return.md"})),
        searches("Assam"),
        answers("You drink Assam tea.", "Drinks Assam tea"),
    )
    ran = run("retrieve", "which tea do I drink?", "--trust", "remote", *more, "--json")
    assert (ran.code, ran.json["answer"]) == (0, "You drink Assam tea.")
    sent = b"".join(request.body for request in server.requests).decode()
    assert "Drinks Assam tea" in sent
    assert ("Allergic to penicillin" in sent) is told
    assert ("health/medical.md" in sent) is told
    assert "61,300" not in sent
    assert "1 fact" in sent
    assert "2 facts" not in sent
    shown = {entry["recipient"]: entry for entry in run("disclosures", "--json").json["disclosures"]}
    assert set(shown) == {f"127.0.0.1:{server.port}", "caller"}
    refs = {fact["ref"].split("#")[0] for fact in shown[f"127.0.0.1:{server.port}"]["facts"]}
    assert refs == ({"food/tea.md", "health/medical.md"} if told else {"food/tea.md"})
