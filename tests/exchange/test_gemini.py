"""Gemini's activity from Takeout, as JSON and as HTML."""

from datetime import datetime

from nanomem_tui.exchange.gemini import activity_page
from nanomem_tui.exchange.model import Conversation
from tests.exchange.making import conversations, items, said

PAGE = """<html><body><div class="mdl-grid">
<div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp"><div class="mdl-grid">
<div class="header-cell"><p class="mdl-typography--title">Gemini Apps<br></p></div>
<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">Prompted\u00a0I moved to Lisbon.<br>
May 3, 2024, 12:05:00\u202fPM UTC<br><p>How <b>nice</b> &amp; sunny!</p></div>
<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1 mdl-typography--text-right"></div>
</div></div>
<div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp"><div class="mdl-grid">
<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">Prompted\u00a0I keep bees.<br>
May 3, 2024, 12:00:00\u202fPM UTC<br><p>How many?</p></div></div></div>
</div></body></html>"""
EXPECTED = [
    ("user", "I keep bees."),
    ("assistant", "How many?"),
    ("user", "I moved to Lisbon."),
    ("assistant", "How nice & sunny!"),
]


def entry(title: str, time: str, answer: str, header: str = "Gemini Apps") -> dict[str, object]:
    return {"header": header, "title": title, "time": time, "safeHtmlItem": [{"html": answer}]}


def test_a_day_of_prompts_is_one_conversation_in_order() -> None:
    found = items(
        [
            entry(
                "Prompted I moved to Lisbon.", "2024-05-03T12:05:00Z", "<p>How <b>nice</b> &amp; sunny!</p>"
            ),
            entry("Gave feedback: Good response", "2024-05-03T12:01:00Z", ""),
            entry("Prompted I keep bees.", "2024-05-03T12:00:00Z", "<p>How many?</p>"),
            entry("Prompted I cook.", "2024-05-01T09:00:00Z", "", header="Bard"),
        ],
        "MyActivity.json",
    )
    first, second = conversations(found)
    assert (first.title, first.date, said(first)) == (
        "Gemini, 2024-05-03",
        datetime(2024, 5, 3, 12),
        EXPECTED,
    )
    assert said(second) == [("user", "I cook.")]


def test_a_page_in_pieces_gives_the_same() -> None:
    (talk,) = activity_page(PAGE[at : at + 11] for at in range(0, len(PAGE), 11))
    assert isinstance(talk, Conversation)
    assert said(talk) == EXPECTED


def test_the_page_gives_the_same() -> None:
    (talk,) = conversations(items(PAGE, "MyActivity.html"))
    assert said(talk) == EXPECTED
    assert talk.date == datetime(2024, 5, 3, 12)
