"""Sessions of agents on the command line: Claude Code, Codex and Gemini CLI, as their own files keep them.

What a person typed is theirs; what a program put beside it (commands, reminders, results, files) is left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nanomem_tui.exchange.model import Conversation, Item, LeftOut, Message, Role
from nanomem_tui.exchange.values import first_moment, first_text, mapping, moment, text, title_of

CLAUDE_CODE = "claude-code"
CODEX = "codex"
GEMINI_CLI = "gemini-cli"
AGENTS = frozenset({CLAUDE_CODE, CODEX, GEMINI_CLI})
_TURNS = {"user": Role.USER, "assistant": Role.ASSISTANT, "gemini": Role.ASSISTANT}
_CODEX_LINES = frozenset({"session_meta", "turn_context", "response_item", "event_msg"})
_CODEX_TURNS = {"user_message": Role.USER, "agent_message": Role.ASSISTANT}
_ASIDE = re.compile(
    r"<(?P<tag>system-reminder|environment_context|user_instructions|user_action|turn_aborted|ide_[\w-]+"
    r"|(?:command|local-command|bash|task|persisted|user-prompt)-[\w-]+|permissions[ \w-]*|collaboration_mode"
    r"|INSTRUCTIONS|skill|subagent_notification)>.*?</(?P=tag)>",
    re.DOTALL,
)
"""What programs write into a turn of the person."""
_NOT_TYPED = re.compile(
    r"\[Request interrupted by user[^\]]*\]|Caveat: The messages below were generated"
    r"|# AGENTS\.md instructions|This session is being continued from a previous conversation|<[\w -]+>"
)
"""How a turn begins that no person typed."""
_ATTACHED = re.compile(r"\n-{3} Content from referenced files -{3}.*", re.DOTALL)


def is_claude_code(value: Mapping[str, Any]) -> bool:
    """Whether an object is one line of a session of Claude Code."""
    return isinstance(value.get("type"), str) and (
        "leafUuid" in value or ("sessionId" in value and "payload" not in value) or "snapshot" in value
    )


def is_codex(value: Mapping[str, Any]) -> bool:
    """Whether an object is one line of a session of Codex, or what it tells a program after a turn."""
    return (value.get("type") in _CODEX_LINES and isinstance(value.get("payload"), dict)) or (
        value.get("type") == "agent-turn-complete" and isinstance(value.get("input-messages"), list)
    )


def is_gemini_cli(value: Mapping[str, Any]) -> bool:
    """Whether an object is a session of Gemini CLI, or the first line of one."""
    return isinstance(value.get("projectHash"), str) and "sessionId" in value


def claude_code(values: Iterable[Any], name: str) -> Iterator[Item]:
    """The one conversation of a session file. A session that was taken up again repeats its lines."""
    said: dict[object, Message] = {}
    title = ""
    for number, value in enumerate(_mappings(values)):
        title = first_text(value, "summary", "customTitle") or title
        role = _TURNS.get(text(value.get("type")))
        aside = value.get("isMeta") or value.get("isSidechain") or value.get("isCompactSummary")
        if role is None or aside:
            continue
        words = _typed(_words(mapping(value.get("message")).get("content")), role)
        if words:
            said[value.get("uuid") or number] = Message(role, words, moment(value.get("timestamp")))
    yield _conversation(list(said.values()), title_of(title, name), CLAUDE_CODE)


def codex(values: Iterable[Any], name: str) -> Iterator[Item]:
    """The one conversation of a session file: as it was shown, or as the model had it where that is all."""
    shown: list[Message] = []
    sent: list[Message] = []
    for value in _mappings(values):
        if value.get("type") == "agent-turn-complete":
            shown += _turn(value)
            name = title_of(f"{text(value.get('thread-id'))} {text(value.get('turn-id'))}".strip(), name)
            continue
        payload, at = mapping(value.get("payload")), moment(value.get("timestamp"))
        kind = text(payload.get("type"))
        if value.get("type") == "event_msg" and kind in _CODEX_TURNS:
            plain = payload.get("kind") in (None, "plain")
            words = _typed(text(payload.get("message")), _CODEX_TURNS[kind]) if plain else ""
            shown += [Message(_CODEX_TURNS[kind], words, at)] if words else []
        elif value.get("type") == "response_item" and kind == "message":
            role = _TURNS.get(text(payload.get("role")))
            words = _typed(_words(payload.get("content")), role) if role else ""
            sent += [Message(role, words, at)] if role and words else []
    told = shown if any(message.role is Role.USER for message in shown) else sent
    yield _conversation(told, name, CODEX)


def gemini_cli(values: Iterable[Any], name: str) -> Iterator[Item]:
    """The one conversation of a session file, one JSON document or one of lines that are written again."""
    said: dict[object, Message] = {}
    for number, value in enumerate(_messages(values)):
        role = _TURNS.get(text(value.get("type")))
        words = _typed(_ATTACHED.sub("", _words(value.get("content"))), role) if role else ""
        if role and words:
            at = moment(value.get("timestamp"))
            said[value.get("id") or number] = Message(role, words, at)
    yield _conversation(list(said.values()), name, GEMINI_CLI)


def _messages(values: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    for value in _mappings(values):
        held = value.get("messages")
        yield from _mappings(held) if isinstance(held, list) else (value,)


def _turn(value: Mapping[str, Any]) -> list[Message]:
    """One turn, as Codex tells of it."""
    at = first_moment(value, "timestamp")
    typed = [_typed(text(words), Role.USER) for words in value["input-messages"]]
    reply = text(value.get("last-assistant-message"))
    asked = [Message(Role.USER, words, at) for words in typed if words]
    return [*asked, Message(Role.ASSISTANT, reply, at)] if reply else asked


def _mappings(values: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    # The last line of a session under way may be half there: what is no JSON is passed over.
    return (value for value in values if isinstance(value, dict))


def _words(content: object) -> str:
    """The words of a message: a text, or the texts among its parts; no results, thoughts or pictures."""
    if isinstance(content, list):
        return "\n".join(filter(None, map(_words, content)))
    if isinstance(content, dict):
        kind = content.get("type")
        is_text = kind in (None, "text", "input_text", "output_text") and not content.get("thought")
        return text(content.get("text")) if is_text else ""
    return text(content)


def _typed(words: str, role: Role) -> str:
    """What of a turn the person typed."""
    if role is not Role.USER:
        return words
    words = _ASIDE.sub("", words).strip()
    return "" if _NOT_TYPED.match(words) else words


def _conversation(said: list[Message], title: str, source: str) -> Item:
    if not any(message.role is Role.USER for message in said):
        return LeftOut(title, "nothing is said in it")
    return Conversation(title, tuple(said), source, next((m.at for m in said if m.at), None))
