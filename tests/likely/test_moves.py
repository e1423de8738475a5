"""Every move leaves the prior of a journey unchanged, and the cached arrays stay consistent."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

import routesim as rs
from routesim.journey import make_stream
from tests.support.journeys import (
    build_journey,
    fixed,
    load_bundled,
    lognormal,
    make_window,
    uniform,
    write_departure,
    write_family,
    write_origin,
    write_report,
    write_route,
    write_source,
    write_speed,
    write_standing,
    write_stop,
    write_table,
)
from tests.support.targets import make_target
from tools.benchmark.conditioning import make_clocks

COUNT = 3000
TIMES = 12
LEAST_P = 1e-6
"""There are some 10,000 comparisons of two samples in this module, with fixed seeds."""

MOVED = "z", "field", "amounts", "route", "settings"
LINES = "Tumangang-Khasan", "Khasan branch", "Trans-Siberian"
REPORTS = (
    {"kind": "depart", "place": "Khasan", **make_window("08:00", "09:00", 10)},
    {"kind": "arrive", "place": "Primorskaya", **make_window("12:00", "12:30", 5)},
    {"kind": "present", "place": "Baranovsky", **make_window("14:00", "14:20", 5)},
    {"kind": "stand", "place": "Sukhanovka", "minutes": {"low": 10, "high": 40}},
    {"kind": "speed", "kmh": {"low": 50, "high": 60}, "basis": "running"},
    {"kind": "arrive", "place": "Vladivostok", **make_window("17:00", "18:00", 10)},
)
CASES = {
    "one route": {},
    "two routes": {"vias": ([], ["Ussuriysk"])},
    "origins": {"origins": ("Tumangang", "Khasan", "Sukhanovka")},
    "discrete departure": {"departures": (("07:00", "07:00"), ("08:30", "08:30"))},
    "everything": {
        "vias": ([], ["Ussuriysk"]),
        "origins": ("Tumangang", "Khasan"),
        "departures": (("06:00", "08:00"), ("09:00", "09:00")),
    },
}


def build(vias=((),), origins=(), departures=(("06:00", "09:00"), ("10:00", "11:00"))):
    """Load a journey from Tumangang to Vladivostok with reports of all kinds of events."""
    parts = [
        write_route(
            f"r{n}", "Vladivostok", from_="Tumangang", via=list(via), prior=1 / len(vias)
        )
        for n, via in enumerate(vias)
    ]
    parts += [write_departure(*ends, weight=0.5) for ends in departures]
    parts += [write_origin(name, 1 / len(origins)) for name in origins]
    parts += [write_stop("Khasan", uniform(10, 120)), write_stop("Baranovsky", uniform(5, 40))]
    if len(vias) > 1:
        parts.append(write_stop("Ussuriysk", uniform(5, 40), ["r1"]))
    parts += [write_speed(line, uniform(45, 70)) for line in LINES]
    parts += [write_standing(line, lognormal(20, 80)) for line in LINES]
    km = uniform(236.9, 240)
    ends = {"from_": "Khasan", "to": "Baranovsky"}
    parts.append(write_table("[[plan.lengths]]", **ends, km=km, reason="made up"))
    parts.append(write_source())
    for number, clause in enumerate(REPORTS):
        parts += [write_family(f"R{number}"), write_report(f"R{number}", clause)]
    return build_journey("moves", *parts, default_route="r0")


def make(case):
    if case == "clocks":  # one report after another is added
        return make_target(make_clocks(2))
    if case in load_bundled():
        journey = load_bundled()[case]
        return make_target(journey, *journey.routes)
    journey = build(**CASES[case])
    return make_target(journey, *journey.routes)


def describe(target, state):
    """Return quantities of particles by name: unknowns, amounts, times, and how they depend."""
    model = target.model
    unknowns = dict(zip(model.unknowns.names, state["z"], strict=True))
    found = {f"z of {name}": row for name, row in unknowns.items()}
    for number, kind in enumerate(model.chain.kind_of):
        found[f"amount {number}, {kind}"] = state["amounts"][number]
    for number in range(len(target.layouts)):
        times = model.find_times(state, number)[0]
        for event in range(1, len(times), 2):
            found[f"time {event} of route {number}"] = np.nan_to_num(times[event])
    for number, mean in enumerate(state["mean"]):
        found[f"run {number} over its mean"] = (
            state["amounts"][model.runs.start + number] / mean
        )
    for name, values in (("field", state["field"]), ("amounts", state["amounts"])):
        if values.shape[0] > 1:
            found[f"two {name}"] = values[0] * values[1]
            found[f"sum of {name}"] = values.sum(axis=0)
    total = state["amounts"][model.standing].sum(axis=0)
    for name, row in unknowns.items():
        found[f"standing with {name}"] = total * np.exp(row)
    found["route"] = state["route"][0]
    return found


def find_worst(target, before, after):
    one, two = describe(target, before), describe(target, after)
    return min((ks_2samp(one[name], two[name], method="asymp").pvalue, name) for name in one)


def begin(target, name):
    stream = make_stream(1, name)
    state = target.draw(stream, COUNT)
    target.refresh(state, target.observe(state), 0.0, stream)
    return state


@pytest.mark.slow
@pytest.mark.parametrize("case", [*CASES, "2019-04", "clocks"])
def test_every_move_leaves_the_prior_unchanged(case):
    target = make(case)
    reference = begin(target, "reference")
    moves = target.list_moves(make_stream(2, case))
    assert len(moves) > 10
    tried = set()
    for number, move in enumerate(moves):
        state = begin(target, f"move {number}")
        start = {name: values.copy() for name, values in state.items()}
        move.start_stage(state, 0.0)
        shares = [move.make(state, 0.0) for _ in range(TIMES)]
        name = f"{number}: {type(move).__name__}"
        worst = find_worst(target, reference, state)
        assert worst[0] > LEAST_P, (name, worst)
        if any((state[key] != start[key]).any() for key in MOVED):
            assert max(shares) > 0.0, name
            tried.add(type(move).__name__)
    # No kind of move that can do something here does nothing.
    can = {type(move).__name__ for move in moves}
    assert can - tried <= {"ChoiceMove"}


def check_caches(target, state, beta):
    """Expect that what follows from the particles is as if computed anew."""
    again = {name: values.copy() for name, values in state.items()}
    for update in (
        *(target.model.update_speeds, target.model.update_reach),
        *(target.model.update_means, target.model.update_standing),
    ):
        update(again)
    again["units"] = target.weigh_state(again, beta)
    assert set(again) == set(state)
    for name, values in again.items():
        np.testing.assert_allclose(state[name], values, rtol=1e-9, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("case", [*CASES, "2019-04", "2023-09", "clocks"])
def test_what_follows_from_the_particles_is_kept_up_to_date(case):
    target = make(case)
    stream = make_stream(3, case)
    state, beta = begin(target, "caches"), 0.2
    state = {name: values[..., :400] for name, values in state.items()}
    state = {name: values.copy() for name, values in state.items()}
    target.refresh(state, target.observe(state), beta, stream)
    moves = target.list_moves(stream)
    for move in moves:
        move.start_stage(state, beta)
    for move in moves * 2:
        move.adapt(move.make(state, beta))
        check_caches(target, state, beta)


def test_a_block_with_a_run_weighs_a_running_speed():
    # Regression: seconds moved from a run to halts of the same leg change no time. The running
    # speed changes, but it was not weighed.
    target = make("one route")
    blocks, runs = target.blocks, set(target.model.rows["run"])
    kinds = [clause.kind for clause, _ in target.likelihood.questions]
    (unit,) = (
        number
        for number, rows in enumerate(target.likelihood.unit_rows)
        if kinds[rows[0]] == "speed"
    )
    checked = 0
    for size in (5, 3, 2):
        for offset in range(size):
            cut = blocks._cut(size, offset)
            for group, holds in zip(cut.groups, cut.in_group, strict=True):
                if any(runs & set(cut.members[block].tolist()) for block in group):
                    checked += 1
                    assert holds[unit] == 1.0
    assert checked > 5


@pytest.mark.parametrize("case", [*CASES, "clocks"])
def test_all_moves_together_leave_the_prior_unchanged(case):
    target = make(case)
    reference, state = begin(target, "reference"), begin(target, "together")
    stream = make_stream(4, case)
    moves = target.list_moves(stream)
    for move in moves:
        move.start_stage(state, 0.0)
    for number in stream.permutation(np.repeat(np.arange(len(moves)), 3)):
        moves[number].make(state, 0.0)
    worst = find_worst(target, reference, state)
    assert worst[0] > LEAST_P, worst


def test_a_plan_without_unknowns_can_be_conditioned():
    # Regression: moves of many unknowns at once failed without any. The train passes
    # Ussuriysk at 60 km/h after 16 km and departs at one time; one report fits, one does not.
    arrives = {"kind": "arrive", "place": "Ussuriysk"}
    journey = build_journey(
        "fixed",
        write_route("one", "Ussuriysk", from_="Baranovsky"),
        write_departure("08:00", "08:00"),
        write_speed("Trans-Siberian", fixed(60)),
        write_source(),
        *(write_family(name) for name in ("A", "B")),
        write_report("A", {**arrives, **make_window("08:10", "08:40")}),
        write_report("B", {**arrives, **make_window("09:10", "09:40")}),
        default_route="one",
    )
    posterior = rs.condition(journey, draws=64)
    assert np.ptp(posterior.arrive_s[:, -1]) == 0.0
    assert posterior.right["A"].mean() > 0.99
    assert posterior.right["B"].mean() < 0.01
