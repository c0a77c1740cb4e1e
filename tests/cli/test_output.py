"""Printing: what goes where, in what form, and how long lines are broken."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.cli.output import Output, Style, columns, safe_json
from tests.cli.test_naughty import NAUGHTY, OURS, harmless


def test_json_escapes_what_does_not_print_and_keeps_other_scripts() -> None:
    for text in [*NAUGHTY, "Größe 東京 👩‍👩‍👧 عربي", "\ud800 lone", '"quoted" \\ /']:
        printed = safe_json({"text": text})
        harmless(printed)
        assert json.loads(printed) == {"text": text}
    assert "東京" in safe_json("東京")


def test_a_line_break_in_a_text_starts_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    out = Output(as_json=False)
    out.lines([["one\ntwo\rthree"]])
    out.note("four\nfive")
    printed = capsys.readouterr()
    assert printed.out == "one␊two␍three\n"
    assert printed.err == "four␊five\n"


WIDTH = 80
"""What a stream without a size counts as."""


class Screen(io.StringIO):
    """A terminal that does not say how wide it is."""

    def isatty(self) -> bool:
        return True


def shown(*pieces: str | tuple[Style, str]) -> list[str]:
    """What a terminal shows of one line, row by row."""
    screen = Screen()
    Output(as_json=False, out=screen, err=screen).lines([pieces])
    return OURS.sub("", screen.getvalue()).splitlines()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Style), st.text("ab 東+é·", max_size=60)), max_size=6))
def test_long_lines_break_between_words_and_lose_none(pieces: list[tuple[Style, str]]) -> None:
    rows = shown(*pieces)
    whole = "".join(text for _, text in pieces)
    assert "".join(rows).replace(" ", "") == whole.replace(" ", "")
    for row in rows:
        if columns(row) > WIDTH:
            assert " " not in row.strip(), "only a word that is too long may run over"
    if columns(whole) <= WIDTH:
        assert rows == [whole]


def test_broken_lines_are_indented_and_keep_their_colors() -> None:
    words = "word " * 30
    rows = shown("  1 ", (Style.ADDED, f"+ {words}"), (Style.QUIET, "· long-term"))
    assert len(rows) > 1
    assert rows[0].startswith("  1 + word")
    assert all(row[:6] == " " * 6 and row[6] != " " for row in rows[1:])
    screen = Screen()
    Output(as_json=False, out=screen, err=screen).lines([[(Style.ADDED, words)]])
    assert screen.getvalue().count("\x1b[32m") == screen.getvalue().count("\n") == 2


def test_a_pipe_gets_whole_lines_without_colors() -> None:
    pipe = io.StringIO()
    Output(as_json=False, out=pipe, err=pipe).lines([[(Style.ADDED, "word " * 50)]])
    assert pipe.getvalue() == "word " * 50 + "\n"


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colors_where_they_are_not_wanted(
    variable: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variable.items():
        monkeypatch.setenv(name, value)
    screen = Screen()
    Output(as_json=False, out=screen, err=screen).lines([[(Style.ADDED, "word")]])
    assert screen.getvalue() == "word\n"


def test_a_passing_line_is_replaced_and_never_wraps() -> None:
    screen = Screen()
    out = Output(as_json=False, out=screen, err=screen)
    out.passing("step 1 " + "東" * 200)
    assert columns(screen.getvalue().removeprefix("\r\x1b[2K")) < WIDTH
    out.note("done")
    assert screen.getvalue().endswith("…\r\x1b[2Kdone\n")


def test_json_silences_results_but_not_notes() -> None:
    out, err = io.StringIO(), io.StringIO()
    output = Output(as_json=True, out=out, err=err)
    output.lines([["words"]])
    output.passing("step")
    output.note("a note")
    output.emit({"a": 1}, [["more words"]])
    assert json.loads(out.getvalue()) == {"a": 1}
    assert err.getvalue() == "a note\n"
