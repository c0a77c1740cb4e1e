"""What went wrong with a model server, as one plain sentence and the next step.

Turns status codes, bodies and broken connections into `ModelUnreachable`. A server's own words are a
stranger's: they are shortened, made visible and never hold the key. Knows no client library.
"""

import errno
import json
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nanomem_tui.memory.errors import ModelUnreachable
from nanomem_tui.memory.visible import visible

LONGEST_QUOTE = 160
"""Characters of a server's own words that a message repeats."""

PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
"""Status codes after which the same request may well succeed."""

_AGAIN = "Try again in a moment, or choose another model."
_CHOOSE = "Start the server or choose another with --base-url."
_ADDRESS = "Check --base-url; the address of most servers ends with /v1."


class ToolsUnsupported(ModelUnreachable):
    """The model cannot call tools; it may still answer in JSON."""


class ContextTooSmall(ModelUnreachable):
    """The request is larger than what the model can read."""


@dataclass(frozen=True, slots=True)
class Server:
    """Whom a message is about."""

    endpoint: str
    model: str
    secret: str | None = field(default=None, repr=False)
    """The key that was sent to it."""
    key_names: tuple[str, ...] = ()
    """Where a key for it can be set."""

    def quoted(self, text: str) -> str:
        """A server's words in quotation marks, fit to be shown; "" when there are none."""
        if self.secret:
            text = text.replace(self.secret, "[key]")
        line = visible(" ".join(text.split()))
        line = line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"
        return f"“{line}”" if line else ""

    def saying(self, text: str) -> str:
        """`: “…”` where the server said something."""
        quoted = self.quoted(text)
        return f": {quoted}" if quoted else ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a server said instead of an answer."""

    status: int
    message: str = ""
    code: str = ""
    location: str = ""
    """Where a redirect points."""
    wait: float | None = None
    """Seconds after which the server wants to be asked again."""

    @classmethod
    def of(cls, status: int, body: bytes, headers: Mapping[str, str]) -> "Refusal":
        """Read from a response with an error status."""
        text = body.decode("utf-8", "replace")
        try:
            loaded = json.loads(text)
        except (ValueError, RecursionError):
            loaded = None
        message, code = _words(loaded) if isinstance(loaded, (dict, list)) else (text, "")
        message = "" if message.lstrip().startswith("<") else message
        return cls(status, message, code, headers.get("location", ""), _wait(headers.get("retry-after", "")))

    @classmethod
    def of_error(cls, error: Any) -> "Refusal":
        """Read from an `APIStatusError` of the client."""
        response = error.response
        body = response.content if response.is_stream_consumed else b""
        return cls.of(response.status_code, body, response.headers)

    @classmethod
    def inside(cls, event: Mapping[str, Any]) -> "Refusal | None":
        """Read from a document that came with status 200; None when it reports no error."""
        if not event.get("error"):
            return None
        message, code = _words(event)
        status = re.search(r"\b[1-5]\d\d\b", code)
        return cls(int(status[0]) if status else 500, message, code)

    def mentions(self, *words: str) -> bool:
        """Whether its text or code holds one of `words`, in any case."""
        said = f"{self.message} {self.code}".casefold()
        return any(word in said for word in words)

    @property
    def passing(self) -> bool:
        """Whether the same request may well succeed a little later."""
        return self.status in PASSING and not (self.no_credit or self.too_large or self.no_tools)

    @property
    def no_credit(self) -> bool:
        """The account has nothing left, which waiting does not change."""
        return self.mentions("insufficient_quota", "quota", "billing", "credit")

    @property
    def too_large(self) -> bool:
        """The request is larger than the model's context."""
        return self.mentions(*_TOO_LARGE)

    @property
    def garbled(self) -> bool:
        """The model answered, but broke the form that its server holds it to, often by being cut off."""
        return self.mentions("model produced output that does not match", "failed to parse input at pos")

    @property
    def no_tools(self) -> bool:
        """The model or its server does not know tool calls."""
        return self.mentions(*_NO_TOOLS)


_TOO_LARGE = (
    "exceed_context_size",
    "context_length",
    "context length",
    "context size",
    "context window",
    "prompt is too long",
    "input is too long",
)
_NO_TOOLS = ("support tool", "tool calling", "tool-choice", "tool choice", "tool_choice", "--jinja")


def _wait(header: str) -> float | None:
    """Seconds of a `Retry-After` header; a date in it counts as none."""
    return float(header) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", header.strip(), re.ASCII) else None


def _words(loaded: object) -> tuple[str, str]:
    """Message and code of an error document, wherever a server puts them."""
    if isinstance(loaded, list):
        loaded = loaded[0] if loaded else {}
    if not isinstance(loaded, dict):
        return str(loaded), ""
    error = loaded.get("error", loaded)
    if isinstance(error, str):
        return error, ""
    if not isinstance(error, dict):
        error = loaded
    said = next((error[name] for name in ("message", "detail", "error", "msg") if error.get(name)), "")
    named = " ".join(str(error[name]) for name in ("code", "type") if isinstance(error.get(name), (str, int)))
    return said if isinstance(said, str) else json.dumps(said), named


def explain(refusal: Refusal, server: Server) -> ModelUnreachable:
    """The sentence for an error a server reported."""
    at, saying = server.endpoint, server.saying(refusal.message)
    if refusal.too_large:
        return _too_large(server)
    if refusal.no_tools:
        return ToolsUnsupported(
            f"The model {server.quoted(server.model)} at {at} cannot call tools{saying}.",
            "Choose a model that can with --model.",
        )
    match refusal.status:
        case 401 if server.secret is None:
            return ModelUnreachable(f"{at} wants an API key.", _set_key(server))
        case 401:
            return ModelUnreachable(f"{at} does not accept the API key.", _set_key(server))
        case 402:
            return ModelUnreachable(f"The account at {at} has no credit left{saying}.", "Add credit there.")
        case 403:
            return ModelUnreachable(f"{at} does not allow this{saying}.", "Check what the API key may use.")
        case 404 if refusal.mentions("model", "deployment"):
            return ModelUnreachable(
                f"{at} has no model called {server.quoted(server.model)}.", "Name one it has with --model."
            )
        case 404 | 405:
            return ModelUnreachable(f"There is no chat model at this address of {at}.", _ADDRESS)
        case 407:
            return ModelUnreachable(
                "The proxy refuses to be used.", "Check the proxy's user name and password."
            )
        case 413:
            return _too_large(server)
        case 429 if refusal.no_credit:
            return ModelUnreachable(f"The quota at {at} is used up{saying}.", "Check the plan there.")
        case 429:
            wait = "a little" if refusal.wait is None else f"{refusal.wait:.0f} seconds"
            return ModelUnreachable(
                f"{at} limits how often it may be asked{saying}.", f"Wait {wait} and try again."
            )
        case status if 300 <= status < 400:
            return ModelUnreachable(
                f"{at} redirects to {_host(refusal.location, server)}; nothing was sent there.",
                "If that is right, name that address with --base-url.",
            )
    if refusal.status in PASSING or refusal.status >= 500:
        return ModelUnreachable(f"{at} failed{saying or f' (HTTP {refusal.status})'}.", _AGAIN)
    return ModelUnreachable(
        f"{at} refuses the request{saying}.", "Check the model with --model, or choose another."
    )


def unreachable(
    error: BaseException, server: Server, read: float, total: float, *, proxied: bool = False
) -> ModelUnreachable:
    """The sentence for a connection that failed before an answer began.

    Args:
        error: what was raised; its causes are looked at too.
        server: whom we talked to.
        read: seconds we wait for the next byte.
        total: seconds we wait for a whole answer.
        proxied: requests go through a proxy.
    """
    at = server.endpoint
    causes = list(_causes(error))
    names = {type(cause).__name__ for cause in causes}
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return ModelUnreachable(
            f"The host of {at} was not found.", "Check --base-url and the network connection."
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return ModelUnreachable(
            f"There is no secure connection to {at}.", "Check --base-url: is it https or http?"
        )
    if "ProxyError" in names or "SOCKSError" in names:
        return ModelUnreachable(
            "The proxy did not pass the request on.", "Check that the proxy runs and allows it."
        )
    if "ConnectTimeout" in names or "PoolTimeout" in names:
        return ModelUnreachable(f"{at} does not answer.", f"Check the network connection. {_CHOOSE}")
    if names & {"ReadTimeout", "WriteTimeout"}:
        return silent(server, read)
    if isinstance(error, TimeoutError):
        return endless(server, f"{total:g} seconds")
    if "ConnectError" in names or any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        lost = any(isinstance(cause, OSError) and cause.errno in _NO_NETWORK for cause in causes)
        if lost:
            return ModelUnreachable(f"There is no way to {at} from here.", "Check the network connection.")
        if proxied:
            return ModelUnreachable(
                f"The proxy to {at} does not answer.", "Start the proxy, or mend the setting proxy."
            )
        return ModelUnreachable(f"Nothing answers at {at}.", _CHOOSE)
    return ModelUnreachable(f"{at} closed the connection without an answer.", _AGAIN)


_NO_NETWORK = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)


def silent(server: Server, seconds: float) -> ModelUnreachable:
    """The sentence for a server that sends nothing any more."""
    return ModelUnreachable(f"{server.endpoint} has sent nothing for {seconds:g} seconds.", _AGAIN)


def endless(server: Server, bound: str) -> ModelUnreachable:
    """The sentence for an answer without an end, stopped at `bound` (`600 seconds`, `16 MB`)."""
    return ModelUnreachable(f"{server.endpoint} did not finish its answer within {bound}.", _AGAIN)


def empty(server: Server) -> ModelUnreachable:
    """The sentence for a stream that ended before anything was said."""
    return ModelUnreachable(f"{server.endpoint} ended its answer before it said anything.", _AGAIN)


def unreadable(server: Server, what: str) -> ModelUnreachable:
    """The sentence for a success that holds `what` (`a web page`, `broken JSON`) instead of an answer."""
    return ModelUnreachable(f"{server.endpoint} answered with {what} instead of a model's reply.", _ADDRESS)


def filtered(server: Server) -> ModelUnreachable:
    """The sentence for an answer that the provider's own filter stopped."""
    return ModelUnreachable(
        f"{server.endpoint} stopped the answer by its content filter.",
        "Word the request differently, or choose another model.",
    )


def _too_large(server: Server) -> ModelUnreachable:
    return ContextTooSmall(
        f"The request is larger than the model {server.quoted(server.model)} at {server.endpoint} can read.",
        "Raise the server's context size, or choose a model with a larger one.",
    )


def _set_key(server: Server) -> str:
    return (
        f"Set {' or '.join(server.key_names)} to a key of {server.endpoint}."
        if server.key_names
        else "Set a key."
    )


def _host(location: str, server: Server) -> str:
    host = location.partition("://")[2].partition("/")[0].rpartition("@")[2]
    return server.quoted(host) or "another address"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _causes(inner)
        error = error.__cause__ or error.__context__
