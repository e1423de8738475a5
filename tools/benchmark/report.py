"""The report of ``tools.benchmark.engines`` as Markdown."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["describe_machine", "make_ratios", "write_markdown"]

LARGE = 1000.0
SMALL_S = 0.01
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns"))


def describe_machine(sumo: str | None, altrios: str | None) -> dict[str, Any]:
    """Return the machine and the versions used for the measurements."""
    packages = {name: _read_version(name) for name in ("routesim", "numpy", "numba")}
    return {
        "processor": _read_processor(),
        "cores": os.cpu_count(),
        "load average": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        **packages,
        "SUMO": sumo,
        "ALTRIOS": altrios,
    }


def write_markdown(report: dict[str, Any]) -> str:
    """Format all tables."""
    machine, job = report["machine"], report["job"]
    stated = ", ".join(f"{key} {value}" for key, value in machine.items() if value is not None)
    parts = [
        "# routesim compared with SUMO and ALTRIOS",
        (
            f"{stated}. Best of several runs; a busy machine makes figures worse. numba uses "
            "all cores, the others use one."
        ),
        "## The job",
        (
            f"{job['length_km']:,.0f} km, {job['points']} timing points, {job['stops']} stops "
            f"of {job['dwell_s']:g} s, limits {job['limits_kmh'][0]:g} to "
            f"{job['limits_kmh'][1]:g} km/h, a train of 400 m, 0.3 and 0.5 m/s². The fifth "
            "column is the wall time over that of one `run`. The last is the computed running "
            "time less the exact one. ALTRIOS has no stops on a path and computes with forces, "
            "so its running time is that of another job and cannot agree."
        ),
        _write_engines(report["engines"]),
        *report["notes"],
        "## Time of the others over that of routesim",
        "Their wall time per run over that of routesim with all 60 arrivals.",
        _write_ratios(report["ratios"]),
        "## Cost against the number of sections",
        "The job divided into more sections; `run_many` gives arrivals at the end only.",
        _write_sections(report["sections"]),
        "## Cost against the number of draws",
        (
            "The job with all 60 arrivals, 100,000 draws in memory at a time; and the 5, 50 "
            "and 95 % quantiles of the stops in one call for any number of draws."
        ),
        _write_draws(report["draws"]),
    ]
    return "\n\n".join(parts) + "\n"


def format_time(seconds: float) -> str:
    """Format a time in a suitable unit.

    Examples
    --------
    >>> format_time(0.00042)
    '420 us'
    """
    for size, unit in UNITS:
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}" if seconds < LARGE else f"{seconds:,.0f} s"
    return "0 s"


def format_count(count: float) -> str:
    """Format a number to three digits, large ones without an exponent.

    Examples
    --------
    >>> format_count(3_312_345), format_count(0.0016)
    ('3,310,000', '0.0016')
    """
    rounded = float(f"{count:.3g}")
    return f"{rounded:,.0f}" if rounded >= LARGE else f"{rounded:g}"


def _write_engines(measures: list[dict[str, Any]]) -> str:
    unit_s = measures[0]["wall_s"]
    rows = [
        [
            row["engine"],
            row["job"],
            format_time(row["wall_s"]),
            format_count(1 / row["wall_s"]) if row["wall_s"] else "",
            format_count(row["wall_s"] / unit_s),
            "" if row["running_time_s"] is None else f"{row['running_time_s']:,.2f}",
            _format_difference(row["away_s"]),
        ]
        for row in measures
    ]
    columns = ["engine", "what ran", "wall time per run", "runs/s", "x `run`"]
    return _write_table([*columns, "running time, s", "difference, s"], rows, left=2)


def make_ratios(measures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the time of each other engine over that of each function of routesim."""
    ours = {
        row["engine"]: row["wall_s"]
        for row in reversed(measures)
        if row["engine"].startswith("routesim") and "all 60 arrivals kept" in row["job"]
    }
    ours = {"routesim run": measures[1]["wall_s"], **dict(reversed(ours.items()))}
    return [
        {
            "engine": row["engine"],
            **{name: row["wall_s"] / wall_s for name, wall_s in ours.items()},
        }
        for row in measures
        if not row["engine"].startswith("routesim")
    ]


def _write_ratios(ratios: list[dict[str, Any]]) -> str:
    if not ratios:
        return "No other engine was found."
    columns = list(ratios[0])
    rows = [
        [row["engine"], *(format_count(row[name]) for name in columns[1:])] for row in ratios
    ]
    return _write_table([columns[0], *(f"over {name}" for name in columns[1:])], rows, left=1)


def _write_sections(measures: list[dict[str, Any]]) -> str:
    engines = [name for name in ("numpy", "numba") if name in measures[0]]
    rows = [
        [
            f"{row['sections']:,}",
            format_time(row["run_s"]),
            format_time(row["run_s"] / row["sections"]),
            *(format_time(row[name]) for name in engines),
            *(format_time(row[name] / row["sections"]) for name in engines),
        ]
        for row in measures
    ]
    draws = f"{measures[0]['draws']:,} draws"
    columns = ["sections", "`run`", "per section"]
    columns += [f"`run_many` {name}, per draw of {draws}" for name in engines]
    return _write_table([*columns, *(f"{name}, per section" for name in engines)], rows)


def _write_draws(measures: list[dict[str, Any]]) -> str:
    engines = [name for name in ("numpy", "numba") if name in measures[0]]
    rows = [
        [
            f"{row['draws']:,}",
            *(format_time(row[name]) for name in engines),
            *(format_count(row["draws"] / row[name]) for name in engines),
            format_time(row["quantiles_s"]),
            format_count(row["draws"] / row["quantiles_s"]),
            f"{row['inputs_mib']:,.0f}",
            f"{row['peak_mib']:,.0f}",
        ]
        for row in measures
    ]
    columns = ["draws", *engines, *(f"{name}, runs/s" for name in engines)]
    columns += ["quantiles", "quantiles, runs/s", "their inputs, MiB", "peak memory, MiB"]
    return _write_table(columns, rows)


def _write_table(columns: list[str], rows: list[list[str]], *, left: int = 0) -> str:
    rule = ["---" if index < left else "---:" for index in range(len(columns))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [columns, rule, *rows])


def _format_difference(away_s: float | None) -> str:
    if away_s is None:
        return ""
    return f"{away_s:.1g}" if abs(away_s) < SMALL_S else f"{away_s:+,.2f}"


def _read_version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _read_processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    names = [row.partition(":")[2].strip() for row in text.splitlines() if "model name" in row]
    return names[0] if names else platform.machine()
