"""Asking a person at a terminal. Questions go to stderr, answers come from stdin, one line each.

What was typed before a question was shown is thrown away: an answer must be an answer to what was read.
"""

import sys
from collections.abc import Sequence
from contextlib import suppress

from nanomem_tui.cli.output import Output
from nanomem_tui.memory.visible import visible


def choose(out: Output, question: str, choices: Sequence[str], *, on_end: str) -> str:
    """Ask until one of `choices` is named by its first letter or as a whole.

    Args:
        out: where to ask.
        question: what to ask, without the choices.
        choices: words with different first letters.
        on_end: the choice when stdin ends instead.

    Returns:
        One of `choices`.
    """
    _forget_typed_ahead()
    offered = " ".join(f"[{word[0]}]{word[1:]}" for word in choices)
    while True:
        out.prompt(f"{question} {offered}?")
        answer = sys.stdin.readline()
        if not answer:
            out.note()
            return on_end
        answer = answer.strip().casefold()
        for word in choices:
            if answer and answer in (word[0], word):
                return word
        out.note(f"Type one of {', '.join(word[0] for word in choices)}.")


def agree(out: Output, question: str) -> bool:
    """Ask for a yes; anything but a yes is a no."""
    _forget_typed_ahead()
    out.prompt(f"{question} [y/N]")
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def line(out: Output, question: str) -> str:
    """Ask for a line; "" when stdin ends instead."""
    _forget_typed_ahead()
    out.prompt(question)
    return sys.stdin.readline().strip()


def edit_line(out: Output, question: str, text: str) -> str:
    """Let a line be edited, in place where the terminal can.

    Returns:
        The new text; the old one when nothing was typed.
    """
    out.note(question)
    try:
        import readline
    except ImportError:
        answer = sys.stdin.readline()
    else:
        # Readline writes to the terminal by itself, so it gets the text in its visible form.
        shown = visible(text)
        readline.set_startup_hook(lambda: readline.insert_text(shown))
        try:
            answer = input("> ")
        except EOFError:
            answer = ""
        finally:
            readline.set_startup_hook(None)
        if answer == shown:
            return text
    return answer.strip() or text


def _forget_typed_ahead() -> None:
    with suppress(ImportError, OSError, ValueError):
        import termios

        if sys.stdin.isatty():
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
