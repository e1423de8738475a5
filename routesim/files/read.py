"""Safe reading of data files, with all faults reported together.

Reading a data file runs no code and opens no other file or socket. Before parsing, each reader
refuses anything that is not a regular file, files above the size limit, bytes that are not
UTF-8, and NUL characters.
"""

from __future__ import annotations

import csv
import io
import stat
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from routesim.errors import DataError, Fault, UnknownNameError
from routesim.files.records import format_os_error, list_faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


MAX_FILE_BYTES = 5_000_000
MAX_TOML_BYTES = 1_000_000
"""Largest size of a TOML file in bytes. Parsing a file of this size takes almost a second."""

MAX_ROWS = 100_000
MAX_TOML_DEPTH = 20
MAX_LINE_DOTS = 1000
"""Largest number of dots in one line of TOML.

The parser takes quadratic time on a dotted key. A key may be anywhere in a line, as in inline
tables or quotes, so all dots of a line count.
"""

RecordType = TypeVar("RecordType", bound=BaseModel)


def find_geodata() -> Path:
    """Return the folder of the bundled geodata.

    In an installed wheel it is inside the package, and in a checkout beside it. The working
    directory does not matter.

    Raises
    ------
    DataError
        If it is in neither place, because the installation is broken.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_geodata", package.parent / "geodata"):
        if (folder / "stations.csv").is_file():
            return folder
    raise DataError(
        Fault("geodata", "the bundled data was not found", "install routesim again")
    )


def list_bundled(kind: str) -> tuple[str, ...]:
    """Return the ids of the bundled files of a kind: ``journey`` or ``train``."""
    return tuple(sorted(path.stem for path in (find_geodata() / f"{kind}s").glob("*.toml")))


def find_bundled(kind: str, name: str) -> Path:
    """Return the path of a bundled file by its kind (``journey`` or ``train``) and its id.

    Raises
    ------
    UnknownNameError
        If there is no bundled file with that id. A path is not an id.
    """
    if name not in (known := list_bundled(kind)):
        raise UnknownNameError(kind, name, known)
    return find_geodata() / f"{kind}s" / f"{name}.toml"


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    DataError
        If it is missing, too large, not UTF-8, not TOML or nested too deeply.
    """
    text = _read_text(path, MAX_TOML_BYTES)
    if max(line.count(".") for line in text.split("\n")) > MAX_LINE_DOTS:
        what = f"a line has over {MAX_LINE_DOTS} dots"
        raise DataError(Fault(path.name, what, "shorten the dotted key, or break the line"))
    too_deep = Fault(path.name, "nested too deeply", f"at most {MAX_TOML_DEPTH} levels")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(Fault(path.name, f"not valid TOML: {error}")) from error
    except RecursionError as error:
        raise DataError(too_deep) from error
    except ValueError as error:  # an integer of thousands of digits, a date out of range
        raise DataError(
            Fault(path.name, f"a value cannot be read: {str(error)[:200]}")
        ) from error
    if _measure_depth(document) > MAX_TOML_DEPTH:
        raise DataError(too_deep)
    return document


def read_csv(
    path: Path, columns: Sequence[str], *, optional: Sequence[str] = ()
) -> list[tuple[int, dict[str, str | None]]]:
    """Read a CSV file that must have the given columns, and no others, in any order.

    The ``optional`` ones among the columns may be missing; rows then lack their keys. Each row
    comes with its line number, as an editor shows it. Blank cells are None.

    Raises
    ------
    DataError
        If the header or any row has faults, or the file is not CSV; lists all faults.
    """
    text = _read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    faults: list[Fault] = []
    rows: list[tuple[int, dict[str, str | None]]] = []
    last = 0
    try:
        header = [cell.strip() for cell in next(reader, [])]
        faults += _check_header(path.name, header, columns, optional)
        if faults:
            raise DataError(faults)
        last = reader.line_num
        for cells in reader:
            number, last = last + 1, reader.line_num  # a quoted cell may hold line ends
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) + len(faults) >= MAX_ROWS:
                faults.append(Fault(path.name, f"over {MAX_ROWS} rows", "split the file"))
                break
            if len(cells) != len(header):
                what = f"{len(cells)} cells under {len(header)} columns"
                remedy = "quote a cell that holds a comma"
                faults.append(Fault(f"{path.name} row {number}", what, remedy))
                continue
            stripped = [cell.strip() or None for cell in cells]
            rows.append((number, dict(zip(header, stripped, strict=True))))
    except csv.Error as error:
        faults.append(Fault(f"{path.name} row {last + 1}", f"not valid CSV: {error}"))
    if faults:
        raise DataError(faults)
    return rows


def validate_record(
    model: type[RecordType], values: Mapping[str, Any], where: str
) -> tuple[RecordType | None, list[Fault]]:
    """Return the validated record and no faults, or None and its faults."""
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        return None, list_faults(error, where)
    except RecursionError:
        return None, [Fault(where, "nested too deeply")]


def read_record(model: type[RecordType], path: Path) -> RecordType:
    """Read a TOML file that holds one record.

    Raises
    ------
    DataError
        If the file cannot be read or the record has faults; lists all faults.
    """
    record, faults = validate_record(model, read_toml(path), path.name)
    if record is None:
        raise DataError(faults)
    return record


def _read_text(path: Path, most_bytes: int = MAX_FILE_BYTES) -> str:
    name = path.name
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise DataError(Fault(str(path), "cannot be read", format_os_error(error))) from error
    if not stat.S_ISREG(status.st_mode):
        raise DataError(Fault(str(path), "is not a regular file", "give a file"))
    try:
        with path.open("rb") as stream:
            content = stream.read(most_bytes + 1)
    except OSError as error:
        raise DataError(Fault(str(path), "cannot be read", format_os_error(error))) from error
    if len(content) > most_bytes:
        raise DataError(Fault(name, f"larger than {most_bytes:,} bytes", "split it"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            Fault(name, f"not UTF-8 at byte {error.start}", "save it as UTF-8")
        ) from error
    if "\0" in text:
        raise DataError(Fault(name, "holds a NUL character", "save it as UTF-8 text"))
    return text


def _check_header(
    name: str, header: Sequence[str], columns: Sequence[str], optional: Sequence[str]
) -> list[Fault]:
    faults = []
    if missing := [column for column in columns if column not in (*header, *optional)]:
        faults.append(Fault(f"{name} row 1", f"missing columns: {', '.join(missing)}"))
    if unknown := [column for column in header if column not in columns]:
        shown = ", ".join(repr(column) for column in unknown[:5])
        faults.append(Fault(f"{name} row 1", f"{len(unknown)} unknown columns: {shown}"))
    if len(set(header)) != len(header):
        faults.append(Fault(f"{name} row 1", "a column appears twice"))
    return faults


def _measure_depth(value: Any) -> int:
    """Return how deeply tables and arrays are nested, without recursion."""
    deepest, pending = 0, [(value, 0)]
    while pending:
        item, depth = pending.pop()
        deepest = max(deepest, depth)
        if isinstance(item, dict):
            pending.extend((child, depth + 1) for child in item.values())
        elif isinstance(item, list):
            pending.extend((child, depth + 1) for child in item)
    return deepest
