"""Values of the bank as lines for a terminal or a pipe. Pure: nothing here prints or reads."""
