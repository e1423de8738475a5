"""The parent of every record that is read from a file, and what a file may hold in one."""

from __future__ import annotations

from typing import Annotated, NoReturn

from pydantic import BaseModel, ConfigDict, Strict

MAX_TEXT_CHARACTERS = 20_000

Number = Annotated[float, Strict()]
"""A number typed as one: in TOML ``"60"`` and ``true`` are none. A CSV cell is text."""


class Record(BaseModel):
    """The parent of every record that is read from a file.

    Unknown keys are refused (a typing error must not pass in silence), and so are
    ``inf`` and ``nan``.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        str_strip_whitespace=True,
        str_max_length=MAX_TEXT_CHARACTERS,
    )


def refuse(message: str) -> NoReturn:
    """Refuse a record, in a validator: pydantic gathers the message with the others."""
    raise ValueError(message)


def list_known_keys() -> list[str]:
    """Return every key of every record, to find what a misspelt one was meant to be."""
    pending, keys = [Record], set()
    while pending:
        model = pending.pop()
        pending += model.__subclasses__()
        keys |= {field.alias or name for name, field in model.model_fields.items()}
    return sorted(keys)
