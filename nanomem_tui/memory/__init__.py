"""What memory is: text to facts and back, the tree, search and disclosure levels.

Knows no model, no screen and no change: it reads the disk and never writes a memory file.
"""
