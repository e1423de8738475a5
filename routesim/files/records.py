"""Base class of records read from files, and the wording of their faults."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from pydantic import BaseModel, ConfigDict, Strict

from routesim.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails


MAX_TEXT_CHARACTERS = 20_000

PLAIN_WORDS = {
    "input should be": "must be",
    "less than or equal to": "at most",
    "greater than or equal to": "at least",
    "must be less than": "must be below",
    "must be greater than": "must be above",
    "a valid string": "text",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid boolean": "true or false",
    "string should have": "must have",
    "tuple should have": "must have",
}
"""Wording of pydantic in its messages, and plain words to show instead."""
PARSER_WORDS = re.compile(r", (unable to|got a) .*")
"""End of a message about parsing, which adds nothing to the value that is shown with it."""

CODE_SECTION = re.compile(r"\n\n(Raises|Notes|Examples)\n-{3,}\n")
"""Heading of a docstring section that only helps in Python."""

Number = Annotated[float, Strict()]
"""A float or an int. Text and booleans, such as ``"60"`` and ``true`` in TOML, are refused.

Records of CSV files use ``float`` instead, because the cells are text.
"""


def _shorten_description(schema: dict[str, Any]) -> None:
    """Cut off the sections of a docstring that only help in Python."""
    if heading := CODE_SECTION.search(schema.get("description", "")):
        schema["description"] = schema["description"][: heading.start()]


class Record(BaseModel):
    """Base class of every record that is read from a file.

    Unknown keys are refused, so that a typing error does not go unnoticed. ``inf`` and ``nan``
    are refused as well.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        str_strip_whitespace=True,
        str_max_length=MAX_TEXT_CHARACTERS,
        json_schema_extra=_shorten_description,
    )


def refuse(message: str) -> NoReturn:
    """Refuse a record from within a validator; pydantic collects the messages."""
    raise ValueError(message)


def list_known_keys() -> list[str]:
    """Return every key of every record, to suggest corrections of misspelt keys."""
    pending, keys = [Record], set()
    while pending:
        model = pending.pop()
        pending += model.__subclasses__()
        keys |= {field.alias or name for name, field in model.model_fields.items()}
    return sorted(keys)


def list_faults(error: ValidationError, where: str) -> list[Fault]:
    """Return the faults that pydantic found in a record; ``where`` names the record."""
    return [
        Fault(
            ", ".join([where, *filter(None, [_format_location(item["loc"])])]),
            _format_fault(item),
        )
        for item in _drop_echoes(error.errors(include_url=False))
    ]


def format_os_error(error: Exception) -> str:
    """Return the message of the operating system in lower case."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def _drop_echoes(items: Sequence[Any]) -> list[Any]:
    """Leave out the fault "too short" of a list if its items have faults.

    The validator drops items with faults, and the list can then be too short.
    """
    places = [item["loc"] for item in items]
    return [
        item
        for item in items
        if item["type"] != "too_short"
        or not any(
            len(place) > len(item["loc"]) and place[: len(item["loc"])] == item["loc"]
            for place in places
        )
    ]


def _format_location(location: Sequence[int | str]) -> str:
    """Format the location of a key with items counted from 1: ``clauses, number 2, when``."""
    return ", ".join(
        f"number {part + 1}" if isinstance(part, int) else str(part) for part in location
    )


def _format_fault(item: ErrorDetails) -> str:
    """Return the text of a fault, in plain words."""
    context = {key: str(value).replace("'", "") for key, value in item.get("ctx", {}).items()}
    match item["type"]:
        case "missing":
            text = "is missing"
        case "extra_forbidden":
            near = get_close_matches(str(item["loc"][-1]), list_known_keys(), n=1)
            text = f"unknown key; did you mean {near[0]}?" if near else "unknown key"
        case "union_tag_invalid":
            text = (
                f"unknown {context['discriminator']} {context['tag']!r:.80}; "
                f"known: {context['expected_tags']}"
            )
        case "union_tag_not_found":
            text = f"needs its {context['discriminator']}"
        case "string_type" if item.get("input") is None:
            text = "is blank"
        case _:
            text = _format_value(item["msg"].removeprefix("Value error, "), item.get("input"))
    return text


def _format_value(message: str, value: Any) -> str:
    text = message[:1].lower() + message[1:]
    for words, plain in PLAIN_WORDS.items():
        text = text.replace(words, plain)
    text = PARSER_WORDS.sub("", text)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return text
    if isinstance(value, str):
        shown = repr(value[:80])
        return text if value and shown in text else f"{text} (found {shown})"
    return f"{text} (found {_format_int(value) if isinstance(value, int) else value})"


def _format_int(value: int) -> str:
    """Format an integer, in hexadecimal if it has too many digits for ``str``."""
    try:
        return str(value)[:80]
    except ValueError:
        return f"{value:#x}"[:80]
