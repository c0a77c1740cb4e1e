"""The memory tool for the helper of the `anthropic` package (extra `[anthropic]`), for its tool runner.

Imported only by whoever uses that package. Knows its classes and nothing of memory.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from anthropic.tools import ToolError
from anthropic.tools.memory import BetaAbstractMemoryTool, BetaAsyncAbstractMemoryTool

if TYPE_CHECKING:
    from nanomem_tui.mcp.memory_tool import MemoryTool


class AnthropicMemoryTool(BetaAbstractMemoryTool):
    """`client.beta.messages.tool_runner(..., tools=[AnthropicMemoryTool(MemoryTool(bank, "my agent"))])`.

    Args:
        tool: the session.

    Raises:
        ToolError: what a command is refused with, so that the result is marked as an error.
    """

    def __init__(self, tool: "MemoryTool") -> None:
        super().__init__()
        self._tool = tool

    def call(self, input: object) -> str:
        """Carry out the input of a `tool_use` block."""
        answer = self._tool.answer(input if isinstance(input, Mapping) else {})
        if answer.is_error:
            raise ToolError(answer.text)
        return answer.text

    def execute(self, command: Any) -> str:
        """Carry out a command as the package reads it."""
        return self.call(command.model_dump(exclude_none=True))

    view = create = str_replace = insert = delete = rename = execute


class AsyncAnthropicMemoryTool(BetaAsyncAbstractMemoryTool):
    """The same for `AsyncAnthropic`: the disk is waited for in a thread."""

    def __init__(self, tool: "MemoryTool") -> None:
        super().__init__()
        self._tool = AnthropicMemoryTool(tool)

    async def call(self, input: object) -> str:
        """Carry out the input of a `tool_use` block."""
        return await asyncio.to_thread(self._tool.call, input)

    async def execute(self, command: Any) -> str:
        """Carry out a command as the package reads it."""
        return await asyncio.to_thread(self._tool.execute, command)

    view = create = str_replace = insert = delete = rename = execute
