"""The Textual app: screens over the bank. It decides nothing about memory and never touches its files."""
