"""Small questions for small models: one narrow thing at a time, put together to tool calls by code."""
