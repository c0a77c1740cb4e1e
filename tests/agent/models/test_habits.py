"""What is learned of a model stays with that model, and a broken cache never stops a run."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanomem_tui.agent.models.habits import MOST, Habits


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "models.json"


def test_a_lesson_is_for_one_model_at_one_endpoint(file: Path) -> None:
    Habits(file).learned("127.0.0.1:8080", "small")
    assert Habits(file).needs_json("127.0.0.1:8080", "small")
    assert not Habits(file).needs_json("127.0.0.1:8080", "large")
    assert not Habits(file).needs_json("127.0.0.1:9090", "small")
    assert not Habits(file).needs_json("127.0.0.1:8080", "")


def test_the_file_is_its_owners_alone(file: Path) -> None:
    Habits(file).learned("host", "m")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["models.json"]


def test_only_so_many_are_kept_and_the_newest_stay(file: Path) -> None:
    habits = Habits(file)
    for number in range(MOST + 5):
        habits.learned("host", f"m{number}")
    assert not habits.needs_json("host", "m4")
    assert habits.needs_json("host", "m5")
    assert habits.needs_json("host", f"m{MOST + 4}")


@given(st.binary(max_size=200))
def test_a_broken_file_knows_nothing_and_is_replaced(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.mktemp("cache") / "models.json"
    file.write_bytes(data)
    habits = Habits(file)
    assert not habits.needs_json("host", "m")
    habits.learned("host", "m")
    assert habits.needs_json("host", "m")


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    habits = Habits(tmp_path / "file" / "models.json")
    habits.learned("host", "m")
    assert not habits.needs_json("host", "m")
