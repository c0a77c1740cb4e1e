"""What comes in and goes out: chat exports, notes, memories of other programs, OMF, zip.

Readers turn bytes into items (`model`), lazily; `export` turns memory into bytes. Knows no model, no gate
and no disk of ours: what becomes of an item is decided elsewhere.
"""
