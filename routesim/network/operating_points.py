"""Operating points: where trains wait without a plan, and how much each point counts.

Trains stand at operating points rather than evenly along a line: at junctions, where they meet
on single track, where engines and crews change, before the signals of large stations. Each
timing point is an operating point of a class, and its class has a weight. A stretch has the sum
of the weights of its points, so that the law of standing does not depend on how a line is cut.

Publications support the order of the classes. Most delay is concentrated at few stations
(Krueger, Vierth and Fakhraei Roudsari 2013). Two thirds of late trains overrun their stay
(Goverde et al. 2001, at Eindhoven). Routes conflict at junctions (Daamen, Goverde and Hansen
2009). On single track, trains meet at stations (Dingler 2010, Sogin et al. 2013). No figure was
found for the weights and shares: they are judgements.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.arrays import Array
    from routesim.network.folder import NetworkData
    from routesim.network.sections import Section
    from routesim.network.stations import Station


@dataclass(frozen=True, slots=True)
class PointClass:
    """A class of operating points, with its part in unplanned standing.

    The class of a station is found by ``Network.find_class``. The weights and shares are
    judgements.

    Parameters
    ----------
    name : str
        Name of the class, as in the column ``point_class`` of ``stations.csv``.
    weight : float
        Weight in the standing of a line, relative to a station on double track, at least 0.
    signal_share : float
        Share of the standing that is at the home signal, before the arrival, from 0 to 1. The
        rest is within the stay.
    keeps : bool
        Whether a train can be kept there for hours, on a track that others do not need.
    reason : str
        Why, in one sentence.
    """

    name: str
    weight: float
    signal_share: float
    keeps: bool
    reason: str


_CLASSES = (
    PointClass(
        name="none",
        weight=0.0,
        signal_share=1.0,
        keeps=False,
        reason="A halt or a bridge has no track on which one train waits for another.",
    ),
    PointClass(
        name="siding",
        weight=1.0,
        signal_share=0.0,
        keeps=True,
        reason="On double track a train waits here only to be overtaken.",
    ),
    PointClass(
        name="crossing",
        weight=1.5,
        signal_share=0.0,
        keeps=True,
        reason="On single track trains also meet here, and one of them waits.",
    ),
    PointClass(
        name="yard",
        weight=3.0,
        signal_share=1 / 3,
        keeps=True,
        reason="Trains that are made up here occupy the tracks of others.",
    ),
    PointClass(
        name="border",
        weight=3.0,
        signal_share=1.0,
        keeps=False,
        reason="A train waits before the border until the other side accepts it.",
    ),
    PointClass(
        name="junction",
        weight=4.0,
        signal_share=1 / 3,
        keeps=True,
        reason="Trains of several lines want the same tracks, and one waits for the other.",
    ),
    PointClass(
        name="engine",
        weight=6.0,
        signal_share=1 / 3,
        keeps=True,
        reason="A change of crew or engine often takes longer than planned.",
    ),
    PointClass(
        name="big",
        weight=6.0,
        signal_share=1 / 3,
        keeps=True,
        reason="Delay is concentrated at few stations, and large ones are the busiest.",
    ),
)

POINT_CLASSES: Mapping[str, PointClass] = MappingProxyType({one.name: one for one in _CLASSES})
"""All classes of operating points by name."""

KIND_CLASSES = {
    "halt": "none",
    "bridge": "none",
    "border": "border",
    "yard": "yard",
    "junction": "junction",
}
"""Classes that follow from the kind of a station alone."""


@dataclass(frozen=True, slots=True, eq=False)
class LineWeights:
    """The operating points of a line with their weights, as returned by ``Network.weigh_line``.

    All fields have one item per timing point, in the order of ``Network.list_line``. *Forward*
    is the direction of this order. The kilometres of a line can fall in it.

    Parameters
    ----------
    line : str
        Name of the line.
    stations : tuple of str
        Plain names of the stations.
    km : numpy.ndarray
        Official kilometres, shape (points,).
    classes : tuple of PointClass
        Classes of the points.
    weights : numpy.ndarray
        Weights of the points, shape (points,): those of their classes. If a train over the
        whole line would meet no weight in one of the directions, each point has weight 1
        instead.
    """

    line: str
    stations: tuple[str, ...]
    km: Array
    classes: tuple[PointClass, ...]
    weights: Array

    def find_total(self, *, forward: bool) -> float:
        """Return the weight that a train meets on a run over the whole line.

        It is the sum of the weights of all points except the first one of the run, which counts
        on the line by which the train came. It is always above 0, because of the rule for lines
        without weights; see ``weights``.

        Parameters
        ----------
        forward : bool
            True for the order of ``stations``, False for the opposite direction.

        Returns
        -------
        float
            The total weight.

        Examples
        --------
        >>> import routesim as rs
        >>> border = rs.load_network().weigh_line("Tumangang-Khasan")
        >>> border.weights.tolist()
        [6.0, 3.0, 6.0]
        >>> border.find_total(forward=True)
        9.0
        """
        met = self.weights[1:] if forward else self.weights[:-1]
        return float(met.sum())


def weigh_points(
    line: str, points: Sequence[tuple[float, Station]], classes: Mapping[str, PointClass]
) -> LineWeights:
    """Return the weights of the points of a line.

    ``points`` are those of ``Network.list_line``; ``classes`` has the class of each station.
    """
    found = tuple(classes[station.name] for _, station in points)
    return LineWeights(
        line=line,
        stations=tuple(station.name for _, station in points),
        km=np.array([km for km, _ in points]),
        classes=found,
        weights=_list_weights(found),
    )


def _list_weights(classes: Sequence[PointClass]) -> Array:
    """Return the weights of the points of a line, or 1 each if a run would meet none."""
    weights = np.array([one.weight for one in classes])
    if min(weights[1:].sum(), weights[:-1].sum()) > 0:
        return weights
    # Standing has to be somewhere on the line, and nothing distinguishes its points.
    return np.ones_like(weights)


def find_point_classes(data: NetworkData, sections: Sequence[Section]) -> dict[str, PointClass]:
    """Return the class of each station by its plain name.

    A class that ``stations.csv`` states counts before one that is derived.
    """
    lines = Counter(p.station for points in data.line_points.values() for p in points)
    # If the number of tracks is not known, the line counts as single track.
    on_single_track = {
        end
        for section in sections
        if (section.tracks or 1) == 1
        for end in (section.from_station, section.to_station)
    }
    plain = {name: "crossing" if name in on_single_track else "siding" for name in lines}
    meeting = {name: "junction" for name, count in lines.items() if count > 1}
    of_kind = {
        name: KIND_CLASSES[station.kind]
        for name, station in data.stations.items()
        if station.kind in KIND_CLASSES
    }
    names = plain | meeting | of_kind | data.stated_classes
    return {name: POINT_CLASSES[names[name]] for name in data.stations}
