"""Trains as files: every figure with its basis."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from routesim.datafiles import Number, Record, find_geodata, read_toml, validate_record
from routesim.errors import DataError, UnknownNameError
from routesim.kinematics.train import Train
from routesim.units import kmh_to_mps

__all__ = ["FigureRow", "TrainRow", "list_trains", "load_train"]

TRAIN_FOLDER = "trains"


class FigureRow(Record):
    """A figure of a train: its value, the range it may lie in and what it rests on."""

    value: Number = Field(ge=0)
    low: Number | None = Field(default=None, ge=0)
    high: Number | None = Field(default=None, ge=0)
    basis: Literal["read", "assumed"]
    reason: str
    reports: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_range(self) -> FigureRow:
        if self.low is not None and self.low > self.value:
            message = f"value {self.value:g} is below low {self.low:g}"
            raise ValueError(message)
        if self.high is not None and self.high < self.value:
            message = f"value {self.value:g} is above high {self.high:g}"
            raise ValueError(message)
        return self


class TrainRow(Record):
    """A train's file."""

    format: Literal[1]
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    note: str | None = None
    length_m: FigureRow
    mass_kg: FigureRow
    max_speed_kmh: FigureRow
    acceleration_mps2: FigureRow
    braking_mps2: FigureRow
    startup_delay_s: FigureRow

    def make_train(self) -> Train:
        """Return the train by the values of its figures."""
        return Train(
            length_m=self.length_m.value,
            mass_kg=self.mass_kg.value,
            max_speed_mps=kmh_to_mps(self.max_speed_kmh.value),
            acceleration_mps2=self.acceleration_mps2.value,
            braking_mps2=self.braking_mps2.value,
            startup_delay_s=self.startup_delay_s.value,
        )


def list_trains() -> tuple[str, ...]:
    """Return the ids of the bundled trains."""
    return tuple(sorted(path.stem for path in (find_geodata() / TRAIN_FOLDER).glob("*.toml")))


def load_train(train: str) -> Train:
    """Load a bundled train by its id.

    Raises
    ------
    UnknownNameError
        If there is none of that id.
    DataError
        If its file is at fault.

    Examples
    --------
    >>> load_train("special").length_m
    400.0
    """
    if train not in list_trains():
        raise UnknownNameError("train", train, list_trains())
    path = find_geodata() / TRAIN_FOLDER / f"{train}.toml"
    row, faults = validate_record(TrainRow, read_toml(path), path.name)
    if row is None:
        raise DataError(faults)
    return row.make_train()
