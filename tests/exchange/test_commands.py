"""`nanomem import` and `nanomem export` as a person and as a program use them."""

import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Runs, nanomem, opened
from tests.exchange.making import chatgpt, zipped
from tests.exchange.test_archive import with_member

__all__ = ["nanomem", "opened"]
"""Fixtures of the command's own tests."""
EXPORT = [
    chatgpt([("user", "I live in Porto. I'm allergic to hazelnuts.")], "Moving\x1b]52;c;ZXZpbA==\x07"),
    chatgpt([("user", "Thanks!")], "Nothing"),
    chatgpt([], "Broken", mapping=None),
]


@pytest.fixture
def export(tmp_path: Path) -> str:
    file = tmp_path / "download"
    file.write_text(json.dumps(EXPORT))
    return str(file)


def test_an_import_waits_for_review_and_says_how_to_decide(nanomem: Runs, export: str) -> None:
    ran = nanomem("import", export)
    assert ran.code == 3
    assert "Moving" in ran.out
    assert "damaged" in ran.out
    assert "nanomem approve" in ran.err
    assert "\x1b" not in ran.out + ran.err
    again = nanomem("import", export)
    assert (again.code, "2 imported before" in again.err) == (0, True)


def test_json_has_the_promised_shape(nanomem: Runs, export: str) -> None:
    document = nanomem("import", export, "--json").json
    assert set(document) >= {"change", "changes", "summary", "trace", "usage"}
    assert document["change"] == document["changes"][0]
    assert document["change"]["author"] == {"kind": "import", "name": "chatgpt"}
    assert [item["state"] for item in document["items"]] == ["proposed", "nothing", "damaged"]


def test_a_dry_run_names_what_would_be_read(nanomem: Runs, export: str, root: Path) -> None:
    ran = nanomem("import", export, "--dry-run")
    assert ran.code == 0
    assert "2024-05-03" in ran.out
    assert "tokens" in ran.out
    assert nanomem("pending", "--json").json == {"changes": []}


def test_yes_applies_what_carries_no_flag(nanomem: Runs, export: str, root: Path) -> None:
    assert nanomem("import", export, "--yes").code == 0
    assert "hazelnuts" in nanomem("search", "hazelnuts").out


def test_stdin_is_read(nanomem: Runs) -> None:
    document = nanomem("import", "-", "--json", stdin='["Allergic to nuts"]').json
    assert document["change"]["edits"][0]["text"] == "Allergic to nuts"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("import", "nowhere.json"), 1, "no file or folder"),
        (("import",), 2, ""),
        (("import", "x", "--since", "yesterday"), 2, "2026-03-01"),
        (("import", "x", "--format", "word"), 2, ""),
        (("import", "x", "--limit", "0"), 2, ""),
        (("export", "--format", "pdf"), 2, ""),
        (("export", "--level", "private"), 2, ""),
        (("export", "--format", "zip", "--json"), 2, "--out"),
    ],
)
def test_wrong_usage_is_a_sentence(nanomem: Runs, words: tuple[str, ...], code: int, says: str) -> None:
    ran = nanomem(*words)
    assert ran.code == code
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_a_malicious_archive_is_one_clear_line_and_nothing_written(
    nanomem: Runs, tmp_path: Path, root: Path
) -> None:
    (tmp_path / "evil.zip").write_bytes(with_member("../evil.md"))
    ran = nanomem("import", str(tmp_path / "evil.zip"))
    assert (ran.code, ran.out, len(ran.err.strip().splitlines())) == (1, "", 1)
    assert "nothing was read" in ran.err
    assert not (root / ".nanomem" / "changes").exists()
    assert not (tmp_path / "evil.md").exists()


def test_a_damaged_file_is_one_clear_line(nanomem: Runs, tmp_path: Path) -> None:
    (tmp_path / "half.zip").write_bytes(zipped({"conversations.json": "[]"})[:-20])
    (tmp_path / "latin.txt").write_bytes("Müller".encode("latin-1"))
    assert nanomem("import", str(tmp_path / "half.zip")).code == 1
    ran = nanomem("import", str(tmp_path / "latin.txt"))
    assert (ran.code, "UTF-8" in ran.out) == (1, True)


@pytest.mark.parametrize("form", ["omf", "zip", "txt", "json"])
def test_an_export_goes_into_a_new_private_file(
    nanomem: Runs, export: str, tmp_path: Path, form: str
) -> None:
    nanomem("import", export, "--yes")
    out = tmp_path / f"out.{form}"
    assert nanomem("export", "--format", form, "--out", str(out)).code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert nanomem("disclosures", "--json").json["disclosures"] == []
    assert nanomem("export", "--format", form, "--out", str(out)).code == 2
    again = nanomem("import", str(out))
    assert (again.code, again.err.strip()) == (0, "1 with nothing new.")


def test_an_export_is_printed_as_it_is(nanomem: Runs, export: str) -> None:
    nanomem("import", export, "--yes")
    assert json.loads(nanomem("export").out)["omf"] == "1.0"
    told = nanomem("export", "--json", "--level", "open").json
    assert json.loads(told["text"])["omf"] == "1.0"
    assert [entry["id"] for entry in nanomem("disclosures", "--json").json["disclosures"]] == [
        told["disclosure"]
    ]


def test_a_memory_is_not_imported_into_itself(nanomem: Runs, root: Path) -> None:
    root.mkdir()
    assert nanomem("import", str(root)).code == 2
