"""The first minutes: the sample memory, how things stand, and the doctor."""

import shlex
import stat
from pathlib import Path

import pytest

from nanomem_tui.bank.sample import SAMPLE, SAMPLE_REQUEST
from nanomem_tui.memory.facts import Tier
from nanomem_tui.memory.parsing import parse
from nanomem_tui.settings import Settings, now
from tests.cli.conftest import Runs
from tests.cli.terminal import Terminal


def test_the_sample_is_in_the_format_we_write() -> None:
    documents = [parse(file.read_text(encoding="utf-8"), file.name) for file in sorted(SAMPLE.rglob("*.md"))]
    facts = [fact for document in documents for fact in document.facts]
    assert len(documents) >= 8
    assert 40 <= len(facts) <= 60
    assert [fact.text for fact in facts if fact.warnings] == []
    assert [document.frontmatter.fault for document in documents if document.frontmatter.fault] == []
    assert all(document.frontmatter.description for document in documents)
    assert {fact.level.word for document in documents for fact in document.facts} >= {"open", "ask"}
    assert {fact.tier for fact in facts} == set(Tier)
    expired = [fact for fact in facts if fact.tier is Tier.WORKING and fact.is_expired(now().date())]
    assert expired, "a sample of a fact whose time has passed"


def test_demo_copies_the_sample_and_leaves_one_change_to_decide(nanomem: Runs, tmp_path: Path) -> None:
    there = tmp_path / "deep" / "demo"
    ran = nanomem("demo", "--dir", str(there))
    assert ran.code == 0
    assert f"nanomem --root {there} tree" in ran.out
    assert stat.S_IMODE(there.stat().st_mode) == 0o700
    for file in SAMPLE.rglob("*.md"):
        assert (there / file.relative_to(SAMPLE)).read_bytes() == file.read_bytes()
    (change,) = nanomem("--root", str(there), "pending", "--json").json["changes"]
    assert change["request"] == SAMPLE_REQUEST
    assert {edit["op"] for edit in change["edits"]} == {"add", "update"}
    assert [edit["flags"] for edit in change["edits"] if edit["flags"]] == []
    for line in ran.out.splitlines():
        if line.startswith("  nanomem --root") and "opens the app" not in line:
            tried = nanomem(*shlex.split(line)[1:])
            assert tried.code in (0, 3), (line, tried)
    assert "Utrecht" in nanomem("--root", str(there), "read", "about").out


def test_demo_is_made_in_a_folder_of_its_own(nanomem: Runs, tmp_path: Path, root: Path) -> None:
    made = [Path(nanomem("demo", "--json").json["root"]) for _ in range(2)]
    assert made[0] != made[1]
    assert not root.exists()
    for folder in made:
        assert folder.name.startswith("nanomem-demo-")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_demo_touches_no_folder_that_holds_something(nanomem: Runs, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    for there in (tmp_path, tmp_path / "mine.txt"):
        ran = nanomem("demo", "--dir", str(there))
        assert ran.code == 2
        assert "is not an empty folder" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_demo_sends_nothing_to_a_configured_model(nanomem: Runs, tmp_path: Path) -> None:
    ran = nanomem("demo", "--base-url", "http://127.0.0.1:9/v1", "--model", "x", "--json")
    assert ran.code == 0
    assert ran.json["change"]["model"] == "rules"


def test_demo_opens_the_app_on_a_terminal(tmp_path: Path) -> None:
    opens = """
import sys
from dataclasses import replace
from nanomem_tui.__main__ import DOORS
from nanomem_tui.cli.main import main
opens = replace(DOORS, open_app=lambda settings: print("opened", settings.root, settings.provider) or 0)
sys.exit(main(sys.argv[1:], opens))
"""
    words: list[str | Path] = [
        "demo",
        "--dir",
        tmp_path / "demo",
        "--base-url",
        "http://127.0.0.1:9/v1",
        "--model",
        "x",
    ]
    with Terminal(words, program=["-c", opens], columns=200) as terminal:
        terminal.expect(f"opened {tmp_path / 'demo'} openai")
        assert terminal.end() == 0


def test_status_says_that_rules_are_no_model(nanomem: Runs, root: Path) -> None:
    ran = nanomem("status")
    assert ran.code == 0
    assert f"memory   {root} (not there yet)" in ran.out
    assert "no language model" in ran.out
    nanomem("add", "I like tea.")
    after = nanomem("status").out
    assert "waiting  1 change to review" in after
    assert not root.joinpath("food").exists()


def test_status_of_a_model_says_where_it_runs(nanomem: Runs) -> None:
    ran = nanomem("status", "--base-url", "http://127.0.0.1:9/v1", "--model", "x")
    assert "x (openai) at 127.0.0.1:9, on this machine" in ran.out
    lowered = nanomem("status", "--base-url", "http://127.0.0.1:9/v1", "--model", "x", "--trust", "remote")
    assert "somewhere else (remote)" in lowered.out


def test_doctor_is_content_with_what_we_make(nanomem: Runs, root: Path) -> None:
    nanomem("add", "I like tea.", "--yes")
    nanomem("retrieve", "what do I like?")
    ran = nanomem("doctor")
    assert ran.code == 0
    assert {line.split()[0] for line in ran.out.splitlines()} == {"fine"}, ran.out


def test_doctor_finds_what_is_wrong(nanomem: Runs, root: Path) -> None:
    nanomem("add", "I like tea.", "--yes")
    root.chmod(0o755)
    (root / ".nanomem/changes").chmod(0o755)
    (root / ".nanomem/policy.yaml").write_text("levels: [")
    (root / ".nanomem/policy.yaml").chmod(0o600)
    (root / "odd.md").write_text("---\na: [\n---\n- Fact | confidence=very\n")
    (root / "link.md").symlink_to(root / "odd.md")
    (root / ".nanomem/changes/01ZZZZZZZZZZZZZZZZZZZZZZZZ.json").write_text("{")
    flags = ("--base-url", "http://127.0.0.1:9/v1", "--model", "x")
    ran = nanomem("doctor", "--json", *flags)
    assert ran.code == 1
    found = {(check["name"], check["finding"]) for check in ran.json["checks"]}
    assert {
        ("memory folder", "warning"),
        ("state folder", "warning"),
        ("policy", "fault"),
        ("files", "warning"),
        ("changes", "warning"),
        ("model", "fault"),
    } <= found
    assert "chmod 700" in nanomem("doctor").out


def test_doctor_warns_of_a_key_that_others_may_read(
    nanomem: Runs, frozen_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(frozen_machine / "config"))
    file = frozen_machine / "config/nanomem/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(
        'provider = "openai"\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "x"\napi_key = "k-12345"\n'
    )
    file.chmod(0o644)
    ran = nanomem("doctor")
    assert "holds a key that other users of this machine may read" in ran.out
    assert "k-12345" not in ran.out + ran.err
    file.chmod(0o600)
    assert "holds a key" not in nanomem("doctor").out


def test_a_broken_config_is_one_sentence(
    nanomem: Runs, frozen_machine: Path, monkeypatch: pytest.MonkeyPatch, opened: list[Settings]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(frozen_machine / "config"))
    file = frozen_machine / "config/nanomem/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("colour = 3")
    ran = nanomem("tree")
    assert ran.code == 2
    assert "colour" in ran.err
    assert ran.err.count("\n") == 1
