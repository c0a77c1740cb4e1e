"""Which small questions a run can go on with: recognized by its tools and by what was done so far.

Each kind is imported with its first run: the patterns they hold replies against take long to compile.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from nanomem_tui.agent.flows import load_flow
from nanomem_tui.agent.models.base import Message, Request, Role
from nanomem_tui.agent.questions.asking import Guide, Kind
from nanomem_tui.agent.rules.conversation import Conversation, conversation

_READ = ("source", "document")
_Flow = Callable[[Conversation, str, list[Message]], Guide | None]
"""A run, its prompt and what was replied so far -> how to go on."""


def guide_for(request: Request) -> Guide | None:
    """How to work out the next step of a run; None where the model had better say it itself."""
    offered = frozenset(tool.name for tool in request.tools)
    flow = next((flow for named, flow in _BY_TOOLS if named <= offered), None)
    if flow is None:
        return None
    try:
        run = conversation(request.messages, offered)
    except ValueError:
        return None
    replies = [message for message in request.messages if message.role is Role.ASSISTANT]
    if any(not message.calls for message in replies) or any(done.failed for done in run.done):
        return None
    prompt = next((message.text for message in request.messages if message.role is Role.SYSTEM), "")
    return flow(run, prompt, replies)


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

    if run.context.block("query") is None:
        return None
    if not replies:
        if run.context.block("given") is None:
            return answering.look(run, prompt)
        from nanomem_tui.agent.questions import completing

        return completing.weigh(run, prompt)
    if len(replies) <= 2:
        return answering.answer(run, prompt, again=len(replies) > 1)
    return None


def _handing_on(run: Conversation, prompt: str, replies: list[Message]) -> Guide | None:
    from nanomem_tui.agent.questions import handing_on

    if run.context.block("query") is None or len(replies) > 1:
        return None
    return handing_on.choose(run) if replies else handing_on.look(run, prompt)


def _forgetting(run: Conversation, prompt: str, replies: list[Message]) -> Guide | None:
    from nanomem_tui.agent.questions import forgetting

    if run.context.tag != "request" or len(replies) > 2:
        return None
    if not replies:
        return forgetting.look(run, prompt)
    return forgetting.judge(run, _own(prompt, "forget"), again=len(replies) > 1)


def _tidying(run: Conversation, prompt: str, replies: list[Message]) -> Guide | None:
    from nanomem_tui.agent.questions import tidying

    if run.context.tag != "request" or len(replies) > 1:
        return None
    return tidying.judge(run, _own(prompt, "compact")) if replies else tidying.read(run)


def _own(prompt: str, flow: str) -> str:
    """A prompt that the person wrote; "" for ours, which is about tools that questions do not name."""
    return "" if prompt == load_flow(flow, Path("/")).prompt else prompt


_BY_TOOLS: tuple[tuple[frozenset[str], _Flow], ...] = (
    (frozenset({"add_facts", "finish"}), _writing),
    (frozenset({"answer"}), _answering),
    (frozenset({"craft_prompt"}), _handing_on),
    (frozenset({"remove_facts", "finish"}), _forgetting),
    (frozenset({"archive_facts", "finish"}), _tidying),
)
"""Which flow is led how, known by the tools that only it has."""


def _kinds() -> tuple[Kind, ...]:
    from nanomem_tui.agent.questions import answering, completing, forgetting, tidying, writing

    modules = (answering, completing, forgetting, tidying, writing)
    return tuple(kind for module in modules for kind in module.KINDS)


@cache
def examples() -> frozenset[str]:
    """What examples of questions say, word for word: the same for everybody."""
    return frozenset(message.text for kind in _kinds() for message in kind.shown())


def tasks() -> tuple[str, ...]:
    """What the questions are introduced by."""
    return tuple(kind.task for kind in _kinds())
