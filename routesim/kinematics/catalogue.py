"""Trains as files: every figure with its basis."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import lazy_loader
from pydantic import Field, model_validator

from routesim.answers import AnswerList
from routesim.errors import ArgumentError, DataError, Fault
from routesim.files.read import find_bundled, list_bundled, read_record
from routesim.files.records import Number, Record, refuse
from routesim.kinematics.train import Davis, Train
from routesim.units import kmh_to_mps

if TYPE_CHECKING:
    from os import PathLike

    import pandas as pd
else:
    pd = lazy_loader.load("pandas")


NEWTONS_PER_KN = 1000.0


class BasisRow(Record):
    """What a figure of a train rests on.

    ``read``: with its source, or with ids of reports. ``assumed``: with a reason, and
    with the range in which the figure may lie.
    """

    basis: Literal["read", "assumed"]
    reason: str = Field(min_length=1)
    source: str | None = Field(default=None, min_length=1)
    reports: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_source(self) -> BasisRow:
        if self.basis == "read" and not (self.source or self.reports):
            refuse("basis is 'read' but neither source nor reports tell where")
        return self


class FigureRow(BasisRow):
    """A figure of a train: its value, the range it may lie in and what it rests on."""

    value: Number = Field(ge=0)
    low: Number | None = Field(default=None, ge=0)
    high: Number | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _check_range(self) -> FigureRow:
        if self.low is not None and self.low > self.value:
            refuse(f"value {self.value:g} is below low {self.low:g}")
        if self.high is not None and self.high < self.value:
            refuse(f"value {self.value:g} is above high {self.high:g}")
        if self.basis == "assumed" and (self.low is None or self.high is None):
            refuse("basis is 'assumed', so that low and high must be given")
        return self


class _ScaledRow(BasisRow):
    """A table or formula that may lie higher or lower as a whole."""

    low_share: Number | None = Field(default=None, gt=0, le=1)
    high_share: Number | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _check_shares(self) -> _ScaledRow:
        if self.basis == "assumed" and (self.low_share is None or self.high_share is None):
            refuse("basis is 'assumed', so that low_share and high_share must be given")
        return self


class TractionRow(_ScaledRow):
    """The force at the wheels by speed: pairs of km/h and kN, speeds rising."""

    speed_kmh_force_kn: tuple[tuple[float, float], ...] = Field(min_length=1)

    def make_table(self) -> list[tuple[float, float]]:
        """Return the table in m/s and N."""
        return [(kmh_to_mps(v), f * NEWTONS_PER_KN) for v, f in self.speed_kmh_force_kn]


class ResistanceRow(_ScaledRow):
    """The running resistance of the whole train, ``A + B v + C v²`` with v in m/s."""

    a_n: Number = Field(ge=0)
    b_n_s_per_m: Number = Field(ge=0)
    c_n_s2_per_m2: Number = Field(ge=0)

    def make_davis(self) -> Davis:
        """Return the coefficients."""
        return Davis(self.a_n, self.b_n_s_per_m, self.c_n_s2_per_m2)


class TrainRow(Record):
    """A train's file.

    Without ``traction`` the train gains speed at ``acceleration_mps2``; with it, by its
    forces, and ``acceleration_mps2``, if given, is the most that the driver uses.
    """

    format: Literal[1]
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    note: str | None = None
    length_m: FigureRow
    mass_kg: FigureRow
    max_speed_kmh: FigureRow
    acceleration_mps2: FigureRow | None = None
    braking_mps2: FigureRow
    startup_delay_s: FigureRow
    rotating_mass_factor: FigureRow | None = None
    traction: TractionRow | None = None
    resistance: ResistanceRow | None = None

    @model_validator(mode="after")
    def _check_acceleration(self) -> TrainRow:
        if self.acceleration_mps2 is None and self.traction is None:
            refuse("neither acceleration_mps2 nor traction is given; give one")
        return self

    @property
    def figures(self) -> dict[str, Any]:
        """Its figures with their basis, by the keys of its file."""
        return self.model_dump(mode="json", exclude={"format", "id"}, exclude_none=True)

    def make_train(self) -> Train:
        """Return the train by the values of its figures.

        Raises
        ------
        ArgumentError
            With every figure that no train can have.
        """
        figures: dict[str, Any] = {"acceleration_mps2": None}
        figures |= {name: row.value for name, row in self if isinstance(row, FigureRow)}
        return Train(
            max_speed_mps=kmh_to_mps(figures.pop("max_speed_kmh")),
            traction=None if self.traction is None else self.traction.make_table(),
            resistance=None if self.resistance is None else self.resistance.make_davis(),
            **figures,
        )


@dataclass(frozen=True, eq=False, repr=False)
class TrainList(AnswerList[TrainRow]):
    """Trains as their files have them; made by `list_trains`."""

    def to_frame(self) -> pd.DataFrame:
        """Return a row a train: its figures, without their basis."""
        return pd.DataFrame([{"id": row.id, **row.make_train().to_dict()} for row in self])

    def _describe(self) -> dict[str, Any]:
        return {"trains": [{"id": row.id, **row.figures} for row in self]}


def list_trains() -> TrainList:
    """Return the bundled trains, in the order of their ids."""
    return TrainList(tuple(load_train_row(name) for name in list_bundled("train")))


def find_train(train: str) -> Train:
    """Return a bundled train by its id; a path is refused.

    So what a file of data names can open no other file.

    Raises
    ------
    UnknownNameError
        If there is none of that id.
    DataError
        If its file is at fault.
    """
    return read_train_row(find_bundled("train", train)).make_train()


def load_train(train: str | PathLike[str]) -> Train:
    """Load a bundled train by its id, or a file by its path.

    Parameters
    ----------
    train
        A bundled id (``special``) or a path: a text that ends in ``.toml`` or names a
        folder, or a ``Path``.

    Raises
    ------
    UnknownNameError
        If there is no bundled train of that id.
    DataError
        If its file is at fault.

    Examples
    --------
    >>> load_train("special").length_m
    400.0
    """
    return load_train_row(train).make_train()


def load_train_row(train: str | PathLike[str]) -> TrainRow:
    """Load a train's file as `load_train` does, its figures with their basis.

    Examples
    --------
    >>> load_train_row("special").length_m.basis
    'assumed'
    """
    path = Path(train)
    is_id = isinstance(train, str) and path.name == train and not train.endswith(".toml")
    return read_train_row(find_bundled("train", str(train)) if is_id else path)


def read_train_row(path: Path) -> TrainRow:
    """Read a train's file; a `DataError` has everything wrong in it."""
    row = read_record(TrainRow, path)
    try:
        row.make_train()
    except ArgumentError as error:
        raise DataError(
            Fault(f"{path.name}, {fault.where}", fault.what, fault.remedy)
            for fault in error.faults
        ) from error
    return row
