"""Other agents as guests: the MCP server, and the skill that teaches an agent the command.

A guest proposes and asks. It approves nothing, erases nothing and changes no level; what it is told passes
the gate for it as recipient.
"""
