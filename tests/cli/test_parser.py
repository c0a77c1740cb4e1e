"""Command lines: what they mean, and what a person is told when they mean nothing."""

import shlex

import pytest

from nanomem_tui.cli.command import Command, Group
from nanomem_tui.cli.commands import COMMANDS
from nanomem_tui.cli.parser import full_help, parse
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.settings import Settings
from tests.cli.conftest import Runs, command

by_command = pytest.mark.parametrize("item", COMMANDS, ids=lambda item: item.name)


@pytest.mark.parametrize(
    "line",
    [
        "--root R --json --provider p search tea",
        "search tea --root R --json --provider p",
        "--json search --root R tea --provider p",
        "search --provider=p --root=R --json tea",
        "--root X search tea --root R --json --provider p",
    ],
)
def test_global_flags_go_before_and_after_the_command(line: str) -> None:
    invocation = parse(shlex.split(line), COMMANDS)
    assert invocation.command is not None
    assert invocation.command.name == "search"
    assert invocation.arguments.query == ["tea"]
    assert invocation.arguments.json
    assert invocation.flags == {
        "root": "R",
        "provider": "p",
        "model": None,
        "base_url": None,
        "trust": None,
    }


def test_words_and_flags_may_be_mixed() -> None:
    arguments = parse(["add", "I", "like", "--yes", "tea", "--root", "R", "a", "lot"], COMMANDS).arguments
    assert arguments.text == ["I", "like", "tea", "a", "lot"]
    assert arguments.yes


def test_words_that_look_like_flags_go_behind_two_dashes() -> None:
    assert parse(["add", "--", "--yes", "is what I said"], COMMANDS).arguments.text == [
        "--yes",
        "is what I said",
    ]
    assert parse(["add", "-5 degrees are warm"], COMMANDS).arguments.text == ["-5 degrees are warm"]


@by_command
def test_every_command_has_help_and_an_example_that_parses(item: Command, nanomem: Runs) -> None:
    ran = nanomem(item.name, "--help")
    assert ran.code == 0
    assert f"usage: nanomem {item.name}" in ran.out
    assert "--root" in ran.out
    program, *words = shlex.split(item.example.partition(" < ")[0])
    assert program == "nanomem"
    assert parse(words, COMMANDS).command is item
    assert nanomem("help", item.name).out == ran.out


def test_help_lists_every_command_in_its_group_and_fits_a_small_terminal(nanomem: Runs) -> None:
    ran = nanomem("--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == nanomem("help").out == full_help(COMMANDS)
    lines = ran.out.splitlines()
    assert max(map(len, lines)) <= 80
    for group in Group:
        at = lines.index(group.value)
        listed = [line.split()[0] for line in lines[at + 1 : at + 1 + lines[at + 1 :].index("")]]
        assert listed == [item.name for item in COMMANDS if item.group is group]


def test_names_are_unique() -> None:
    assert len({item.name for item in COMMANDS}) == len(COMMANDS)


def test_unknown_command_suggests_the_nearest(nanomem: Runs) -> None:
    ran = nanomem("serach", "tea")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "nanomem: 'serach' is no command. Did you mean nanomem search?\n"
    assert "lists the commands" in nanomem("xyzzy").err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("search", "Missing: QUERY."),
        ("search --limit 0 tea", "'0' is no whole number from 1"),
        ("search --limit many tea", "'many' is no whole number from 1"),
        ("search --limit ٣ tea", "is no whole number from 1"),
        ("approve abc --only 1,x", "names no edits"),
        ("approve abc --only 3-1", "names no edits"),
        ("approve abc --only ,", "names no edits"),
        ("approve abc --only 1-99999999999", "names no edits"),
        ("approve a b --only 1", "numbers the edits of one change"),
        ("tree --frobnicate", "frobnicate"),
        ("--frobnicate tree", "frobnicate"),
        ("--root", "expected one argument"),
        ("tree --trust sideways", "sideways"),
        ("show", "Missing: ID."),
        ("tree a b", "b"),
    ],
)
def test_wrong_usage_is_one_sentence_with_a_next_step(nanomem: Runs, line: str, told: str) -> None:
    ran = nanomem(*line.split())
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.startswith("nanomem: ")
    assert ran.err.count("\n") == 1
    asked = nanomem(*line.split(), "--json") if line != "--root" else nanomem("--json", "--root")
    assert asked.code == 2
    assert asked.json["error"]["code"] == "usage"
    assert told in asked.json["error"]["message"]


def test_no_command_without_a_terminal_is_wrong_usage(nanomem: Runs, opened: list[Settings]) -> None:
    ran = nanomem()
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: nanomem COMMAND" in ran.err
    for item in COMMANDS:
        assert item.name in ran.err
    assert nanomem("--json").json["error"]["code"] == "usage"
    assert opened == []


def test_two_dashes_hide_the_json_flag() -> None:
    ran = command("frob", "--", "--json")
    assert (ran.code, ran.out) == (2, "")


def test_version(nanomem: Runs) -> None:
    assert nanomem("--version").out.startswith("nanomem 0.")


def test_parse_errors_are_ours() -> None:
    with pytest.raises(UsageError):
        parse(["nope"], COMMANDS)
