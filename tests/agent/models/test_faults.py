"""Every fault of a model server, against the model alone: what comes of it, and how often it is asked."""

import json
import time
from collections.abc import Iterator

import pytest

from nanomem_tui.agent.models.base import Message, Request, Response, Role, TextDelta, ToolSpec
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.refusals import LONGEST_QUOTE
from nanomem_tui.memory.errors import ModelUnreachable
from tests.agent.models.faults import FAULTS, PATIENT, Comes, Fault
from tests.agent.models.recipes import Good
from tests.loopback import ScriptedServer
from tests.replies import Reply

GOOD = Good(
    "Grüße, ich merke mir das 🙂.",
    (
        (
            "add_facts",
            {"path": "personal/about.md", "facts": [{"text": "Likes tea ☕", "quote": 'I "like" tea'}]},
        ),
        ("finish", {"summary": "One fact\nadded"}),
    ),
)
REQUEST = Request(
    (Message(Role.SYSTEM, "Be brief."), Message(Role.USER, "I like tea.")),
    tuple(ToolSpec(name, f"Does {name}.", {"type": "object"}) for name, _ in GOOD.calls),
    4096,
)


def script(fault: Fault) -> "Iterator[Reply]":
    replies = list(fault.replies(GOOD))
    yield from replies
    while True:
        yield replies[-1]


async def answer(model: OpenAIModel, request: Request = REQUEST) -> Response | ModelUnreachable:
    """What comes of a request; no other exception may."""
    said = ""
    response: Response | None = None
    try:
        async for piece in model.stream(request):
            assert response is None, "nothing may follow the response"
            if isinstance(piece, TextDelta):
                said += piece.text
            else:
                response = piece
    except ModelUnreachable as error:
        return error
    finally:
        await model.close()
    assert response is not None
    assert response.text in (said, ""), "what was shown is what was said, unless it was a call"
    return response


def come_of(result: Response | ModelUnreachable) -> Comes:
    if isinstance(result, ModelUnreachable):
        return Comes.ERROR
    if result.finish_reason is None:
        return Comes.CUT
    if result.finish_reason == "length":
        return Comes.LENGTH
    if result.finish_reason == "garbled":
        return Comes.GARBLED
    if not result.calls:
        return Comes.PROSE
    calls = tuple((call.name, call.arguments) for call in result.calls)
    return Comes.WHOLE if [(n, _loaded(a)) for n, a in calls] == list(GOOD.calls) else Comes.BROKEN


def _loaded(arguments: str) -> object:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    """Lines for the table that `-s` shows."""
    lines: list[str] = []
    yield lines
    print("\n\nfault                                 comes    requests   ms  sentence")
    print("\n".join(lines))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_fault_has_its_outcome(fault: Fault, table: list[str]) -> None:
    replies = script(fault)
    began = time.monotonic()
    with ScriptedServer(lambda _: next(replies)) as server:
        result = await answer(OpenAIModel(server.base_url, "m", timeout=fault.patience))
        took = time.monotonic() - began
        requests = len(server.requests)
    table.append(f"{fault.name:38}{come_of(result):9}{requests:4}{took * 1000:10.0f}  {_sentence(result)}")
    assert come_of(result) is fault.comes, result
    assert requests == fault.requests
    assert took < PATIENT.read / 2, "no fault makes a person wait until the server is given up"
    if isinstance(result, ModelUnreachable):
        _is_one_sentence(result)
        assert fault.says in str(result)
    elif fault.name.startswith("calls printed") and fault.comes is not Comes.WHOLE:
        assert result.calls == ()
    elif fault.comes is Comes.WHOLE:
        assert result.text in (GOOD.text, "")
        assert len({call.id for call in result.calls}) == len(result.calls)


def _sentence(result: Response | ModelUnreachable) -> str:
    return str(result) if isinstance(result, ModelUnreachable) else ""


def _is_one_sentence(error: ModelUnreachable) -> None:
    assert error.message.endswith((".", "”."))
    assert error.next_step.endswith(".")
    assert "127.0.0.1" in error.message or "proxy" in error.message
    assert str(error).isprintable()
    assert len(error.message) < LONGEST_QUOTE + 100
    assert not any(word in str(error) for word in ("Traceback", "Error(", "httpx", "openai."))
