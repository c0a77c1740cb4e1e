"""The type of JSON documents: what every room writes to its files and hands out."""

from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
