"""The prompts of the flows are the person's to read and to replace, and nothing of theirs is lost."""

import stat
from pathlib import Path

import pytest

from nanomem_tui.agent.flows import flow_names, load_flow
from tests.cli.conftest import Runs


def own(root: Path, name: str = "add") -> Path:
    return root / ".nanomem/prompts" / f"{name}.md"


def changed(nanomem: Runs, add: str = "Write every fact in Dutch.") -> str:
    text: str = nanomem("prompts", "show", "add", "--json").json["text"]
    return text.rstrip("\n") + f"\n\n{add}\n"


def test_all_flows_are_listed(nanomem: Runs) -> None:
    listed = nanomem("prompts", "--json").json["prompts"]
    assert [item["name"] for item in listed] == flow_names()
    assert not any(item["own"] for item in listed)
    assert nanomem("prompts", "list").out.count("built in") == len(flow_names())


def test_an_own_prompt_is_used_shown_compared_and_taken_back(nanomem: Runs, root: Path) -> None:
    text = changed(nanomem)
    ran = nanomem("prompts", "edit", "add", stdin=text)
    assert (ran.code, ran.out) == (0, "")
    assert load_flow("add", root).prompt.endswith("Write every fact in Dutch.")
    assert stat.S_IMODE(own(root).stat().st_mode) == 0o600
    assert stat.S_IMODE(own(root).parent.stat().st_mode) == 0o700
    assert nanomem("prompts", "show", "add").out == text
    difference = nanomem("prompts", "diff", "add").out.splitlines()
    assert difference[:2] == ["--- built-in/add.md", "+++ own/add.md"]
    assert "+Write every fact in Dutch." in difference
    kept = nanomem("prompts", "reset", "add", "--json").json["kept"]
    assert Path(kept).read_text(encoding="utf-8") == text
    assert not own(root).exists()
    assert "Dutch" not in load_flow("add", root).prompt
    assert "is the built-in one already" in nanomem("prompts", "reset", "add").err
    assert "is the built-in one." in nanomem("prompts", "diff", "add").err


def test_no_own_prompt_is_lost_however_often_it_is_replaced(nanomem: Runs, root: Path) -> None:
    texts = [changed(nanomem, f"Version {number}.") for number in range(4)]
    for text in texts[:3]:
        nanomem("prompts", "edit", "add", stdin=text)
    nanomem("prompts", "reset", "add")
    kept = {file.read_text(encoding="utf-8") for file in own(root).parent.iterdir()}
    assert kept >= {texts[0], texts[2]}
    assert len(kept) == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "This is no prompt for add"),
        ("Just words.", "lacks"),
        ("---\nname: add\ntools: [rm]\nterminal: finish\nmax_steps: 3\nmax_output_tokens: 9\n---\nHi.", "rm"),
        ("---\n[\n---\nHi.", "no valid YAML"),
    ],
)
def test_what_is_no_prompt_is_not_saved(nanomem: Runs, root: Path, text: str, says: str) -> None:
    ran = nanomem("prompts", "edit", "add", stdin=text)
    assert ran.code == 2
    assert says in ran.err
    assert not own(root).exists()


def test_a_broken_own_prompt_is_listed_with_its_fault_and_can_be_mended(nanomem: Runs, root: Path) -> None:
    own(root).parent.mkdir(parents=True, mode=0o700)
    own(root).write_text("oops", encoding="utf-8")
    (fault,) = [item["fault"] for item in nanomem("prompts", "--json").json["prompts"] if item["own"]]
    assert "is broken" in fault
    nanomem("prompts", "reset", "add")
    assert nanomem("prompts", "edit", "add", stdin=changed(nanomem)).code == 0


def test_names_that_are_none_are_sentences(nanomem: Runs) -> None:
    assert nanomem("prompts", "show").code == 2
    assert "There is no flow called '../x'" in nanomem("prompts", "show", "../x").err
    assert nanomem("prompts", "throw", "add").code == 2


def test_a_prompts_folder_that_leads_elsewhere_is_not_written_to(
    nanomem: Runs, root: Path, tmp_path: Path
) -> None:
    text = changed(nanomem)
    (tmp_path / "elsewhere").mkdir()
    (root / ".nanomem").mkdir(parents=True, mode=0o700, exist_ok=True)
    (root / ".nanomem/prompts").symlink_to(tmp_path / "elsewhere")
    assert nanomem("prompts", "edit", "add", stdin=text).code == 1
    assert not list((tmp_path / "elsewhere").iterdir())
