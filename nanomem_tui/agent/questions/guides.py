"""Which small questions a run can go on with: recognized by its tools and by what was done so far.

Each kind is imported with its first run: the patterns they hold replies against take long to compile.
"""

from functools import cache

from nanomem_tui.agent.models.base import Message, Request, Role
from nanomem_tui.agent.questions.asking import Guide, Kind
from nanomem_tui.agent.rules.conversation import Conversation, conversation

_READ = ("source", "document")


def guide_for(request: Request) -> Guide | None:
    """How to work out the next step of a run; None where the model had better say it itself."""
    offered = frozenset(tool.name for tool in request.tools)
    if not offered & {"add_facts", "answer"}:
        return None
    try:
        run = conversation(request.messages, offered)
    except ValueError:
        return None
    replies = [message for message in request.messages if message.role is Role.ASSISTANT]
    if any(not message.calls for message in replies) or any(done.failed for done in run.done):
        return None
    prompt = next((message.text for message in request.messages if message.role is Role.SYSTEM), "")
    if {"add_facts", "finish"} <= offered:
        return _writing(run, prompt, replies)
    return _answering(run, prompt, replies) if "answer" in offered else None


def _writing(run: Conversation, prompt: str, replies: list[Message]) -> Guide | None:
    from nanomem_tui.agent.questions import writing

    if run.context.tag not in _READ:
        return None
    if not replies:
        return writing.read_source(run, prompt)
    if len(replies) == 1 and replies[0].text:
        return writing.judge(run, replies[0].text)
    return None


def _answering(run: Conversation, prompt: str, replies: list[Message]) -> Guide | None:
    from nanomem_tui.agent.questions import answering

    if run.context.block("query") is None or run.context.block("given") is not None:
        return None
    if not replies:
        return answering.look(run, prompt)
    if len(replies) <= 2:
        return answering.answer(run, prompt, again=len(replies) > 1)
    return None


def _kinds() -> tuple[Kind, ...]:
    from nanomem_tui.agent.questions import answering, writing

    return (*answering.KINDS, *writing.KINDS)


@cache
def examples() -> frozenset[str]:
    """What examples of questions say, word for word: the same for everybody."""
    return frozenset(message.text for kind in _kinds() for message in kind.shown())


def tasks() -> tuple[str, ...]:
    """What the questions are introduced by."""
    return tuple(kind.task for kind in _kinds())
