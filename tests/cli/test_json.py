"""The contract of `--json`: every command prints one document with these keys."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nanomem_tui.bank import MemoryBank
from nanomem_tui.cli.commands import COMMANDS
from nanomem_tui.memory.facts import NewFact
from tests.cli.conftest import Runs, propose

Write = Callable[[str, str], Path]

FACT = {
    "ref", "path", "id", "text", "tier", "status", "source", "confidence", "topic", "updated_at", "review_at",
    "expires_at", "checked_at", "origin", "level", "section", "extra", "warnings",
}  # fmt: skip
EDIT = {"n", "op", "ref", "path", "text", "before", "flags", "state"}
CHANGE = {"id", "state", "flow", "author", "request", "model", "trace", "created_at", "decided_at", "edits"}
USAGE = {"requests", "input_tokens", "output_tokens", "cached_tokens", "seconds"}


def has(document: Any, keys: set[str]) -> None:
    """The keys of the contract are all there; more may be."""
    assert keys <= set(document), keys - set(document)


def is_change(change: Any) -> None:
    has(change, CHANGE)
    has(change["author"], {"kind", "name"})
    assert change["edits"]
    for edit in change["edits"]:
        has(edit, EDIT)
        assert isinstance(edit["flags"], list)


def is_outcome(document: Any) -> None:
    assert set(document) == {"change", "conflicts"}
    is_change(document["change"])


@pytest.fixture
def filled(nanomem: Runs, write: Write) -> Runs:
    """A memory with an open, an ask and a private file."""
    write(
        "food/tea.md", "---\ndescription: Tea\n---\n- Drinks Assam tea | source=user_statement | mood=fine\n"
    )
    write("health/medical.md", "---\ndisclosure: ask\n---\n- Allergic to tea tree oil\n")
    write("tax/return.md", "---\ndisclosure: private\n---\n- Deducts tea for the office\n")
    return nanomem


@pytest.mark.parametrize(
    "words",
    [
        ("add", "I moved to Seattle in March 2026."),
        ("update", "I drink Oolong tea now."),
        ("forget", "Assam tea"),
        ("compact", "food/old.md"),
        ("prune",),
    ],
)
def test_writing_flows(filled: Runs, write: Write, words: tuple[str, ...]) -> None:
    write("food/old.md", "- Bought figs | tier=working | expires_at=2025-01-01\n")
    ran = filled(*words, "--json")
    assert ran.code == 3
    has(ran.json, {"change", "summary", "trace", "usage"})
    is_change(ran.json["change"])
    assert ran.json["change"]["state"] == "pending"
    has(ran.json["usage"], USAGE)


def test_forgetting_for_good(filled: Runs) -> None:
    keys = {"facts", "files", "changes", "traces", "disclosures", "told", "mentions", "unread"}
    queued = filled("forget", "Assam tea", "--forever", "--json")
    assert queued.code == 3
    has(queued.json, {"change", "summary", "trace", "usage"})
    assert queued.json["forgotten"] is None
    done = filled("approve", queued.json["change"]["id"], "--forever", "--json")
    assert done.code == 0
    has(done.json, {"change", "conflicts"})
    assert set(done.json["forgotten"]) == keys
    (fact,) = filled("read", "tax/return.md", "--json").json["facts"]
    purged = filled("purge", fact["ref"], "--yes", "--json")
    assert set(purged.json) == {"forgotten"}
    assert set(purged.json["forgotten"]) == keys
    assert purged.json["forgotten"]["files"] == ["tax/return.md"]


def test_time(filled: Runs, write: Write) -> None:
    write("health/pills.md", "- Takes vitamin D | review_at=2026-02-01\n")
    pruned = filled("prune", "--json")
    assert pruned.code == 0
    has(pruned.json, {"change", "summary", "trace", "usage", "due"})
    (due,) = pruned.json["due"]
    has(due, FACT)
    is_outcome(filled("confirm", due["ref"], "--json").json)
    assert filled("prune", "--json").json["due"] == []


def test_refreshing(filled: Runs) -> None:
    old = filled("update", "I drink Oolong tea now.", "--json").json["change"]
    ran = filled("refresh", old["id"], "--json")
    assert ran.code == 3
    has(ran.json, {"change", "summary", "trace", "usage"})
    is_change(ran.json["change"])
    assert ran.json["change"]["id"] != old["id"]


def test_nothing_to_write(filled: Runs) -> None:
    nothing = filled("add", "Hello!", "--json")
    assert nothing.code == 0
    assert nothing.json["change"] is None
    assert nothing.json["summary"]


def test_retrieve(filled: Runs) -> None:
    ran = filled("retrieve", "which tea do I drink?", "--json")
    assert ran.code == 0
    has(ran.json, {"answer", "skipped", "skip_reason", "sentences", "facts", "withheld", "trace", "usage"})
    assert "Assam" in ran.json["answer"]
    for sentence in ran.json["sentences"]:
        assert set(sentence) == {"text", "facts", "cited"}
    cited = [ref for sentence in ran.json["sentences"] for ref in sentence["facts"]]
    assert [fact["ref"] for fact in ran.json["facts"]] == list(dict.fromkeys(cited))
    has(ran.json["facts"][0], FACT)
    assert ran.json["withheld"] == {"count": 1, "reasons": {"ask": 1}}
    assert isinstance(ran.json["disclosure"], str)
    has(ran.json["usage"], USAGE)
    assert "office" not in ran.out
    assert "oil" not in ran.out
    nothing = filled("retrieve", "who won the cup in 1974?", "--json")
    assert (nothing.code, nothing.json["disclosure"], nothing.json["facts"]) == (0, None, [])


def test_retrieve_adaptive(filled: Runs) -> None:
    ran = filled("retrieve-adaptive", "which tea do I drink?", "You own a pot.", "--json")
    assert ran.code == 0
    has(ran.json, {"answer", "skipped", "skip_reason", "sentences", "facts", "withheld", "trace", "usage"})
    assert "oil" not in ran.out


def test_augment(filled: Runs) -> None:
    ran = filled("augment", "which tea should I buy?", "--json")
    assert ran.code == 0
    has(ran.json, {"facts", "withheld", "answer", "prompt", "bytes", "sha256", "trace", "usage"})
    for item in ran.json["facts"]:
        has(item, FACT | {"included", "why"})
    assert "office" not in ran.out
    assert "tree oil" not in ran.json["prompt"]


def test_why(filled: Runs) -> None:
    added = filled("add", "I moved to Seattle in March 2026.", "--yes", "--json").json["change"]
    ref = added["edits"][0]["ref"]
    why = filled("why", ref, "--json").json
    assert set(why) == {"fact", "change", "quote", "source_excerpt", "history"}
    assert why["fact"]["ref"] == ref
    assert why["change"]["id"] == added["id"]
    assert why["quote"] == "I moved to Seattle in March 2026."
    assert [change["id"] for change in why["history"]] == [added["id"]]
    by_hand = filled("read", "food/tea.md", "--json").json["facts"][0]["ref"]
    assert filled("why", by_hand, "--json").json["change"] is None


def test_preview(filled: Runs) -> None:
    document = filled("preview", "which tea do I drink?", "--json").json
    has(document, {"facts", "withheld", "answer", "prompt", "bytes", "sha256", "trace", "usage"})
    for item in document["facts"]:
        has(item, FACT | {"included", "why"})
    assert hashlib.sha256(document["prompt"].encode()).hexdigest() == document["sha256"]
    assert len(document["prompt"].encode()) == document["bytes"]
    assert filled("disclosures", "--json").json["disclosures"] == []


def test_decisions(filled: Runs, bank: MemoryBank) -> None:
    def pending() -> str:
        made = propose(bank, lambda draft: draft.add("a.md", NewFact("Likes jam")), request="Likes jam")
        return made.id

    id = pending()
    listed = filled("pending", "--json").json
    assert set(listed) == {"changes"}
    is_change(listed["changes"][0])
    for words in (("show", id), ("approve", id, "--flagged"), ("revert", id), ("undo",), ("redo",)):
        ran = filled(*words, "--json")
        assert ran.code == 0, words
        is_outcome(ran.json)
    rejected = filled("reject", pending(), "--json")
    is_outcome(rejected.json)
    assert rejected.json["change"]["state"] == "rejected"
    for change in filled("history", "--json").json["changes"]:
        is_change(change)
    assert filled("review", "--json").json == {"changes": []}


def test_reading(filled: Runs) -> None:
    (hit,) = filled("search", "Assam", "--json").json["hits"]
    has(hit, FACT | {"score"})
    assert hit["extra"] == {"mood": "fine"}
    file = filled("read", "food/tea.md", "--json").json
    assert set(file) >= {"path", "title", "description", "level", "facts", "text"}
    assert file["text"].startswith("---\n")
    has(file["facts"][0], FACT)
    for words in (("tree",), ("ls",), ("tree", "food"), ("ls", "food")):
        tree = filled(*words, "--json").json
        assert set(tree) == {"folders", "files"}
        for folder in tree["folders"]:
            assert set(folder) >= {"path", "files", "facts", "level"}
        for entry in tree["files"]:
            has(entry, {"path", "title", "description", "facts", "level", "bytes", "skipped"})
    assert [entry["path"] for entry in filled("tree", "food", "--json").json["files"]] == ["food/tea.md"]
    assert filled("ls", "--json").json["files"] == []


def test_watching_and_disclosing(filled: Runs) -> None:
    filled("retrieve", "which tea do I drink?")
    (trace,) = filled("traces", "--json").json["traces"]
    has(trace, {"id", "flow", "state", "started_at", "seconds", "usage"})
    assert (trace["flow"], trace["state"]) == ("retrieve", "done")
    for words in (("trace",), ("trace", trace["id"]), ("trace", "--follow")):
        events = filled(*words, "--json").json["events"]
        assert events[0]["type"] == "run.started"
        assert events[-1]["type"] == "run.finished"
    told = filled("disclosures", "--json").json
    has(told["disclosures"][0], {"id", "time", "recipient", "trust", "purpose", "facts", "bytes"})
    assert set(told["disclosures"][0]["facts"][0]) == {"ref", "fingerprint"}
    assert told["union"] == {"caller": len(told["disclosures"][0]["facts"])}


def test_starting(filled: Runs, tmp_path: Path) -> None:
    has(filled("status", "--json").json, {"root", "provider", "model", "trust", "pending", "files", "facts"})
    for check in filled("doctor", "--json").json["checks"]:
        assert set(check) == {"name", "finding", "message", "next"}
    demo = filled("demo", "--dir", str(tmp_path / "demo"), "--json").json
    assert demo["root"] == str(tmp_path / "demo")
    is_change(demo["change"])


def test_writing_by_hand(filled: Runs) -> None:
    is_outcome(filled("write", "notes/a.md", "--json", stdin="# A\n- One\n").json)
    is_outcome(filled("delete", "notes/a.md", "--json").json)


def test_moving(filled: Runs, tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("# Notes\n\n- Plays the cello\n- Owns a red bike\n")
    ran = filled("import", str(notes), "--json")
    assert ran.code == 3
    has(ran.json, {"change", "changes", "summary", "trace", "usage"})
    for change in ran.json["changes"]:
        is_change(change)
    for form in ("omf", "txt", "json"):
        exported = filled("export", "--format", form, "--json")
        assert exported.code == 0
        has(exported.json, {"format", "files", "facts", "bytes", "text"})


def test_policy(filled: Runs) -> None:
    document = filled("policy", "--json").json
    assert set(document) == {"fault", "levels", "recipients", "folders", "files", "facts"}
    changed = filled("policy", "food", "ask", "--json").json
    assert set(changed) == {"glob", "level", "matched", "files"}
    assert set(changed["files"][0]) == {"path", "before", "after"}


def test_prompts(filled: Runs) -> None:
    for item in filled("prompts", "--json").json["prompts"]:
        assert set(item) == {"name", "own", "path", "fault"}
    assert set(filled("prompts", "show", "add", "--json").json) == {"name", "text"}
    assert set(filled("prompts", "diff", "add", "--json").json) == {"name", "diff"}
    assert set(filled("prompts", "reset", "add", "--json").json) == {"name", "own", "path", "kept"}


def test_login(filled: Runs) -> None:
    has(filled("login", "rules", "--json").json, {"provider", "checks", "saved"})


def test_agents(filled: Runs, tmp_path: Path) -> None:
    assert set(filled("mcp", "--print-config", "codex", "--json").json) == {"client", "config"}
    assert set(filled("skill", "snippet", "--json").json) == {"snippet"}
    assert set(filled("skill", "install", "--dir", str(tmp_path), "--json").json) == {"file"}


def test_errors_are_documents_too(filled: Runs) -> None:
    wrong = {
        ("show", "zzz"): (1, "not_found"),
        ("read", "nothing.md"): (1, "not_found"),
        ("read", "../secret.md"): (2, "unsafe_path"),
        ("add", " "): (2, "usage"),
        ("undo",): (1, "conflict"),
        ("trace", "zzz"): (1, "not_found"),
        ("add", "I like tea.", "--provider", "nobody"): (2, "usage"),
        ("add", "I like tea.", "--base-url", "http://127.0.0.1:9/v1", "--model", "x"): (
            4,
            "model_unreachable",
        ),
    }
    for words, (code, name) in wrong.items():
        ran = filled(*words, "--json")
        assert ran.code == code, (words, ran)
        assert set(ran.json) == {"error"}
        assert set(ran.json["error"]) == {"code", "message", "next"}
        assert ran.json["error"]["code"] == name, words
        assert ran.json["error"]["message"].endswith(".")
        assert (
            ran.err == f"nanomem: {ran.json['error']['message']} {ran.json['error']['next']}".rstrip() + "\n"
        )


def test_every_command_is_checked_here() -> None:
    told = Path(__file__).read_text(encoding="utf-8")
    assert [item.name for item in COMMANDS if f'"{item.name}"' not in told] == []
