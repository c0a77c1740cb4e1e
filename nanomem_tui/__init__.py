"""Personal memory for language models, kept as markdown files that their owner reads and decides on.

`MemoryBank` is the whole public interface; it is imported on first use, so that `import nanomem_tui`
costs nothing and pulls in neither a screen nor a model client.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nanomem_tui.bank import MemoryBank

__all__ = ["MemoryBank", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "MemoryBank":
        from nanomem_tui.bank import MemoryBank

        return MemoryBank
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
