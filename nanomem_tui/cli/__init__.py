"""The `nanomem` command. Every command is a thin caller of `MemoryBank` and a printer of its results."""
