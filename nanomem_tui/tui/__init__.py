"""The Textual app. Screens call `MemoryBank` and show what it returns; they hold no rules of their own."""
