"""No head of a file hangs, crashes or blinds the program: too deep closes the file, repeated is read once."""

import time

import pytest

from nanomem_tui.memory.document import describe, parse, render
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.policy import Policy

SECONDS = 5.0
"""Far more than any head takes, far less than what grows without a guard."""
TOO_DEEP = {
    "lists": "title: Mine\nk: " + "[" * 10_000 + "]" * 10_000 + "\n",
    "lists never closed": "title: Mine\nk: " + "[" * 30_000 + "\n",
    "mappings": "k: " + "{a: " * 5_000 + "}" * 5_000 + "\n",
    "blocks": "".join(" " * depth + f"k{depth}:\n" for depth in range(300)),
    "dashes": "- " * 20_000 + "\n",
    "questions": "? " * 20_000 + "\n",
}
_LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
REPEATED = {
    "a billion laughs": "a0: &a0 [ha]\n" + _LAUGHS,
    "a list in itself": "a: &a [*a]\n",
    "a mapping in itself": "a: &a {b: *a}\n",
    "merged over and over": "b: &b {x: 1}\n" + "".join(f"c{n}: &c{n} {{<<: [*b, *b]}}\n" for n in range(50)),
    "an object to be made": "a: !!python/object/apply:os.abort []\n",
    "very many keys": "".join(f"k{n}: &k{n} v\n" for n in range(3_000)),
}


def head(text: str) -> str:
    return f"---\n{text}---\n- A fact\n"


@pytest.mark.parametrize("name", TOO_DEEP)
def test_what_is_nested_too_deeply_closes_the_file_and_stays(name: str) -> None:
    begin = time.process_time()
    text = head(TOO_DEEP[name])
    doc = parse(text)
    assert doc.frontmatter.fault == "The frontmatter cannot be read: it is nested too deeply."
    assert doc.frontmatter.level is Level.PRIVATE
    assert [fact.text for fact in doc.facts] == ["A fact"]
    assert render(doc) == text
    with pytest.raises(UsageError):
        describe(doc, title="New")
    assert Policy.parse(TOO_DEEP[name]).level("a.md") is Level.PRIVATE
    assert time.process_time() - begin < SECONDS


@pytest.mark.parametrize("name", REPEATED)
def test_what_repeats_itself_is_read_once(name: str) -> None:
    begin = time.process_time()
    text = head(f"title: Mine\n{REPEATED[name]}tags: [one, two]\n")
    doc = parse(text)
    assert doc.frontmatter.fault is None
    assert (doc.frontmatter.title, doc.frontmatter.tags) == ("Mine", ("one", "two"))
    assert render(doc) == text
    assert render(describe(doc, title="New")) == text.replace("title: Mine", "title: New")
    assert Policy.parse(REPEATED[name]).level("a.md") is Level.PRIVATE
    assert time.process_time() - begin < SECONDS


def test_tags_may_be_the_bomb_itself() -> None:
    doc = parse(head(f"a0: &a0 [ha]\n{_LAUGHS}tags: *a9\ntitle: *a9\ndisclosure: *a0\n"))
    assert doc.frontmatter.tags == ()
    assert doc.frontmatter.title is None
    assert doc.frontmatter.level is Level.PRIVATE, "a level that is no word is not guessed"
