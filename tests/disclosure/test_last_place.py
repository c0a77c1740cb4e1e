"""The last scan stands below all that words requests: what is withheld stays, whoever would have said it."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.agent.models.base import Message, Model, Piece, Request, Role
from nanomem_tui.agent.models.json_mode import AdaptiveModel, JsonModeModel
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.screened import ScreenedModel
from nanomem_tui.agent.models.wrapping import Wrapper, asking, at_the_wire
from nanomem_tui.agent.own_prompts import read_prompt, write_prompt
from nanomem_tui.agent.questions.asking import Kind, Question, form, one_of
from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.disclosure.guard import Guard
from nanomem_tui.memory.errors import Withheld
from nanomem_tui.memory.levels import Trust
from nanomem_tui.memory.tree import Tree
from nanomem_tui.settings import Settings, ToolMode
from tests.disclosure.test_canaries import QUICK
from tests.loopback import ScriptedServer
from tests.replies import Reply, reply_calls, reply_text, to_json

SECRET = "Owes 12,400 in back taxes"
CALL = ("search_facts", {"query": "tea"})


@pytest.fixture
def root(root: Path) -> Path:
    """A memory of which a remote model sees one fact."""
    for name, text in {
        "tax/debts.md": f"- {SECRET} | disclosure=private\n",
        "personal/about.md": "- Lives in New York\n- Is single | disclosure=private\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def tree(root: Path) -> Iterator[Tree]:
    tree = Tree(root)
    yield tree
    tree.close()


def answers(body: dict[str, Any]) -> Reply:
    """Whatever a question wants to hear."""
    schema = body["response_format"]["json_schema"]["schema"]
    fact = {"quote": "I live in Portland", "text": "Lives in Portland", "topic": "home"}
    replies: dict[str, Any] = {
        "facts": {"facts": [{**fact, "path": "personal/about.md"}]},
        "older": {"older": "replaced"},
        "words": {"words": ["home"], "files": []},
        "sentences": {"sentences": []},
        "needed": {"needed": "no"},
    }
    return reply_text(to_json(replies[next(iter(schema["properties"]))]))


class Chatty(Wrapper):
    """Words a request of its own before it lets one through."""

    async def stream(self, request: Request) -> AsyncGenerator[Piece]:
        """Say too much, then go on."""
        told = Request((Message(Role.USER, f"By the way: {SECRET}"),), (), 9)
        for each in (told, request):
            async with asking(self._inner, each) as pieces:
                async for piece in pieces:
                    yield piece


async def send(tree: Tree, server: ScriptedServer, request: Request, over: Any = None) -> list[Piece]:
    """What comes of a request through a screened model that counts as remote."""
    screen = Guard(tree).screen(Gate(Trust.REMOTE).sees, [])
    wire = OpenAIModel(server.base_url, "m", trust=Trust.REMOTE, timeout=QUICK)
    model: Model = at_the_wire(over(wire) if over else wire, lambda inner: ScreenedModel(inner, screen))
    try:
        return [piece async for piece in model.stream(request)]
    finally:
        await model.close()


QUESTION = Kind("a thing", "Say a or b.", [("x", {"it": "a"})], 50)
LEAKS = {
    "text": Question(QUESTION, f"Note: {SECRET}", form(it=one_of("ab"))),
    "prompt": Question(QUESTION, "x", form(it=one_of("ab")), f"You know: {SECRET}"),
    "schema": Question(QUESTION, "x", form(it=one_of(["a", SECRET]))),
    "task": Question(Kind("a thing", SECRET, [], 50), "x", form(it=one_of("ab"))),
    "example": Question(Kind("a thing", "Say.", [("x", {"it": SECRET})], 50), "x", form(it=one_of("ab"))),
}


@pytest.mark.parametrize("question", LEAKS.values(), ids=LEAKS.keys())
async def test_no_part_of_a_question_can_hold_what_is_withheld(tree: Tree, question: Question) -> None:
    with ScriptedServer([reply_text('{"it": "a"}')]) as server:
        with pytest.raises(Withheld, match="tax/debts"):
            await send(tree, server, question.request())
        assert server.all_requests == []
        await send(tree, server, Question(QUESTION, "x", form(it=one_of("ab"))).request())
        assert len(server.requests) == 1


@pytest.mark.parametrize("over", [None, JsonModeModel, AdaptiveModel, lambda m: AdaptiveModel(Chatty(m))])
async def test_an_example_that_looks_like_the_models_own_words_is_read_too(tree: Tree, over: Any) -> None:
    told = (Message(Role.USER, "x"), Message(Role.ASSISTANT, SECRET), Message(Role.USER, "y"))
    with ScriptedServer([]) as server:
        with pytest.raises(Withheld):
            await send(tree, server, Request(told, (), 50), over)
        assert server.all_requests == []


async def test_what_a_model_said_itself_may_be_said_back_to_it(tree: Tree) -> None:
    with ScriptedServer([reply_text(f"You owe? {SECRET}?"), reply_text("Ah.")]) as server:
        screen = Guard(tree).screen(Gate(Trust.REMOTE).sees, [])
        model = ScreenedModel(OpenAIModel(server.base_url, "m", timeout=QUICK), screen)
        first = (Message(Role.USER, "Guess."),)
        [*_, heard] = [piece async for piece in model.stream(Request(first, (), 50))]
        said = Message(Role.ASSISTANT, getattr(heard, "text", ""))
        _ = [piece async for piece in model.stream(Request((*first, said), (), 50))]
        await model.close()
        assert len(server.requests) == 2


def bank_at(root: Path, server: ScriptedServer, mode: ToolMode = ToolMode.JSON) -> MemoryBank:
    settings = Settings(
        root=root,
        provider="custom",
        base_url=server.base_url,
        model="m",
        trust=Trust.REMOTE,
        tool_mode=mode,
    )
    return MemoryBank(settings=settings)


@pytest.mark.parametrize("mode", ToolMode)
@pytest.mark.parametrize("flow", ["add", "retrieve"])
async def test_a_prompt_of_ones_own_that_says_too_much_is_refused(
    root: Path, flow: str, mode: ToolMode
) -> None:
    write_prompt(flow, root, f"{read_prompt(flow, root)}\nYou know already: {SECRET}.\n")
    with ScriptedServer(answers) as server:
        bank = bank_at(root, server, mode)
        with pytest.raises(Withheld):
            await getattr(bank, flow)("I live in Portland.")
        await bank.close()
        assert server.all_requests == []


async def test_a_model_that_words_requests_of_its_own_is_read_below_it(root: Path) -> None:
    with ScriptedServer([reply_calls(CALL)]) as server:
        wire = OpenAIModel(server.base_url, "m", trust=Trust.REMOTE, timeout=QUICK)
        bank = MemoryBank(settings=Settings(root=root), model=Chatty(wire))
        with pytest.raises(Withheld):
            await bank.add("I like tea.")
        await bank.close()
        assert server.all_requests == []


async def test_an_example_of_ours_may_say_what_happens_to_be_withheld(root: Path) -> None:
    with ScriptedServer(answers) as server:
        bank = bank_at(root, server)
        result = await bank.update("I live in Portland.")
        await bank.close()
        sent = [request.json["messages"] for request in server.requests]
    assert result.change is not None
    assert any("Older: Is single" in message["content"] for message in sent[-1]), "it is an example of ours"
    assert "single" not in sent[-1][-1]["content"]


async def test_every_byte_of_text_that_was_sent_is_in_the_ledger(root: Path) -> None:
    with ScriptedServer(answers) as server:
        bank = bank_at(root, server)
        await bank.update("I live in Portland.")
        [disclosure] = bank.disclosures()
        await bank.close()
        bodies = [request.json for request in server.requests]
    told = sum(len(message["content"].encode()) for body in bodies for message in body["messages"])
    assert len(bodies) > 1
    assert told < disclosure.bytes < sum(len(request.body) for request in server.requests)
