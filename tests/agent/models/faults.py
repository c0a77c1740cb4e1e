"""What model servers get wrong, each as a small named recipe, and what has to come of it.

A recipe turns the good reply of a step (a text and its calls) into what a faulty server sends instead, so one
table serves the model alone and every flow.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from nanomem_tui.agent.models.patience import Patience
from tests.agent.models.recipes import (
    Good,
    Recipe,
    all_of,
    always,
    breaks,
    bytewise,
    calls_of,
    document,
    documents,
    ends,
    finish,
    halved,
    numbered,
    one_event,
    parsed_calls,
    prints,
    rewritten,
    says,
    streams,
    text_of,
    then_good,
    usual,
    with_calls,
)
from tests.replies import (
    DONE,
    Cut,
    Hang,
    Repeat,
    Reply,
    Reset,
    Wait,
    Wire,
    call_delta,
    chunk,
    json_reply,
    raw_reply,
    reply_error,
    sse,
    stream_reply,
    to_json,
)


class Comes(StrEnum):
    """What has to come of a fault."""

    WHOLE = "whole"
    """It does not matter: text and calls arrive as if nothing were wrong."""
    ERROR = "error"
    """One sentence and the next step."""
    CUT = "cut"
    """An answer without a finish reason: none of its calls may run."""
    LENGTH = "length"
    """An answer that says it was cut at its limit: none of its calls may run."""
    BROKEN = "broken"
    """Calls that cannot run: not whole, or of no tool that was offered."""
    GARBLED = "garbled"
    """A reply that its own server could not read: none of its calls may run."""
    PROSE = "prose"
    """An answer without calls."""


PATIENT = Patience(connect=20, read=20, total=40, first_wait=0.005, grace=0.5)
"""A busy machine must not look like a fault."""
IN_SILENCE = replace(PATIENT, read=0.4)
WITHOUT_END = replace(PATIENT, total=1.0)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong."""

    name: str
    replies: Recipe
    comes: Comes
    says: str = ""
    """Part of the sentence, for errors."""
    requests: int = 1
    """Requests that one answer takes."""
    patience: Patience = PATIENT


def whole(name: str, replies: Recipe, requests: int = 1) -> Fault:
    return Fault(name, replies, Comes.WHOLE, "", requests)


def error(name: str, replies: Recipe, says: str, requests: int = 1, patience: Patience = PATIENT) -> Fault:
    return Fault(name, replies, Comes.ERROR, says, requests, patience)


def silence(name: str, replies: Recipe) -> Fault:
    return error(name, replies, "sent nothing", patience=IN_SILENCE)


def endless(name: str, replies: Recipe) -> Fault:
    return error(name, replies, "did not finish", patience=WITHOUT_END)


UNREAD = "The model produced output that does not match the expected peg-native format"
"""What llama.cpp says of a reply that breaks its schema or its tool format."""


def status(code: int, name: str, says: str, reply: Wire, requests: int = 1) -> Fault:
    return error(f"{code} {name}", always(reply), says, requests)


def refused(code: int, name: str, message: str, says: str, *, kind: str | None = None, n: int = 1) -> Fault:
    return status(code, name, says, reply_error(code, message, code=kind), n)


def refuse_extras(good: Good) -> list[Reply]:
    complaints = (
        "Unsupported parameter: stream_options",
        "'temperature' does not support 0 with this model.",
        "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
    )
    return [*(reply_error(400, said) for said in complaints), good.spoken()]


PAGE = b"<!doctype html><html><h1>It works!</h1></html>"
ELSEWHERE = Wire(307, (("Location", "https://elsewhere.example/v1/chat/completions"),))
UPSTREAM = {
    "error": {"code": 429, "message": "Provider returned error: rate-limited upstream"},
    "user_id": "u",
}
SLOW_DOWN = reply_error(429, "Slow down", retry_after="0.01")
HOSTILE = "\x1b]52;c;ZXZpbA==\x07\u202e" + "long " * 400
ODD_USAGE = {"prompt_tokens": "9", "prompt_tokens_details": [], "completion_tokens": -1}
SECOND_CHOICE = sse({"choices": [{"index": 1, "delta": {"content": "other"}, "finish_reason": "stop"}]})
THOUGHTS = [sse(chunk({"reasoning_content": "Hm, "})), sse(chunk({"reasoning": "let me see."}))]
LA = sse(chunk({"content": "la "}))
OPENED = sse(chunk(call_delta("{", index=0, name="finish")))
BLANK = sse(chunk(call_delta(" ", index=0)))

_STATUS = (
    refused(401, "wrong key", "Incorrect API key", "wants an API key"),
    refused(402, "no credit left", "Pay first", "no credit"),
    refused(403, "not allowed", "Country not supported", "Country not supported"),
    refused(404, "no such model", "`m` does not exist", "has no model called", kind="model_not_found"),
    status(404, "a web page", "no chat model at", Wire(404, (), (PAGE,))),
    refused(405, "wrong address", "Method Not Allowed", "no chat model at"),
    status(407, "the proxy", "proxy", Wire(407)),
    refused(400, "context, llama.cpp", "too big", "larger than", kind="exceed_context_size_error"),
    refused(400, "context, openai", "too big", "larger than", kind="context_length_exceeded"),
    status(413, "too large", "larger than", Wire(413)),
    refused(400, "no tools, ollama", "registry/gemma:2b does not support tools", "cannot call tools"),
    refused(404, "no tools, openrouter", "No endpoints found that support tool use", "cannot call tools"),
    refused(500, "no tools, llama.cpp", "tools param requires --jinja flag", "cannot call tools"),
    refused(400, "for no known reason", "messages.1: odd", "messages.1: odd"),
    status(422, "with a list of details", "bad", json_reply(422, {"detail": [{"msg": "bad"}]})),
    refused(429, "always", "Slow down", "limits how often", n=3),
    refused(429, "quota used up", "You exceeded your quota", "quota", kind="insufficient_quota"),
    whole("429 once", then_good(SLOW_DOWN), requests=2),
    status(429, "wait an hour", "Wait 3600 seconds", reply_error(429, "Slow", retry_after="3600")),
    status(429, "wait for odd", "Wait a little", reply_error(429, "Slow", retry_after="-1e999, soon"), 3),
    refused(500, "always", "Boom", "Boom", n=3),
    Fault("500 unread by the server itself", always(reply_error(500, UNREAD)), Comes.GARBLED),
    Fault(
        "an unread reply inside a 200",
        breaks(sse({"error": {"code": 500, "message": UNREAD}})),
        Comes.GARBLED,
    ),
    whole("500 once", then_good(reply_error(500, "Boom")), requests=2),
    status(502, "a web page", "HTTP 502", Wire(502, (), (PAGE,)), 3),
    whole("503 loading, twice", then_good(*[reply_error(503, "Loading model")] * 2), requests=3),
    refused(529, "overloaded", "Overloaded", "Overloaded", n=3),
    status(418, "an unknown status", "refuses", Wire(418, (), (b"\xff\xfe\x00",))),
    whole("extras refused one by one", refuse_extras, requests=4),
    status(307, "to another host", "elsewhere.example", ELSEWHERE),
    status(302, "to nowhere", "another address", Wire(302)),
    status(500, "with a body without end", "xxxx", Wire(500, (), (Repeat(b"x" * 4096),)), 3),
    refused(403, "that acts on the terminal", HOSTILE, "␛"),
)

_BODIES = (
    error("200 a web page", always(Wire(200, (("Content-Type", "text/html"),), (PAGE,))), "a web page"),
    error("200 nothing", always(stream_reply()), "before it said anything"),
    error("200 an error inside", always(json_reply(200, UPSTREAM)), "limits how often"),
    error("200 an error of one word", always(json_reply(200, {"error": "boom"})), "boom"),
    error("200 an odd error", always(json_reply(200, {"error": {"detail": {"a": 1}}})), "failed"),
    error("200 broken JSON", always(stream_reply(b'{"choices": [{"mess')), "broken JSON"),
    error("200 a JSON list", always(json_reply(200, [1, 2])), "no object"),
    error("200 JSON nested too deep", always(stream_reply(b"[" * 100_000)), "broken JSON"),
    error("200 no choices", always(json_reply(200, {"id": "1", "choices": []})), "before it said"),
    error("200 choices null", always(json_reply(200, {"choices": None})), "before it said"),
    error("200 odd choices", always(json_reply(200, {"choices": [1, {"delta": 2}]})), "before it said"),
    error("200 bytes that are no text", always(stream_reply(bytes(range(128, 256)))), "before it said"),
    error("200 packed, it says", always(Wire(200, (("Content-Encoding", "gzip"),), (LA,))), "closed"),
    whole("a plain document", documents()),
    whole("a plain document, arguments parsed", documents(parsed=True)),
    error("a plain document, cut", streams(lambda g: [to_json(document(g)).encode()[:-9]]), "broken JSON"),
    whole("a plain document called a stream", streams(lambda g: [to_json(document(g)).encode()])),
    whole("a stream called a document", ends(finish(), DONE, content_type="application/json")),
    whole("a stream called a web page", ends(finish(), DONE, content_type="text/html")),
)

_ENDS = (
    error("only the end", always(stream_reply(DONE)), "before it said"),
    error("only comments", always(stream_reply(b": OPENROUTER PROCESSING\n\n")), "before it said"),
    error("cut before the first event", always(stream_reply(Cut())), "closed the connection"),
    error("reset before the first event", always(stream_reply(b": hi\n\n", Reset())), "closed"),
    Fault("cut in a call", breaks(Cut()), Comes.CUT),
    Fault("cut in an event", breaks(b'data: {"choi', Cut()), Comes.CUT),
    Fault("reset in a call", breaks(Wait(0.02), Reset()), Comes.CUT),
    Fault("a quiet end in a call", breaks(chunked=False), Comes.CUT),
    Fault("a quiet end in an event", breaks(b'data: {"choi', chunked=False), Comes.CUT),
    Fault("[DONE] in a call", breaks(DONE), Comes.CUT),
    Fault("no finish reason", ends(DONE), Comes.CUT),
    Fault("an empty finish reason", ends(finish(""), DONE), Comes.CUT),
    Fault("cut before the finish reason", ends(Cut()), Comes.CUT),
    whole("no [DONE]", ends(finish())),
    whole("cut after the finish reason", ends(finish(), Cut())),
    whole("open after the finish reason", ends(finish(), Hang())),
    whole("open after [DONE]", ends(finish(), DONE, Hang())),
    error("an error in mid-stream", breaks(sse({"error": {"message": "No memory"}}), DONE), "No memory"),
    error("broken JSON in mid-stream", breaks(sse('{"choices": ['), finish(), DONE), "broken JSON"),
    error("a web page in mid-stream", breaks(sse("<html>"), finish(), DONE), "broken JSON"),
    error("an event that is no text", breaks(b"data: \xff\xfe\n\n", DONE), "broken JSON"),
    error("content filter", breaks(finish("content_filter"), DONE), "filter"),
    error("finish reason error", breaks(finish("error"), DONE), "failed"),
    Fault("cut at the limit", breaks(finish("length"), DONE), Comes.LENGTH),
    Fault("cut at the limit, called whole", lambda g: [g.spoken(usage=(9, 9999, 0))], Comes.LENGTH),
    Fault("arguments cut, called whole", breaks(finish(), DONE), Comes.BROKEN),
    Fault("arguments that are a list", with_calls(lambda name, _: (name, "[1]")), Comes.BROKEN),
    Fault("arguments in JSON in JSON", with_calls(lambda n, a: (n, to_json(to_json(a)))), Comes.BROKEN),
    Fault("no arguments", with_calls(lambda name, _: (name, "")), Comes.BROKEN),
    Fault("arguments null", numbered(lambda n, p, m: {**usual(n, p, m), "arguments": None}), Comes.BROKEN),
    Fault("an unknown tool", with_calls(lambda name, a: (f"os.{name}", to_json(a))), Comes.BROKEN),
    Fault("calls without a name", numbered(lambda n, p, _: {"index": n, "id": f"c{n}"}), Comes.BROKEN),
    Fault("finished for calls, has none", streams(lambda g: [*text_of(g), finish(), DONE]), Comes.PROSE),
    Fault("finished without a word", always(stream_reply(finish("stop"), DONE)), Comes.PROSE),
    Fault("a claim to have done it", always(stream_reply(*says("Saved! It is stored."))), Comes.PROSE),
)

_CALLS = (
    whole("index 0 for all calls", numbered(lambda n, p, name: {**usual(n, p, name), "index": 0})),
    whole("index 0, each in one piece", numbered(lambda n, p, name: {**usual(n, p, name), "index": 0}, 9999)),
    whole("index 0, no ids", numbered(lambda n, p, name: {"index": 0, **({} if p else {"name": name})})),
    whole("no index", numbered(lambda n, p, name: {} if p else {"id": f"c{n}", "name": name})),
    whole(
        "no index, ids throughout", numbered(lambda n, p, m: {"id": f"c{n}", **({} if p else {"name": m})})
    ),
    whole("neither index nor id", numbered(lambda n, p, name: {} if p else {"name": name})),
    whole("nulls", numbered(lambda n, p, name: {"index": None, "id": None, "name": None if p else name})),
    whole("index from 1", numbered(lambda n, p, name: {**usual(n, p, name), "index": n + 1})),
    whole("ids empty", numbered(lambda n, p, name: {**usual(n, p, name), "id": ""})),
    whole("the same id for all calls", numbered(lambda n, p, name: {**usual(n, p, name), "id": "call"})),
    whole("another id in every piece", numbered(lambda n, p, name: {**usual(n, p, name), "id": f"c{n}{p}"})),
    whole("the name in every piece", numbered(lambda n, p, name: {"index": n, "id": f"c{n}", "name": name})),
    whole("the name in every piece, no ids", numbered(lambda n, p, name: {"index": n, "name": name})),
    whole("ids that are numbers", numbered(lambda n, p, name: {**usual(n, p, name), "id": n})),
    whole("arguments parsed", streams(lambda g: [*text_of(g), *parsed_calls(g), finish(), DONE])),
    whole("all calls in one event", streams(lambda g: [*text_of(g), one_event(g), DONE])),
    whole("calls twice", streams(lambda g: [*all_of(g), *calls_of(g, size=999), finish(), DONE])),
    whole(
        "calls twice, numbered on",
        streams(
            lambda g: [
                *all_of(g),
                *calls_of(g, lambda n, p, m: usual(n + len(g.calls), p, m)),
                finish(),
                DONE,
            ]
        ),
    ),
    whole("calls that finish with stop", ends(finish("stop"), DONE)),
    whole("calls printed in tags", prints("<tool_call>\n%s\n</tool_call>")),
    whole("calls printed in fences", prints("```json\n%s\n```")),
    whole("calls printed after thoughts", prints("<tool_call>%s</tool_call>", "<think>\nHm.\n</think>\n\n")),
    Fault("calls printed beside prose", prints("```json\n%s\n```", "Sure, I will do this:\n"), Comes.PROSE),
    Fault("calls printed, cut", prints("<tool_call>%s</tool_call>", reason=None), Comes.CUT),
    Fault("calls printed at the limit", prints("<tool_call>%s</tool_call>", reason="length"), Comes.LENGTH),
    Fault("calls printed, tag open", prints("<tool_call>%s"), Comes.PROSE),
    Fault(
        "unknown calls printed", always(stream_reply(*says('{"name": "rm", "arguments": {}}'))), Comes.PROSE
    ),
)

_WIRE = (
    whole("reasoning first", streams(lambda g: [*THOUGHTS, *all_of(g), finish(), DONE])),
    whole("usage of odd types", ends(finish(), sse({"choices": [], "usage": ODD_USAGE}), DONE)),
    whole("two choices", ends(SECOND_CHOICE, finish(), DONE)),
    whole(
        "content in parts",
        streams(
            lambda g: [
                sse(chunk({"content": [{"type": "text", "text": g.text}]})),
                *calls_of(g),
                finish(),
                DONE,
            ]
        ),
    ),
    whole("characters in two halves", streams(halved)),
    whole(
        "half a character at the end", ends(sse(r'{"choices":[{"delta":{"content":"\ud83d"}}]}'), finish())
    ),
    whole("CRLF", rewritten(lambda event: event.replace(b"\n", b"\r\n"))),
    whole("CR", rewritten(lambda event: event.replace(b"\n", b"\r"))),
    whole("no empty lines", rewritten(lambda event: event.removesuffix(b"\n"))),
    whole("no space after data:", rewritten(lambda event: event.replace(b"data: ", b"data:"))),
    whole("other fields", rewritten(lambda event: b": hi\n\nevent: message\nid: 1\nretry: 5\n" + event)),
    whole("a byte order mark", streams(lambda g: [b"\xef\xbb\xbf\n\n", *all_of(g), finish(), DONE])),
    whole("one byte at a time", streams(bytewise)),
    whole("slow but steady", lambda good: [good.spoken(pause=0.01, piece=40)]),
    error("closed without a word", always(raw_reply(Cut())), "closed the connection", 3),
    whole("closed without a word, once", then_good(raw_reply(Cut())), requests=2),
    error("reset without a word", always(raw_reply(Reset())), "closed the connection", 3),
    error("no HTTP at all", always(raw_reply(b"SSH-2.0-OpenSSH_9.6\r\n", Cut())), "closed the connection", 3),
    error(
        "a head without end",
        always(raw_reply(b"HTTP/1.1 200 OK\r\n", Repeat(b"X-Pad: " + b"x" * 4096 + b"\r\n"))),
        "closed the connection",
        3,
    ),
    silence("silence", always(raw_reply(Hang()))),
    silence("silence after the head", always(stream_reply(b": hi\n\n", Hang()))),
    silence("silence in a call", breaks(Hang())),
    endless("comments without end", always(stream_reply(Repeat(b": wait\n\n", 0.02)))),
    endless("text without end", always(stream_reply(Repeat(LA, 0.001)))),
    endless("a line without end", always(stream_reply(b"data: ", Repeat(b"x" * 65536)))),
    endless("a call without end", always(stream_reply(OPENED, Repeat(BLANK, 0.001)))),
)

FAULTS = (*_STATUS, *_BODIES, *_ENDS, *_CALLS, *_WIRE)
"""Every fault, in the order of the table."""
