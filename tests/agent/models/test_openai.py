"""The OpenAI-compatible model on the wire: what it sends, what never leaves, and how it stops."""

import asyncio
import json
import subprocess
import sys
from contextlib import aclosing
from typing import Any

import pytest

from nanomem_tui.agent.models.base import (
    Message,
    Model,
    Request,
    Response,
    Role,
    TextDelta,
    ToolCall,
    ToolSpec,
)
from nanomem_tui.agent.models.endpoints import Key, target
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.memory.errors import ModelUnreachable, UsageError
from nanomem_tui.memory.levels import Trust
from tests.loopback import ScriptedServer
from tests.replies import (
    Hang,
    Wire,
    chunk,
    reply_calls,
    reply_error,
    reply_text,
    sse,
    stream_reply,
)

SEARCH = ToolSpec("search_facts", "Ranked facts.", {"type": "object", "properties": {"query": {}}})
REQUEST = Request((Message(Role.SYSTEM, "Be brief."), Message(Role.USER, "Tea?")), (SEARCH,), 400)
QUICK = Patience(connect=2, read=5, total=10, first_wait=0.01)


async def whole(model: Model, request: Request = REQUEST) -> Response:
    last = [piece async for piece in model.stream(request)][-1]
    assert isinstance(last, Response)
    return last


async def test_it_streams_text_then_calls_and_counts_the_cost() -> None:
    said = reply_calls(("search_facts", {"query": "tée"}), ("search_facts", {}), text="Let me look it up.")
    with ScriptedServer([said]) as server:
        model: Model = OpenAIModel(server.base_url, "m", timeout=QUICK)
        pieces = [piece async for piece in model.stream(REQUEST)]
        await model.close()
    *deltas, response = pieces
    assert all(isinstance(delta, TextDelta) for delta in deltas)
    assert len(deltas) > 1
    assert "".join(delta.text for delta in deltas if isinstance(delta, TextDelta)) == said.text
    assert isinstance(response, Response)
    assert response.text == said.text
    assert [(call.name, call.arguments) for call in response.calls] == [
        ("search_facts", '{"query": "tée"}'),
        ("search_facts", "{}"),
    ]
    assert (response.finish_reason, response.model) == ("tool_calls", "scripted-1")
    assert (response.usage.input_tokens, response.usage.output_tokens) == (120, 30)
    assert (response.usage.cached_tokens, response.usage.requests) == (100, 1)
    assert response.usage.seconds > 0


async def test_text_arrives_as_it_is_said() -> None:
    with ScriptedServer([stream_reply(sse(chunk({"content": "Well"})), Hang())]) as server:
        model = OpenAIModel(server.base_url, "m", timeout=QUICK)
        async with aclosing(model.stream(REQUEST)) as stream:
            assert await asyncio.wait_for(anext(stream), 5) == TextDelta("Well")
        await model.close()


async def test_ids_of_calls_are_new_throughout_a_run() -> None:
    again = reply_calls(("search_facts", {"query": "a"}), ("search_facts", {"query": "b"}))
    with ScriptedServer([again, again]) as server:
        model = OpenAIModel(server.base_url, "m", timeout=QUICK)
        calls = [*(await whole(model)).calls, *(await whole(model)).calls]
        await model.close()
    assert len({call.id for call in calls}) == 4
    assert all(call.id.isalnum() and len(call.id) == 9 for call in calls)


async def sent(request: Request, **how: Any) -> dict[str, Any]:
    with ScriptedServer([reply_text("ok")]) as server:
        model = OpenAIModel(server.base_url, "m", timeout=QUICK, **how)
        await whole(model, request)
        await model.close()
        return server.requests[0].json


async def test_the_body_is_the_protocols() -> None:
    call = ToolCall("call00001", "search_facts", '{"query": "tea"}')
    messages = (
        *REQUEST.messages,
        Message(Role.ASSISTANT, "", (call,)),
        Message(Role.TOOL, "nothing", call_id="call00001"),
        Message(Role.ASSISTANT, "Hm."),
    )
    body = await sent(Request(messages, (SEARCH,), 400))
    assert body == {
        "model": "m",
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_tokens": 400,
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Tea?"},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "call00001",
                        "type": "function",
                        "function": {"name": "search_facts", "arguments": '{"query": "tea"}'},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "call00001", "content": "nothing"},
            {"role": "assistant", "content": "Hm."},
        ],
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "search_facts",
                    "description": "Ranked facts.",
                    "parameters": {"type": "object", "properties": {"query": {}}},
                },
            }
        ],
    }


async def test_broken_calls_and_empty_messages_go_back_in_a_form_that_servers_take() -> None:
    calls = (ToolCall("a", "os.system; rm", '{"query": "te'), ToolCall("b", "", "[1]"))
    messages = (Message(Role.USER, "x"), Message(Role.ASSISTANT, "", calls), Message(Role.ASSISTANT, ""))
    body = await sent(Request(messages, (), 400))
    functions = [call["function"] for call in body["messages"][1]["tool_calls"]]
    assert functions == [{"name": "os_system__rm", "arguments": "{}"}, {"name": "unknown", "arguments": "{}"}]
    assert body["messages"][2]["content"]
    assert "tools" not in body


async def test_text_that_cannot_be_encoded_does_not_stop_a_request() -> None:
    body = await sent(Request((Message(Role.USER, "caf\udce9 \ud83d\ude42 \x00"),), (), 400))
    assert body["messages"][0]["content"] == "caf\ufffd 🙂 \x00"


AMBIENT = {
    "OPENAI_API_KEY": "sk-leak-1",
    "OPENAI_ADMIN_KEY": "sk-leak-2",
    "OPENAI_ORG_ID": "org-leak",
    "OPENAI_PROJECT_ID": "proj-leak",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/leak",
    "OPENAI_CUSTOM_HEADERS": "X-Leak: leak\nAuthorization: Bearer leak\nCookie: leak",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
    "NETRC": "/nonexistent",
}


@pytest.mark.parametrize("key", [None, "sk-mine"])
async def test_nothing_of_the_environment_or_the_machine_leaves(
    monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    for name, value in AMBIENT.items():
        monkeypatch.setenv(name, value)
    with ScriptedServer([reply_text("ok")]) as server:
        given = Key.of(key, server.base_url) if key else None
        model = OpenAIModel(server.base_url, None, given, timeout=QUICK)
        await whole(model)
        await model.close()
        requests = server.all_requests
    assert [request.path for request in requests] == ["/v1/models", "/v1/chat/completions"]
    for request in requests:
        allowed = {"host", "accept", "accept-encoding", "content-type", "content-length", "user-agent"}
        assert set(request.headers) - allowed == ({"authorization"} if key else set())
        assert request.headers.get("authorization") == (f"Bearer {key}" if key else None)
        assert request.headers["user-agent"] == "nanomem"
        assert b"leak" not in request.body
        assert not any("leak" in value for value in request.headers.values())


async def test_a_redirect_is_not_followed() -> None:
    with ScriptedServer([reply_text("stolen")]) as thief:
        where = Wire(307, (("Location", f"{thief.base_url}/chat/completions"),))
        with ScriptedServer([where]) as server:
            model = OpenAIModel(server.base_url, "m", Key.of("sk-1", server.base_url), timeout=QUICK)
            with pytest.raises(ModelUnreachable, match=f"redirects to .*{thief.port}.*nothing was sent"):
                await whole(model)
            await model.close()
        assert thief.all_requests == []


async def test_no_request_passes_to_another_origin() -> None:
    from nanomem_tui.agent.models.transport import AnotherOrigin, new_client

    with ScriptedServer() as server, ScriptedServer() as other:
        async with new_client(server.base_url, "sk-1", connect=5, read=5, proxy=None) as client:
            assert (await client.get(f"{server.base_url}/models")).status_code == 200
            for url in (other.base_url, server.base_url.replace("127.0.0.1", "localhost")):
                with pytest.raises(AnotherOrigin):
                    await client.get(f"{url}/models")
        assert (len(server.all_requests), other.connections) == (1, 0)


def test_a_key_of_another_server_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(UsageError, match="belongs to"):
        OpenAIModel("http://127.0.0.1:9/v1", "m", Key.of("sk-1", "https://api.openai.com/v1"))


async def test_a_wrong_key_is_told_apart_from_none_and_never_repeated() -> None:
    with ScriptedServer(key="right") as server:
        wrong = OpenAIModel(
            server.base_url, "m", Key.of("wrong", server.base_url), timeout=QUICK, key_names=("A_KEY",)
        )
        with pytest.raises(ModelUnreachable, match=r"does not accept the API key\. Set A_KEY"):
            await whole(wrong)
        with pytest.raises(ModelUnreachable, match="wants an API key"):
            await whole(OpenAIModel(server.base_url, "m", timeout=QUICK))
    with ScriptedServer([reply_error(400, "The key sk-echo-1234 is bad")]) as server:
        model = OpenAIModel(server.base_url, "m", Key.of("sk-echo-1234", server.base_url), timeout=QUICK)
        with pytest.raises(ModelUnreachable) as refused:
            await whole(model)
        assert "sk-echo" not in str(refused.value)


async def test_nothing_is_sent_to_a_provider_without_the_key_it_needs() -> None:
    with ScriptedServer() as proxy:
        way = proxy.base_url.removesuffix("/v1")
        model = OpenAIModel.at(target("openai", {}), timeout=QUICK, proxy=way)
        with pytest.raises(
            ModelUnreachable, match=r"wants an API key\. Set OPENAI_API_KEY or NANOMEM_API_KEY"
        ):
            await whole(model)
        assert proxy.connections == 0


async def test_what_a_server_refused_once_is_not_sent_again() -> None:
    refusal = reply_error(400, "Unknown parameter: stream_options.include_usage")
    with ScriptedServer([refusal, reply_text("one"), reply_text("two")]) as server:
        model = OpenAIModel(server.base_url, "m", timeout=QUICK)
        assert (await whole(model)).usage.requests == 2
        assert (await whole(model)).usage.requests == 1
        await model.close()
        assert ["stream_options" in request.json for request in server.requests] == [True, False, False]


async def test_the_only_model_of_a_server_is_taken_where_none_is_named() -> None:
    with ScriptedServer([reply_text("ok")], models=["qwen"]) as server:
        model = OpenAIModel(server.base_url, None, timeout=QUICK)
        await whole(model)
        assert model.name == "qwen"
        assert server.requests[0].json["model"] == "qwen"
        await model.close()


@pytest.mark.parametrize("offered", [[], ["a", "b\x1b[31m"]])
async def test_several_models_or_none_are_for_the_person_to_choose(offered: list[str]) -> None:
    with ScriptedServer([reply_text("ok")], models=offered) as server:
        model = OpenAIModel(server.base_url, None, timeout=QUICK)
        with pytest.raises(ModelUnreachable, match="--model") as told:
            await whole(model)
        assert str(told.value).isprintable()
        assert all(name[0] in str(told.value) for name in offered)
        assert server.requests == []


async def test_nobody_answers() -> None:
    with ScriptedServer() as server:
        url = server.base_url
    for model in (OpenAIModel(url, "m", timeout=QUICK), OpenAIModel(url, None, timeout=QUICK)):
        with pytest.raises(ModelUnreachable, match="Nothing answers at 127") as told:
            await whole(model)
        assert told.value.next_step == "Start the server or choose another with --base-url."


async def test_a_host_that_does_not_exist() -> None:
    model = OpenAIModel("http://no-such-host.invalid/v1", "m", timeout=QUICK)
    with pytest.raises(ModelUnreachable, match=r"no-such-host\.invalid"):
        await whole(model)


async def test_a_name_that_no_host_can_have() -> None:
    model = OpenAIModel("http://xn--/v1", "m", timeout=QUICK)
    with pytest.raises((ModelUnreachable, UsageError), match="xn--"):
        await whole(model)


async def test_https_to_a_server_without() -> None:
    with ScriptedServer() as server:
        model = OpenAIModel(server.base_url.replace("http:", "https:"), "m", timeout=QUICK)
        with pytest.raises(ModelUnreachable, match="no secure connection"):
            await whole(model)


async def test_a_proxy_is_for_other_machines_only() -> None:
    with ScriptedServer([reply_text("ok")]) as server, ScriptedServer() as proxy:
        way = proxy.base_url.removesuffix("/v1")
        here = OpenAIModel(server.base_url, "m", timeout=QUICK, proxy=way)
        await whole(here)
        assert proxy.all_requests == []
        there = OpenAIModel("http://model.example/v1", "m", timeout=QUICK, proxy=way)
        with pytest.raises(ModelUnreachable):
            await whole(there)
        assert len(proxy.all_requests) == 1
        await here.close()
        await there.close()


@pytest.mark.parametrize("proxy", ["ftp://127.0.0.1:1", "nonsense", "socks5h://127.0.0.1:1"])
async def test_a_proxy_that_cannot_be_used_is_a_sentence(proxy: str) -> None:
    model = OpenAIModel("http://model.example/v1", "m", timeout=QUICK, proxy=proxy)
    with pytest.raises((UsageError, ModelUnreachable), match="proxy"):
        await whole(model)


async def test_a_connection_is_used_again() -> None:
    with ScriptedServer([reply_text("one"), reply_text("two")]) as server:
        model = OpenAIModel(server.base_url, "m", timeout=QUICK)
        await whole(model)
        await whole(model)
        await model.close()
        assert server.connections == 1


def test_a_model_outlives_its_event_loop() -> None:
    with ScriptedServer([reply_text("one"), reply_text("two")]) as server:
        model = OpenAIModel(server.base_url, "m", timeout=QUICK)
        assert asyncio.run(whole(model)).text == "one"
        assert asyncio.run(whole(model)).text == "two"
        asyncio.run(model.close())


def test_trust_is_the_addresss_and_can_be_lowered() -> None:
    assert OpenAIModel("http://127.0.0.1:1", "m").trust is Trust.LOCAL
    assert OpenAIModel("http://127.0.0.1:1", "m", trust=Trust.REMOTE).trust is Trust.REMOTE
    assert OpenAIModel("https://api.openai.com", "m", trust=Trust.LOCAL).trust is Trust.REMOTE


def test_a_target_makes_a_model() -> None:
    model = OpenAIModel.at(target("ollama", {}, model="qwen"))
    assert (model.provider, model.name, model.endpoint, model.trust) == (
        "ollama",
        "qwen",
        "127.0.0.1:11434",
        Trust.LOCAL,
    )


def test_openai_itself_gets_the_parameters_its_models_take() -> None:
    from nanomem_tui.agent.models.dialect import Dialect

    body = Dialect.of("https://api.openai.com/v1").body(REQUEST, "gpt-5-mini")
    assert body["max_completion_tokens"] == 400
    assert not {"max_tokens", "temperature"} & set(body)


def test_making_a_model_does_not_import_the_client() -> None:
    code = (
        "import sys, json\n"
        "from nanomem_tui.agent.models.openai import OpenAIModel\n"
        "OpenAIModel('http://127.0.0.1:9', 'm')\n"
        "print(json.dumps([name for name in ('openai', 'httpx2', 'pydantic') if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
