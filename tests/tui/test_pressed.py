"""Every action of the registry is pressed by a test that shows what it does.

Which test that is, is told by the tests' own marks; `conftest.pressed` holds each mark against the keys that
were really struck. So an action without a test fails here, and a mark without a press fails there.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from nanomem_tui.tui.actions import ACTIONS, BY_ID, Action
from tests.tui.pressing import MARK


@cache
def marked() -> dict[str, list[str]]:
    """The ids that tests say they press, each with these tests."""
    found: dict[str, list[str]] = {}
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == f"pytest.mark.{MARK}":
                        for id in mark.args:
                            found.setdefault(ast.literal_eval(id), []).append(f"{file.name}::{node.name}")
    return found


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_a_test_presses_the_key_of_every_action_and_shows_what_it_does(action: Action) -> None:
    assert action.id in marked(), f"no test presses {action.key} and is marked presses({action.id!r})"


def test_only_actions_that_there_are_are_marked() -> None:
    assert {id: tests for id, tests in marked().items() if id not in BY_ID} == {}
