"""The policy says how freely paths are disclosed; what cannot be understood closes everything."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.policy import Policy, matches

POLICY = """
levels:                       # glob of paths: level
  "tax/**": private
  "health/**": ask
  "health/public.md": open
  "**/secret-*.md": Private
recipients:
  work-assistant: {allow: ["work/**", "projects/**"]}
  nobody: {allow: []}
"""


def test_levels() -> None:
    policy = Policy.parse(POLICY)
    assert policy.fault is None
    assert policy.level("tax/2026.md") is Level.PRIVATE
    assert policy.level("tax/old/2020.md") is Level.PRIVATE
    assert policy.level("taxes/2026.md") is Level.OPEN
    assert policy.level("health/a.md") is Level.ASK
    assert policy.level("health/public.md") is Level.ASK, "the strictest wins"
    assert policy.level("a/b/secret-plan.md") is Level.PRIVATE
    assert policy.level("secret-plan.md") is Level.PRIVATE
    assert policy.level("TAX/2026.md") is Level.PRIVATE, "letter case is no way around"
    assert policy.folder_level("tax") is Level.PRIVATE
    assert policy.folder_level("tax/old") is Level.PRIVATE
    assert policy.folder_level("") is Level.OPEN
    assert "tax/**" in policy.why("tax/2026.md")


def test_recipients() -> None:
    policy = Policy.parse(POLICY)
    assert policy.recipients["work-assistant"].sees("work/a/b.md")
    assert not policy.recipients["work-assistant"].sees("health/a.md")
    assert not policy.recipients["nobody"].sees("work/a.md")


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("**", "a/b.md", True),
        ("*", "a/b.md", True),
        ("health", "health/a.md", True),
        ("health", "x/health/a.md", True),
        ("health/", "health/deep/a.md", True),
        ("/health", "x/health/a.md", False),
        ("x/health", "x/health/a.md", True),
        ("*.md", "a/b.md", True),
        ("a/*.md", "a/b.md", True),
        ("a/*.md", "a/b/c.md", False),
        ("a/**/c.md", "a/c.md", True),
        ("a/**/c.md", "a/x/y/c.md", True),
        ("a/?.md", "a/b.md", True),
        ("a/?.md", "a/bb.md", False),
        ("a.b/**", "aXb/c.md", False),
        ("café/**", "cafe\u0301/x.md", True),
        ("健康/**", "健康/过敏.md", True),
        ("", "a.md", False),
    ],
)
def test_globs(glob: str, path: str, expected: bool) -> None:
    assert matches(glob, path) is expected


@pytest.mark.parametrize(
    "text",
    [
        "levels: {a: secret}",
        "levels: {a: }",
        "levels: [a, b]",
        "level: {a: private}",
        "levels",
        "- a",
        "levels: {a: private",
        "\t",
        "recipients: {x: {deny: [a]}}",
        "recipients: {x: {allow: a}}",
        "recipients: {x: [a]}",
        "levels: " + "{a: " * 5000,
        "\x00",
        "levels: &a [*a]",
    ],
    ids=ascii,
)
def test_what_cannot_be_understood_closes_everything(text: str) -> None:
    policy = Policy.parse(text)
    if text == "\t" and policy.fault is None:
        pytest.fail("a tab is no YAML")
    assert policy.fault
    assert policy.level("any.md") is Level.PRIVATE
    assert policy.folder_level("") is Level.PRIVATE
    assert policy.fault in policy.why("any.md")


@pytest.mark.parametrize("text", ["", "# nothing\n", "levels:\n", "levels: {}\nrecipients:\n"])
def test_nothing_said(text: str) -> None:
    assert Policy.parse(text).level("a.md") is Level.OPEN


def test_a_doubled_glob_keeps_the_strictest() -> None:
    assert Policy.parse('levels: {"a/**": private}\n').level("a/b.md") is Level.PRIVATE
    assert Policy.parse('levels:\n  "a/**": private\n  "a/**": open\n').level("a/b.md") is Level.PRIVATE


def test_load(tmp_path: Path) -> None:
    assert Policy.load(tmp_path) == Policy()
    state = tmp_path / ".nanomem"
    state.mkdir()
    (state / "policy.yaml").write_bytes(b'levels: {"a/**": ask}\n')
    assert Policy.load(tmp_path).level("a/b.md") is Level.ASK
    (state / "policy.yaml").write_bytes(b"\xff\xfe")
    assert Policy.load(tmp_path).level("a/b.md") is Level.PRIVATE
    (state / "policy.yaml").unlink()
    (state / "policy.yaml").mkdir()
    assert Policy.load(tmp_path).level("a/b.md") is Level.PRIVATE


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_text(text: str) -> None:
    policy = Policy.parse(text)
    assert policy.level("a/b.md") in Level
    assert matches(text, "a/b.md") in (True, False)
