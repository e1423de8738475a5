"""The chain of a journey: its legs between the passages that reports are about.

The passages on whose times the likelihood depends, the planned stops and the origins cut a
route into *legs*. The time at each cut is the departure plus a sum of amounts in seconds. An
amount is a row of one table, ``amounts``, and belongs to one of five kinds:

- ``departure``: the departure, in seconds after the earliest one;
- ``run``: the slack of a leg, see :mod:`routesim.journey.variation.pace`;
- ``halts``, ``waits``: the sum of halts, and of long waits, on a leg or within a stay;
- ``dwell``: the dwell at a planned stop.

Several routes share the amounts of the passages that they have in common. *Events* are numbered
along a route: ``2 * j`` is the arrival at cut ``j``, and ``2 * j + 1`` the departure from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.arrays import Array, Flags, Indices
    from routesim.journey import Layout
    from routesim.journey.variation.pace import PaceClass


KINDS = ("departure", "run", "halts", "waits", "dwell")


@dataclass(frozen=True, eq=False)
class RouteChain:
    """Cuts of one route, and the amounts that add up to the times at them.

    Parameters
    ----------
    layout
        The plan on the route.
    cuts
        Rising indices of the passages at the cuts, (cuts,).
    has_stay
        Whether the stay at each cut is a part of its own, (cuts,); else its standing is part of
        the next leg, and the departure of the event is not that of the train.
    event
        Event from which each amount counts, (amounts,); -1 if it is not on the route.
    cells
        Number in the field of each cell of the route up to the last cut, (cells,).
    """

    layout: Layout
    cuts: Indices
    has_stay: Flags
    event: Indices
    cells: Indices

    @property
    def events(self) -> int:
        """Number of events."""
        return 2 * self.cuts.size

    def list_amounts(self, rows: range) -> tuple[Indices, Indices]:
        """Return the amounts of the route in a range of rows, and their events."""
        mine = np.array([row for row in rows if self.event[row] >= 0], dtype=np.intp)
        return mine, self.event[mine]


@dataclass(frozen=True, eq=False)
class Chain:
    """All amounts of one or more routes, and what their laws depend on.

    Parameters
    ----------
    routes
        The chains of the routes.
    rows
        Rows of the amounts of each kind in ``amounts``.
    dwells
        Names of the unknowns of the dwells.
    classes
        Kinds of section whose slack is part of a run.
    runs
        For each class: the runs, the cells, and the kilometres of each run in each cell.
    halts_100km, waits_100km
        Minutes of standing per amount and line for a rate of 1 min per 100 km, (amounts,
        lines).
    lines
        Lines with a standing rate.
    parent
        Number of the cell before each cell of the field, (cells,); -1 for the first.
    """

    routes: tuple[RouteChain, ...]
    rows: dict[str, range]
    dwells: tuple[str, ...]
    classes: tuple[PaceClass, ...]
    runs: tuple[tuple[Indices, Indices, Array], ...]
    halts_100km: Array
    waits_100km: Array
    lines: tuple[str, ...]
    parent: Indices

    @property
    def first(self) -> Layout:
        """The plan on the first route."""
        return self.routes[0].layout

    @cached_property
    def kind_of(self) -> list[str]:
        """Kind of each amount."""
        return [kind for kind in KINDS for _ in self.rows[kind]]

    @cached_property
    def order(self) -> Indices:
        """Amounts in the order of the first route that has them."""
        keys = []
        for row in range(len(self.kind_of)):
            place = next(
                (n, int(r.event[row])) for n, r in enumerate(self.routes) if r.event[row] >= 0
            )
            keys.append((*place, row))
        return np.array([key[-1] for key in sorted(keys)], dtype=np.intp)

    @cached_property
    def run_km(self) -> tuple[tuple[Indices, Array], ...]:
        """For each class, the runs that have it and their official kilometres in it."""
        return tuple((runs, km.sum(axis=1)) for runs, _, km in self.runs)


def build_chain(
    layouts: Sequence[Layout], keys: Sequence[Indices], departures: Sequence[Indices]
) -> Chain:
    """Build the chain of routes.

    ``keys`` are the passages that the likelihood depends on, and ``departures`` those from
    which the departures matter. Elsewhere, the standing within a stay is part of the next leg.
    """
    builder = _Builder()
    nodes = [builder.list_nodes(layout) for layout in layouts]
    wanted: set[int] = set()
    lasts = [
        max(int(k[-1]), int(layout.origins.max()))
        for k, layout in zip(keys, layouts, strict=True)
    ]
    for layout, mine, known, last in zip(layouts, nodes, keys, lasts, strict=True):
        stops = (stop.index for stop in layout.stops if stop.index <= last)
        wanted |= {
            mine[i] for i in (0, last, *known.tolist(), *stops, *layout.origins.tolist())
        }
    stays = {
        mine[i] for mine, found in zip(nodes, departures, strict=True) for i in found.tolist()
    }
    for layout, mine in zip(layouts, nodes, strict=True):
        stays |= {mine[stop.index] for stop in layout.stops}
        stays |= {mine[index] for index in layout.origins.tolist()}
    builder.stays = stays
    for layout, mine, last in zip(layouts, nodes, lasts, strict=True):
        cuts = [i for i, node in enumerate(mine) if node in wanted and i <= last]
        builder.add_route(layout, mine, cuts)
    return builder.finish()


@dataclass
class _Builder:
    """Numbers the amounts of the routes; the same amount on two routes gets one number.

    An amount is named by the passages up to it, so that routes share what they have in common.
    """

    trie: dict[tuple[int, str], int] = field(default_factory=dict)
    names: dict[str, dict[object, int]] = field(
        default_factory=lambda: {kind: {} for kind in KINDS}
    )
    stays: set[int] = field(default_factory=set)
    held: dict[str, dict[int, bool]] = field(default_factory=dict)
    cells: dict[tuple[int, int], int] = field(default_factory=dict)
    parent: list[int] = field(default_factory=list)
    run_km: dict[tuple[PaceClass, int, int], float] = field(default_factory=dict)
    standing: dict[tuple[str, int, str], float] = field(default_factory=dict)
    routes: list[tuple[Layout, list[int], dict[tuple[str, int], int], list[int]]] = field(
        default_factory=list
    )

    def list_nodes(self, layout: Layout) -> list[int]:
        """Return a number for each passage of a route, by all passages up to it."""
        node, nodes = -1, []
        for passage in layout.route.passages:
            node = self.trie.setdefault((node, passage.station.name), len(self.trie))
            nodes.append(node)
        return nodes

    def add_route(self, layout: Layout, nodes: list[int], cuts: list[int]) -> None:
        """Add the amounts of a route, with their numbers."""
        events = {("departure", self._number("departure", "")): 0}
        cells = self._number_cells(layout, nodes, cuts[-1])
        for j in range(1, len(cuts)):
            before, index = cuts[j - 1], cuts[j]
            name = nodes[before], nodes[index]
            # The slots of the passages between, and the one before the arrival.
            first = 2 * before + (2 if nodes[before] in self.stays else 1)
            found = self._add_standing(layout, name, range(first, 2 * index + 1))
            found += self._add_run(layout, name, (before, index), cells)
            events.update(dict.fromkeys(found, 2 * j))
            if index < len(nodes) - 1 and nodes[index] in self.stays:
                found = self._add_standing(layout, nodes[index], [2 * index + 1])
                events.update(dict.fromkeys(found, 2 * j + 1))
        for stop in layout.stops:
            if stop.index in cuts[1:] and not stop.row.dwell_min.is_fixed:
                number = self._number("dwell", stop.name)
                events["dwell", number] = 2 * cuts.index(stop.index) + 1
        self.held[layout.hypothesis.id] = {cut: nodes[cut] in self.stays for cut in cuts}
        self.routes.append((layout, cuts, events, cells))

    def _number(self, kind: str, name: object) -> int:
        known = self.names[kind]
        return known.setdefault(name, len(known))

    def _number_cells(self, layout: Layout, nodes: list[int], last: int) -> list[int]:
        """Return the numbers of the cells of the field up to a passage."""
        found: list[int] = []
        for cell, section in enumerate(layout.pace.cell_start.tolist()):
            if section >= last or not layout.pace.varies:
                break
            key = nodes[section + 1], cell
            if key not in self.cells:
                self.cells[key] = len(self.parent)
                self.parent.append(found[-1] if found else -1)
            found.append(self.cells[key])
        return found

    def _add_standing(
        self, layout: Layout, name: object, slots: Iterable[int]
    ) -> list[tuple[str, int]]:
        """Add the halts and the long waits in some slots; return the amounts."""
        standing, found = layout.standing, []
        chosen = np.array(list(slots), dtype=np.intp)
        for kind, means in (("halts", standing.halts_100km), ("waits", standing.waits_100km)):
            if not (means[chosen] > 0.0).any():
                continue
            number = self._number(kind, name)
            for n, line in enumerate(standing.lines):
                mean = float(means[chosen[standing.line[chosen] == n]].sum())
                if mean > 0.0:
                    self.standing[kind, number, line] = mean
            found.append((kind, number))
        return found

    def _add_run(
        self, layout: Layout, name: object, ends: tuple[int, int], cells: list[int]
    ) -> list[tuple[str, int]]:
        """Add the slack between two passages; return the amount, if the pace varies there."""
        pace = layout.pace
        sections = [s for s in range(*ends) if pace.section_class[s] >= 0]
        if not sections or pace.grain_s == 0.0:
            return []
        is_new = name not in self.names["run"]
        number = self._number("run", name)
        for section in sections if is_new else ():
            kind = pace.classes[pace.section_class[section]]
            for cell, km in pace.section_cells[section]:
                key = kind, number, cells[cell]
                self.run_km[key] = self.run_km.get(key, 0.0) + km
        return [("run", number)]

    def finish(self) -> Chain:
        """Return the chain of the routes added."""
        ends = np.cumsum([0, *(len(self.names[kind]) for kind in KINDS)]).tolist()
        rows = {kind: range(*ends[n : n + 2]) for n, kind in enumerate(KINDS)}
        routes = []
        for layout, cuts, events, cells in self.routes:
            event = np.full(ends[-1], -1, dtype=np.intp)
            for (kind, number), at in events.items():
                event[rows[kind][number]] = at
            has_stay = np.array([self.held[layout.hypothesis.id][cut] for cut in cuts])
            routes.append(
                RouteChain(layout, np.array(cuts), has_stay, event, np.array(cells, np.intp))
            )
        lines = tuple(dict.fromkeys(line for _, _, line in self.standing))
        means = {kind: np.zeros((len(rows[kind]), len(lines))) for kind in ("halts", "waits")}
        for (kind, number, line), mean in self.standing.items():
            means[kind][number, lines.index(line)] = mean
        classes = tuple(dict.fromkeys(kind for kind, _, _ in self.run_km))
        return Chain(
            routes=tuple(routes),
            rows=rows,
            dwells=tuple(map(str, self.names["dwell"])),
            classes=classes,
            runs=tuple(self._tabulate(kind) for kind in classes),
            halts_100km=means["halts"],
            waits_100km=means["waits"],
            lines=lines,
            parent=np.array(self.parent, dtype=np.intp),
        )

    def _tabulate(self, kind: PaceClass) -> tuple[Indices, Indices, Array]:
        """Return the runs and the cells of a class, and the kilometres of each pair."""
        pairs = {(run, cell): km for (own, run, cell), km in self.run_km.items() if own == kind}
        runs = sorted({run for run, _ in pairs})
        cells = sorted({cell for _, cell in pairs})
        km = np.zeros((len(runs), len(cells)))
        for (run, cell), length in pairs.items():
            km[runs.index(run), cells.index(cell)] = length
        return np.array(runs, np.intp), np.array(cells, np.intp), km
