"""What the Memory screen says while there is nothing to show. Knows no widget."""

NOTHING_YET = """Nothing is remembered here yet.

a  tell it something in your own words,
   such as: I'm allergic to penicillin
n  write a fact by hand

i  bring in chats, notes or another memory

Markdown files that you put into {root}
show up here at once.

nanomem demo, on the command line, opens a sample memory."""
ONLY_PENDING = """Nothing is remembered yet, but something waits for your decision.

r  review it"""
NO_FACTS = "No facts in this file yet.\n\nn writes one, v shows the file as text."
NONE_FITS = "No fact fits."
NO_PREVIEW = """See what a question would disclose, before anything leaves.

You get the facts that would go with it, why, what each one costs,
and the exact text. Looking sends nothing.

q      write a question, as you would ask it to a model
space  let a fact go, or leave it out
g      put other words in its place
c o s  copy, save or send exactly what you see
w      for somebody else than {whom}
l      the ledger: who was told what so far"""
