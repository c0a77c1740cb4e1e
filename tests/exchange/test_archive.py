"""Archives that are damaged, encrypted or malicious: one clear sentence, and nothing written."""

import io
import json
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from nanomem_tui.exchange.archive import Source, Unreadable
from nanomem_tui.exchange.detect import read
from nanomem_tui.memory.errors import NanomemError, NotFound, UsageError
from tests.exchange.making import chatgpt, conversations, damaged, items, zipped

TALK = json.dumps([chatgpt([("user", "I keep bees.")], "Bees")])


def opened(data: bytes) -> Source:
    return Source(io.BytesIO(data), "export.zip")


def with_member(name: str, mode: int = 0o100600, body: bytes = b"- evil\n") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        member = zipfile.ZipInfo(name)
        member.external_attr = mode << 16
        archive.writestr(member, body)
        archive.writestr("conversations.json", TALK)
    return out.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../evil.md",
        "a/../../evil.md",
        "/etc/evil.md",
        "C:/evil.md",
        "..\\evil.md",
        "\\\\host\\evil.md",
        "a\x1b[2J.md",
    ],
)
def test_an_archive_with_a_name_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(Unreadable, match="tries to leave its folder"):
        opened(with_member(name))


def test_an_archive_with_a_link_is_refused() -> None:
    with pytest.raises(Unreadable, match="tries to leave its folder"):
        opened(with_member("link.md", stat.S_IFLNK | 0o777, b"/etc/passwd"))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped({"conversations.json": b"[" + b" " * (80 << 20)})
    with pytest.raises(Unreadable, match="zip bomb"):
        opened(bomb)


def test_a_bomb_of_many_files_is_refused() -> None:
    piece = b" " * (10 << 20)
    with pytest.raises(Unreadable, match="zip bomb"):
        opened(zipped({f"{number}.json": piece for number in range(8)}))


def test_an_archive_that_lies_about_its_size_gives_no_more_than_it_says() -> None:
    raw = bytearray(zipped({"conversations.json": b"[" + b" " * 100_000 + b"]"}))
    at = raw.index(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 10)
    found = list(read(opened(bytes(raw))))
    assert conversations(found) == []


def test_an_encrypted_archive_says_so() -> None:
    raw = bytearray(zipped({"conversations.json": TALK}))
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unreadable, match="encrypted"):
        opened(bytes(raw))


def test_a_cut_archive_says_so() -> None:
    with pytest.raises(Unreadable, match="damaged zip"):
        opened(zipped({"conversations.json": TALK})[:-30])


def test_a_damaged_file_in_an_archive_is_named_and_the_rest_goes_on() -> None:
    raw = bytearray(zipped({"a.json": os.urandom(5000).hex(), "b.json": TALK}))
    raw[100:2000] = bytes(1900)
    found = items(bytes(raw), "export.zip")
    assert damaged(found) == ["a.json"]
    assert [talk.title for talk in conversations(found)] == ["Bees"]


def test_an_archive_inside_an_archive_is_read_once() -> None:
    inner = zipped({"conversations.json": TALK})
    assert len(conversations(items(zipped({"part.zip": inner}), "export.zip"))) == 1
    deeper = zipped({"x.zip": zipped({"y.zip": zipped({"z.zip": inner})})})
    assert conversations(items(deeper, "export.zip")) == []


def test_folders_of_programs_are_passed_over(tmp_path: Path) -> None:
    for name in (
        ".obsidian/workspace.json",
        ".trash/old.md",
        "node_modules/x/README.md",
        "note.md",
        ".hidden.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("I keep bees in the garden.\n")
    (tmp_path / "link.md").symlink_to("/etc/passwd")
    with Source(tmp_path) as source:
        assert [entry.name for entry in source.entries()] == ["note.md"]


def test_a_bad_archive_in_a_folder_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(with_member("../evil.md"))
    (tmp_path / "good.zip").write_bytes(zipped({"conversations.json": TALK}))
    with Source(tmp_path) as source:
        found = list(read(source))
    assert (damaged(found), len(conversations(found))) == (["bad.zip"], 1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "locked.md").write_text("- Keeps bees\n")
    (tmp_path / "locked.md").chmod(0)
    with Source(tmp_path) as source:
        assert damaged(read(source)) == ["locked.md"]


def test_a_file_in_another_encoding_says_so() -> None:
    (item,) = items("Ich heiße Müller.".encode("latin-1"), "note.txt")
    assert damaged([item]) == ["note.txt"]


def test_what_is_no_file_is_a_plain_error(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Source(tmp_path / "nothing.json")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError):
        Source(tmp_path / "pipe")


@pytest.mark.parametrize(
    "data", [b"", b" ", b"[]", b"{}", b"[[[", b"PK\x03\x04", b"\0" * 50, b'{"a": 1}', b"null"]
)
def test_nothing_of_use_gives_nothing_and_no_traceback(data: bytes) -> None:
    try:
        found = items(data)
    except NanomemError:
        return
    assert conversations(found) == []
