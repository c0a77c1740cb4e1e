"""Copying that works where the terminal cannot: by a tool, the terminal or a file, and it says by which.

Most terminals take text for the clipboard by an escape sequence (OSC 52), and none says whether it did. So a
tool that answers comes first where there is one for this display, the sequence is sent beside it, and where
neither can be relied on the text goes to a file. It knows no screen and nothing of memory.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST_BY_TERMINAL = 74_000
"""Bytes above which terminals are known to drop the sequence."""
SECONDS = 3.0
"""How long a tool may take."""
IN_TMUX = "Copied to tmux (prefix ] pastes it), and to the clipboard where tmux may."
_TAKES = frozenset({"iTerm.app", "WezTerm", "ghostty", "vscode", "rio", "kitty", "tabby"})
"""`TERM_PROGRAM` of terminals that take the sequence unless told otherwise."""
_TAKES_TERM = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm", "rio")
_REFUSES_TERM = ("linux", "dumb", "screen", "vt")


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that puts its input into the clipboard."""

    command: tuple[str, ...]
    how: str = ""
    """What it did, as one sentence; "": the usual."""
    encoding: str = "utf-8"

    @property
    def name(self) -> str:
        """What people call it."""
        return self.command[0]


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a text that was to be copied."""

    how: str
    """One sentence."""
    is_sure: bool
    """Whether it is known to have arrived."""
    file: Path | None = None
    """Where else it was written."""


def tools(environ: Mapping[str, str], platform: str = sys.platform) -> list[Tool]:
    """The tools that reach the clipboard the person looks at, best first.

    On a machine that is reached by ssh, a tool without a forwarded display would fill a clipboard far away.
    """
    found: list[Tool] = []
    far = "SSH_CONNECTION" in environ or "SSH_TTY" in environ
    if environ.get("WAYLAND_DISPLAY") and not far:
        found.append(Tool(("wl-copy", "--type", "text/plain;charset=utf-8")))
    if environ.get("DISPLAY"):
        found.append(Tool(("xclip", "-selection", "clipboard", "-in")))
        found.append(Tool(("xsel", "--clipboard", "--input")))
    if platform == "darwin" and not far:
        found.append(Tool(("pbcopy",)))
    if environ.get("WSL_DISTRO_NAME") or environ.get("WSL_INTEROP"):
        found.append(Tool(("clip.exe",), encoding="utf-16"))
    if environ.get("TMUX"):
        found.append(Tool(("tmux", "load-buffer", "-w", "-"), IN_TMUX))
    return [tool for tool in found if shutil.which(tool.name, path=environ.get("PATH"))]


def terminal_takes(environ: Mapping[str, str], size: int) -> bool | None:
    """Whether the terminal takes a text of `size` bytes for the clipboard; None: nobody knows."""
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if size > MOST_BY_TERMINAL or program == "Apple_Terminal" or "STY" in environ:
        return False
    if environ.get("TMUX"):
        return None
    if program in _TAKES or term.startswith(_TAKES_TERM):
        return True
    if environ.get("KITTY_WINDOW_ID") or environ.get("WT_SESSION"):
        return True
    if environ.get("VTE_VERSION") or term.startswith(_REFUSES_TERM):
        return False
    return None


async def copy(text: str, by_terminal: Callable[[str], None], environ: Mapping[str, str]) -> Copied:
    """Copy a text, by whatever reaches the clipboard.

    Args:
        text: the text; what is no Unicode becomes a question mark.
        by_terminal: sends it to the terminal.
        environ: the environment of the process.
    """
    text = text.encode("utf-8", "replace").decode()
    takes = terminal_takes(environ, len(text.encode()))
    if takes is not False:
        by_terminal(text)
    for tool in tools(environ):
        if await _fed(tool.command, text.encode(tool.encoding), environ):
            return Copied(tool.how or f"Copied to the clipboard, with {tool.name}.", True)
    if takes:
        return Copied("Copied, by way of the terminal.", True)
    try:
        file = write_aside(text, environ)
    except OSError as error:
        if takes is None:
            return Copied("Handed to the terminal, which may not have taken it.", False)
        return Copied(f"Not copied: there is no way to the clipboard, and no file: {error.strerror}.", False)
    where = f"{file}, which only you can read"
    if takes is None:
        return Copied(
            f"Handed to the terminal, which may not have taken it; it is also in {where}.", False, file
        )
    return Copied(f"There is no way to the clipboard here: it is in {where}.", False, file)


def write_aside(text: str, environ: Mapping[str, str]) -> Path:
    """Write a text to a new file that only its owner can read.

    Raises:
        OSError: there is no place for it.
    """
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    folder = runtime if runtime and os.access(runtime, os.W_OK) else None
    descriptor, name = tempfile.mkstemp(prefix="nanomem-copy-", suffix=".txt", dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode())
    return Path(name)


async def _fed(command: Sequence[str], data: bytes, environ: Mapping[str, str]) -> bool:
    """Run a tool on `data`; True when it says that all went well."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**environ, "LC_CTYPE": "UTF-8"} if command[0] == "pbcopy" else environ,
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(SECONDS):
            await process.communicate(data)
    except (TimeoutError, OSError):
        if process.returncode is None:
            process.kill()
        return False
    return process.returncode == 0
