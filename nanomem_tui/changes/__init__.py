"""How memory changes: edits, drafts, changes and the journal, the only door to the disk.

Knows nothing of models or screens: every writer hands it a draft.
"""
