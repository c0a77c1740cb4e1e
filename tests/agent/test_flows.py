"""Every flow ships, is small, and can be replaced by the person's own file."""

from pathlib import Path

import pytest

from nanomem_tui.agent.flows import BUILT_IN, flow_names, load_flow, own_prompt
from nanomem_tui.agent.tools import TERMINAL, WRITING
from nanomem_tui.memory.errors import UsageError
from tests.benchmarks.prompt_tokens import tools_json


def test_the_flows_of_the_product_ship() -> None:
    assert flow_names() == ["add", "augment", "compact", "forget", "ingest", "retrieve", "update"]


@pytest.mark.parametrize("name", flow_names())
def test_every_flow_loads_and_ends(name: str, root: Path) -> None:
    flow = load_flow(name, root)
    assert flow.name == name
    assert flow.terminal in TERMINAL
    assert flow.offered[-1] == flow.terminal
    assert not flow.prompt.startswith("---")


@pytest.mark.parametrize("name", ["retrieve", "augment"])
def test_flows_that_answer_cannot_write(name: str, root: Path) -> None:
    assert not WRITING & set(load_flow(name, root).tools)


@pytest.mark.parametrize("name", flow_names())
def test_only_forgetting_removes(name: str, root: Path) -> None:
    assert ("remove_facts" in load_flow(name, root).tools) == (name == "forget")


CHARACTERS_A_TOKEN = 4.1
"""Of these prompts and schemas under o200k; measured 4.17 to 4.2."""


@pytest.mark.parametrize(
    ("name", "tokens"), [("add", 900), ("retrieve", 1_000), ("update", 900), ("ingest", 1_000)]
)
def test_the_fixed_part_of_a_request_stays_small(name: str, tokens: int, root: Path) -> None:
    flow = load_flow(name, root)
    assert len(flow.prompt + tools_json(flow)) / CHARACTERS_A_TOKEN < tokens


def test_a_prompt_of_ones_own_replaces_ours(root: Path) -> None:
    ours = load_flow("add", root)
    own = own_prompt("add", root)
    own.parent.mkdir(parents=True)
    own.write_text((BUILT_IN / "add.md").read_text().replace(ours.prompt, "Save only what is about tea."))
    assert load_flow("add", root).prompt == "Save only what is about tea."
    own.unlink()
    assert load_flow("add", root) == ours


def test_an_unknown_flow_names_the_known(root: Path) -> None:
    with pytest.raises(UsageError, match=r"add, .*retrieve"):
        load_flow("../../etc/passwd", root)


GOOD = (BUILT_IN / "add.md").read_text()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no frontmatter", "lacks max_output_tokens, max_steps, name, terminal, tools"),
        (GOOD.replace("name: add", "name: [add"), "no valid YAML"),
        (GOOD.replace("name: add", "name: retrieve"), "'retrieve', not 'add'"),
        (GOOD.replace("search_facts,", "shell,"), "shell"),
        (GOOD.replace("search_facts,", "finish,"), "finish"),
        (GOOD.replace("terminal: finish", "terminal: add_facts"), "terminal is none of"),
        (GOOD.replace("max_steps: ", "max_steps: -"), "max_steps is no whole number"),
        (GOOD.replace("max_steps: ", "max_steps: many"), "max_steps is no whole number"),
        (GOOD.replace("max_steps:", "mood: x\nmax_steps:"), "holds mood"),
        (GOOD.split("\n---\n")[0] + "\n---\n", "no prompt"),
        ("x" * 70_000, "larger than"),
        ("\udcff", "not UTF-8"),
    ],
)
def test_a_broken_prompt_is_one_clear_sentence(root: Path, text: str, told: str) -> None:
    own = own_prompt("add", root)
    own.parent.mkdir(parents=True)
    own.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError) as caught:
        load_flow("add", root)
    assert told in caught.value.message
    assert str(own) in caught.value.message
    assert "\n" not in str(caught.value)
    assert "remove it" in caught.value.next_step
