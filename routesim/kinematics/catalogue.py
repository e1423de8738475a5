"""Train files, in which every figure has a basis."""

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
    """The basis of a figure of a train.

    A figure with the basis ``read`` has a source or ids of reports. A figure with the basis
    ``assumed`` has a range of possible values. Both have a reason.
    """

    basis: Literal["read", "assumed"]
    reason: str = Field(min_length=1)
    source: str | None = Field(default=None, min_length=1)
    reports: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_source(self) -> BasisRow:
        if self.basis == "read" and not (self.source or self.reports):
            refuse("basis is 'read', but neither source nor reports is given")
        return self


class FigureRow(BasisRow):
    """A figure of a train: its value, its range and its basis."""

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
            refuse("basis is 'assumed', so low and high must be given")
        return self


class _ScaledRow(BasisRow):
    """A table or formula with a range of factors that apply to all its values at once."""

    low_share: Number | None = Field(default=None, gt=0, le=1)
    high_share: Number | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _check_shares(self) -> _ScaledRow:
        if self.basis == "assumed" and (self.low_share is None or self.high_share is None):
            refuse("basis is 'assumed', so low_share and high_share must be given")
        return self


class TractionRow(_ScaledRow):
    """The force at the wheels by speed: pairs of km/h and kN with rising speeds."""

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
        """Return the formula as a `Davis`."""
        return Davis(self.a_n, self.b_n_s_per_m, self.c_n_s2_per_m2)


class TrainRow(Record):
    """The content of a train file.

    Without ``traction`` the train accelerates at ``acceleration_mps2``. With ``traction`` the
    forces determine the acceleration, and ``acceleration_mps2``, if given, is a cap.
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
        """Content of the file by its keys, without format and id."""
        return self.model_dump(mode="json", exclude={"format", "id"}, exclude_none=True)

    def make_train(self) -> Train:
        """Return the train made from the values of the figures.

        Raises
        ------
        ArgumentError
            If `Train` does not accept a figure. The error lists all faults.
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
    """A list of train files, returned by `list_trains`."""

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row per train: its id and figures, without their basis."""
        return pd.DataFrame([{"id": row.id, **row.make_train().to_dict()} for row in self])

    def _describe(self) -> dict[str, Any]:
        return {"trains": [{"id": row.id, **row.figures} for row in self]}


def list_trains() -> TrainList:
    """Return the bundled trains in the order of their ids."""
    return TrainList(tuple(load_train_row(name) for name in list_bundled("train")))


def find_train(train: str) -> Train:
    """Return a bundled train by its id.

    A path is not accepted, so that a name in a data file cannot open another file.

    Raises
    ------
    UnknownNameError
        If there is no bundled train of that id.
    DataError
        If its file has faults.
    """
    return read_train_row(find_bundled("train", train)).make_train()


def load_train(train: str | PathLike[str]) -> Train:
    """Load a bundled train by its id, or a train file by its path.

    Parameters
    ----------
    train : str or PathLike
        Id of a bundled train, such as ``"special"``, or the path of a file. A text is a path
        if it ends in ``.toml`` or has a folder in it. A ``Path`` is always a path.

    Returns
    -------
    Train
        The train made from the values of the figures in the file.

    Raises
    ------
    UnknownNameError
        If there is no bundled train of that id. The error suggests similar ids.
    DataError
        If the file cannot be read or has faults. The error lists all faults.

    See Also
    --------
    Train : A train made from its own figures.
    run : Run a train over a track.
    load_journey : Load a journey with its train.

    Examples
    --------
    >>> import routesim as rs
    >>> train = rs.load_train("special")
    >>> train.length_m
    400.0
    >>> round(train.max_speed_mps * 3.6)
    100
    """
    return load_train_row(train).make_train()


def load_train_row(train: str | PathLike[str]) -> TrainRow:
    """Load a train file as `load_train` does, but keep the basis of its figures.

    Examples
    --------
    >>> load_train_row("special").length_m.basis
    'assumed'
    """
    path = Path(train)
    is_id = isinstance(train, str) and path.name == train and not train.endswith(".toml")
    return read_train_row(find_bundled("train", str(train)) if is_id else path)


def read_train_row(path: Path) -> TrainRow:
    """Read a train file. The `DataError` of a faulty file lists all faults."""
    row = read_record(TrainRow, path)
    try:
        row.make_train()
    except ArgumentError as error:
        raise DataError(
            Fault(f"{path.name}, {fault.where}", fault.what, fault.remedy)
            for fault in error.faults
        ) from error
    return row
