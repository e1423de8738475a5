"""Atomic writing of files, and checks of output paths."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from routesim.errors import ArgumentError, Fault
from routesim.files.records import format_os_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def check_output(path: Path, suffixes: Sequence[str] = ()) -> None:
    """Refuse a path that cannot be written as a file, before its contents are computed.

    Raises
    ------
    ArgumentError
        If the path does not end in one of ``suffixes``, is a folder, or has a file where a
        folder should be.
    """
    if suffixes and path.suffix.lower() not in suffixes:
        raise ArgumentError(make_suffix_fault(path, suffixes))
    if path.is_dir():
        raise ArgumentError(Fault(str(path), "is a folder", "name a file"))
    above = path.absolute().parent
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise ArgumentError(Fault(str(path), f"{above.name} is a file", "name a folder"))


def make_suffix_fault(path: Path, suffixes: Sequence[str]) -> Fault:
    """Return the fault of a path that does not end in one of ``suffixes``."""
    ending = path.suffix
    what = f"cannot be written as {ending!r}" if ending else "has no ending"
    return Fault(str(path), what, f"give a name that ends in {' or '.join(suffixes)}")


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``, which replaces it if the block succeeds.

    If the block raises an exception, the temporary file is removed and ``path`` is unchanged.

    Raises
    ------
    ArgumentError
        If the file cannot be written there.
    """
    check_output(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix
        )
    except OSError as error:
        raise _refuse_output(path, error) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_read_umask())
        temporary.replace(path)
    except OSError as error:  # the disk is full, or the folder is gone
        raise _refuse_output(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _refuse_output(path: Path, error: OSError) -> ArgumentError:
    return ArgumentError(
        Fault(str(path), f"cannot be written: {format_os_error(error)}", "choose another place")
    )


def _read_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
