"""Personal memory for language models, kept as markdown files that their owner reads and decides on.

`__all__` is the public interface and follows semantic versioning (semver.org). Of `MemoryBank` it covers

- telling: `add`, `update`, `ingest`, `forget`, `compact`, `importing`, `export`;
- asking: `retrieve`, `preview`, `hand_over`, `augment`, `read`, `search`, `tree`, `fact`, `status`, `close`;
- deciding: `pending`, `history`, `change`, `approve`, `reject`, `amend`, `revert`, `undo`, `redo`, `why`;
- watching: `traces`, `trace`, `follow`, `watch`, `disclosures`;

with their parameters and the fields of what they return and yield; of `MemoryTool` everything without an
underscore. A new major version is needed to take away or rename one of these, to need a parameter that was
not needed, to change what a value means or what a default does, or to raise for bad input or a bad day what
is no `NanomemError`. Methods, optional parameters, fields and kinds of events come with a minor version. All
else may change at any time, every module below `nanomem_tui` included; the files and `--json` have promises
of their own.

Names are imported on first use, so that `import nanomem_tui` costs nothing and pulls in neither a screen nor
a model client.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nanomem_tui.bank import MemoryBank
    from nanomem_tui.mcp.memory_tool import MemoryTool
    from nanomem_tui.memory.errors import NanomemError

__all__ = ["MemoryBank", "MemoryTool", "NanomemError", "__version__"]

__version__ = "0.1.0"

_HOMES = {
    "MemoryBank": "nanomem_tui.bank",
    "MemoryTool": "nanomem_tui.mcp.memory_tool",
    "NanomemError": "nanomem_tui.memory.errors",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
