"""The bank: the one facade, and what it composes the rooms with.

Front ends call `MemoryBank`. It holds no rules of its own: text goes in, a flow proposes over a draft, the
journal keeps the change; a query goes in, a flow answers through the gate, the ledger keeps what was told.
"""

from nanomem_tui.bank.opened import CALLER, PERSON
from nanomem_tui.bank.proposing import Proposing

__all__ = ["CALLER", "PERSON", "MemoryBank"]


class MemoryBank(Proposing):
    """A memory root with everything one can do to it.

    Args:
        root: the memory folder; None: the one the settings name. It is made with the first write.
        settings: resolved settings; None: environment, config file, defaults.
        model: the model to run flows with; None: the one the settings name.
        clock: gives the local time, naive.
        indexing: called with (files done, files to do) while files are read into the index.

    Raises:
        UsageError: the settings do not make sense, or the root is not a folder.
    """
