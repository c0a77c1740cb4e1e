"""Gemini's activity as Google Takeout gives it: one entry for each prompt, as JSON or as HTML.

Takeout does not tell which prompts belong together, so a day's prompts are one conversation.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from nanomem_tui.exchange.jsonstream import Fault
from nanomem_tui.exchange.model import Conversation, Damaged, Item, Message, Role
from nanomem_tui.exchange.values import entries, moment, text, title_of

SOURCE = "gemini"
_PROGRAMS = ("gemini", "bard")
_PROMPTED = re.compile(r"^(?:Prompted|Asked|Said|You said)\s+", re.IGNORECASE)
_NO_PROMPT = re.compile(r"^(?:Used|Selected|Gave feedback|Created|Viewed|Opened|Clicked)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h\d|/tr)\b[^>]*>", re.IGNORECASE)
_CELL = re.compile(r'<div[^>]*class="[^"]*\bouter-cell\b', re.IGNORECASE)
_BODY = re.compile(
    r'<div[^>]*class="[^"]*\bmdl-cell--6-col\b[^"]*\bmdl-typography--body-1"[^>]*>(.*?)</div>', re.S | re.I
)
_WHEN = re.compile(
    r"(?P<us>[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d:\d\d\s?[AP]M)"
    r"|(?P<uk>\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d:\d\d)"
)


def is_activity(value: Mapping[str, Any]) -> bool:
    """Whether an object is one entry of Gemini's activity."""
    return "title" in value and "time" in value and text(value.get("header")).casefold().startswith(_PROGRAMS)


def is_activity_page(head: str) -> bool:
    """Whether a page is the activity as HTML."""
    return bool(_CELL.search(head)) and any(word in head for word in ("Gemini Apps", "Bard", "Gemini"))


def activity(elements: Iterable[Any]) -> Iterator[Item]:
    """The prompts and answers of the JSON form, by day, newest first as the file has them."""
    faults: list[Damaged] = []

    def exchanges() -> Iterator[tuple[datetime | None, str, str]]:
        for number, value in enumerate(elements, 1):
            if isinstance(value, Fault) or not isinstance(value, dict):
                reason = value.reason if isinstance(value, Fault) else "it is no entry"
                faults.append(Damaged(f"entry {number}", reason))
                continue
            answer = "\n".join(
                words_of(text(item.get("html"))) for item in entries(value.get("safeHtmlItem"))
            )
            yield moment(value.get("time")), text(value.get("title")), answer

    yield from _days(exchanges())
    yield from faults


def activity_page(page: Iterable[str]) -> Iterator[Item]:
    """The prompts and answers of the HTML form, by day.

    Args:
        page: its text in pieces of any size; one entry at a time is held.
    """

    def exchanges() -> Iterator[tuple[datetime | None, str, str]]:
        for cell in _cells(page):
            body = _BODY.search(cell)
            if body is None:
                continue
            when = _WHEN.search(html.unescape(body[1]).replace("\u202f", " "))
            said, _, answer = words_of(body[1]).partition(when[0] if when else "\n")
            yield _when(when) if when else None, said.strip(), "\n".join(answer.splitlines()[1:]).strip()

    yield from _days(exchanges())


def _cells(page: Iterable[str]) -> Iterator[str]:
    """The entries of a page, without what stands before the first."""
    held = ""
    begun = False
    for piece in page:
        *whole, held = _CELL.split(held + piece)
        yield from whole if begun else whole[1:]
        begun = begun or bool(whole)
    if begun:
        yield held


def _when(match: re.Match[str]) -> datetime | None:
    words = match[0].replace("\u202f", " ").replace("\xa0", " ")
    for form in ("%b %d, %Y, %I:%M:%S %p", "%d %b %Y, %H:%M:%S"):
        try:
            return datetime.strptime(words, form)
        except ValueError:
            continue
    return None


def words_of(markup: str) -> str:
    """The words of a piece of HTML, a line for each block."""
    plain = html.unescape(_TAG.sub("", _BREAK.sub("\n", markup))).replace("\xa0", " ").replace("\u202f", " ")
    return "\n".join(filter(None, (line.strip() for line in plain.splitlines())))


def _days(exchanges: Iterable[tuple[datetime | None, str, str]]) -> Iterator[Conversation]:
    day: date | None = None
    held: list[tuple[Message, ...]] = []
    for at, said, answer in exchanges:
        if _NO_PROMPT.match(said) or not said:
            continue
        if held and (at.date() if at else None) != day:
            yield _conversation(held, day)
            held = []
        day = at.date() if at else None
        prompt = Message(Role.USER, _PROMPTED.sub("", said), at)
        held.append((prompt, Message(Role.ASSISTANT, answer, at)) if answer else (prompt,))
    if held:
        yield _conversation(held, day)


def _conversation(held: list[tuple[Message, ...]], day: date | None) -> Conversation:
    # The file has the newest first; a conversation is read the other way round.
    messages = tuple(message for exchange in reversed(held) for message in exchange)
    title = title_of(f"Gemini, {day.isoformat()}" if day else None, "Gemini")
    return Conversation(title, messages, SOURCE, messages[0].at)
