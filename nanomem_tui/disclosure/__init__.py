"""What may leave: the gate that every outgoing byte of memory passes, and the ledger of what did."""
