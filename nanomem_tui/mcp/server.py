"""The MCP server: a guest's words to `Guest`, its answers to JSON.

Knows the protocol and nothing of memory. There is no tool that approves, erases for good or changes a level.
"""

from collections.abc import Mapping
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.types import ToolAnnotations

from nanomem_tui import __version__
from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.model import Change, ChangeState
from nanomem_tui.disclosure.preview import Preview
from nanomem_tui.json_forms import fact_json, retrieve_json, search_json, tree_json, usage_json
from nanomem_tui.mcp.guest import Guest, GuestFile
from nanomem_tui.memory.errors import NanomemError, NotFound, Withheld
from nanomem_tui.memory.visible import visible
from nanomem_tui.results import WriteResult

INSTRUCTIONS = """\
The person's own memory, kept by them in files. Ask it before you ask them again: memory_retrieve answers a \
question with the facts it rests on. Tell it what the person states about themself that will still matter: \
memory_add. What you tell it is a proposal that waits for their approval; never say that it is saved. Facts \
that they keep to themself do not exist for you."""

READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
PROPOSES = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
)
UNKNOWN_CLIENT = "mcp client"
_LONGEST_NAME = 60


def make_server(bank: MemoryBank, *, recipient: str | None = None) -> "MCPServer[Any]":
    """The server over one memory.

    Args:
        bank: the memory.
        recipient: the name in the policy of whoever connects; None: what the client calls itself.

    Raises:
        UsageError: the policy names no such recipient.
    """
    server: MCPServer[Any] = MCPServer(
        "nanomem", instructions=INSTRUCTIONS, version=__version__, log_level="ERROR"
    )
    Guest(bank, UNKNOWN_CLIENT, recipient)

    def guest(context: "Context[Any, Any]") -> Guest:
        return Guest(bank, recipient or _client_name(context), recipient)

    async def proposal(context: "Context[Any, Any]", flow: str, text: str) -> dict[str, Any]:
        with _sentences():
            return seen(proposal_json(await guest(context).propose(flow, text)))

    @server.tool(title="Ask the memory", annotations=READS)
    async def memory_retrieve(query: str, context: Context[Any, Any]) -> dict[str, Any]:
        """Answer a question from the person's memory; each sentence cites the dated facts it rests on."""
        with _sentences():
            return seen(retrieve_json(await guest(context).retrieve(query)))

    @server.tool(title="Prompt with what matters", annotations=READS)
    async def memory_preview(query: str, context: Context[Any, Any]) -> dict[str, Any]:
        """A self-contained prompt for this question with the few facts that matter, marked as user data."""
        with _sentences():
            return seen(preview_for_guest(await guest(context).preview(query)))

    @server.tool(title="Search the memory", annotations=READS)
    def memory_search(query: str, context: Context[Any, Any], limit: int = 20) -> dict[str, Any]:
        """Facts that fit some words, best first."""
        with _sentences():
            return seen(search_json(guest(context).search(query, limit)))

    @server.tool(title="Map of the memory", annotations=READS)
    def memory_tree(context: Context[Any, Any]) -> dict[str, Any]:
        """The folders and files of the memory, with titles, descriptions and counts."""
        with _sentences():
            return seen(tree_json(guest(context).tree()))

    @server.tool(title="Read a memory file", annotations=READS)
    def memory_read(path: str, context: Context[Any, Any]) -> dict[str, Any]:
        """The facts of one file of memory_tree."""
        with _sentences():
            return seen(file_json(guest(context).read(path)))

    @server.tool(title="Propose facts", annotations=PROPOSES)
    async def memory_add(text: str, context: Context[Any, Any]) -> dict[str, Any]:
        """Propose what the person said about themself, in their own words; a transcript will do.

        It waits for their approval.
        """
        return await proposal(context, "add", text)

    @server.tool(title="Propose an update", annotations=PROPOSES)
    async def memory_update(text: str, context: Context[Any, Any]) -> dict[str, Any]:
        """Propose to correct or replace what memory holds, by what the person said. It waits for approval."""
        return await proposal(context, "update", text)

    @server.tool(title="Propose to forget", annotations=PROPOSES)
    async def memory_forget(query: str, context: Context[Any, Any]) -> dict[str, Any]:
        """Propose to take facts out of memory. It waits for approval, and can be taken back."""
        return await proposal(context, "forget", query)

    @server.tool(title="What became of a proposal", annotations=READS)
    def memory_change_status(change: str, context: Context[Any, Any]) -> dict[str, Any]:
        """Whether a change that you proposed was approved, rejected or still waits, edit by edit."""
        with _sentences():
            return seen(change_for_guest(guest(context).change(change)))

    @server.resource("memory://{+path}", title="Memory file", mime_type="text/markdown")
    def memory_file(path: str, context: Context[Any, Any]) -> str:
        """The facts of one memory file as a list."""
        try:
            file = guest(context).read(path)
        except NotFound as error:
            raise ResourceNotFoundError(str(error)) from None
        return "".join(f"- {visible(fact.text)}\n" for fact in file.facts)

    return server


def seen(document: Mapping[str, Any]) -> dict[str, Any]:
    """A result in which nothing can steer a terminal or speak to a model unseen by the person."""
    return {key: _seen(value) for key, value in document.items()}


def _seen(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value, newlines=True)
    if isinstance(value, Mapping):
        return seen(value)
    return [_seen(one) for one in value] if isinstance(value, list | tuple) else value


def proposal_json(result: WriteResult) -> dict[str, Any]:
    """What a guest is told of its proposal: what it said itself, and that the person decides."""
    change = result.change
    return {
        "change": change_for_guest(change) if change else None,
        "summary": "Nothing was proposed: the text holds nothing to remember, or it is known already."
        if change is None
        else f"Proposed as {change.id}. It waits: the person decides with `nanomem review` or in the app.",
        "trace": result.trace,
        "usage": usage_json(result.usage),
    }


def preview_for_guest(preview: Preview) -> dict[str, Any]:
    """A preview without what is switched off: that is nothing a guest may know of."""
    return {
        "facts": [
            {**fact_json(choice.fact), "included": True, "why": choice.why}
            for choice in preview.choices
            if choice.included
        ],
        "prompt": preview.prompt,
        "bytes": len(preview.data),
        "sha256": preview.sha256,
    }


def change_for_guest(change: Change) -> dict[str, Any]:
    """A change without what its guest did not say: no former texts, no flags, no reasons."""
    return {
        "id": change.id,
        "state": change.state.value,
        "waiting": change.state is ChangeState.PENDING,
        "created_at": change.created_at.isoformat(),
        "edits": [
            {
                "n": edit.n,
                "op": edit.op.value,
                "path": edit.path,
                "text": edit.text,
                "state": edit.state.value,
            }
            for edit in change.edits
        ],
    }


def file_json(file: GuestFile) -> dict[str, Any]:
    """A memory file for a guest."""
    return {
        "path": file.path,
        "title": file.title,
        "description": file.description,
        "level": file.level.word,
        "facts": [fact_json(fact) for fact in file.facts],
    }


class _sentences:  # noqa: N801 - reads as a word at `with`
    """Errors of ours reach the guest as their sentence."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Withheld):
            # What was found is for the person alone: they have it in the trace.
            raise ToolError("This cannot be answered without what may not be told.") from None
        if isinstance(error, NanomemError):
            raise ToolError(str(error)) from None


def _client_name(context: "Context[Any, Any]") -> str:
    """What the client calls itself, made safe to show; it is a claim, not an identity."""
    parameters = context.request_context.session.client_params
    name = parameters.client_info.name if parameters else ""
    return visible(" ".join(name.split()))[:_LONGEST_NAME] or UNKNOWN_CLIENT
