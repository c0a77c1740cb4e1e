"""Calls as JSON text: flows without tool calls, schemas narrowed to the possible, and when to switch."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from nanomem_tui.agent.context import MapEntry, first_message
from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.agent.flows import load_flow
from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.loop import run
from nanomem_tui.agent.models.base import Message, Model, Request, Response, Role, TextDelta, ToolCall
from nanomem_tui.agent.models.json_mode import AdaptiveModel, JsonModeModel, in_json
from nanomem_tui.agent.models.narrowing import NEW_PATH, next_calls
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.agent.opening import opening
from nanomem_tui.agent.toolbox import Answered, Toolbox
from nanomem_tui.agent.tools import TOOLS, WRITING, spec
from tests.agent.conftest import Kit
from tests.agent.play import NOW, clock
from tests.loopback import ScriptedServer
from tests.replies import Reply, reply_calls, reply_error, reply_text, to_json, turn

QUICK = Patience(connect=10, read=20, total=40, first_wait=0.01)
MAP = [MapEntry("personal/about.md", 3), MapEntry("health/", 9, files=2)]
START = (
    Message(Role.SYSTEM, "Keep a memory."),
    Message(Role.USER, first_message(MAP, date(2026, 3, 1), [("request", "I like tea.")])),
)
HIT = "personal/about.md [k3f9q] Likes coffee · 2026-01-01 · long_term · user_statement · high"
FOUND = f"<memory>\n{HIT}\n</memory>"
SEARCH = {"name": "search_facts", "arguments": {"query": "tea"}}


def fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value fits a schema, as far as ours go."""
    if "anyOf" in schema:
        return any(fits(choice, value) for choice in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    match schema["type"]:
        case "object":
            return (
                isinstance(value, dict)
                and set(schema["required"]) <= set(value) <= set(schema["properties"])
                and all(fits(schema["properties"][name], inner) for name, inner in value.items())
            )
        case "array":
            bounds = schema["minItems"] <= len(value) <= schema["maxItems"]
            return bounds and all(fits(schema["items"], inner) for inner in value)
        case "string":
            return isinstance(value, str) and bool(re.search(schema.get("pattern", ""), value))
        case "boolean":
            return isinstance(value, bool)
    raise AssertionError(schema)


def request(*names: str, after: tuple[Message, ...] = ()) -> Request:
    return Request((*START, *after), tuple(spec(name) for name in names), 400)


def asked(number: int, name: str, arguments: Mapping[str, Any], result: str) -> tuple[Message, Message]:
    """A call and its result."""
    call = ToolCall(f"c{number}", name, to_json(arguments))
    return Message(Role.ASSISTANT, "", (call,)), Message(Role.TOOL, result, call_id=f"c{number}")


def allowed(made: Request, name: str, arguments: Mapping[str, Any]) -> bool:
    ends = {"done": False} if name in WRITING and any(tool.name == "finish" for tool in made.tools) else {}
    return fits(next_calls(made), {"name": name, "arguments": arguments, **ends})


ADD = ("search_facts", "read_file", "add_facts", "update_facts", "archive_facts", "finish")
TEA = {"text": "Likes tea", "quote": "I like tea"}


def test_first_memory_is_looked_at() -> None:
    first = request(*ADD)
    assert allowed(first, "search_facts", {"query": "tea"})
    assert allowed(first, "read_file", {"path": "personal/about.md"})
    assert not allowed(first, "read_file", {"path": "personal/invented.md"})
    assert not allowed(first, "add_facts", {"path": "personal/about.md", "facts": [TEA]})
    assert not allowed(first, "finish", {"summary": "Saved!"})
    assert not allowed(
        first, "archive_facts", {"path": "personal/about.md", "ids": ["k3f9q"], "reason": "expired"}
    )


def test_then_only_what_was_read_can_be_changed() -> None:
    then = request(*ADD, after=asked(1, "search_facts", {"query": "tea"}, FOUND))
    update = {"id": "k3f9q", **TEA, "reason": "changed"}
    assert allowed(then, "update_facts", {"path": "personal/about.md", "updates": [update]})
    assert not allowed(
        then, "update_facts", {"path": "personal/about.md", "updates": [{**update, "id": "aaaaa"}]}
    )
    assert not allowed(then, "update_facts", {"path": "health/teeth.md", "updates": [update]})
    assert not allowed(then, "update_facts", {"path": "personal/about.md", "updates": []})
    assert allowed(then, "finish", {"summary": "Known already."})
    assert allowed(then, "add_facts", {"path": "personal/about.md", "facts": [{**TEA, "tier": "long_term"}]})
    assert allowed(then, "add_facts", {"path": "food/drinks.md", "facts": [TEA]})
    for path in ("../x.md", "/etc/x.md", "Food/Drinks.md", "drinks.md", "food/drinks", ".nanomem/a.md"):
        assert not allowed(then, "add_facts", {"path": path, "facts": [TEA]})


def test_what_was_read_or_searched_enough_is_not_offered_again() -> None:
    read = asked(
        1, "read_file", {"path": "personal/about.md"}, "<memory>\npersonal/about.md · 0 facts\n</memory>"
    )
    assert not allowed(request(*ADD, after=read), "read_file", {"path": "personal/about.md"})
    thrice = tuple(
        message
        for n in range(3)
        for message in asked(n, "search_facts", {"query": str(n)}, "No fact matches. Try other words.")
    )
    assert not allowed(request(*ADD, after=thrice), "search_facts", {"query": "again"})


def test_an_empty_memory_is_written_to_at_once() -> None:
    empty = (START[0], Message(Role.USER, first_message([], date(2026, 3, 1), [("source", "I like tea.")])))
    made = Request(empty, tuple(spec(name) for name in ADD), 400)
    assert allowed(made, "add_facts", {"path": "food/drinks.md", "facts": [TEA]})
    assert not allowed(made, "search_facts", {"query": "tea"})


def test_an_answer_cites_what_was_read() -> None:
    made = request("search_facts", "answer", after=asked(1, "search_facts", {"query": "tea"}, FOUND))
    assert allowed(made, "answer", {"sentences": [{"text": "Likes coffee.", "facts": ["k3f9q"]}]})
    assert allowed(made, "answer", {"sentences": [{"text": "Nothing is known.", "facts": []}]})
    assert not allowed(made, "answer", {"sentences": [{"text": "Likes gin.", "facts": ["zzzzz"]}]})
    assert not allowed(made, "answer", {"sentences": []})


def test_a_paths_pattern_is_one_that_memory_takes() -> None:
    from nanomem_tui.memory.paths import check_path

    assert check_path("food/hot-drinks_2.md") == "food/hot-drinks_2.md"
    assert re.search(NEW_PATH, "food/hot-drinks_2.md")


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_has_a_form_without_references_and_with_bounds(name: str) -> None:
    made = next_calls(request(name, after=asked(1, "search_facts", {"query": "tea"}, FOUND)))
    text = json.dumps(made)
    assert "$ref" not in text
    assert text.count('"array"') == text.count('"maxItems"')
    assert text.count('"object"') == text.count('"additionalProperties": false')


def test_a_request_in_json_names_no_tool_to_the_server() -> None:
    after = (*asked(1, "search_facts", {"query": "tea"}, FOUND), Message(Role.ASSISTANT, "Hm."))
    told = in_json(request(*ADD, after=after))
    assert told.tools == ()
    assert [message.role for message in told.messages] == [
        Role.SYSTEM,
        Role.USER,
        Role.ASSISTANT,
        Role.USER,
        Role.ASSISTANT,
    ]
    assert told.messages[0].text.startswith("Keep a memory.\n")
    assert all(name in told.messages[0].text for name in ADD)
    assert json.loads(told.messages[2].text) == SEARCH
    assert told.messages[3].text == f"Result of search_facts:\n{FOUND}"
    later = in_json(request(*ADD, after=(*after, Message(Role.USER, "Go on."))))
    assert later.messages[: len(told.messages)] == told.messages, "the prefix stays, so that caches hit"


async def flow_in_json(name: str, calls: list[Any], kit: Kit, model_of: Any) -> tuple[Toolbox, list[Event]]:
    """A flow against a server that knows no tool calls and holds replies to the schema."""

    def reply(body: dict[str, Any]) -> Reply:
        if "response_format" not in body:
            return reply_error(400, "this model does not support tools")
        wanted = calls[turn(body)]
        schema = body["response_format"]["json_schema"]["schema"]
        return reply_text(to_json(wanted)) if fits(schema, wanted) else reply_error(400, f"no: {wanted}")

    toolbox: Toolbox = kit("I like tea.")
    flow = load_flow(name, toolbox.draft.tree.root)
    # Small questions are for what a person says or asks; all else takes calls of the model's own.
    start = opening(flow, toolbox.view, NOW.date(), [("instructions", "I like tea.")])
    with ScriptedServer(reply) as server:
        model: Model = model_of(OpenAIModel(server.base_url, "m", timeout=QUICK))
        events = [event async for event in run(model, flow, start, toolbox, Limits(), "RUN", clock)]
        await model.close()
    return toolbox, events


@pytest.mark.parametrize("model_of", [JsonModeModel, AdaptiveModel])
async def test_a_flow_is_done_without_tool_calls(kit: Kit, model_of: Any) -> None:
    add = {"name": "add_facts", "arguments": {"path": "food/drinks.md", "facts": [TEA]}, "done": False}
    end = {"name": "finish", "arguments": {"summary": "Added one."}}
    toolbox, events = await flow_in_json("add", [SEARCH, add, end], kit, model_of)
    assert events[-1].attributes["state"] == "done"
    assert [edit.path for edit in toolbox.edits] == ["food/drinks.md"]
    assert not [event for event in events if event.type is EventType.TEXT_DELTA]


async def test_a_call_that_is_the_last_needs_no_request_to_say_so(kit: Kit) -> None:
    add = {"name": "add_facts", "arguments": {"path": "food/drinks.md", "facts": [TEA]}, "done": True}
    toolbox, events = await flow_in_json("add", [SEARCH, add], kit, JsonModeModel)
    assert events[-1].attributes["state"] == "done"
    assert len(toolbox.edits) == 1
    assert len([event for event in events if event.type is EventType.REQUEST_SENT]) == 2


async def test_a_last_call_that_fails_does_not_end_the_run(kit: Kit) -> None:
    wrong = {"path": "food/drinks.md", "facts": [{"text": "Likes gin", "quote": "I like gin"}]}
    add = {"name": "add_facts", "arguments": wrong, "done": True}
    right = {"name": "add_facts", "arguments": {"path": "food/drinks.md", "facts": [TEA]}, "done": True}
    toolbox, events = await flow_in_json("add", [SEARCH, add, right], kit, JsonModeModel)
    assert events[-1].attributes["state"] == "done"
    assert [edit.fact.text for edit in toolbox.edits if edit.fact] == ["Likes tea"]


async def test_an_answer_is_given_without_tool_calls(kit: Kit) -> None:
    look = {"name": "read_file", "arguments": {"path": "personal/about.md"}}
    toolbox = kit()
    (work,) = (fact for fact in toolbox.view.facts("personal/about.md") if fact.text == "Works at Acme")
    said = {
        "name": "answer",
        "arguments": {"sentences": [{"text": "They work at Acme.", "facts": [work.id]}]},
    }
    toolbox, _ = await flow_in_json("retrieve", [look, said], kit, JsonModeModel)
    assert isinstance(toolbox.outcome, Answered)
    assert toolbox.outcome.sentences[0].text == "They work at Acme."


async def last(model: Model, made: Request) -> Response:
    pieces = [piece async for piece in model.stream(made)]
    assert all(isinstance(piece, TextDelta) for piece in pieces[:-1])
    assert isinstance(pieces[-1], Response)
    return pieces[-1]


MALFORMED: Mapping[str, Reply] = {
    "prose": reply_text("I have saved it!"),
    "broken arguments": reply_calls(("search_facts", '{"query": "te')),
    "an unknown tool": reply_calls(("save_memory", {"text": "tea"})),
    "no tools": reply_error(400, "model does not support tools"),
    "calls its own server cannot read": reply_error(500, "Failed to parse input at pos 3: <tool"),
}


@pytest.mark.parametrize("reply", MALFORMED.values(), ids=MALFORMED.keys())
async def test_the_first_malformed_reply_changes_to_json_for_good(reply: Reply) -> None:
    with ScriptedServer([reply, reply_text(to_json(SEARCH)), reply_text(to_json(SEARCH))]) as server:
        model = AdaptiveModel(OpenAIModel(server.base_url, "m", timeout=QUICK))
        first = await last(model, request(*ADD))
        assert model.json
        second = await last(model, request(*ADD))
        await model.close()
        bodies = [recorded.json for recorded in server.requests]
    assert ["tools" in body for body in bodies] == [True, False, False]
    assert ["response_format" in body for body in bodies] == [False, True, True]
    for response in (first, second):
        assert [(call.name, json.loads(call.arguments)) for call in response.calls] == [
            tuple(SEARCH.values())
        ]
    assert first.calls[0].id != second.calls[0].id
    assert first.usage.requests == second.usage.requests == 1, "each exchange is counted where it is heard"


@pytest.mark.parametrize(
    "reply",
    [
        reply_calls(("search_facts", {"query": "tea"})),
        reply_calls(("search_facts", {"query": "tea"}), finish="length"),
        reply_text("I wanted to", finish="length"),
    ],
)
async def test_a_model_that_makes_its_calls_is_left_alone(reply: Reply) -> None:
    with ScriptedServer([reply, reply_calls(("search_facts", {"query": "tea"}))]) as server:
        model = AdaptiveModel(OpenAIModel(server.base_url, "m", timeout=QUICK))
        await last(model, request(*ADD))
        assert not model.json
        await last(model, request(*ADD))
        await model.close()
        assert all("tools" in recorded.json for recorded in server.requests)


async def test_a_model_known_to_need_json_is_asked_in_json_at_once() -> None:
    with ScriptedServer([reply_text(to_json(SEARCH))]) as server:
        model = AdaptiveModel(OpenAIModel(server.base_url, "m", timeout=QUICK), json=True)
        assert (await last(model, request(*ADD))).calls
        await model.close()
        assert len(server.requests) == 1


async def test_a_server_that_knows_no_schemas_is_asked_without() -> None:
    refusal = reply_error(400, "'response_format.type' must be one of: text")
    with ScriptedServer([refusal, reply_text(f"```json\n{to_json(SEARCH)}\n```")]) as server:
        model = JsonModeModel(OpenAIModel(server.base_url, "m", timeout=QUICK))
        assert (await last(model, request(*ADD))).calls[0].name == "search_facts"
        await model.close()
        assert ["response_format" in recorded.json for recorded in server.requests] == [True, False]


@pytest.mark.parametrize(
    "text", ["", "{}", "I cannot.", to_json({"name": "rm", "arguments": {}}), to_json(SEARCH)[:-4]]
)
async def test_what_is_no_call_stays_text(text: str) -> None:
    with ScriptedServer([reply_text(text)]) as server:
        model = JsonModeModel(OpenAIModel(server.base_url, "m", timeout=QUICK))
        response = await last(model, request(*ADD))
        await model.close()
    assert (response.text, response.calls) == (text, ())


async def test_a_call_cut_at_the_limit_does_not_run() -> None:
    with ScriptedServer([reply_text(to_json(SEARCH), finish="length")]) as server:
        model = JsonModeModel(OpenAIModel(server.base_url, "m", timeout=QUICK))
        assert (await last(model, request(*ADD))).calls == ()
        await model.close()
