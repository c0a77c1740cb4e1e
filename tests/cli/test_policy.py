"""`nanomem policy`: levels with their reason, and setting one; what makes something freer needs a yes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Runs

Write = Callable[[str, str], Path]
POLICY = '# mine\nlevels:\n  "tax/**": private  # never\nrecipients:\n  work: {allow: ["food/**"]}\n'


@pytest.fixture
def filled(nanomem: Runs, write: Write) -> Runs:
    write("food/tea.md", "- Drinks Assam tea\n- Hides the biscuits | disclosure=ask\n")
    write("health/medical.md", "---\ndisclosure: ask\n---\n- Allergic to tea tree oil\n")
    write("diary/broken.md", "---\ndisclosure: [\n---\n- Dear diary\n")
    write("tax/return.md", "- Deducts tea for the office\n")
    write(".nanomem/policy.yaml", POLICY)
    return nanomem


def policy(root: Path) -> str:
    return (root / ".nanomem/policy.yaml").read_text(encoding="utf-8")


def test_every_level_is_listed_with_its_reason(filled: Runs) -> None:
    document = filled("policy", "--json").json
    assert document["fault"] is None
    assert document["levels"] == [{"glob": "tax/**", "level": "private"}]
    assert document["recipients"] == [{"name": "work", "allow": ["food/**"], "files": 1}]
    levels = {file["path"]: (file["level"], file["why"]) for file in document["files"]}
    assert levels["food/tea.md"] == ("open", "")
    assert levels["health/medical.md"] == ("ask", "Its frontmatter says ask.")
    assert levels["tax/return.md"] == ("private", "policy.yaml makes tax/** private.")
    assert levels["diary/broken.md"][0] == "private"
    assert "counts as private" in levels["diary/broken.md"][1]
    assert [folder["level"] for folder in document["folders"] if folder["path"] == "tax"] == ["private"]
    [fact] = document["facts"]
    assert (fact["ref"].partition("#")[0], fact["level"]) == ("food/tea.md", "ask")
    words = filled("policy").out
    assert all(text in words for text in ("tax/**", "health/medical.md", "Its frontmatter says ask", "work"))


def test_the_tree_gives_the_reasons_too(filled: Runs) -> None:
    files = {file["path"]: file for file in filled("tree", "--json").json["files"]}
    assert files["tax/return.md"]["why"] == "policy.yaml makes tax/** private."


def test_a_level_is_set_at_once_and_new_files_follow(filled: Runs, write: Write, root: Path) -> None:
    ran = filled("policy", "food", "private", "--json")
    assert ran.code == 0
    assert ran.json["files"] == [{"path": "food/tea.md", "before": "open", "after": "private"}]
    assert policy(root) == POLICY.replace("  # never\n", "  # never\n  food: private\n")
    write("food/new/cake.md", "- Bakes\n")
    assert filled("read", "food/new/cake.md", "--json").json["level"] == "private"
    assert oct((root / ".nanomem/policy.yaml").stat().st_mode)[-3:] == "644", "the person's own mode stays"


def test_what_makes_something_freer_needs_a_yes(filled: Runs, root: Path) -> None:
    ran = filled("policy", "tax/**", "open")
    assert ran.code == 2
    assert "1 file more freely" in ran.err
    assert policy(root) == POLICY
    assert filled("policy", "tax/**", "open", "--yes").code == 0
    assert filled("read", "tax/return.md", "--json").json["level"] == "open"


def test_a_glob_without_files_is_taken_with_a_note(filled: Runs, root: Path) -> None:
    ran = filled("policy", "therapy/**", "private")
    assert ran.code == 0
    assert "No file matches" in ran.err
    assert '"therapy/**": private' in policy(root)


def test_something_stricter_still_holds_and_is_said(filled: Runs) -> None:
    ran = filled("policy", "tax/return.md", "open")
    assert ran.code == 0
    assert "something stricter holds" in ran.err
    assert filled("read", "tax/return.md", "--json").json["level"] == "private"


def test_a_root_that_is_not_there_yet_gets_its_policy(nanomem: Runs, root: Path) -> None:
    assert nanomem("policy", "tax/**", "private").code == 0
    assert oct((root / ".nanomem/policy.yaml").stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("words", [("food",), ("food", "secret"), ("", "ask")])
def test_words_that_make_no_sense_are_usage(filled: Runs, root: Path, words: tuple[str, ...]) -> None:
    assert filled("policy", *words).code == 2
    assert policy(root) == POLICY


def test_a_broken_policy_is_said_and_not_touched(filled: Runs, write: Write, root: Path) -> None:
    write(".nanomem/policy.yaml", "levels: [\n")
    listed = filled("policy")
    assert "Everything is private" in listed.out
    assert filled("policy", "food", "ask").code == 2
    assert policy(root) == "levels: [\n"


def test_a_linked_policy_is_not_written_through(filled: Runs, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(POLICY, encoding="utf-8")
    (root / ".nanomem/policy.yaml").unlink()
    (root / ".nanomem/policy.yaml").symlink_to(outside)
    assert filled("policy", "food", "private").code == 1
    assert outside.read_text(encoding="utf-8") == POLICY


def test_consents_are_given_listed_and_taken_back(filled: Runs) -> None:
    assert filled("policy", "--consents", "--json").json == {"consents": []}
    assert filled("policy", "--consent", "work").code == 2, "nobody said yes"
    given = filled("policy", "--consent", "work", "--yes", "--json").json["consents"]
    assert [item["recipient"] for item in given] == ["work"]
    assert filled("policy", "--consents").out.startswith("work  since ")
    assert filled("policy", "--revoke", "work", "--json").json == {"consents": []}
    assert filled("policy", "--revoke", "work").code == 1
    assert filled("policy", "--consent", "stranger", "--yes").code == 2


def test_a_recipient_is_named_changed_and_taken_out(filled: Runs, root: Path) -> None:
    ran = filled("policy", "--recipient", "doctor", "health/**", "--json")
    assert ran.code == 2
    assert "doctor may then be told of 1 file more" in ran.json["error"]["message"]
    assert policy(root) == POLICY
    ran = filled("policy", "--recipient", "doctor", "health/**", "--yes", "--json")
    assert ran.code == 0
    assert ran.json == {
        "recipient": "doctor",
        "before": None,
        "allow": ["health/**"],
        "files": ["health/medical.md"],
        "freer": ["health/medical.md"],
        "stricter": [],
    }
    named = POLICY + '  doctor: {allow: ["health/**"]}\n'
    assert policy(root) == named
    ran = filled("policy", "--recipient", "work", "food/tea.md")
    assert (ran.code, "work may be told of food/tea.md" in ran.out) == (0, True), "nothing more: no question"
    assert policy(root) == named.replace('["food/**"]', "[food/tea.md]")
    assert "work may be told of food/tea.md · 1 file" in filled("policy").out
    assert filled("policy", "--consent", "doctor", "--yes").code == 0
    ran = filled("policy", "--remove", "doctor", "--json")
    assert ran.code == 0
    assert (ran.json["allow"], ran.json["stricter"]) == (None, ["health/medical.md"])
    assert policy(root) == POLICY.replace('["food/**"]', "[food/tea.md]")
    assert filled("policy", "--consents", "--json").json == {"consents": []}, "nor does a consent stay"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--recipient", "doctor"), "No path is named that doctor may be told of."),
        (("--recipient", " ", "health/**"), "The recipient has no name."),
        (("--recipient", "doctor", "/"), "No path is named"),
        (("--recipient", "doctor", "a", "--remove", "work"), "do not go together"),
        (("--remove", "nobody"), "The policy names no recipient 'nobody'. It names work."),
    ],
)
def test_what_is_no_recipient_is_said_in_a_sentence(
    filled: Runs, root: Path, words: tuple[str, ...], told: str
) -> None:
    ran = filled("policy", *words, "--yes")
    assert ran.code in (1, 2)
    assert told in ran.err
    assert policy(root) == POLICY
